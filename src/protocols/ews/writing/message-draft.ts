/** A message in the making: what a client says of it, and what is there already. */
import { randomUUID } from 'node:crypto'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { findCalendarPart } from '#src/domain/calendar/scheduling/meeting-message.ts'
import { fileForOthers } from '#src/domain/mailbox/files.ts'
import { formatMailboxList } from '#src/formats/address/format.ts'
import type { Mailbox } from '#src/formats/address/mailbox-list.ts'
import { formatDate } from '#src/formats/header/date.ts'
import { formatAddressHeader, formatEncodedHeader, formatHeader } from '#src/formats/header/format.ts'
import { isMeetingPart } from '#src/formats/mime/attached-parts.ts'
import { type ComposedPart, composeMessage, type SizedSource } from '#src/formats/mime/compose.ts'
import type { MimePart } from '#src/formats/mime/part.ts'
import { htmlToText } from '#src/formats/text/html-text.ts'
import { lineValue } from '#src/wire/ews/model/line-value.ts'
import { mailboxesOf } from '../addresses.ts'
import type { ItemView } from '../item-view.ts'
import { attachedParts } from '../properties/attachments.ts'
import { importanceOf, sensitivityOf } from '../properties/item.ts'

/** An attachment that is in the message already, or a new one. */
export type DraftAttachment =
  | { kept: MimePart; source: SizedSource }
  | {
      name: string
      contentType: string
      params?: Readonly<Record<string, string>>
      octets: SizedSource
      contentId?: string
      contentLocation?: string
      /** As Content-MD5 has it. */
      md5?: string
      inline: boolean
    }

export type MessageDraft = {
  from: Mailbox | undefined
  sender: Mailbox | undefined
  to: Mailbox[]
  cc: Mailbox[]
  bcc: Mailbox[]
  replyTo: Mailbox[]
  subject: string
  dateMs: number
  /** With angle brackets. */
  messageId: string
  inReplyTo: string | undefined
  references: readonly string[]
  importance: 'Low' | 'Normal' | 'High'
  sensitivity: 'Normal' | 'Personal' | 'Private' | 'Confidential'
  readReceipt: boolean
  deliveryReceipt: boolean
  threadIndex: string | undefined
  /** Further header fields: X-… and what a client has set. */
  headers: (readonly [name: string, value: string])[]
  body: { type: 'HTML' | 'Text'; text: string }
  /** The calendar that makes it an invitation, beside its text (RFC 6047 §2.4). */
  meeting: ComposedPart | undefined
  attachments: DraftAttachment[]
}

export const emptyDraft = (now: number, hostName: string): MessageDraft => ({
  from: undefined,
  sender: undefined,
  to: [],
  cc: [],
  bcc: [],
  replyTo: [],
  subject: '',
  dateMs: now,
  messageId: `<${randomUUID()}@${hostName}>`,
  inReplyTo: undefined,
  references: [],
  importance: 'Normal',
  sensitivity: 'Normal',
  readReceipt: false,
  deliveryReceipt: false,
  threadIndex: undefined,
  headers: [],
  body: { type: 'Text', text: '' },
  meeting: undefined,
  attachments: [],
})

const KEPT_HEADER =
  /^(?:x-(?!priority$|landbridge-).+|list-.+|keywords|comments|organization|auto-submitted|thread-topic)$/i

/** A stored message as a draft. Attachments stay where they lie; signatures over the old text are gone. */
export async function draftOf(view: ItemView): Promise<MessageDraft> {
  const { envelope } = view
  const html = view.bodyPart('html')
  const part = html ?? view.bodyPart('plain')
  const text = part === undefined || view.item.body === null ? '' : (await view.partText(part)).text
  const fields = await view.fields()
  const headers: [string, string][] = []
  for (const { name, key } of fields) {
    if (!KEPT_HEADER.test(key)) continue
    const value = await view.field(key)
    if (value !== undefined && !headers.some(([known]) => known === name)) headers.push([name, value])
  }
  return {
    from: mailboxesOf(envelope.from)[0],
    sender: mailboxesOf(envelope.sender)[0],
    to: mailboxesOf(envelope.to),
    cc: mailboxesOf(envelope.cc),
    bcc: mailboxesOf(envelope.bcc),
    replyTo: mailboxesOf(envelope.replyTo),
    subject: view.subject,
    dateMs: envelope.dateMs ?? view.item.receivedAt,
    messageId: envelope.messageId ?? `<${randomUUID()}@${view.call.services.hostName}>`,
    inReplyTo: envelope.inReplyTo,
    references: envelope.references ?? [],
    importance: await importanceOf(view),
    sensitivity: await sensitivityOf(view),
    readReceipt: (await view.field('disposition-notification-to')) !== undefined,
    deliveryReceipt: (await view.field('return-receipt-to')) !== undefined,
    threadIndex: await view.field('thread-index'),
    headers,
    body: { type: html === undefined ? 'Text' : 'HTML', text },
    meeting: keptMeeting(view),
    attachments: await partsForOthers(view),
  }
}

/** What is attached to an item, where it lies. */
export const keptParts = (view: ItemView, parts: readonly MimePart[]): DraftAttachment[] =>
  parts.map((kept) => ({ kept, source: sourceOf(view, kept) }))

/** What is attached to an item, as a message has it. */
const partsForOthers = (view: ItemView): Promise<DraftAttachment[]> =>
  Promise.all(
    attachedParts(view).map(async (kept) => ({
      kept,
      source: await fileForOthers(kept, ({ start, end }) => view.octets(start, end)),
    })),
  )

