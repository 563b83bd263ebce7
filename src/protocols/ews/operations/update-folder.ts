import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { renameFolder } from '#src/domain/mailbox/folders.ts'
import { propertyKey } from '#src/wire/ews/extended-property.ts'
import type {
  FolderChangeType,
  NonEmptyArrayOfFolderChangeDescriptionsType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { changeFolderProperties } from '../folder-properties.ts'
import { type FolderElement, folderWithId } from '../folder-view.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { accessDenied, type FolderPlace } from '../places.ts'
import { keptValues } from '../properties/extended.ts'
import { EwsRefusal } from '../refusal-codes.ts'

/** UpdateFolder: names and extended properties. */
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
  // What kind of items it holds is settled when it is made.
  if (field === 'folder:FolderClass') return
  throw new EwsRefusal(
    'ErrorInvalidPropertySet',
    'not-supported',
    `${field ?? 'This property'} of a folder is not set.`,
  )
}

type Given = { DisplayName?: string; ExtendedProperty?: Parameters<typeof keptValues>[0] }

function givenIn(set: object): Given {
  const { FieldURI, IndexedFieldURI, ExtendedFieldURI, ...folder } = set as Record<string, unknown>
  return Object.values(folder)[0] as Given
}
