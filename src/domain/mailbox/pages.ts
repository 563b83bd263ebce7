import type { Store } from '../store.ts'
import type { FolderNo, ItemNo, ItemState } from './item.ts'
import type { MailboxRef, MailboxWriter } from './store.ts'

/** Items that one transaction takes on: others wait no longer than that takes. */
export const PAGE = 500

/** Does work on many items, a transaction for each page. */
export async function inPages(
  store: Store,
  at: MailboxRef,
  items: readonly ItemNo[],
  work: (mailboxes: MailboxWriter, page: readonly ItemNo[]) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  for (let from = 0; from < items.length; from += PAGE) {
    signal?.throwIfAborted()
    const page = items.slice(from, from + PAGE)
    const scope = { organization: at.organization, mailboxes: [at.mailbox] }
    await store.transact(scope, ({ mailboxes }) => work(mailboxes, page))
  }
}

/** The items of a folder by uid, a page at a time. */
export async function* itemPages(
  store: Store,
  at: MailboxRef,
  folder: FolderNo,
): AsyncGenerator<readonly ItemState[]> {
  for (let after: number | string | null = 0; after !== null; ) {
    const page = await store.mailboxes.listItems(at, folder, { order: 'uid', after, limit: PAGE })
    if (page.rows.length > 0) yield page.rows
    after = page.next
  }
}
