/** How long a server may take, in milliseconds; what RFC 5321 §4.5.3.2 asks of clients. */
export type SmtpDeadlines = {
  connectMs: number
  greetingMs: number
  /** EHLO, STARTTLS and its handshake, AUTH. */
  helloMs: number
  mailMs: number
  rcptMs: number
  dataMs: number
  /** For the server to take a block of the message. */
  blockMs: number
  /** For the reply to the end of the message. */
  endMs: number
  /** For QUIT and RSET. */
  closeMs: number
}

const minute = 60_000

export const defaultDeadlines: SmtpDeadlines = {
  connectMs: 30_000,
  greetingMs: 5 * minute,
  helloMs: 5 * minute,
  mailMs: 5 * minute,
  rcptMs: 5 * minute,
  dataMs: 2 * minute,
  blockMs: 3 * minute,
  endMs: 10 * minute,
  closeMs: 10_000,
}
