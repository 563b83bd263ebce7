import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { attachedKind } from '#src/domain/mailbox/files.ts'
import { bodySizeBytes, type MimePart } from '#src/formats/mime/part.ts'
import { decodeTransfer } from '#src/formats/mime/transfer.ts'
import type { AttachmentResponseShapeType, ItemResponseShapeType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { parseId } from '../ids.ts'
import { ItemView, viewParts } from '../item-view.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { attachedItem, attachedMessage } from '../properties/attached-items.ts'
import { attachedPart, attachmentHead, photoAttachment } from '../properties/attachments.ts'
import { PHOTO, photoOf } from '../properties/contact-photo.ts'
import { showItem } from '../properties/show-item.ts'
import { EwsRefusal } from '../refusal-codes.ts'

/** GetAttachment: files as they are read from the stored message, attached messages as items. */
export const getAttachment = operation({
  name: 'GetAttachment',
  count: ({ AttachmentIds }) => AttachmentIds.length,
  run: (call, { AttachmentIds, AttachmentShape }) => ({
    messages: eachMessage(call, 'GetAttachment', AttachmentIds, async ({ Id }) => ({
      Attachments: [await attachment(call, Id, AttachmentShape)],
    })),
  }),
})

async function attachment(
  call: EwsCall,
  id: string,
  shape: AttachmentResponseShapeType | undefined,
): Promise<object> {
  const key = parseId(id)
  if (key.kind !== 'attachment')
    throw new EwsRefusal('ErrorInvalidAttachmentId', 'invalid-parameter', 'This is the id of no attachment.')
  const mailbox = await call.places.byId(key.mailbox)
  const named = { mailbox, no: key.item, recurrenceId: undefined, modseq: undefined }
  const { item, rights } = await call.places.item(named, FolderRight.readAny, viewParts)
  const view = new ItemView(call, item, { mailbox, rights, shape: { BaseShape: 'IdOnly' }, listed: false })
  if (key.path === PHOTO) {
    const photo = photoAttachment(view, false)
    if (photo === undefined) throw noAttachment()
    return { FileAttachment: { ...photo, Content: photoOf(item)!.octets } }
  }
  const part = attachedPart(view, key)
  if (part === undefined) throw noAttachment()
  // As it was asked for: it may be that of an occurrence.
  const head = { ...attachmentHead(view, part, false), AttachmentId: { Id: id } }
  const kind = attachedKind(part)
  if (kind === undefined) return { FileAttachment: { ...head, Content: contentOf(view, part) } }
  const wanted: ItemResponseShapeType = { BaseShape: 'AllProperties', ...shape }
  const inner = kind === 'message' ? attachedMessage(item) : await attachedItem(view, part, kind)
  const nested = new ItemView(call, inner, {
    mailbox,
    rights,
    shape: wanted,
    listed: false,
    nested: { part },
  })
  return { ItemAttachment: { ...head, ...(await showItem(nested)) } }
}

const noAttachment = () => new EwsRefusal('ErrorItemNotFound', 'no-such-item', 'There is no such attachment.')

function contentOf(view: ItemView, part: MimePart) {
  return {
    sizeBytes: bodySizeBytes(part),
    async *read() {
      const decoder = decodeTransfer(part.encoding)
      for await (const piece of view.octets(part.bodyOffset, part.bodyEnd)) yield decoder.push(piece)
      yield decoder.finish()
    },
  }
}
