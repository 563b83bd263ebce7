import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { renameFolder } from '#src/domain/mailbox/folders.ts'
import { propertyKey } from '#src/wire/ews/extended-property.ts'
import { keptValues } from '#src/wire/ews/model/kept-properties.ts'
import type {
  FolderChangeType,
  NonEmptyArrayOfFolderChangeDescriptionsType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { changeFolderProperties } from '../folder-properties.ts'
import { FOLDER_CLASS_KEY, type FolderElement, folderWithId, keptClass } from '../folder-view.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { type GivenPermissionSet, putPermissions, wantedPermissions } from '../permissions/permission-set.ts'
import { accessDenied, type FolderPlace } from '../places.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { noSearchFolders } from '../search-folders.ts'

/** UpdateFolder: names, permissions and extended properties. */
export const updateFolder = operation({
  name: 'UpdateFolder',
  writes: true,
  count: ({ FolderChanges }) => FolderChanges.length,
  run: (call, { FolderChanges }) => ({
    messages: eachMessage(call, 'UpdateFolder', FolderChanges, async (change) => ({
      Folders: [await update(call, change)],
    })),
  }),
})

async function update(call: EwsCall, { Updates, ...id }: FolderChangeType): Promise<FolderElement> {
  const place = await call.places.folder(id as Parameters<typeof call.places.folder>[0])
  if ((place.rights & FolderRight.owner) === 0) throw accessDenied()
  const { mailbox, folder } = place
  for (const update of Updates) await change(call, place, update)
  call.places.forgetTree(mailbox)
  return folderWithId(mailbox, await call.services.store.mailboxes.getFolder(mailbox.at, folder.no))
}

async function change(
  call: EwsCall,
  place: FolderPlace,
  {
    SetFolderField: set,
    DeleteFolderField: remove,
    AppendToFolderField: append,
  }: NonEmptyArrayOfFolderChangeDescriptionsType[number],
): Promise<void> {
  const { store } = call.services
  if (append !== undefined)
    throw new EwsRefusal(
      'ErrorAppendPropertyRequestFailed' as never,
      'not-supported',
      'Nothing is appended to folders.',
    )
  const path = set ?? remove!
  if (path.ExtendedFieldURI !== undefined) {
    const value =
      set === undefined
        ? { [propertyKey(path.ExtendedFieldURI)]: null }
        : keptValues(givenIn(set).ExtendedProperty ?? [])
    return changeFolderProperties(store, place, value)
  }
  const field = path.FieldURI?.FieldURI
  if (field === 'folder:DisplayName' && set !== undefined) {
    await renameFolder(store, place.mailbox.at, place.folder.no, givenIn(set).DisplayName ?? '')
    return
  }
  if (field === 'folder:PermissionSet' && set !== undefined)
    return putPermissions(
      call,
      place,
      await wantedPermissions(call, place.folder.class, givenIn(set).PermissionSet ?? {}),
    )
  // What kind of items it holds is settled when it is made; what that is called may change.
  if (field === 'folder:FolderClass' && set !== undefined) {
    const named = keptClass(givenIn(set).FolderClass, place.folder.class)
    return changeFolderProperties(store, place, { [FOLDER_CLASS_KEY]: named ?? null })
  }
  if (field === 'folder:SearchParameters') throw noSearchFolders()
  throw new EwsRefusal(
    'ErrorInvalidPropertySet',
    'not-supported',
    `${field ?? 'This property'} of a folder is not set.`,
  )
}

type Given = {
  DisplayName?: string
  FolderClass?: string
  PermissionSet?: GivenPermissionSet
  ExtendedProperty?: Parameters<typeof keptValues>[0]
}

function givenIn(set: object): Given {
  const { FieldURI, IndexedFieldURI, ExtendedFieldURI, ...folder } = set as Record<string, unknown>
  return Object.values(folder)[0] as Given
}
