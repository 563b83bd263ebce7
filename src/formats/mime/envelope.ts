import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { type AddressEntry, parseAddressField } from '../address/mailbox-list.ts'
import { parseDate } from '../header/date.ts'
import { decodeWords } from '../header/encoded-words.ts'
import { type HeaderField, parseFields, unfold } from '../header/fields.ts'
import { parseMessageIds } from '../header/message-id.ts'

/**
 * What lists and IMAP ENVELOPE show of a message. Texts are Unicode and unfolded, encoded words still encoded (IMAP wants
 * them so; `decodeEnvelope` undoes them). A field the message does not have is absent; an empty one is `''` or `[]`.
 * JSON-serialisable.
 */
export interface Envelope {
  /** As written. */
  date?: string
  /** The same as milliseconds since 1970; absent when unreadable. */
  dateMs?: number
  subject?: string
  from?: AddressEntry[]
  sender?: AddressEntry[]
  replyTo?: AddressEntry[]
  to?: AddressEntry[]
  cc?: AddressEntry[]
  bcc?: AddressEntry[]
  /** As written, usually one id in angle brackets. */
  inReplyTo?: string
  /** With its angle brackets; as written when it has none. */
  messageId?: string
  /** Ids with angle brackets. */
  references?: string[]
}

const texts = {
  date: 'date',
  subject: 'subject',
  'in-reply-to': 'inReplyTo',
  'message-id': 'messageId',
} as const

const addresses = {
  from: 'from',
  sender: 'sender',
  'reply-to': 'replyTo',
  to: 'to',
  cc: 'cc',
  bcc: 'bcc',
} as const

function dateMsOf(date: string): number | undefined {
  try {
    return parseDate(date).epochMs
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined
    throw error
  }
}

/**
 * The envelope of parsed header fields. Of a field that may stand once the first counts; several To, Cc or Bcc fields
 * (obsolete, RFC 5322 §4.5.3) count as one.
 */
export function envelopeOfFields(fields: readonly HeaderField[]): Envelope {
  const envelope: Envelope = {}
  for (const { key, value } of fields) {
    if (Object.hasOwn(texts, key)) {
      const name = texts[key as keyof typeof texts]
      envelope[name] ??= unfold(value)
    } else if (Object.hasOwn(addresses, key)) {
      const name = addresses[key as keyof typeof addresses]
      const known = envelope[name]
      if (!known) envelope[name] = parseAddressField(value)
      else if (name === 'to' || name === 'cc' || name === 'bcc') known.push(...parseAddressField(value))
    } else if (key === 'message-id') {
      const text = unfold(value)
      envelope.messageId ??= parseMessageIds(text)[0] ?? text
    } else if (key === 'references') {
      envelope.references ??= parseMessageIds(unfold(value))
    }
  }
  const dateMs = envelope.date === undefined ? undefined : dateMsOf(envelope.date)
  if (dateMs !== undefined) envelope.dateMs = dateMs
  return envelope
}

/** Whether a field of that name (lower case) has a part in the envelope. */
export const isOfEnvelope = (key: string): boolean =>
  Object.hasOwn(texts, key) || Object.hasOwn(addresses, key) || key === 'references'

/** The envelope of a header block. Never fails: unreadable fields come out as they can. */
export function envelopeOf(headerBytes: Uint8Array): Envelope {
  return envelopeOfFields(parseFields(headerBytes))
}

const decodeEntry = (entry: AddressEntry): AddressEntry =>
  'members' in entry
    ? { group: decodeWords(entry.group), members: entry.members.map(decodeEntry) as typeof entry.members }
    : entry.name === undefined
      ? entry
      : { ...entry, name: decodeWords(entry.name) }

/** The envelope with subject and names as people read them (RFC 2047 undone). */
export function decodeEnvelope(envelope: Envelope): Envelope {
  const decoded: Envelope = { ...envelope }
  if (decoded.subject !== undefined) decoded.subject = decodeWords(decoded.subject)
  for (const name of Object.values(addresses)) {
    const list = decoded[name]
    if (list) decoded[name] = list.map(decodeEntry)
  }
  return decoded
}
