import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { deleteFolder as removeFolder } from '#src/domain/mailbox/deletion.ts'
import { deletionModes } from '../deletion-modes.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { need } from '../places.ts'

/** DeleteFolder. */
export const deleteFolder = operation({
  name: 'DeleteFolder',
  writes: true,
  count: ({ FolderIds }) => FolderIds.length,
  run: (call, { FolderIds, DeleteType }) => ({
    messages: eachMessage(call, 'DeleteFolder', FolderIds, async (id) => {
      const { mailbox, folder } = need(await call.places.folder(id), FolderRight.owner)
      await removeFolder(call.services.store, mailbox.at, folder.no, deletionModes[DeleteType], {
        signal: call.signal,
      })
      call.places.forgetTree(mailbox)
      return {}
    }),
  }),
})
