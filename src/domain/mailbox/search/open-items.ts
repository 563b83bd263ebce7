import type { Item, ItemPart, ItemState } from '../item.ts'
import type { MailboxReader, MailboxRef } from '../store.ts'

/** Fewer are looked up one by one. */
const STRETCH = 8

/**
 * Items with parts of them open; those that are gone are left out, and where `areNeighbours` says that a folder has nothing
 * between them, also those that have left it. Neighbours are read as a stretch, in half the time.
 */
export async function openItems(
  mailboxes: MailboxReader,
  at: MailboxRef,
  items: readonly ItemState[],
  parts: readonly ItemPart[],
  { areNeighbours }: { areNeighbours: boolean },
): Promise<readonly Item[]> {
  const [first, last] = [items[0], items.at(-1)]
  if (first === undefined || last === undefined) return []
  const asked = new Set(items.map(({ no }) => no))
  if (!areNeighbours || items.length < STRETCH || !isInUidOrder(items))
    return mailboxes.getItems(at, [...asked], parts)
  const [from, to] = [Math.min(first.uid, last.uid), Math.max(first.uid, last.uid)]
  const stretch = { order: 'uid', after: from - 1, uidTo: to, limit: items.length, parts } as const
  const { rows } = await mailboxes.listItems(at, first.folder, stretch)
  return rows.filter(({ no }) => asked.has(no))
}

/** Of one folder, and rising or falling throughout. */
function isInUidOrder(items: readonly ItemState[]): boolean {
  const rises = items[0]!.uid < items[1]!.uid
  return items.every(
    ({ uid, folder }, index) =>
      index === 0 || (folder === items[0]!.folder && rises === items[index - 1]!.uid < uid),
  )
}