const sourceOf = (view: ItemView, { headerOffset, bodyEnd }: MimePart): SizedSource => ({
  sizeBytes: bodyEnd - headerOffset,
  read: () => view.octets(headerOffset, bodyEnd),
})

function keptMeeting(view: ItemView): ComposedPart | undefined {
  const part = view.root && findCalendarPart(view.root)
  return part && isMeetingPart(part) ? { stored: sourceOf(view, part) } : undefined
}

/** The draft as a message (RFC 5322), Bcc included: whoever sends it leaves that out. SyntaxFault for what no header can hold. */
export function composeDraft(draft: MessageDraft): SizedSource {
  return composeMessage(headerOf(draft), contentOf(draft))
}

const isId = (text: string): boolean => /^<[\x21-\x3b\x3d\x3f-\x7e]{1,900}>$/.test(text)

function headerOf(draft: MessageDraft): string {
  const { from, sender, subject, importance, sensitivity } = draft
  const lists = [
    ['To', draft.to],
    ['Cc', draft.cc],
    ['Bcc', draft.bcc],
    ['Reply-To', draft.replyTo],
  ] as const
  const references = draft.references.filter(isId)
  const receiptTo = from ?? sender
  return [
    from === undefined ? '' : formatAddressHeader('From', [from]),
    sender === undefined || sameMailbox(sender, from) ? '' : formatAddressHeader('Sender', [sender]),
    ...lists.map(([name, list]) => (list.length === 0 ? '' : formatAddressHeader(name, list))),
    formatHeader('Subject', plainLine(lineValue('subject', subject))),
    formatEncodedHeader('Date', formatDate(draft.dateMs)),
    isId(draft.messageId) ? formatEncodedHeader('Message-ID', draft.messageId) : '',
    draft.inReplyTo !== undefined && isId(draft.inReplyTo)
      ? formatEncodedHeader('In-Reply-To', draft.inReplyTo)
      : '',
    references.length === 0 ? '' : formatEncodedHeader('References', references.slice(-50).join(' ')),
    importance === 'Normal'
      ? ''
      : `Importance: ${importance.toLowerCase()}\r\nX-Priority: ${importance === 'High' ? 1 : 5}\r\n`,
    sensitivity === 'Normal'
      ? ''
      : `Sensitivity: ${sensitivity === 'Confidential' ? 'Company-Confidential' : sensitivity}\r\n`,
    draft.readReceipt && receiptTo
      ? formatEncodedHeader('Disposition-Notification-To', formatMailboxList([receiptTo]))
      : '',
    draft.deliveryReceipt && receiptTo
      ? formatEncodedHeader('Return-Receipt-To', formatMailboxList([receiptTo]))
      : '',
    draft.threadIndex !== undefined && /^[A-Za-z0-9+/=]{1,900}$/.test(draft.threadIndex)
      ? formatEncodedHeader('Thread-Index', draft.threadIndex)
      : '',
    ...draft.headers.map(([name, value]) => otherHeader(name, value)),
  ].join('')
}

function otherHeader(name: string, value: string): string {
  if (!KEPT_HEADER.test(name)) return ''
  try {
    return formatHeader(name, plainLine(value))
  } catch (error) {
    // One field that was strange before is no reason to lose the message.
    if (error instanceof SyntaxFault) return ''
    throw error
  }
}

const plainLine = (text: string): string => text.replace(/[\r\n\0]+/g, ' ')

const sameMailbox = (one: Mailbox, other: Mailbox | undefined): boolean =>
  other !== undefined &&
  one.mailbox.toLowerCase() === other.mailbox.toLowerCase() &&
  one.host.toLowerCase() === other.host.toLowerCase()

function contentOf({ body, meeting, attachments }: MessageDraft): ComposedPart {
  const parts = attachments.map(partOf)
  const inline = attachments.map(isInline)
  const within = parts.filter((_, at) => inline[at])
  const beside = parts.filter((_, at) => !inline[at])
  const text: ComposedPart = {
    multipart: 'alternative',
    parts: [
      { text: body.type === 'Text' ? body.text : htmlToText(body.text), subtype: 'plain' },
      ...(body.type === 'Text' ? [] : [{ text: body.text, subtype: 'html' as const }]),
      ...(meeting === undefined ? [] : [meeting]),
    ],
  }
  const shown: ComposedPart =
    within.length > 0 && body.type === 'HTML' ? { multipart: 'related', parts: [text, ...within] } : text
  const others = body.type === 'HTML' ? beside : parts
  return others.length === 0 ? shown : { multipart: 'mixed', parts: [shown, ...others] }
}

const isInline = (attachment: DraftAttachment): boolean =>
  'kept' in attachment
    ? attachment.kept.id !== undefined && attachment.kept.disposition !== 'attachment'
    : attachment.inline && attachment.contentId !== undefined

/** An attachment as the part of a message that it becomes, or is already. */
export function partOf(attachment: DraftAttachment): ComposedPart {
  if ('kept' in attachment) return { stored: attachment.source }
  const { name, contentType, params, octets, contentId, contentLocation, md5, inline } = attachment
  return {
    octets,
    contentType,
    fileName: name,
    inline,
    ...(params && { params }),
    ...(contentId !== undefined && { contentId }),
    ...(contentLocation !== undefined && { contentLocation }),
    ...(md5 !== undefined && { md5 }),
  }
}
