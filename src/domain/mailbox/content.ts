import type { Envelope } from '#src/formats/mime/envelope.ts'
import type { MimePart } from '#src/formats/mime/part.ts'

/** What lists show of an item; made once when it is stored, never by parsing it again. */
export type ItemSummary = {
  subject: string
  /** Messages only: what IMAP ENVELOPE and the EWS message header properties are answered from. */
  envelope?: Envelope
  /** First 256 characters of readable text (RFC 8970). */
  preview?: string
  attachmentNames?: readonly string[]
}

/** Offsets and headers of every MIME part of a stored message; FETCH and GetItem are answered from it. */
export type Structure = MimePart

/** JSCalendar (RFC 8984) of an event or task, JSContact (RFC 9553) of a contact, or the text of a note. */
export type ItemContent = Readonly<Record<string, unknown>>
