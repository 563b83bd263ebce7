import { createHash } from 'node:crypto'
import { allFilesIn, attachedKind, filesIn } from '#src/domain/mailbox/files.ts'
import { decodeWords } from '#src/formats/header/encoded-words.ts'
import { attachedParts as partsBeside } from '#src/formats/mime/attached-parts.ts'
import {
  bodySizeBytes,
  fileNameOf,
  findPart,
  givenNameOf,
  type MimePart,
  walkParts,
} from '#src/formats/mime/part.ts'
import { formatTime } from '#src/wire/ews/model/time-zones.ts'
import type { ArrayOfAttachmentsType, NonEmptyArrayOfAttachmentsType } from '#src/wire/ews/schema-types.ts'
import { type AttachmentKey, formatAttachmentId, formatChangeKey, formatItemId } from '../ids.ts'
import type { ItemView } from '../item-view.ts'
import { itemNotFound } from '../places.ts'
import { isPhoto, PHOTO, photoOf } from './contact-photo.ts'

/** The parts of an item's body that are listed as attachments. */
export function attachedParts({ root, item, meeting, options }: ItemView): readonly MimePart[] {
  if (root === undefined) return []
  if (item.class === 'message') return partsBeside(root, { meeting: meeting !== undefined })
  return filesIn(root, options.occurrence?.at.recurrenceId)
}

/**
 * The part that a key names, wherever it lies now; of what is no message only one that is attached, or lies within what is: who may
 * read an event need not be told what was written in the message that brought it.
 */
export function attachedPart(
  view: ItemView,
  key: Pick<AttachmentKey, 'path' | 'print'>,
): MimePart | undefined {
  const { root, item } = view
  const part = root && partNamed(root, key)
  if (part === undefined || item.class === 'message') return part
  const holds = (file: MimePart) => file === part || part.path.startsWith(`${file.path}.`)
  return allFilesIn(root!).some(holds) ? part : undefined
}

function partNamed(
  root: MimePart,
  { path, print }: Pick<AttachmentKey, 'path' | 'print'>,
): MimePart | undefined {
  const there = findPart(root, path)
  if (print === undefined || (there !== undefined && printOf(there) === print)) return there
  return partsByPrint(root).get(print)
}

/** Made once for all the keys of a request: a message has up to 10,000 parts. */
const printed = new WeakMap<MimePart, ReadonlyMap<string, MimePart>>()

function partsByPrint(root: MimePart): ReadonlyMap<string, MimePart> {
  const known = printed.get(root)
  if (known !== undefined) return known
  const parts = new Map<string, MimePart>()
  for (const part of walkParts(root)) {
    const print = printOf(part)
    if (!parts.has(print)) parts.set(print, part)
  }
  printed.set(root, parts)
  return parts
}

/** What a part is known by wherever it lies: it stays as it is, octet by octet, when others come or go. */
function printOf(part: MimePart): string {
  const { type, subtype, id, md5, message, headerOffset, bodyOffset } = part
  const content = [md5, message?.envelope.messageId].filter((known) => known !== undefined)
  const traits = [type, subtype, fileNameOf(part), id, bodyOffset - headerOffset, bodySizeBytes(part)]
  return createHash('sha256')
    .update(JSON.stringify([...traits, ...content]))
    .digest('base64url')
    .slice(0, 8)
}

/** Octets of what a part holds, as near as can be told without reading it. */
const decodedSize = (part: MimePart): number =>
  part.encoding === 'base64' ? Math.floor((bodySizeBytes(part) * 3) / 4) : bodySizeBytes(part)

export function attachmentHead(view: ItemView, part: MimePart, root: boolean) {
  const isInline = part.disposition === 'inline' && part.id !== undefined
  return {
    AttachmentId: attachmentId(view, part.path, root, printOf(part)),
    Name: nameOf(part),
    ContentType: `${part.type}/${part.subtype}`,
    ...(part.id !== undefined && { ContentId: part.id.replace(/^<|>$/g, '') }),
    ...(part.location !== undefined && { ContentLocation: decodeWords(part.location) }),
    Size: Math.min(decodedSize(part), 2 ** 31 - 1),
    LastModifiedTime: formatTime(view.item.savedAt),
    IsInline: isInline,
  }
}

/** An item that is attached has a title, in which a slash ends no folder. */
const nameOf = (part: MimePart): string =>
  (attachedKind(part) === undefined ? fileNameOf(part) : givenNameOf(part)?.trim()) ||
  decodeWords(part.message?.envelope.subject ?? '') ||
  defaultName(part)

const defaultName = (part: MimePart): string =>
  part.type === 'message' ? 'message.eml' : part.subtype === 'calendar' ? 'meeting.ics' : `part ${part.path}`

/** The list of attachments without their content; undefined for none. */
export function shownAttachments(view: ItemView): ArrayOfAttachmentsType | undefined {
  const photo = photoAttachment(view, false)
  const shown = attachedParts(view).map((part) => {
    const head = attachmentHead(view, part, false)
    return attachedKind(part) !== undefined ? { ItemAttachment: head } : { FileAttachment: head }
  })
  const all = photo === undefined ? shown : [{ FileAttachment: photo }, ...shown]
  return all.length === 0 ? undefined : all
}

/** The photo of a contact as an attachment without its content; undefined where there is none. */
export function photoAttachment(view: ItemView, root: boolean) {
  const photo = view.options.nested ? undefined : photoOf(view.item)
  if (photo === undefined) return undefined
  return {
    AttachmentId: attachmentId(view, PHOTO, root),
    Name: `ContactPicture.${photo.mediaType.replace(/^image\/(?:jpeg$)?/, '') || 'jpg'}`,
    ContentType: photo.mediaType,
    Size: photo.octets.length,
    LastModifiedTime: formatTime(view.item.savedAt),
    IsInline: false,
    IsContactPhoto: true,
  }
}

function attachmentId(view: ItemView, path: string, root: boolean, print?: string) {
  const { item, mailbox, options } = view
  const { at } = mailbox
  const recurrenceId = options.occurrence?.at.recurrenceId
  return {
    Id: formatAttachmentId(at.mailbox, item.no, path, print, recurrenceId),
    ...(root && {
      RootItemId: formatItemId(at.mailbox, item.no, recurrenceId),
      RootItemChangeKey: formatChangeKey('item', item.modseq),
    }),
  }
}

/**
 * The ids of attachments that were just written into a message, in the order in which they were given; of two of one name
 * the later parts are the new ones.
 */
export function attachmentIds(
  view: ItemView,
  given: NonEmptyArrayOfAttachmentsType,
): ArrayOfAttachmentsType[number][] {
  const parts = attachedParts(view)
  const taken = new Set<MimePart>()
  const photo = photoAttachment(view, true)
  const found = given.toReversed().map(({ FileAttachment, ItemAttachment }) => {
    if (photo !== undefined && isPhoto(FileAttachment))
      return { FileAttachment: { AttachmentId: photo.AttachmentId } }
    const name = (FileAttachment ?? ItemAttachment)?.Name ?? ''
    const fits = (part: MimePart) =>
      !taken.has(part) && (part.dispositionParams?.filename ?? part.params.name ?? '') === name
    const part = parts.findLast(fits) ?? parts.findLast((each) => !taken.has(each))
    if (part === undefined) throw itemNotFound()
    taken.add(part)
    const { AttachmentId } = attachmentHead(view, part, true)
    return FileAttachment ? { FileAttachment: { AttachmentId } } : { ItemAttachment: { AttachmentId } }
  })
  return found.toReversed()
}
