import { showFolder } from '../folder-view.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'

/** GetFolder: a batch of folders, each answered by itself. */
export const getFolder = operation({
  name: 'GetFolder',
  count: ({ FolderIds }) => FolderIds.length,
  run: (call, { FolderShape, FolderIds }) => ({
    messages: eachMessage(call, 'GetFolder', FolderIds, async (id) => ({
      Folders: [await showFolder(call, await call.places.folder(id), FolderShape, true)],
    })),
  }),
})
