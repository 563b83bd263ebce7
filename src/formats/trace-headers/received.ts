import { formatDate } from '../header/date.ts'
import { formatEncodedHeader } from '../header/format.ts'

/** What a Received field of ours tells of a transfer. */
export interface Reception {
  /** What the client called itself. */
  helo: string
  /** Text form of its IP address; absent for mail that came through no connection. */
  clientAddress?: string
  /** Its name by reverse lookup, confirmed. */
  clientName?: string
  /** Our name. */
  by: string
  /** EHLO was used. */
  extended: boolean
  authenticated: boolean
  /** MAIL carried SMTPUTF8. */
  utf8: boolean
  tls?: { protocol: string; cipher: string }
  /** The name under which the message can be traced. */
  id: string
  /** The recipient, when there is just one: more would tell each of the others (RFC 5321 §7.2). */
  recipient?: string
  epochMs: number
}

/** The protocol as RFC 3848 and RFC 6531 §4.3 name it. */
export function protocolName({
  extended,
  tls,
  authenticated,
  utf8,
}: Pick<Reception, 'extended' | 'tls' | 'authenticated' | 'utf8'>): string {
  if (!extended && !tls) return 'SMTP'
  const flags = `${tls ? 'S' : ''}${authenticated ? 'A' : ''}`
  return utf8 ? `UTF8SMTP${flags}` : `ESMTP${flags}`
}

const literal = (address: string) => `[${address.includes(':') ? 'IPv6:' : ''}${address}]`

/** A name of others as one word; what could end a clause or a comment becomes `?`. */
const word = (text: string) => text.replace(/[^\x21-\x7e]|[()\\;<>"]/g, '?').slice(0, 255) || 'unknown'

/** A Received field (RFC 5321 §4.4) with its final CRLF. What peers said of themselves cannot break out of its place. */
export function formatReceived(reception: Reception): string {
  const { helo, clientAddress, clientName, by, tls, id, recipient, epochMs } = reception
  const connection = clientAddress
    ? ` (${clientName ? word(clientName) : 'unknown'} ${literal(word(clientAddress))})`
    : ''
  const clauses = [
    `from ${word(helo)}${connection}`,
    `by ${word(by)} (Landbridge)`,
    `with ${protocolName(reception)}`,
    `id ${word(id)}`,
    // An address outside ASCII would need a header of UTF-8 (RFC 6531 §3.7.3), so it is left out.
    ...(recipient && /^[^\x00-\x20\x7f-\uffff<>]+$/.test(recipient) ? [`for <${recipient}>`] : []),
    // RFC 8314 §7.4.
    ...(tls ? [`tls ${word(tls.cipher)} (${word(tls.protocol)})`] : []),
  ]
  return formatEncodedHeader('Received', `${clauses.join(' ')}; ${formatDate(epochMs)}`)
}
