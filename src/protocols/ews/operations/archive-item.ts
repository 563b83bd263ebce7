import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { need } from '../places.ts'
import { moveItem, shownId, wholeItem } from '../transfer-items.ts'

/** ArchiveItem: into the Archive folder of the mailbox; there is no archive mailbox beside it. */
export const archiveItem = operation({
  name: 'ArchiveItem',
  writes: true,
  count: ({ ItemIds }) => ItemIds.length,
  run: async (call, { ItemIds }) => {
    const target = need(
      await call.places.folder({ DistinguishedFolderId: { Id: 'archive' } }),
      FolderRight.create,
    )
    return {
      messages: eachMessage(call, 'ArchiveItem', ItemIds, async (id) => {
        const place = await wholeItem(call, id, FolderRight.deleteAny)
        return { Items: [await shownId(call, target, await moveItem(call, place, target))] }
      }),
    }
  },
})
