import type { Folder } from '#src/domain/mailbox/folder.ts'
import { treeOf } from '#src/domain/mailbox/folders.ts'
import type { SearchExpression } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { folderMatches } from '../folder-restriction.ts'
import { showFolders } from '../folder-view.ts'
import { MOST_FOUND } from '../limits.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { pageOf } from '../paging.ts'
import type { FolderPlace } from '../places.ts'

/** FindFolder: folders below others. */
export const findFolder = operation({
  name: 'FindFolder',
  count: ({ ParentFolderIds }) => ParentFolderIds.length,
  run: (call, request) => ({
    messages: eachMessage(call, 'FindFolder', request.ParentFolderIds, async (id) => {
      const parent = await call.places.folder(id)
      const found = request.Traversal === 'SoftDeleted' ? [] : await below(call, parent, request.Traversal)
      const matching = request.Restriction ? await matchesOf(call, found, request.Restriction) : found
      const { IndexedPageFolderView: indexed, FractionalPageFolderView: fractional } = request
      const page = pageOf(matching, indexed, fractional, MOST_FOUND)
      const Folders = await showFolders(call, page.rows, request.FolderShape)
      return { RootFolder: { ...page.attributes, Folders } }
    }),
  }),
})

async function matchesOf(
  call: EwsCall,
  places: readonly FolderPlace[],
  restriction: SearchExpression,
): Promise<FolderPlace[]> {
  const matching: FolderPlace[] = []
  for (const place of places) if (await folderMatches(call, place, restriction)) matching.push(place)
  return matching
}

async function below(
  call: EwsCall,
  { mailbox, folder }: FolderPlace,
  traversal: 'Shallow' | 'Deep',
): Promise<FolderPlace[]> {
  const { children } = await call.places.tree(mailbox)
  const folders: readonly Folder[] =
    traversal === 'Shallow' ? (children.get(folder.no) ?? []) : treeOf(children, folder).slice(1)
  const places: FolderPlace[] = []
  for (const each of folders) {
    const rights = await call.places.rightsOn(mailbox, each)
    if (rights !== 0) places.push({ mailbox, folder: each, rights })
  }
  return places
}
