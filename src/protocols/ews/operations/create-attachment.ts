import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import type { Request } from '#src/wire/ews/message.ts'
import type { ResponseMessage } from '#src/wire/ews/response.ts'
import type { EwsCall } from '../call.ts'
import { oneMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import type { ItemPlace } from '../places.ts'
import { attachmentIds } from '../properties/attachments.ts'
import { readItem, viewOf } from '../read-items.ts'
import { makeException } from '../writing/exceptions.ts'
import { addFiles } from '../writing/item-files.ts'
import { draftOf } from '../writing/message-draft.ts'
import { newAttachments } from '../writing/new-attachment.ts'
import { rewriteDraft } from '../writing/rewrite-draft.ts'
import { undisturbed } from '../writing/undisturbed.ts'

/** CreateAttachment: files and items are attached to a stored item, a message written anew, all of the request at once. */
export const createAttachment = operation({
  name: 'CreateAttachment',
  writes: true,
  count: ({ Attachments }) => Attachments.length,
  run: async (call, request) => ({ messages: answers(call, request) }),
})

async function* answers(
  call: EwsCall,
  request: Request<'CreateAttachment'>,
): AsyncGenerator<ResponseMessage> {
  let made: object[] | undefined
  for (const at of request.Attachments.keys()) {
    yield await oneMessage(call, 'CreateAttachment', async () => {
      made ??= await attach(call, request)
      return { Attachments: [made[at]!] }
    })
  }
}

async function attach(
  call: EwsCall,
  { ParentItemId, Attachments }: Request<'CreateAttachment'>,
): Promise<object[]> {
  const named = await call.places.named({ ItemId: ParentItemId })
  const place = await undisturbed(async () => {
    const place = await readItem(call, named, FolderRight.editAny)
    const write = place.item.class === 'message' ? attachToDraft : addFiles
    await write(call, place, Attachments)
    return place
  })
  if (place.recurrenceId !== undefined) await makeException(call, place)
  const again = viewOf(call, await readItem(call, { ...place, modseq: undefined }), { BaseShape: 'IdOnly' })
  return attachmentIds(again, Attachments)
}

async function attachToDraft(
  call: EwsCall,
  place: ItemPlace,
  given: Request<'CreateAttachment'>['Attachments'],
): Promise<void> {
  const draft = await draftOf(viewOf(call, place, { BaseShape: 'IdOnly' }))
  draft.attachments.push(...(await newAttachments(call, given)))
  await rewriteDraft(call, place, draft)
}
