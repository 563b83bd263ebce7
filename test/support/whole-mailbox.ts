import type { Folder } from '#src/domain/mailbox/folder.ts'
import type { Item, ItemPart } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { Store } from '#src/domain/store.ts'

const TOP = /^\/Top of Information Store/

/**
 * A line for each item of a mailbox here, sorted, by the path of its folder; without what is in the recoverable area, and without
 * what lies above the folders that people see.
 */
export async function wholeMailbox(
  store: Store,
  at: MailboxRef,
  lineOf: (item: Item) => Promise<string>,
  parts: readonly ItemPart[] = ['summary', 'content'],
): Promise<Map<string, string[]>> {
  const folders = await store.mailboxes.listFolders(at)
  const byNo = new Map(folders.map((folder) => [folder.no, folder]))
  const pathOf = (folder: Folder): string =>
    folder.parent === null ? '' : `${pathOf(byNo.get(folder.parent)!)}/${folder.name}`
  const found = new Map<string, string[]>()
  for (const folder of folders) {
    const path = pathOf(folder).replace(TOP, '')
    if (folder.parent === null || path.startsWith('/Recoverable')) continue
    const lines: string[] = []
    for (let after: number | string | null = 0; after !== null; ) {
      const page = await store.mailboxes.listItems(at, folder.no, {
        order: 'uid',
        after,
        limit: 500,
        parts,
      })
      for (const item of page.rows) lines.push(await lineOf(item))
      after = page.next
    }
    found.set(path, lines.sort())
  }
  return found
}
