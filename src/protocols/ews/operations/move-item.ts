import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { need } from '../places.ts'
import { moveItem as move, shownId, wholeItem } from '../transfer-items.ts'

/** MoveItem: ids stay, but for what goes into another mailbox. */
export const moveItem = operation({
  name: 'MoveItem',
  writes: true,
  count: ({ ItemIds }) => ItemIds.length,
  run: async (call, { ItemIds, ToFolderId, ReturnNewItemIds = true }) => {
    const target = need(await call.places.folder(ToFolderId), FolderRight.create)
    return {
      messages: eachMessage(call, 'MoveItem', ItemIds, async (id) => {
        const place = await wholeItem(call, id, FolderRight.deleteAny)
        const no = await move(call, place, target)
        return { Items: ReturnNewItemIds ? [await shownId(call, target, no)] : [] }
      }),
    }
  },
})
