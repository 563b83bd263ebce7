import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { changeMessage } from '#src/domain/mailbox/change-message.ts'
import type { Request } from '#src/wire/ews/message.ts'
import type { ResponseMessage } from '#src/wire/ews/response.ts'
import type { EwsCall } from '../call.ts'
import { oneMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { attachmentIds } from '../properties/attachments.ts'
import { readItem, viewOf } from '../read-items.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { composeDraft, draftOf } from '../writing/message-draft.ts'
import { newAttachments } from '../writing/new-attachment.ts'

/** CreateAttachment: files and messages are written into a stored draft, all of the request at once. */
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
  const place = await readItem(call, await call.places.named({ ItemId: ParentItemId }), FolderRight.editAny)
  const { item, mailbox } = place
  if (item.class !== 'message')
    throw new EwsRefusal('ErrorInvalidOperation', 'not-supported', 'Files are attached to messages only.')
  const draft = await draftOf(viewOf(call, place, { BaseShape: 'IdOnly' }))
  draft.attachments.push(...(await newAttachments(call, Attachments)))
  const { store } = call.services
  await changeMessage(store, mailbox.at, item.no, { source: composeDraft(draft) })
  const again = viewOf(call, await readItem(call, { ...place, modseq: undefined }), { BaseShape: 'IdOnly' })
  return attachmentIds(again, Attachments)
}
