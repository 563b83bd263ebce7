import { foldForSearch } from '#src/formats/text/case-fold.ts'
import { propertyKey } from '#src/wire/ews/extended-property.ts'
import type { Path, SearchExpression } from '#src/wire/ews/schema-types.ts'
import { folderClassOf } from './folder-view.ts'
import type { FolderPlace } from './places.ts'
import { judgeExpression } from './restriction.ts'

/** Whether a folder is what FindFolder looks for; a property that no restriction of folders knows is as if it were not there. */
export const folderMatches = (place: FolderPlace, expression: SearchExpression): boolean =>
  judgeExpression(expression, (path) => propertyOf(place, path), foldForSearch)

function propertyOf({ folder }: FolderPlace, path: Path): string | number | boolean | undefined {
  switch (path.FieldURI?.FieldURI) {
    case 'folder:DisplayName':
      return folder.name
    case 'folder:FolderClass':
      return folderClassOf(folder)
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
    case '0x3613:String':
      return folderClassOf(folder)
    case '0x10f4:Boolean':
      return false
    default:
      return undefined
  }
}
