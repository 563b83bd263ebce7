/** Bounds of a session. Times are milliseconds. */
export type SmtpLimits = {
  /** LIM-02: 40 MB of MIME, in both directions. */
  messageBytes: number
  /** What is read and thrown away of a message that is refused already, before the connection is closed. */
  drainBytes: number
  /** LIM-11. */
  recipients: number
  /** Octets of a command line with CRLF; RFC 5321 has 512, and more for parameters. */
  commandOctets: number
  /** Octets of AUTH and its responses (RFC 4954 §4). */
  authOctets: number
  /** Error replies since the last message before the connection is closed, and before they are answered slowly. */
  errors: number
  errorsAtOnce: number
  /** How long an error reply then waits, times 1 to 5. */
  tarpitMs: number
  /** Refused logins on one connection. */
  failedLogins: number
  /** Commands since the last message that are no step towards one (NOOP, RSET, HELO, VRFY, …). */
  idleCommands: number
  /** RFC 5321 §4.5.3.2.7: waiting for a command. The whole line must be there in that time. */
  commandMs: number
  /** RFC 5321 §4.5.3.2.5: waiting for the next block of a message. */
  dataBlockMs: number
  /** A message may keep us waiting for this long plus one second for every `dataBytesPerSecond` it brought. */
  dataGraceMs: number
  dataBytesPerSecond: number
  /** Waiting for the client to take our replies, and to finish its TLS handshake. */
  writeMs: number
  handshakeMs: number
  /** Waiting for the domain; below the 10 minutes that clients wait for the reply to a message (RFC 5321 §4.5.3.2.6). */
  domainMs: number
  messageMs: number
  /** Waiting for the client to close after our last reply. */
  lingerMs: number
}

const minute = 60_000

export const defaultLimits: SmtpLimits = {
  messageBytes: 40 * 1024 * 1024,
  drainBytes: 40 * 1024 * 1024,
  recipients: 500,
  commandOctets: 2_048,
  authOctets: 12_288,
  errors: 50,
  errorsAtOnce: 10,
  tarpitMs: 1_000,
  failedLogins: 3,
  idleCommands: 100,
  commandMs: 5 * minute,
  dataBlockMs: 3 * minute,
  dataGraceMs: 5 * minute,
  dataBytesPerSecond: 1_000,
  writeMs: minute,
  handshakeMs: 30_000,
  domainMs: minute,
  messageMs: 9 * minute,
  lingerMs: 2_000,
}
