import { recoverableArea } from '../../../mailbox/folders.ts'
import type { Item, ItemNo } from '../../../mailbox/item.ts'
import type { MailboxRef } from '../../../mailbox/store.ts'
import type { Store } from '../../../store.ts'
import type { LedgerFolderNo, LedgerItem } from '../../store.ts'
import { standingOf } from './look-here.ts'

const ROWS = 200

/**
 * An item that was copied and is not any more what was copied, also where the source has changed it too and it stayed here as it was;
 * `item` undefined: it is not there at all.
 */
export type ChangedItem = { row: LedgerItem; item: Item | undefined; deleted: boolean }

/**
 * What somebody here changed or deleted of what came from a source, some at a time; no further once `isOver` says so. What is deleted
 * at the source too is no change.
 */
export async function* changedItems(
  { mailboxes, migration }: Pick<Store, 'mailboxes' | 'migration'>,
  at: MailboxRef,
  source: string,
  isOver: () => boolean = () => false,
): AsyncGenerator<readonly ChangedItem[]> {
  const buried = recoverableArea(await mailboxes.listFolders(at))
  const graves = new Set<LedgerFolderNo>()
  for (const { no, target } of await migration.listLedgerFolders(at, source))
    if (buried.has(target)) graves.add(no)
  for (const state of ['copied', 'kept', 'gone'] as const)
    for (let after: string | null = null; ; ) {
      if (isOver()) return
      const page = await migration.listLedgerItems(at, { state, after, limit: ROWS })
      const rows = page.rows.filter((row) => row.source === source && row.item !== null)
      const nos = rows.map(({ item }) => item!)
      const here = new Map<ItemNo, Item>()
      for (const item of await mailboxes.getItems(at, nos)) here.set(item.no, item)
      const changed = rows.flatMap((row): ChangedItem[] => {
        const item = here.get(row.item!)
        const standing = standingOf(item, row)
        if (standing === 'deleted' && (state === 'gone' || graves.has(row.folder))) return []
        return standing === 'ours' ? [] : [{ row, item, deleted: standing === 'deleted' }]
      })
      if (changed.length > 0) yield changed
      if (page.next === null) break
      after = page.next
    }
}

/** How many there are; not `whole`: at least so many, as the time for it was over. */
export async function countChanged(
  store: Pick<Store, 'mailboxes' | 'migration'>,
  at: MailboxRef,
  source: string,
  isOver: () => boolean = () => false,
): Promise<{ changed: number; whole: boolean }> {
  let changed = 0
  let whole = true
  const ends = () => {
    whole = !isOver()
    return !whole
  }
  for await (const some of changedItems(store, at, source, ends)) changed += some.length
  return { changed, whole }
}
