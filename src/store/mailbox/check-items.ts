import { Flag, type ItemClass } from '#src/domain/mailbox/item.ts'
import { checkEvent, type IndexColumns } from './check-events.ts'
import type { FolderTally } from './check-folders.ts'
import { breathe, type Checking, opens } from './checking.ts'
import { isDeleted, isUnseen } from './counts.ts'
import { type ItemRow, itemColumns } from './item-row.ts'
import { keywordNumbers } from './keywords.ts'
import { openParts } from './sealed-parts.ts'

const PAGE = 500
const all = ['summary', 'structure', 'content', 'properties'] as const
const classes: ReadonlySet<string> = new Set<ItemClass>(['message', 'event', 'contact', 'task', 'note'])
const everyFlag = Object.values(Flag).reduce<number>((sum, flag) => sum | flag, 0)

type CheckedRow = ItemRow &
  IndexColumns & {
    listing: Uint8Array | null
    detail: Uint8Array | null
  }

/** Looks at every item and adds it up in its folder. */
export async function checkItems(
  checking: Checking,
  folders: ReadonlyMap<number, FolderTally>,
): Promise<void> {
  const { session, open, report } = checking
  const carried = new Map<number, number>()
  for (let after = 0; ; ) {
    const rows = await session.sql.all<CheckedRow>(
      `SELECT ${itemColumns}, item_sealed.listing, item_sealed.detail,
        event.uid_key, event.level, event.bin, event.from_ms, event.to_ms FROM item
      LEFT JOIN item_sealed ON item_sealed.no = item.sealed
      LEFT JOIN event ON event.mailbox = item.mailbox AND event.item = item.no
      WHERE item.mailbox = ? AND item.no > ? ORDER BY item.no LIMIT ?`,
      open.no,
      after,
      PAGE,
    )
    for (const row of rows) {
      await checkItem(checking, folders, row)
      for (const no of keywordNumbers(row.keywords)) carried.set(no, (carried.get(no) ?? 0) + 1)
    }
    report.checked({ items: rows.length })
    await breathe(checking)
    if (rows.length < PAGE) break
    after = rows.at(-1)!.no
  }
  await compareKeywords(checking, carried)
  for (const folder of folders.keys()) await checkOrder(checking, folder)
  await checkEventsOfItems(checking)
}

/** A folder gives uids and modseqs out together: whoever asks what came since relies on it (`item-changes.ts`). */
async function checkOrder(checking: Checking, folder: number): Promise<void> {
  let last = { uid: 0, came: 0 }
  for (;;) {
    const rows = await checking.session.sql.all<{ uid: number; came: number }>(
      `SELECT uid, created_modseq AS came FROM item WHERE mailbox = ? AND folder = ? AND uid > ? ORDER BY uid LIMIT ?`,
      checking.open.no,
      folder,
      last.uid,
      PAGE,
    )
    for (const row of rows) {
      if (row.came <= last.came)
        checking.found(`What has uid ${row.uid} in folder ${folder} came before uid ${last.uid}.`)
      last = row
    }
    await breathe(checking)
    if (rows.length < PAGE) return
  }
}

/** Each index entry is of an item. */
async function checkEventsOfItems(checking: Checking): Promise<void> {
  for (let after = 0; ; ) {
    const rows = await checking.session.sql.all<{ item: number; live: number | null }>(
      `SELECT event.item, item.no AS live FROM event
      LEFT JOIN item ON item.mailbox = event.mailbox AND item.no = event.item
      WHERE event.mailbox = ? AND event.item > ? ORDER BY event.item LIMIT ?`,
      checking.open.no,
      after,
      PAGE,
    )
    for (const row of rows) {
      if (row.live === null) checking.found(`The index entry of item ${row.item} is there without the item.`)
    }
    await breathe(checking)
    if (rows.length < PAGE) return
    after = rows.at(-1)!.item
  }
}

async function checkItem(
  checking: Checking,
  folders: ReadonlyMap<number, FolderTally>,
  row: CheckedRow,
): Promise<void> {
  const { open, mailbox, found } = checking
  const folder = folders.get(row.folder)
  if (!folder) found(`Item ${row.no} lies in folder ${row.folder}, which is not there.`)
  else {
    folder.counted.items++
    folder.counted.unseen += isUnseen(row.flags)
    folder.counted.deleted += isDeleted(row.flags)
    folder.counted.sizeBytes += row.size_bytes
    if (row.uid >= folder.row.uid_next)
      found(`Item ${row.no} has a uid that its folder has not given out yet.`)
    if (row.modseq > folder.row.modseq) found(`Item ${row.no} changed later than its folder knows of.`)
    if (row.deleted_from !== null && folder.row.recoverable === 0) {
      found(`Item ${row.no} was deleted from a folder but does not lie among the recoverable items.`)
    }
  }
  if (row.no >= mailbox.next_item) found(`Item ${row.no} has a number that was not given out yet.`)
  if (row.modseq > mailbox.modseq) found(`Item ${row.no} changed later than its mailbox knows of.`)
  if (row.created_modseq > row.modseq) found(`Item ${row.no} changed before it came.`)
  if (!classes.has(row.class)) found(`Item ${row.no} is of class "${row.class}", which there is not.`)
  if ((row.flags & ~everyFlag) !== 0) found(`Item ${row.no} has flags that there are not: ${row.flags}.`)
  if (row.deleted_from !== null && row.deleted_from >= mailbox.next_folder)
    found(`Item ${row.no} was deleted from a folder that there never was.`)
  const parts = await opens(checking, `Item ${row.no}`, () => openParts(open, row.no, row.body, row, all))
  if (row.class === 'event' && parts) checkEvent(checking, row.no, row, parts.content ?? null)
}

async function compareKeywords(
  { session, open, found }: Checking,
  carried: ReadonlyMap<number, number>,
): Promise<void> {
  const rows = await session.sql.all<{ no: number; items: number }>(
    'SELECT no, items FROM keyword WHERE mailbox = ?',
    open.no,
  )
  const told = new Map(rows.map((row) => [row.no, row.items]))
  for (const no of new Set([...told.keys(), ...carried.keys()])) {
    if (told.get(no) !== carried.get(no)) {
      found(`Keyword ${no} says ${told.get(no) ?? 'no'} items carry it, but ${carried.get(no) ?? 0} do.`)
    }
  }
}
