import type {
  ArrayOfAttachmentsType,
  AttachmentType,
  ItemAttachmentType,
  MessageType,
  NonEmptyArrayOfAttachmentsType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { authorOf } from './author.ts'
import { composeDraft, type DraftAttachment, emptyDraft } from './message-draft.ts'
import { updateDraft } from './message-updates.ts'
import { sourceOf } from './sized-source.ts'
import { updatesOfItem } from './updates.ts'

/** Attachments as a request brings them; files stay in the spool until they are written into their message. */
export async function newAttachments(
  call: EwsCall,
  given: NonEmptyArrayOfAttachmentsType | ArrayOfAttachmentsType,
): Promise<DraftAttachment[]> {
  const made: DraftAttachment[] = []
  for (const { FileAttachment, ItemAttachment } of given) {
    if (FileAttachment !== undefined) {
      made.push({
        ...headOf(FileAttachment),
        contentType: FileAttachment.ContentType ?? 'application/octet-stream',
        octets: sourceOf(FileAttachment.Content ?? new Uint8Array()),
      })
    } else if (ItemAttachment !== undefined) {
      made.push({
        ...headOf(ItemAttachment),
        contentType: 'message/rfc822',
        octets: await attachedMessage(call, ItemAttachment),
      })
    } else {
      throw new EwsRefusal('ErrorInvalidOperation', 'not-supported', 'Links as attachments are not offered.')
    }
  }
  return made
}

function headOf({ Name = '', ContentId, ContentLocation, IsInline = false }: AttachmentType) {
  return {
    name: Name,
    inline: IsInline,
    ...(ContentId !== undefined && { contentId: ContentId }),
    ...(ContentLocation !== undefined && { contentLocation: ContentLocation }),
  }
}

async function attachedMessage(call: EwsCall, given: ItemAttachmentType) {
  const message = given.Message ?? (given.Item as MessageType | undefined)
  if (message === undefined)
    throw new EwsRefusal('ErrorInvalidOperation', 'not-supported', 'Only messages are attached as items.')
  if (message.MimeContent !== undefined) return sourceOf(message.MimeContent.Value)
  const draft = emptyDraft(call.services.now(), call.services.hostName)
  draft.from = authorOf(call)
  await updateDraft(call, draft, updatesOfItem(message))
  draft.attachments.push(...(await newAttachments(call, message.Attachments ?? [])))
  return composeDraft(draft)
}
