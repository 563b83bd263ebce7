import { foldForSearch } from '#src/formats/text/case-fold.ts'
import { propertyKey } from '#src/wire/ews/extended-property.ts'
import type { Path, SearchExpression } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from './call.ts'
import { readFolderProperties } from './folder-properties.ts'
import { FOLDER_CLASS_KEY, folderClassOf } from './folder-view.ts'
import type { FolderPlace } from './places.ts'
import { judgeExpression } from './restriction.ts'

/** Whether a folder is what FindFolder looks for; a property that no restriction of folders knows is as if it were not there. */
export async function folderMatches(
  { services }: EwsCall,
  place: FolderPlace,
  expression: SearchExpression,
): Promise<boolean> {
  const named =
    place.folder.distinguished === null && /FolderClass|0x3613|13843/i.test(JSON.stringify(expression))
  const properties = named ? await readFolderProperties(services.store.mailboxes, place) : {}
  return judgeExpression(expression, (path) => propertyOf(place, properties, path), foldForSearch)
}

function propertyOf(
  { folder }: FolderPlace,
  properties: Readonly<Record<string, unknown>>,
  path: Path,
): string | number | boolean | undefined {
  switch (path.FieldURI?.FieldURI) {
    case 'folder:DisplayName':
      return folder.name
    case 'folder:FolderClass':
      return folderClassOf(folder, properties)
    case 'folder:TotalCount':
      return folder.items
    case 'folder:UnreadCount':
      return folder.unseen
    case undefined:
      break
    default:
      return undefined
  }
  if (path.ExtendedFieldURI === undefined) return undefined
  switch (propertyKey(path.ExtendedFieldURI)) {
    case '0x3001:String':
      return folder.name
    case FOLDER_CLASS_KEY:
      return folderClassOf(folder, properties)
    case '0x10f4:Boolean':
      return false
    default:
      return undefined
  }
}
