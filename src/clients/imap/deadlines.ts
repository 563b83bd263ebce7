/** How long a server may take, in milliseconds. */
export type ImapDeadlines = {
  /** For one attempt to connect. */
  connectMs: number
  greetingMs: number
  /** For a TLS handshake. */
  tlsMs: number
  /** Nothing moves in either direction while an answer is due. */
  silenceMs: number
  /** The same in the middle of an answer. */
  stallMs: number
  /** The same where all that was asked for has come, and nothing is due but the word that this was it. */
  endMs: number
  /** Any of them, in a session that is told to hurry. */
  hurriedMs: number
  /** After how long IDLE is said again; RFC 9051 §6.3.13 wants less than 30 minutes, routers often less than 10. */
  renewIdleMs: number
  /** How often a server without IDLE is asked for news. */
  pollMs: number
  /** For LOGOUT, and for what comes behind the server's own goodbye. */
  closeMs: number
}

const minute = 60_000

export const defaultDeadlines: ImapDeadlines = {
  connectMs: 30_000,
  greetingMs: minute,
  tlsMs: 30_000,
  silenceMs: 5 * minute,
  stallMs: 2 * minute,
  // The server has nothing to look for any more, and sends it with what came before: longer than TCP tries again what a line loses.
  endMs: 30_000,
  hurriedMs: 30_000,
  renewIdleMs: 9 * minute,
  pollMs: minute,
  closeMs: 5_000,
}
