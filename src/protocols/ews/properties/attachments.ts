import { bodySizeBytes, fileNameOf, isAttachment, type MimePart } from '#src/formats/mime/part.ts'
import { formatTime } from '#src/wire/ews/model/time-zones.ts'
import type { ArrayOfAttachmentsType, NonEmptyArrayOfAttachmentsType } from '#src/wire/ews/schema-types.ts'
import { formatAttachmentId, formatChangeKey, formatItemId } from '../ids.ts'
import type { ItemView } from '../item-view.ts'
import { itemNotFound } from '../places.ts'
import { isItem } from './attached-items.ts'

/** The parts of a message that are listed as attachments, those shown within its HTML too; what is its body is none. */
export function attachedParts(view: ItemView): MimePart[] {
  const { root } = view
  if (root === undefined) return []
  const bodies = new Set([view.bodyPart('plain'), view.bodyPart('html')])
  const found: MimePart[] = []
  const walk = (part: MimePart): void => {
    if (part.parts.length > 0) part.parts.forEach(walk)
    else if (!bodies.has(part) && isListed(part, view)) found.push(part)
  }
  walk(root)
  return found
}

function isListed(part: MimePart, view: ItemView): boolean {
  // The calendar of a meeting message is what the message is.
  if (part.type === 'text' && part.subtype === 'calendar' && view.meeting !== undefined) return false
  if (
    part.type === 'text' &&
    part.disposition === undefined &&
    fileNameOf(part) === undefined &&
    !isAttachment(part)
  )
    return false
  return part !== view.root || isAttachment(part)
}

/** Octets of what a part holds, as near as can be told without reading it. */
const decodedSize = (part: MimePart): number =>
  part.encoding === 'base64' ? Math.floor((bodySizeBytes(part) * 3) / 4) : bodySizeBytes(part)

export function attachmentHead(view: ItemView, part: MimePart, root: boolean) {
  const { item, mailbox } = view
  const { mailbox: id } = mailbox.at
  const isInline = part.disposition === 'inline' && part.id !== undefined
  return {
    AttachmentId: {
      Id: formatAttachmentId(id, item.no, part.path),
      ...(root && {
        RootItemId: formatItemId(id, item.no),
        RootItemChangeKey: formatChangeKey('item', item.modseq),
      }),
    },
    Name: fileNameOf(part) ?? part.message?.envelope.subject ?? defaultName(part),
    ContentType: `${part.type}/${part.subtype}`,
    ...(part.id !== undefined && { ContentId: part.id.replace(/^<|>$/g, '') }),
    ...(part.location !== undefined && { ContentLocation: part.location }),
    Size: Math.min(decodedSize(part), 2 ** 31 - 1),
    LastModifiedTime: formatTime(item.savedAt),
    IsInline: isInline,
  }
}

const defaultName = (part: MimePart): string =>
  part.type === 'message' ? 'message.eml' : part.subtype === 'calendar' ? 'meeting.ics' : `part ${part.path}`

/** The list of attachments without their content; undefined for none. */
export function shownAttachments(view: ItemView): ArrayOfAttachmentsType | undefined {
  const parts = attachedParts(view)
  if (parts.length === 0) return undefined
  return parts.map((part) => {
    const head = attachmentHead(view, part, false)
    return isItem(part) ? { ItemAttachment: head } : { FileAttachment: head }
  })
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
  const found = given.toReversed().map(({ FileAttachment, ItemAttachment }) => {
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
