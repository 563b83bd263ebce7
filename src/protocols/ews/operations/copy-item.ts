import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { need } from '../places.ts'
import { copyItem as copy, shownId, wholeItem } from '../transfer-items.ts'

/** CopyItem. */
export const copyItem = operation({
  name: 'CopyItem',
  writes: true,
  count: ({ ItemIds }) => ItemIds.length,
  run: async (call, { ItemIds, ToFolderId, ReturnNewItemIds = true }) => {
    const target = need(await call.places.folder(ToFolderId), FolderRight.create)
    return {
      messages: eachMessage(call, 'CopyItem', ItemIds, async (id) => {
        const place = await wholeItem(call, id, FolderRight.readAny)
        const no = await copy(call, place, target)
        return { Items: ReturnNewItemIds ? [await shownId(call, target, no)] : [] }
      }),
    }
  },
})
