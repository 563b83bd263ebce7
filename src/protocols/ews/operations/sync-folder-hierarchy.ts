import type { Folder } from '#src/domain/mailbox/folder.ts'
import { treeOf } from '#src/domain/mailbox/folders.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import { rowsOf } from '#src/domain/rows-of.ts'
import type {
  FolderResponseShapeType,
  SyncFolderHierarchyChangesType,
  TargetFolderIdType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { showFolder, showFolders } from '../folder-view.ts'
import { formatFolderId } from '../ids.ts'
import { single } from '../messages.ts'
import { operation } from '../operation.ts'
import type { FolderPlace } from '../places.ts'
import { formatSyncState, parseSyncState, scopeOf } from '../sync-state.ts'

const PAGE = 500

/** SyncFolderHierarchy: all folders below one, then what became of them. Counts alone are no change. */
export const syncFolderHierarchy = operation({
  name: 'SyncFolderHierarchy',
  run: (call, request) =>
    single(call, 'SyncFolderHierarchy', async () => {
      const id: TargetFolderIdType = request.SyncFolderId ?? {
        DistinguishedFolderId: { Id: 'msgfolderroot' },
      }
      const root = await call.places.folder(id)
      const { mailbox } = root
      const of = scopeOf('hierarchy', mailbox.at.mailbox, root.folder.no)
      const state = parseSyncState(request.SyncState, of)
      const { modseq } = await call.services.store.mailboxes.getMailbox(mailbox.at)
      const changes =
        state === undefined
          ? await everything(call, root, request.FolderShape)
          : await changesSince(call, root, state.modseq, request.FolderShape)
      return {
        SyncState: formatSyncState({ of, modseq }),
        IncludesLastFolderInRange: true,
        Changes: changes,
      }
    }),
})

type Changes = SyncFolderHierarchyChangesType

async function everything(
  call: EwsCall,
  root: FolderPlace,
  shape: FolderResponseShapeType,
): Promise<Changes> {
  const { mailbox, folder } = root
  const { children } = await call.places.tree(mailbox)
  const places: FolderPlace[] = []
  for (const each of treeOf(children, folder).slice(1)) {
    const rights = await call.places.rightsOn(mailbox, each)
    if (rights !== 0) places.push({ mailbox, folder: each, rights })
  }
  return (await showFolders(call, places, shape)).map((Create) => ({ Create }))
}

async function changesSince(
  call: EwsCall,
  root: FolderPlace,
  since: number,
  shape: FolderResponseShapeType,
): Promise<Changes> {
  const { mailbox } = root
  const { mailboxes } = call.services.store
  const gone = new Set<FolderNo>()
  const changed: Folder[] = []
  for await (const change of rowsOf((after: number | null) =>
    mailboxes.changes(mailbox.at, { since: after ?? since, only: 'folders', limit: PAGE }),
  )) {
    call.signal.throwIfAborted()
    if (change.kind === 'folder-gone') gone.add(change.folder)
    if (change.kind === 'folder' && change.folder.no !== root.folder.no) changed.push(change.folder)
  }
  const changes: Changes[number][] = []
  const { byNo } = await call.places.tree(mailbox)
  for (const folder of changed) {
    if (isBelow(byNo, root.folder, folder)) {
      const rights = await call.places.rightsOn(mailbox, folder)
      if (rights === 0) continue
      const shown = await showFolder(call, { mailbox, folder, rights }, shape)
      changes.push(folder.createdModseq > since ? { Create: shown } : { Update: shown })
    } else if (folder.createdModseq <= since) gone.add(folder.no)
  }
  for (const no of gone)
    changes.push({ Delete: { FolderId: { Id: formatFolderId(mailbox.at.mailbox, no) } } })
  return changes
}

function isBelow(byNo: ReadonlyMap<FolderNo, Folder>, root: Folder, folder: Folder): boolean {
  for (
    let at: Folder | undefined = folder;
    at !== undefined;
    at = at.parent === null ? undefined : byNo.get(at.parent)
  )
    if (at.no === root.no) return true
  return false
}
