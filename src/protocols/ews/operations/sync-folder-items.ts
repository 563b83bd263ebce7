import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { Flag, type Item, type ItemNo } from '#src/domain/mailbox/item.ts'
import type { Change } from '#src/domain/mailbox/store.ts'
import type {
  ArrayOfBaseItemIdsType,
  ItemResponseShapeType,
  ItemType,
  SyncFolderItemsChangesType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { formatChangeKey, formatItemId } from '../ids.ts'
import { ItemView, viewParts } from '../item-view.ts'
import { single } from '../messages.ts'
import { operation } from '../operation.ts'
import { type FolderPlace, need } from '../places.ts'
import { showItem } from '../properties/show-item.ts'
import { formatSyncState, parseSyncState, type SyncState, scopeOf } from '../sync-state.ts'

type Changes = SyncFolderItemsChangesType[number]
type Step = { changes: Changes[]; next: SyncState; last: boolean }

/** SyncFolderItems: first everything, the newest before the older, a page at a time; then what became of it. */
export const syncFolderItems = operation({
  name: 'SyncFolderItems',
  run: (call, request) =>
    single(call, 'SyncFolderItems', async () => {
      const place = need(await call.places.folder(request.SyncFolderId), FolderRight.readAny)
      const { mailbox, folder } = place
      const of = scopeOf('items', mailbox.at.mailbox, folder.no)
      const given = parseSyncState(request.SyncState, of)
      const limit = request.MaxChangesReturned
      const step =
        given === undefined || given.after !== undefined
          ? await listing(call, place, given ?? (await beginning(call, place, of)), limit, request.ItemShape)
          : await changed(call, place, given, limit, request.ItemShape)
      return {
        SyncState: formatSyncState(step.next),
        IncludesLastItemInRange: step.last,
        Changes: withoutIgnored(step.changes, request.Ignore ?? []),
      }
    }),
})

/** What the client says that it does not want to hear of is passed over. */
function withoutIgnored(changes: Changes[], ignored: ArrayOfBaseItemIdsType): Changes[] {
  if (ignored.length === 0) return changes
  const ids = new Set<string | undefined>(ignored.map(({ Id }) => Id))
  return changes.filter(({ Create, Update, ReadFlagChange, Delete }) => {
    const shown = Create ?? Update
    const id = ReadFlagChange?.ItemId ?? Delete?.ItemId ?? (Object.values(shown ?? {})[0] as ItemType).ItemId
    return !ids.has(id?.Id)
  })
}

async function beginning(call: EwsCall, { mailbox }: FolderPlace, of: string): Promise<SyncState> {
  const { modseq } = await call.services.store.mailboxes.getMailbox(mailbox.at)
  return { of, modseq }
}

async function listing(
  call: EwsCall,
  place: FolderPlace,
  state: SyncState,
  limit: number,
  shape: ItemResponseShapeType,
): Promise<Step> {
  const { mailbox, folder } = place
  const page = await call.services.store.mailboxes.listItems(mailbox.at, folder.no, {
    order: 'newest',
    after: state.after ?? null,
    limit,
    parts: viewParts,
  })
  const changes: Changes[] = []
  // What has come since is told with the changes.
  for (const item of page.rows)
    if (item.createdModseq <= state.modseq)
      changes.push({ Create: await shown(call, place, item, shape) } as unknown as Changes)
  const { of, modseq } = state
  if (page.next !== null) return { changes, next: { of, modseq, after: String(page.next) }, last: false }
  // What was changed while everything was listed may have been passed over.
  const isWhole = (await call.services.store.mailboxes.getMailbox(mailbox.at)).modseq === modseq
  return { changes, next: { of, modseq, ...(!isWhole && { whole: 0 }) }, last: true }
}

async function changed(
  call: EwsCall,
  place: FolderPlace,
  state: SyncState,
  limit: number,
  shape: ItemResponseShapeType,
): Promise<Step> {
  const { mailbox, folder } = place
  const { mailboxes } = call.services.store
  const { modseq: since, of, whole: heard = since } = state
  const { modseq: now } = await mailboxes.getMailbox(mailbox.at)
  const page = await mailboxes.changes(mailbox.at, { since, folder: folder.no, limit })
  const modseq = page.next ?? Math.max(since, now, page.rows.at(-1)?.modseq ?? 0)
  const items = await openItems(call, place, page.rows)
  const stayed = await stayedIn(call, place, page.rows, { heard, modseq })
  const changes: Changes[] = []
  const readMarks = knowsReadMarks(call)
  for (const change of page.rows) {
    if (change.kind === 'gone' && change.createdModseq <= since && !stayed.has(change.item))
      changes.push({ Delete: { ItemId: { Id: formatItemId(mailbox.at.mailbox, change.item) } } })
    if (change.kind !== 'item') continue
    const item = items.get(change.item.no)
    // It has left meanwhile: that is told the next time.
    if (item === undefined) continue
    const onlyRead = readMarks && item.class === 'message' && change.otherModseq <= heard
    if (onlyRead && change.item.createdModseq <= since) {
      const ItemId = {
        Id: formatItemId(mailbox.at.mailbox, item.no),
        ChangeKey: formatChangeKey('item', item.modseq),
      }
      changes.push({ ReadFlagChange: { ItemId, IsRead: (item.flags & Flag.seen) !== 0 } })
      continue
    }
    const isNew = change.item.createdModseq > since && !stayed.has(item.no)
    const kind = isNew ? 'Create' : 'Update'
    changes.push({ [kind]: await shown(call, place, item, shape) } as unknown as Changes)
  }
  const last = page.next === null
  // What was changed while the page was read comes again, and then it is not known what of it was told.
  const isWhole = last && (await mailboxes.getMailbox(mailbox.at)).modseq === now
  return { changes, next: { of, modseq, ...(!isWhole && { whole: heard }) }, last }
}

/** ReadFlagChange came with the first service pack of 2007; who names no version speaks that of the first release. */
function knowsReadMarks({ headers }: EwsCall): boolean {
  const version = headers.RequestServerVersion?.Version
  return version !== undefined && version !== 'Exchange2007'
}

async function openItems(
  call: EwsCall,
  { mailbox, folder }: FolderPlace,
  changes: readonly Change[],
): Promise<ReadonlyMap<ItemNo, Item>> {
  const numbers = changes.flatMap((change) => (change.kind === 'item' ? change.item.no : []))
  const items = await call.services.store.mailboxes.getItems(mailbox.at, numbers, viewParts)
  return new Map(items.filter((item) => item.folder === folder.no).map((item) => [item.no, item]))
}

/**
 * Items that only got another uid, as their text is another one or they moved away and back: the client knows them, and hears of it
 * with this page or, as what they are now came with it, with the next.
 */
async function stayedIn(
  call: EwsCall,
  { mailbox, folder }: FolderPlace,
  changes: readonly Change[],
  { heard, modseq }: { heard: number; modseq: number },
): Promise<ReadonlySet<ItemNo>> {
  const known = changes.flatMap((change) =>
    change.kind === 'gone' && change.createdModseq <= heard ? change.item : [],
  )
  if (known.length === 0) return new Set()
  const there = await call.services.store.mailboxes.getItems(mailbox.at, known)
  const stayed = there.filter((item) => item.folder === folder.no && item.createdModseq <= modseq)
  return new Set(stayed.map(({ no }) => no))
}

function shown(call: EwsCall, { mailbox, rights }: FolderPlace, item: Item, shape: ItemResponseShapeType) {
  call.signal.throwIfAborted()
  return showItem(new ItemView(call, item, { mailbox, rights, shape, listed: true }))
}
