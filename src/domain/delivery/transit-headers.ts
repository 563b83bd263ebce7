import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { parseAddrSpec } from '#src/formats/address/addr-spec.ts'
import { formatDate } from '#src/formats/header/date.ts'
import type { HeaderField } from '#src/formats/header/fields.ts'
import { formatAddressHeader, formatEncodedHeader } from '#src/formats/header/format.ts'
import { isForgedResult } from '#src/formats/trace-headers/authentication-results.ts'
import { formatReturnPath } from '#src/formats/trace-headers/delivery-fields.ts'
import { editHeader } from '#src/formats/trace-headers/header-block.ts'
import { LOOP_FIELD } from '#src/formats/trace-headers/loop-mark.ts'
import { formatReceived } from '#src/formats/trace-headers/received.ts'
import type { IncomingMessage } from './incoming-message.ts'
import type { IntakeConnection, IntakeRecipient, IntakeSender } from './intake.ts'
import type { TransitId } from './queue.ts'

/** Names that only this service may write; on mail from outside they are somebody's attempt (SEC-03). */
const reserved = /^(?:x-ses-|x-landbridge-|x-wm-journal-report$)/
const loopField = LOOP_FIELD.toLowerCase()

/**
 * Whether a field is taken out of mail that comes in. Loop marks stay: each proves itself or counts for nothing. Bcc never
 * travels (RFC 5322 §3.6.3), and Return-Path is written at the end of the way only.
 */
export function isRemovedAtEdge(field: HeaderField, hostName: string, submitted: boolean): boolean {
  const { key } = field
  if (key === 'return-path' || key === 'received-spf') return true
  if (submitted && (key === 'bcc' || key === 'resent-bcc')) return true
  if (reserved.test(key)) return key !== loopField
  return isForgedResult(field, hostName)
}

/** The Received field of this hop (RFC 5321 §4.4). */
export function receivedField(
  connection: IntakeConnection,
  sender: IntakeSender,
  recipients: readonly IntakeRecipient[],
  about: { id: TransitId; hostName: string; clientName?: string; now: number },
): string {
  const { clientAddress, helo, extended, tls, user } = connection
  const [only, another] = recipients
  return formatReceived({
    helo: helo || 'localhost',
    ...(clientAddress !== 'local' && { clientAddress }),
    ...(about.clientName !== undefined && { clientName: about.clientName }),
    by: about.hostName,
    extended,
    authenticated: user !== undefined,
    utf8: sender.utf8,
    ...(tls && { tls: { protocol: tls.protocol, cipher: tls.cipher } }),
    id: about.id,
    ...(only && another === undefined && { recipient: only.address }),
    epochMs: about.now,
  })
}

/** Empty for a sender that no header can say. */
export function returnPathField(sender: string): string {
  try {
    return formatReturnPath(sender)
  } catch (error) {
    if (error instanceof SyntaxFault) return ''
    throw error
  }
}

/** What a client left out and every message must have (RFC 6409 §8). */
export function missingFields(fields: readonly HeaderField[], messageId: string, now: number): string[] {
  const isNamed = fields.some(({ key }) => key === 'message-id')
  return [...missingDate(fields, now), ...(isNamed ? [] : [formatEncodedHeader('Message-ID', messageId)])]
}

/** Mail of others gets one where it goes on from here (RFC 5321 §6.4), so that its rounds can be counted. */
export const missingDate = (fields: readonly HeaderField[], now: number): string[] =>
  fields.some(({ key }) => key === 'date') ? [] : [formatEncodedHeader('Date', formatDate(now))]

/** Who really sent the message, when it is not the author (DIR-20). */
export const senderField = (address: string): string =>
  formatAddressHeader('Sender', [parseAddrSpec(address)])

/** A header on its way, with its empty line: fields out, fields in front, all else as it was. */
export function editedHeader(
  block: Uint8Array,
  remove: (field: HeaderField) => boolean,
  prepend: readonly string[],
): Uint8Array {
  const edited = editHeader(block, { remove, prepend: prepend.filter((field) => field !== '') })
  // What began without a header, or whose header was all there is, gets the line that ends one.
  return endsHeader(block) ? edited : Buffer.concat([edited, Buffer.from('\r\n')])
}

function endsHeader(block: Uint8Array): boolean {
  const text = Buffer.from(block.buffer, block.byteOffset, block.length)
  return (
    text.equals(Buffer.from('\r\n')) ||
    text.equals(Buffer.from('\n')) ||
    text.subarray(-4).equals(Buffer.from('\r\n\r\n')) ||
    text.subarray(-2).equals(Buffer.from('\n\n'))
  )
}

/** The header block of a message as it came, with its empty line if it has one. */
export async function headerOf({ octets, bodyOffset }: IncomingMessage): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of octets.read({ end: bodyOffset })) pieces.push(piece)
  return Buffer.concat(pieces)
}
