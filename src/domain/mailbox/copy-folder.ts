import type { Store } from '../store.ts'
import type { Folder } from './folder.ts'
import { byParent, createFolder, treeOf } from './folders.ts'
import type { FolderNo } from './item.ts'
import { inPages, itemPages } from './pages.ts'
import { giveQuotaNotice, type Troubled } from './quota-notice.ts'
import type { MailboxRef } from './store.ts'

/**
 * Copies a folder with all that is in it and below it into another folder of the mailbox, as it is when it begins: a copy
 * into itself ends. Refuses `folder-exists`, `no-such-folder`, `over-quota`; what was copied until then stays.
 */
export async function copyFolder(
  store: Store,
  at: MailboxRef,
  no: FolderNo,
  to: FolderNo,
  options: { signal?: AbortSignal; troubled?: Troubled } = {},
): Promise<Folder> {
  const root = await store.mailboxes.getFolder(at, no)
  const tree = treeOf(byParent(await store.mailboxes.listFolders(at)), root)
  const copies = new Map<FolderNo, Folder>()
  for (const folder of tree) {
    options.signal?.throwIfAborted()
    const parent = folder.no === no ? to : copies.get(folder.parent!)!.no
    const { name, class: kind } = folder
    copies.set(folder.no, await createFolder(store, at, { parent, name, class: kind }))
  }
  for (const { no: from } of tree) {
    const target = copies.get(from)!.no
    for await (const page of itemPages(store, at, from)) {
      const items = page.map((item) => item.no)
      await inPages(
        store,
        at,
        items,
        async (mailboxes, some) => {
          await mailboxes.copyItems(at, { items: some, to: target })
        },
        options.signal,
      )
    }
  }
  await giveQuotaNotice(store, at, { troubled: options.troubled })
  return store.mailboxes.getFolder(at, copies.get(no)!.no)
}
