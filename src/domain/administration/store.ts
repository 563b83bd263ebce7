/** An answer that the same request gets again. */
export type KeptAnswer = {
  /** A digest of the request, to tell another one by. */
  request: string
  /** JSON, without secrets. */
  answer: string
  at: number
}

/** What the administration API must still know after a restart. */
export type AdministrationMemory = {
  findAnswer(name: string): Promise<KeptAnswer | undefined>
  /** Keeps it on disk in the place of an older one of that name, and forgets those from before `oldest` and those past the newest 10,000. */
  keepAnswer(name: string, answer: KeptAnswer, oldest: number): Promise<void>
  /** The latest time that an access key signed for and that was still to come when its request was heard; 0 when there is none. */
  signedAhead(accessKey: string): Promise<number>
  /** Puts it on disk, and forgets those of every key from before `oldest`. */
  noteSignedAhead(accessKey: string, signedAt: number, oldest: number): Promise<void>
}
