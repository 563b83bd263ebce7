import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { createFolder as makeFolder } from '#src/domain/mailbox/folders.ts'
import { keptValues } from '#src/wire/ews/model/kept-properties.ts'
import { changeFolderProperties } from '../folder-properties.ts'
import { FOLDER_CLASS_KEY, folderWithId, keptClass, kindOfContainer } from '../folder-view.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { putPermissions, wantedPermissions } from '../permissions/permission-set.ts'
import { need } from '../places.ts'
import { noSearchFolders } from '../search-folders.ts'

const kinds = {
  CalendarFolder: 'event',
  ContactsFolder: 'contact',
  TasksFolder: 'task',
} as const

/** CreateFolder. Its class is that of its element, or of FolderClass. */
export const createFolder = operation({
  name: 'CreateFolder',
  writes: true,
  count: ({ Folders }) => Folders.length,
  run: async (call, { ParentFolderId, Folders }) => {
    const parent = need(await call.places.folder(ParentFolderId), FolderRight.createSubfolder)
    const { mailbox } = parent
    const { store } = call.services
    return {
      messages: eachMessage(call, 'CreateFolder', Folders, async (one) => {
        const [element, given] = Object.entries(one)[0]! as [string, NonNullable<(typeof one)['Folder']>]
        if (element === 'SearchFolder') throw noSearchFolders()
        const kind = given.FolderClass
          ? kindOfContainer(given.FolderClass)
          : (kinds[element as keyof typeof kinds] ?? 'message')
        const name = given.DisplayName ?? ''
        const permissions = given.PermissionSet && (await wantedPermissions(call, kind, given.PermissionSet))
        const folder = await makeFolder(store, mailbox.at, { parent: parent.folder.no, name, class: kind })
        const named = keptClass(given.FolderClass, kind)
        await changeFolderProperties(
          store,
          { mailbox, folder },
          {
            ...keptValues(given.ExtendedProperty ?? []),
            ...(named !== undefined && { [FOLDER_CLASS_KEY]: named }),
          },
        )
        if (permissions !== undefined) await putPermissions(call, { mailbox, folder }, permissions)
        call.places.forgetTree(mailbox)
        return { Folders: [folderWithId(mailbox, folder)] }
      }),
    }
  },
})
