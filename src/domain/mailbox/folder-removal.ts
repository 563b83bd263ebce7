import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import type { Flags, FolderNo, ItemNo } from './item.ts'
import { inPages } from './pages.ts'
import { giveQuotaNotice, type Troubled } from './quota-notice.ts'
import type { MailboxRef } from './store.ts'

/** Items of one folder; with `marked` only those that still have these flags. */
type FolderItems = { folder: FolderNo; items: readonly ItemNo[]; marked?: Flags }

/**
 * Puts items into the recoverable area, 500 in a transaction, as long as they still lie in that folder: what somebody
 * else has moved away in between, or has unmarked, stays where it is.
 */
export async function removeFromFolder(
  store: Store,
  at: MailboxRef,
  { folder, items, marked = 0 }: FolderItems,
  options: { signal?: AbortSignal; troubled?: Troubled } = {},
): Promise<void> {
  const removePage: Parameters<typeof inPages>[3] = async (mailboxes, page) => {
    const target = await mailboxes.findFolder(at, { distinguished: 'recoverableitemsdeletions' })
    if (target === undefined)
      throw new Refusal('no-such-folder', 'The mailbox has no folder for what is deleted.')
    const there = (await mailboxes.getItems(at, page)).filter(
      (item) => item.folder === folder && (item.flags & marked) === marked,
    )
    await mailboxes.moveItems(at, { items: there.map(({ no }) => no), to: target.no })
  }
  await inPages(store, at, items, removePage, options.signal)
  await giveQuotaNotice(store, at, { troubled: options.troubled })
}
