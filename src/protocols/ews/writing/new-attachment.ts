import { createHash, randomUUID } from 'node:crypto'
import type { SizedSource } from '#src/formats/mime/compose.ts'
import { updatesOfItem } from '#src/wire/ews/model/updates.ts'
import type {
  ArrayOfAttachmentsType,
  AttachmentType,
  ItemAttachmentType,
  MessageType,
  NonEmptyArrayOfAttachmentsType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { attachedContent } from '../properties/attached-items.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { authorOf } from './author.ts'
import { contactIn, eventOf, taskOf } from './described-item.ts'
import { composeDraft, type DraftAttachment, emptyDraft } from './message-draft.ts'
import { updateDraft } from './message-updates.ts'
import { sourceOf } from './sized-source.ts'

/** LIM-11. */
const MOST_ATTACHMENTS = 500
/** In characters; file systems have 255 of them. A header is written with each. */
const LONGEST_NAME = 4_096

/** Attachments as a request brings them; files stay in the spool until they are written into their message. */
export async function newAttachments(
  call: EwsCall,
  given: NonEmptyArrayOfAttachmentsType | ArrayOfAttachmentsType,
): Promise<DraftAttachment[]> {
  if (given.length > MOST_ATTACHMENTS)
    throw new EwsRefusal(
      'ErrorAttachmentSizeLimitExceeded',
      'limit-exceeded',
      `A message has at most ${MOST_ATTACHMENTS} attachments.`,
    )
  const made: DraftAttachment[] = []
  for (const { FileAttachment, ItemAttachment } of given) {
    requireNames(FileAttachment ?? ItemAttachment ?? {})
    if (FileAttachment !== undefined) {
      const octets = sourceOf(FileAttachment.Content ?? new Uint8Array())
      made.push({
        ...headOf(FileAttachment),
        contentType: FileAttachment.ContentType ?? 'application/octet-stream',
        octets,
        md5: await md5Of(octets),
      })
    } else if (ItemAttachment !== undefined) {
      made.push({ ...headOf(ItemAttachment), ...(await attachedItem(call, ItemAttachment)) })
    } else {
      throw new EwsRefusal('ErrorInvalidOperation', 'not-supported', 'Links as attachments are not offered.')
    }
  }
  return made
}

/** By which a file is known from another of its name and size that takes its place. */
async function md5Of(octets: SizedSource): Promise<string> {
  const hash = createHash('md5')
  for await (const piece of octets.read()) hash.update(piece)
  return hash.digest('base64')
}

function requireNames({ Name = '', ContentId = '', ContentLocation = '', ContentType = '' }: AttachmentType) {
  const longest = Math.max(Name.length, ContentId.length, ContentLocation.length, ContentType.length)
  if (longest <= LONGEST_NAME) return
  throw new EwsRefusal(
    'ErrorInvalidRequest',
    'limit-exceeded',
    `The name, type, id or location of an attachment has ${longest} characters, and at most ${LONGEST_NAME} are accepted.`,
  )
}

function headOf({ Name = '', ContentId, ContentLocation, IsInline = false }: AttachmentType) {
  return {
    name: Name,
    inline: IsInline,
    ...(ContentId !== undefined && { contentId: ContentId }),
    ...(ContentLocation !== undefined && { contentLocation: ContentLocation }),
  }
}

type Attached = Pick<Extract<DraftAttachment, { octets: unknown }>, 'contentType' | 'params' | 'octets'>

async function attachedItem(call: EwsCall, given: ItemAttachmentType): Promise<Attached> {
  const { CalendarItem, Contact, Task } = given
  const message = given.Message ?? given.PostItem ?? given.Item
  if (message !== undefined)
    return { contentType: 'message/rfc822', octets: await attachedMessage(call, message as MessageType) }
  const content =
    (CalendarItem && (await eventOf(call, CalendarItem))) ??
    (Contact && (await contactIn(call, Contact))) ??
    (Task && taskOf(Task).task)
  if (content === undefined)
    throw new EwsRefusal(
      'ErrorInvalidItemForOperationCreateItemAttachment',
      'not-supported',
      'Items of this kind are not attached.',
    )
  const made = content.uid === '' ? { ...content, uid: randomUUID() } : content
  const { octets, ...rest } = attachedContent(made, call.services.now())
  return { ...rest, octets: sourceOf(octets) }
}

async function attachedMessage(call: EwsCall, message: MessageType) {
  if (message.MimeContent !== undefined) return sourceOf(message.MimeContent.Value)
  const draft = emptyDraft(call.services.now(), call.services.hostName)
  draft.from = authorOf(call)
  await updateDraft(call, draft, updatesOfItem(message))
  draft.attachments.push(...(await newAttachments(call, message.Attachments ?? [])))
  return composeDraft(draft)
}
