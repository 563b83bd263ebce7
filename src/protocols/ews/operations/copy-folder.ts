import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { copyFolder as copy } from '#src/domain/mailbox/copy-folder.ts'
import { folderWithId } from '../folder-view.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { need } from '../places.ts'
import { acrossMailboxes } from '../transfer-items.ts'

/** CopyFolder, within a mailbox, with all that lies below. */
export const copyFolder = operation({
  name: 'CopyFolder',
  writes: true,
  count: ({ FolderIds }) => FolderIds.length,
  run: async (call, { FolderIds, ToFolderId }) => {
    const target = need(await call.places.folder(ToFolderId), FolderRight.createSubfolder)
    return {
      messages: eachMessage(call, 'CopyFolder', FolderIds, async (id) => {
        const { mailbox, folder } = need(await call.places.folder(id), FolderRight.readAny)
        if (mailbox.at.mailbox !== target.mailbox.at.mailbox) throw acrossMailboxes()
        const { store } = call.services
        const made = await copy(store, mailbox.at, folder.no, target.folder.no, { signal: call.signal })
        call.places.forgetTree(mailbox)
        return { Folders: [folderWithId(mailbox, made)] }
      }),
    }
  },
})
