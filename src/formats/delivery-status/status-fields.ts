import { formatDate } from '../header/date.ts'
import { formatEncodedHeader } from '../header/format.ts'
import type { DeliveryStatus, RecipientStatus, TypedAddress } from './status.ts'

const TEXT_LIMIT = 900
/** Type of a diagnostic code that no server gave (RFC 3464 §2.3.6). */
export const OWN_WORDS = 'x-landbridge'

/** Text of others on one line of ASCII. */
const printable = (text: string) =>
  text
    .replace(/[\r\n\t ]+/g, ' ')
    .replace(/[^\x20-\x7e]/g, '?')
    .trim()
    .slice(0, TEXT_LIMIT)

/** Fields have no other blanks to fold at, so that no line is too long for SMTP. */
const field = (name: string, body: string) => formatEncodedHeader(name, body)

/** RFC 6533 §3 utf-8-addr-xtext: ASCII says any address, `+`, `=` and backslash too. */
const utf8Xtext = (address: string) =>
  Array.from(address.toWellFormed(), (char) =>
    /[\x21-\x2a\x2c-\x3c\x3e-\x5b\x5d-\x7e]/.test(char)
      ? char
      : `\\x{${char.codePointAt(0)!.toString(16).toUpperCase().padStart(2, '0')}}`,
  ).join('')

/** `rfc822;ann@corp.example` */
function formatTypedAddress({ type, address }: TypedAddress): string {
  const known = /^[a-z0-9-]{1,40}$/i.test(type) ? type.toLowerCase() : 'unknown'
  if (/^[\x20-\x7e]*$/.test(address) && known !== 'utf-8') return `${known};${printable(address)}`
  return known === 'utf-8' || known === 'rfc822'
    ? `utf-8;${utf8Xtext(address).slice(0, TEXT_LIMIT)}`
    : `${known};${printable(address)}`
}

function formatRecipient(recipient: RecipientStatus): string {
  const { originalRecipient, finalRecipient, action, status, remoteMta, diagnostic } = recipient
  const { reason, lastAttemptMs, willRetryUntilMs } = recipient
  return [
    originalRecipient ? field('Original-Recipient', formatTypedAddress(originalRecipient)) : '',
    field('Final-Recipient', formatTypedAddress(finalRecipient)),
    field('Action', action),
    field('Status', /^[245]\.\d{1,3}\.\d{1,3}$/.test(status) ? status : '5.0.0'),
    remoteMta ? field('Remote-MTA', `dns; ${printable(remoteMta)}`) : '',
    diagnostic
      ? field('Diagnostic-Code', `smtp; ${printable(diagnostic)}`)
      : reason
        ? field('Diagnostic-Code', `${OWN_WORDS}; ${printable(reason)}`)
        : '',
    lastAttemptMs === undefined ? '' : field('Last-Attempt-Date', formatDate(lastAttemptMs)),
    action === 'delayed' && willRetryUntilMs !== undefined
      ? field('Will-Retry-Until', formatDate(willRetryUntilMs))
      : '',
  ].join('')
}

/** The content of a message/delivery-status part (RFC 3464 §2), in ASCII. What others said cannot break out of its field. */
export function formatDeliveryStatus({
  reportingMta,
  envelopeId,
  arrivalMs,
  recipients,
}: DeliveryStatus): string {
  const ofMessage = [
    envelopeId ? field('Original-Envelope-Id', printable(envelopeId)) : '',
    field('Reporting-MTA', `dns; ${printable(reportingMta)}`),
    arrivalMs === undefined ? '' : field('Arrival-Date', formatDate(arrivalMs)),
  ].join('')
  return [ofMessage, ...recipients.map(formatRecipient)].join('\r\n')
}
