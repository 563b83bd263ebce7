import { Flag, type Flags, type ItemNo, type ItemState } from '#src/domain/mailbox/item.ts'
import type { FlagChange } from '#src/domain/mailbox/store.ts'
import type { Sql } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'
import { countInFolder, FolderDeltas, takeFromMailbox } from './counts.ts'
import { type ItemRow, toStates } from './item-row.ts'
import { getItemRows } from './items.ts'
import { findKeywords, giveKeywords, KeywordDeltas, keywordColumn, keywordNumbers } from './keywords.ts'

/** Changes flags and keywords. Each item that really changes takes a modseq of its own; the others keep theirs. */
export async function changeFlags(
  sql: Sql,
  open: OpenMailbox,
  items: readonly ItemNo[],
  change: FlagChange,
): Promise<{ changed: ItemState[]; held: ItemNo[] }> {
  const keywords = await keywordChange(sql, open, change)
  const held: ItemNo[] = []
  const changes: { before: ItemRow; after: ItemRow }[] = []
  for (const before of await getItemRows(sql, open, items)) {
    if (change.unchangedSince !== undefined && before.modseq > change.unchangedSince) {
      held.push(before.no as ItemNo)
      continue
    }
    const after = { ...before, flags: newFlags(before.flags, change), keywords: keywords(before.keywords) }
    if (after.flags !== before.flags || after.keywords !== before.keywords) changes.push({ before, after })
  }
  if (changes.length > 0) await write(sql, open, changes)
  // Keywords made for items that turned out not to change are carried by none.
  if (change.addKeywords || change.setKeywords) {
    await sql.run('DELETE FROM keyword WHERE mailbox = ? AND items = 0', open.no)
  }
  const changed = await toStates(
    sql,
    open,
    changes.map(({ after }) => after),
  )
  return { changed, held }
}

async function write(sql: Sql, open: OpenMailbox, changes: readonly { before: ItemRow; after: ItemRow }[]) {
  const folders = new FolderDeltas()
  const keywords = new KeywordDeltas()
  let { modseq } = await takeFromMailbox(sql, open, { modseqs: changes.length })
  for (const { before, after } of changes) {
    after.modseq = modseq++
    await sql.run(
      'UPDATE item SET flags = ?, keywords = ?, modseq = ? WHERE mailbox = ? AND no = ?',
      after.flags,
      after.keywords,
      after.modseq,
      open.no,
      after.no,
    )
    folders.remove(before.folder, before.flags, 0)
    folders.add(after.folder, after.flags, 0)
    keywords.change(before.keywords, after.keywords)
  }
  const highest = new Map(changes.map(({ after }) => [after.folder, after.modseq]))
  for (const [folder, delta] of folders.folders) {
    await countInFolder(sql, open, folder, highest.get(folder)!, delta)
  }
  await keywords.write(sql, open)
}

/** `set` leaves `hasAttachment` as it is: that is a fact about the item, not a mark on it. */
function newFlags(flags: Flags, change: FlagChange): Flags {
  const start =
    change.set === undefined ? flags : (change.set & ~Flag.hasAttachment) | (flags & Flag.hasAttachment)
  return (start | (change.add ?? 0)) & ~(change.remove ?? 0)
}

async function keywordChange(
  sql: Sql,
  open: OpenMailbox,
  change: FlagChange,
): Promise<(column: string | null) => string | null> {
  const set = change.setKeywords && (await giveKeywords(sql, open, change.setKeywords))
  const add = await giveKeywords(sql, open, change.addKeywords ?? [])
  const remove = await findKeywords(sql, open, change.removeKeywords ?? [])
  if (!set && add.length === 0 && remove.length === 0) return (column) => column
  return (column) =>
    keywordColumn([...(set ?? keywordNumbers(column)), ...add].filter((no) => !remove.includes(no)))
}
