/** A policy as it is kept: sealed, as whom we write to is nobody's business. Times are epoch milliseconds. */
export type KeptPolicy = { sealed: Uint8Array; keptAt: number; expiresAt: number }

/** What other domains said of how mail is to reach them (MTA-STS, RFC 8461), over a restart; for the whole service. */
export type PolicyMemory = {
  /** `name` stands for a domain without showing it. Undefined also for one whose time is over at `now`. */
  find(name: string, now: number): Promise<KeptPolicy | undefined>
  /** Puts it on disk in the place of an older one, and forgets those that are over and those past the newest 50,000. */
  keep(name: string, policy: KeptPolicy): Promise<void>
}
