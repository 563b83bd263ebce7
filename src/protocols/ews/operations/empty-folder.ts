import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { emptyFolder as removeAll } from '#src/domain/mailbox/deletion.ts'
import { deletionModes } from '../deletion-modes.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { need } from '../places.ts'
import { EwsRefusal } from '../refusal-codes.ts'

/** EmptyFolder. Refuses ErrorCannotEmptyFolder for a calendar, as Exchange does. */
export const emptyFolder = operation({
  name: 'EmptyFolder',
  writes: true,
  count: ({ FolderIds }) => FolderIds.length,
  run: (call, { FolderIds, DeleteType, DeleteSubFolders }) => ({
    messages: eachMessage(call, 'EmptyFolder', FolderIds, async (id) => {
      const right = DeleteSubFolders ? FolderRight.owner : FolderRight.deleteAny
      const { mailbox, folder } = need(await call.places.folder(id), right)
      if (folder.class === 'event')
        throw new EwsRefusal('ErrorCannotEmptyFolder', 'not-supported', 'A calendar is not emptied at once.')
      await removeAll(call.services.store, mailbox.at, folder.no, {
        mode: deletionModes[DeleteType],
        folders: DeleteSubFolders,
        signal: call.signal,
      })
      call.places.forgetTree(mailbox)
      return {}
    }),
  }),
})
