import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { changeMessage } from '#src/domain/mailbox/change-message.ts'
import type { ItemNo } from '#src/domain/mailbox/item.ts'
import type { Request } from '#src/wire/ews/message.ts'
import type { ResponseMessage } from '#src/wire/ews/response.ts'
import type { EwsCall } from '../call.ts'
import { type AttachmentKey, formatChangeKey, formatItemId, parseId } from '../ids.ts'
import { oneMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { type ItemPlace, itemNotFound } from '../places.ts'
import { readItem, viewOf } from '../read-items.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { removeFiles } from '../writing/item-files.ts'
import { composeDraft, draftOf } from '../writing/message-draft.ts'

/** DeleteAttachment. Those of one item go together: without them the others have other places in it. */
export const deleteAttachment = operation({
  name: 'DeleteAttachment',
  writes: true,
  count: ({ AttachmentIds }) => AttachmentIds.length,
  run: async (call, request) => ({ messages: answers(call, request) }),
})

async function* answers(
  call: EwsCall,
  { AttachmentIds }: Request<'DeleteAttachment'>,
): AsyncGenerator<ResponseMessage> {
  const done = new Map<ItemNo, Promise<object>>()
  for (const { Id } of AttachmentIds) {
    yield await oneMessage(call, 'DeleteAttachment', () => {
      const key = keyOf(Id)
      const same = AttachmentIds.flatMap((other) => {
        const found = parsed(other.Id)
        return found?.item === key.item && found.mailbox === key.mailbox ? found.path : []
      })
      const known = done.get(key.item) ?? detach(call, key, new Set(same))
      done.set(key.item, known)
      return known
    })
  }
}

function keyOf(id: string): AttachmentKey {
  const key = parseId(id)
  if (key.kind !== 'attachment')
    throw new EwsRefusal('ErrorInvalidAttachmentId', 'invalid-parameter', 'This is the id of no attachment.')
  return key
}

function parsed(id: string): AttachmentKey | undefined {
  try {
    return keyOf(id)
  } catch (error) {
    if (error instanceof EwsRefusal) return undefined
    throw error
  }
}

async function detach(
  call: EwsCall,
  { mailbox: id, item: no }: AttachmentKey,
  paths: ReadonlySet<string>,
): Promise<object> {
  const mailbox = await call.places.byId(id)
  const place = await readItem(
    call,
    { mailbox, no, recurrenceId: undefined, modseq: undefined },
    FolderRight.editAny,
  )
  const isThere =
    place.item.class === 'message'
      ? await removeFromDraft(call, place, paths)
      : await removeFiles(call, place, paths)
  const [changed] = isThere ? await call.services.store.mailboxes.getItems(mailbox.at, [no]) : []
  if (changed === undefined) throw itemNotFound()
  return {
    RootItemId: {
      RootItemId: formatItemId(id, no),
      RootItemChangeKey: formatChangeKey('item', changed.modseq),
    },
  }
}

async function removeFromDraft(
  call: EwsCall,
  place: ItemPlace,
  paths: ReadonlySet<string>,
): Promise<boolean> {
  const draft = await draftOf(viewOf(call, place, { BaseShape: 'IdOnly' }))
  const kept = draft.attachments.filter((each) => !('kept' in each && paths.has(each.kept.path)))
  if (kept.length === draft.attachments.length) return false
  draft.attachments = kept
  const { item, mailbox } = place
  await changeMessage(call.services.store, mailbox.at, item.no, { source: composeDraft(draft) })
  return true
}
