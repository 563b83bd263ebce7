import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { createFolder as makeFolder } from '#src/domain/mailbox/folders.ts'
import { changeFolderProperties } from '../folder-properties.ts'
import { folderWithId, kindOfContainer } from '../folder-view.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { need } from '../places.ts'
import { keptValues } from '../properties/extended.ts'

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
        const kind = given.FolderClass
          ? kindOfContainer(given.FolderClass)
          : (kinds[element as keyof typeof kinds] ?? 'message')
        const name = given.DisplayName ?? ''
        const folder = await makeFolder(store, mailbox.at, { parent: parent.folder.no, name, class: kind })
        await changeFolderProperties(store, { mailbox, folder }, keptValues(given.ExtendedProperty ?? []))
        call.places.forgetTree(mailbox)
        return { Folders: [folderWithId(mailbox, folder)] }
      }),
    }
  },
})
