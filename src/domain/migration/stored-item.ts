import { decodeWords } from '#src/formats/header/encoded-words.ts'
import { givenNameOf, type MimePart } from '#src/formats/mime/part.ts'
import { decodeTransfer } from '#src/formats/mime/transfer.ts'
import { meetingOf, messageClassOf, receivedForKeys } from '../calendar/scheduling/meeting-message.ts'
import { allFilesIn, attachedKind, OCCURRENCE } from '../mailbox/files.ts'
import { Flag, type Item } from '../mailbox/item.ts'
import type { MailboxReader, MailboxRef } from '../mailbox/store.ts'
import type { Loss, SourceAttachment, SourceItem } from './source.ts'

/** The parts of an item that `sourceItem` needs. */
export const wholeItem = ['summary', 'structure', 'content', 'properties'] as const

/** An item as it lies in a store of ours; `hasAttachment` is found anew where it comes to. */
export async function sourceItem(mailboxes: MailboxReader, at: MailboxRef, item: Item): Promise<SourceItem> {
  const { no, modseq, class: kind, flags, keywords, receivedAt, body, sizeBytes } = item
  const isMessage = kind === 'message'
  const meeting = meetingOf(item)
  const { receivedFor } = meeting ?? {}
  const { properties, losses } = keptProperties({
    ...item.properties,
    ...(receivedFor && {
      [receivedForKeys.address]: receivedFor.address,
      [receivedForKeys.name]: receivedFor.name,
    }),
  })
  return {
    key: String(no),
    version: String(modseq),
    match: null,
    class: kind,
    title: item.summary?.subject ?? '',
    receivedAt,
    flags: flags & ~Flag.hasAttachment,
    keywords,
    properties,
    ...(meeting && { meetingClass: messageClassOf(meeting) }),
    message: isMessage && body !== null ? { sizeBytes, open: () => mailboxes.readBody(at, body) } : null,
    content: isMessage ? null : (item.content ?? {}),
    attachments: isMessage ? [] : attachmentsOf(mailboxes, at, item),
    losses,
  }
}

function keptProperties(given: Readonly<Record<string, unknown>>) {
  const properties: Record<string, string | readonly string[]> = {}
  const losses: Loss[] = []
  for (const [property, value] of Object.entries(given)) {
    const isText =
      typeof value === 'string' || (Array.isArray(value) && value.every((each) => typeof each === 'string'))
    if (isText) Object.defineProperty(properties, property, { value, enumerable: true })
    else losses.push({ property, reason: 'It is neither text nor a list of texts.', weight: 'metadata' })
  }
  return { properties, losses }
}

/** Files of an event, contact, task or note, also those of one occurrence: the parts of the message that is kept as its body. */
export function attachmentsOf(
  mailboxes: MailboxReader,
  at: MailboxRef,
  { body, structure }: Item,
): SourceAttachment[] {
  if (body === null || !structure) return []
  return allFilesIn(structure).map((part) => ({
    name: givenNameOf(part) ?? '',
    item: attachedKind(part),
    type: `${part.type}/${part.subtype}`,
    contentId: part.id?.replace(/^<|>$/g, '') ?? null,
    ...(part.location !== undefined && { contentLocation: decodeWords(part.location) }),
    inline: part.disposition === 'inline',
    occurrence: part.params[OCCURRENCE] ?? null,
    sizeBytes: null,
    open: () => decoded(mailboxes.readBody(at, body, { start: part.bodyOffset, end: part.bodyEnd }), part),
  }))
}

async function* decoded(octets: AsyncIterable<Uint8Array>, part: MimePart): AsyncGenerator<Uint8Array> {
  const decoder = decodeTransfer(part.encoding)
  for await (const piece of octets) yield decoder.push(piece)
  yield decoder.finish()
}
