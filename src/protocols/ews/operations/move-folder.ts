import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { moveFolder as move } from '#src/domain/mailbox/folders.ts'
import { folderWithId } from '../folder-view.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { need } from '../places.ts'
import { acrossMailboxes } from '../transfer-items.ts'

/** MoveFolder, within a mailbox. */
export const moveFolder = operation({
  name: 'MoveFolder',
  writes: true,
  count: ({ FolderIds }) => FolderIds.length,
  run: async (call, { FolderIds, ToFolderId }) => {
    const target = need(await call.places.folder(ToFolderId), FolderRight.createSubfolder)
    return {
      messages: eachMessage(call, 'MoveFolder', FolderIds, async (id) => {
        const { mailbox, folder } = need(await call.places.folder(id), FolderRight.owner)
        if (mailbox.at.mailbox !== target.mailbox.at.mailbox) throw acrossMailboxes()
        const moved = await move(call.services.store, mailbox.at, folder.no, { parent: target.folder.no })
        call.places.forgetTree(mailbox)
        return { Folders: [folderWithId(mailbox, moved)] }
      }),
    }
  },
})
