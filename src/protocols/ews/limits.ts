export type EwsLimits = {
  /** Largest request in octets. */
  requestBytes: number
  /** Requests of one user at the same time. */
  requestsPerUser: number
}

/** Octets of one attachment or MIME content that stay in memory while a request is read; the rest goes to the spool. */
export const MEMORY_OCTETS = 256 * 1024
/** EWSFindCountLimit of Exchange. */
export const MOST_FOUND = 1_000
/** Octets of one text body that are shown. */
export const LARGEST_BODY = 10 * 1024 * 1024
