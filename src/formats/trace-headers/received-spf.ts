import { formatEncodedHeader } from '../header/format.ts'

/** What SPF found, RFC 7208 §9.1. */
interface SpfResult {
  result: 'pass' | 'fail' | 'softfail' | 'neutral' | 'none' | 'temperror' | 'permerror'
  /** For people: why. */
  comment?: string
  clientAddress: string
  /** Empty for the null sender. */
  envelopeFrom: string
  helo: string
  /** Our name. */
  receiver: string
  identity: 'mailfrom' | 'helo'
  /** What of the record matched: `ip4:192.0.2.0/24`. */
  mechanism?: string
}

const printable = (text: string) => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 400)
const quoted = (text: string) => `"${printable(text).replace(/["\\]/g, '\\$&')}"`
const value = (text: string) =>
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/.test(text) ? text : quoted(text)

/** A Received-SPF field (RFC 7208 §9.1) with its final CRLF; SEC-03 wants it on received mail. */
export function formatReceivedSpf(spf: SpfResult): string {
  const pairs = [
    `client-ip=${value(spf.clientAddress)}`,
    `envelope-from=${quoted(spf.envelopeFrom)}`,
    `helo=${value(spf.helo)}`,
    `receiver=${value(spf.receiver)}`,
    `identity=${spf.identity}`,
    ...(spf.mechanism ? [`mechanism=${value(spf.mechanism)}`] : []),
  ]
  const comment = spf.comment ? ` (${printable(spf.comment).replace(/[()\\]/g, '\\$&')})` : ''
  return formatEncodedHeader('Received-SPF', `${spf.result}${comment} ${pairs.join('; ')}`)
}
