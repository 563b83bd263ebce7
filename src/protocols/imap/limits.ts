/** Bounds of a session. Times are milliseconds. */
export type ImapLimits = {
  /** LIM-02: 40 MB of MIME. Told as APPENDLIMIT (RFC 7889). */
  messageBytes: number
  /** Messages of one APPEND (MULTIAPPEND): they are stored in one transaction. */
  appendMessages: number
  /** A command that is no message may have this many octets, its literals included. */
  commandOctets: number
  /** Commands that could not be read, or came at the wrong time, before the connection is closed. */
  badCommands: number
  /** Refused sign-ins on one connection. */
  failedLogins: number
  /** NOTIFY: mailboxes that are named, users whose mailboxes are watched, and changes that are told at once. */
  notifyNames: number
  notifyMailboxes: number
  notifyChanges: number
  /** Connections of one user at the same time. */
  connectionsPerUser: number
  /** Waiting for a command, also within IDLE. RFC 9051 §5.4: at least 30 minutes. */
  idleMs: number
  /** From the greeting to a sign-in, and for each answer in between. */
  loginMs: number
  /** Waiting for the next octets of a literal. */
  literalMs: number
  /** Waiting for the client to take our answers, and to finish its TLS handshake. */
  writeMs: number
  handshakeMs: number
  /** Between two reports of how far a long command is (RFC 9585). */
  progressMs: number
  /** Waiting for the client to close after our last answer. */
  lingerMs: number
}

const minute = 60_000

export const defaultLimits: ImapLimits = {
  messageBytes: 40 * 1024 * 1024,
  appendMessages: 1_000,
  commandOctets: 1024 * 1024,
  badCommands: 20,
  failedLogins: 3,
  notifyNames: 1_000,
  notifyMailboxes: 50,
  notifyChanges: 10_000,
  connectionsPerUser: 50,
  idleMs: 30 * minute,
  loginMs: minute,
  literalMs: 3 * minute,
  writeMs: minute,
  handshakeMs: 30_000,
  progressMs: 10_000,
  lingerMs: 2_000,
}
