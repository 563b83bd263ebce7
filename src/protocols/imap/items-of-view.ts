import type { Item, ItemPart } from '#src/domain/mailbox/item.ts'
import type { MailboxReader } from '#src/domain/mailbox/store.ts'
import type { SelectedFolder } from './selected-folder.ts'

/** Items of a page of UIDs of the view, ascending; those that are gone are left out. Neighbours are read as a stretch. */
export async function itemsOfView(
  { mailboxes }: { mailboxes: MailboxReader },
  { at, no, view }: SelectedFolder,
  uids: Uint32Array,
  parts: readonly ItemPart[],
): Promise<readonly Item[]> {
  const [first, last] = [uids[0], uids.at(-1)]
  if (first === undefined || last === undefined) return []
  const isStretch = view.sequenceOf(last) - view.sequenceOf(first) + 1 === uids.length
  if (!isStretch || uids.length < 3) return mailboxes.getItemsByUid(at, no, [...uids], parts)
  const options = { order: 'uid', after: first - 1, uidTo: last, limit: uids.length, parts } as const
  return (await mailboxes.listItems(at, no, options)).rows.filter(({ uid }) => view.has(uid))
}
