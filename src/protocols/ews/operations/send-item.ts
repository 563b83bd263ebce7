import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { readItem, viewOf } from '../read-items.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { sendStored } from '../writing/send-stored.ts'

/** SendItem: a draft goes out, and leaves the drafts. */
export const sendItem = operation({
  name: 'SendItem',
  writes: true,
  count: ({ ItemIds }) => ItemIds.length,
  run: (call, { ItemIds, SaveItemToFolder, SavedItemFolderId }) => {
    if (!SaveItemToFolder && SavedItemFolderId !== undefined)
      throw new EwsRefusal(
        'ErrorInvalidSendItemSaveSettings',
        'invalid-parameter',
        'What is not saved needs no folder.',
      )
    return {
      messages: eachMessage(call, 'SendItem', ItemIds, async (id) => {
        const named = await call.places.named(id)
        const place = await readItem(call, named, FolderRight.deleteAny)
        if (named.modseq !== undefined && named.modseq < place.item.modseq)
          throw new EwsRefusal(
            'ErrorStaleObject',
            'wrong-state',
            'The item has changed since it was read. Read it again.',
          )
        const view = viewOf(call, place, { BaseShape: 'IdOnly' })
        await sendStored(call, place, view, SaveItemToFolder ? (SavedItemFolderId ?? 'sentitems') : undefined)
        return {}
      }),
    }
  },
})
