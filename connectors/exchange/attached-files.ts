/** Files and items attached to an item that is no message. */
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { AttachedKind } from '#src/domain/mailbox/files.ts'
import { carriedLocation } from '#src/domain/migration/content-location.ts'
import type { CountedFile } from '#src/domain/migration/files-of-series.ts'
import type { Loss, SourceAttachment } from '#src/domain/migration/source.ts'
import { formatCalendar } from '#src/formats/ical/calendar.ts'
import type { Card } from '#src/formats/jscontact/card.ts'
import { formatCards } from '#src/formats/vcard/format.ts'
import type {
  ArrayOfAttachmentsType,
  AttachmentInfoResponseMessageType,
  AttachmentType,
  ContactItemType,
  ItemType,
  TaskType,
} from '#src/wire/ews/schema-types.ts'
import { attached, type From, itemIn } from './attachments.ts'
import { contactOf } from './contact-item.ts'
import { failureOfMessage } from './failures.ts'
import { taskOf } from './task-item.ts'
import { uidOfKey } from './uid-of-key.ts'

/** Attached items up to this are read when their item is, larger ones when their octets are wanted. */
const READ_AT_ONCE = 1024 * 1024
/** Of all that are attached to one item and to its occurrences. */
const READ_TOGETHER = 8 * READ_AT_ONCE

/** Octets that may still be kept of what is attached to one item. */
export type Room = { left: number }

export const roomOfItem = (): Room => ({ left: READ_TOGETHER })

/** All of them, read when they are asked for. Rejects with SourceFailure, not for one that cannot be had: that is a loss. */
export const attachmentsOf = async (
  from: From,
  item: ItemType,
  losses: Loss[],
  signal: AbortSignal,
): Promise<SourceAttachment[]> =>
  (await countedAttachmentsOf({ ...from, room: roomOfItem() }, item, null, losses, signal)).map(
    ({ file }) => file,
  )

/** The same, of one occurrence or of the item itself, with their sizes as Exchange tells them. */
export async function countedAttachmentsOf(
  from: From & { room: Room },
  item: ItemType,
  occurrence: string | null,
  losses: Loss[],
  signal: AbortSignal,
): Promise<CountedFile[]> {
  const counted: CountedFile[] = []
  const { room } = from
  for (const one of (item.Attachments ?? []) as ArrayOfAttachmentsType) {
    const given: AttachmentType | undefined = one.FileAttachment ?? one.ItemAttachment
    const id = given?.AttachmentId?.Id
    if (given === undefined || id === undefined) {
      losses.push({
        property: `attachment "${one.ReferenceAttachment?.Name ?? ''}"`,
        reason: 'a link to a file that lies elsewhere',
        weight: 'visible',
      })
      continue
    }
    const octets = given.Size ?? 0
    const head = {
      contentId: given.ContentId ?? null,
      ...carriedLocation(given.ContentLocation, given.Name ?? '', losses),
      inline: given.IsInline ?? false,
      occurrence,
      // What Exchange says counts more than the content.
      sizeBytes: null,
    }
    if (one.ItemAttachment === undefined) {
      const file: SourceAttachment = {
        ...head,
        name: given.Name ?? 'attachment',
        type: given.ContentType ?? 'application/octet-stream',
        open: (until) => attached(from, { id, isMessage: false, size: octets }, until),
      }
      counted.push({ file, octets, id })
      continue
    }
    const atOnce = given.Size !== undefined && octets <= Math.min(READ_AT_ONCE, room.left)
    if (atOnce) room.left -= octets
    const read = await attachedItem(from, { id, name: given.Name ?? '', octets, atOnce }, losses, signal)
    if (read === undefined) continue
    const file: SourceAttachment = { ...head, name: given.Name ?? '', ...read }
    counted.push({ file, octets, id })
  }
  return counted
}

type Read = Pick<SourceAttachment, 'item' | 'type' | 'open'>

const kindOf: Readonly<Record<string, AttachedKind>> = {
  CalendarItem: 'event',
  Contact: 'contact',
  Task: 'task',
}
const typeOf = {
  message: 'message/rfc822',
  event: 'text/calendar',
  task: 'text/calendar',
  contact: 'text/vcard',
}

/** Undefined where it is lost: what it is attached to comes over all the same (migration.md 1.3). */
async function attachedItem(
  from: From,
  { id, name, octets: size, atOnce }: { id: string; name: string; octets: number; atOnce: boolean },
  losses: Loss[],
  signal: AbortSignal,
): Promise<Read | undefined> {
  const property = `attachment "${name}"`
  const lose = (reason: string) => {
    losses.push({ property, reason, weight: 'visible' })
    return undefined
  }
  const [answer] = await from.session.messages<'GetAttachment', AttachmentInfoResponseMessageType>(
    'GetAttachment',
    { AttachmentShape: { IncludeMimeContent: atOnce }, AttachmentIds: [{ Id: id }] },
    signal,
  )
  if (answer === undefined || answer.ResponseClass === 'Error') {
    const failure = failureOfMessage(answer ?? { ResponseClass: 'Error' }, 'An attached item')
    if (failure.kind !== 'item-permanent') throw failure
    return lose(failure.message)
  }
  const found = itemIn(answer.Attachments[0]?.ItemAttachment ?? {})
  if (found === undefined) return lose('An attached item came without its content.')
  const kind = kindOf[found.element] ?? 'message'
  if (!atOnce && (kind === 'message' || kind === 'event'))
    return read(kind, (until) => attached(from, { id, isMessage: true, size }, until))
  const octets = found.item.MimeContent?.Value
  if (octets instanceof Uint8Array) {
    const kept = Uint8Array.from(octets)
    return read(kind, async function* () {
      yield kept
    })
  }
  const inner: Loss[] = []
  const text = await described(from, kind, found.item, inner, signal)
  if (text === undefined) return lose('The server does not write what is attached as an item there.')
  for (const { property: of, ...loss } of inner) losses.push({ property: `${property}, its ${of}`, ...loss })
  const written = Buffer.from(text)
  return read(kind, async function* () {
    yield written
  })
}

const read = (item: AttachedKind, open: Read['open']): Read => ({ item, type: typeOf[item], open })

/** Exchange writes contacts and tasks as no MIME: their properties say what they are. */
async function described(
  from: From,
  kind: AttachedKind,
  item: ItemType,
  losses: Loss[],
  signal: AbortSignal,
): Promise<string | undefined> {
  // The copies that occurrences have of one of their series have ids of their own, and are one and the same.
  const key = `${kind} ${item.Subject ?? ''}`
  try {
    if (kind === 'contact')
      return formatCards([(await contactOf(from, item as ContactItemType, key, losses, signal)) as Card])
    if (kind === 'task')
      return formatCalendar([taskOf(item as TaskType, uidOfKey(key), losses).task], {
        stamp: Date.parse(item.LastModifiedTime ?? '') || 0,
      })
    return undefined
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    return undefined
  }
}
