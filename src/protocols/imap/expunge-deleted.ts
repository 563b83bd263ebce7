import { removeFromFolder } from '#src/domain/mailbox/folder-removal.ts'
import { Flag, type ItemNo } from '#src/domain/mailbox/item.ts'
import { Pace } from '#src/domain/mailbox/pace.ts'
import type { ImapSession } from './session.ts'

/** Items looked at together; only those that are marked come out of the store. */
const AT_ONCE = 5_000

/**
 * Removes the messages of the selected folder that are marked as deleted, with `among` only those of these UIDs. They go to
 * the recoverable area. Gives how many there were.
 */
export async function expungeDeleted(
  session: ImapSession,
  among: Uint32Array | undefined,
  signal: AbortSignal,
): Promise<number> {
  const { folder: selected, store } = session
  const { deleted } = await store.mailboxes.getFolder(selected.at, selected.no)
  const wanted = among && new Set(among)
  const items: ItemNo[] = []
  const pace = new Pace(signal)
  let seen = 0
  let uidFrom: number | null = among?.[0] ?? 1
  const uidTo = among?.at(-1) ?? selected.view.lastUid
  while (seen < deleted && uidFrom !== null && uidFrom <= uidTo) {
    const page: Awaited<ReturnType<typeof store.mailboxes.scanItems>> = await store.mailboxes.scanItems(
      selected.at,
      selected.no,
      { uidFrom, uidTo, limit: AT_ONCE, only: { flagsSet: Flag.deleted } },
    )
    seen += page.rows.length
    for (const { no, uid } of page.rows) if (wanted?.has(uid) ?? selected.view.has(uid)) items.push(no)
    await pace.rest()
    uidFrom = page.scannedTo === null ? null : page.scannedTo + 1
  }
  if (items.length === 0) return 0
  const which = { folder: selected.no, items, marked: Flag.deleted }
  await removeFromFolder(store, selected.at, which, { signal })
  selected.touch()
  return items.length
}
