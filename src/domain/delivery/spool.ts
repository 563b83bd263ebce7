/** Octets of one message on its way in, kept outside the store until they are durable there. */
export type Spooled = {
  readonly sizeBytes: number
  /** Takes the octets, which are nobody else's any more. Refuses `try-later` (4.3.1) when there is no room for them. */
  write(octets: Uint8Array): Promise<void>
  /** The octets from `start` to before `end`, from the first on each time. */
  read(range?: { start?: number; end?: number }): AsyncIterable<Uint8Array>
  /** Lets go of them. Twice is once. */
  release(): Promise<void>
}

/** Where messages are while they come in: bounded in memory and in total. `src/platform/spool` is one. */
export type Spool = { create(): Spooled }
