import { Flag, type Flags, type FolderNo, type ItemNo, type ItemState } from '#src/domain/mailbox/item.ts'
import type { FlagChange, FlagState, FlagsChanged } from '#src/domain/mailbox/store.ts'
import type { Sql } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'
import { countInFolder, FolderDeltas, takeFromMailbox } from './counts.ts'
import { type FlagRow, findFlagRows } from './flag-rows.ts'
import { type ItemRow, keywordsOf, toStates } from './item-row.ts'
import { getItemRows } from './items.ts'
import {
  findKeywords,
  giveKeywords,
  KeywordDeltas,
  keywordColumn,
  keywordNames,
  keywordNumbers,
} from './keywords.ts'

type Changed<R extends FlagRow> = { before: R; after: R }

/** Changes flags and keywords. Each item that really changes takes a modseq of its own; the others keep theirs. */
export async function changeFlags(
  sql: Sql,
  open: OpenMailbox,
  items: readonly ItemNo[],
  change: FlagChange,
  now: number,
): Promise<{ changed: ItemState[]; held: ItemNo[] }> {
  const rows = await getItemRows(sql, open, items)
  const { changes, held } = await changeRows<ItemRow>(sql, open, rows, change, now)
  const changed = await toStates(
    sql,
    open,
    changes.flatMap(({ before, after }) => (after === before ? [] : after)),
  )
  return { changed, held: held.map(({ no }) => no as ItemNo) }
}

/** The same for items of a folder by their uids, which ascend. */
export async function changeFlagsByUid(
  sql: Sql,
  open: OpenMailbox,
  folder: FolderNo,
  uids: Uint32Array,
  change: FlagChange,
  now: number,
): Promise<{ changes: FlagsChanged[]; held: number[] }> {
  const rows = await findFlagRows(sql, open, folder, uids)
  // A keyword that its last item loses is no more afterwards.
  const namesBefore = await keywordNames(sql, open, columnsOf(rows))
  const { changes, held } = await changeRows(sql, open, rows, change, now)
  const namesAfter = await keywordNames(sql, open, columnsOf(changes.map(({ after }) => after)))
  return {
    changes: changes.map(({ before, after }) => {
      const state = stateOf(before, namesBefore)
      return { before: state, after: after === before ? state : stateOf(after, namesAfter) }
    }),
    held: held.map(({ uid }) => uid),
  }
}

/** Flags and modseqs of items of a folder by their uids, which ascend. */
export async function listFlagStates(
  sql: Sql,
  open: OpenMailbox,
  folder: FolderNo,
  uids: Uint32Array,
): Promise<FlagState[]> {
  const rows = await findFlagRows(sql, open, folder, uids)
  const names = await keywordNames(sql, open, columnsOf(rows))
  return rows.map((row) => stateOf(row, names))
}

function* columnsOf(rows: readonly FlagRow[]): Generator<string | null> {
  for (const { keywords } of rows) if (keywords !== null) yield keywords
}

function stateOf(row: FlagRow, names: ReadonlyMap<number, string>): FlagState {
  const { no, uid, flags, modseq } = row
  return { no: no as ItemNo, uid, flags, keywords: keywordsOf(row, names), modseq }
}

/** Rows that were not held back, as they were and as they are: the same where nothing was to be changed. */
async function changeRows<R extends FlagRow>(
  sql: Sql,
  open: OpenMailbox,
  rows: readonly R[],
  change: FlagChange,
  now: number,
): Promise<{ changes: Changed<R>[]; held: R[] }> {
  const keywords = await keywordChange(sql, open, rows, change)
  const { keep, give } = flagChange(change)
  const held: R[] = []
  const changes: Changed<R>[] = []
  const written: Changed<R>[] = []
  for (const before of rows) {
    if (change.unchangedSince !== undefined && before.modseq > change.unchangedSince) {
      held.push(before)
      continue
    }
    const flags = (before.flags & keep) | give
    const column = keywords(before.keywords)
    const isChanged = flags !== before.flags || column !== before.keywords
    const one = { before, after: isChanged ? { ...before, flags, keywords: column } : before }
    changes.push(one)
    if (isChanged) written.push(one)
  }
  if (written.length > 0) await write(sql, open, written, { keep, give }, now)
  // Keywords made for items that turned out not to change are carried by none.
  if (change.addKeywords || change.setKeywords) {
    await sql.run('DELETE FROM keyword WHERE mailbox = ? AND items = 0', open.no)
  }
  return { changes, held }
}

type Masks = { keep: Flags; give: Flags }

async function write(
  sql: Sql,
  open: OpenMailbox,
  changes: readonly Changed<FlagRow>[],
  masks: Masks,
  now: number,
) {
  const folders = new FolderDeltas()
  const keywords = new KeywordDeltas()
  const highest = new Map<number, number>()
  let { modseq } = await takeFromMailbox(sql, open, { modseqs: changes.length })
  for (const { before, after } of changes) {
    after.modseq = modseq++
    highest.set(after.folder, after.modseq)
    if (((before.flags ^ after.flags) & (Flag.seen | Flag.deleted)) !== 0) {
      folders.remove(before.folder, before.flags, 0)
      folders.add(after.folder, after.flags, 0)
    }
    keywords.change(before.keywords, after.keywords)
  }
  for (let from = 0; from < changes.length; ) {
    const to = endOfRun(changes, from)
    await writeRun(sql, open, changes[from]!.after, to - from, masks)
    from = to
  }
  for (const [folder, modseq] of highest)
    await countInFolder(sql, open, folder, { modseq, now }, folders.of(folder))
  await keywords.write(sql, open)
}

/** Neighbours in one folder that come to carry the same keywords take modseqs that rise with their uids. */
function endOfRun(changes: readonly Changed<FlagRow>[], from: number): number {
  const { folder, uid, keywords } = changes[from]!.after
  let to = from + 1
  for (; to < changes.length; to++) {
    const { after } = changes[to]!
    if (after.uid !== uid + to - from || after.folder !== folder || after.keywords !== keywords) break
  }
  return to
}

/** Rows that change keep the modseq of their last change other than of the read mark (`0014-read-marks.ts`). */
const runOf = (otherModseq: string) =>
  `UPDATE item SET flags = (flags & ?) | ?, keywords = ?, modseq = uid + ?, other_modseq = ${otherModseq}
  WHERE mailbox = ? AND folder = ? AND uid >= ? AND uid <= ?`
const changeOfMore = runOf('NULL')
const changeOfAny = runOf(
  `CASE WHEN (((flags & ?) | ?) | ${Flag.seen}) = (flags | ${Flag.seen})
    AND COALESCE(keywords, '') = ? THEN COALESCE(other_modseq, modseq) ELSE NULL END`,
)

async function writeRun(
  sql: Sql,
  open: OpenMailbox,
  first: FlagRow,
  length: number,
  { keep, give }: Masks,
): Promise<void> {
  const change = [keep, give, first.keywords, first.modseq - first.uid]
  const rows = [open.no, first.folder, first.uid, first.uid + length - 1]
  const mayBeReadMark = ((~keep | give) & Flag.seen) !== 0
  // A change that cannot be one of the read mark alone need not be compared row by row, which takes as long as a third of it.
  const written = mayBeReadMark
    ? await sql.run(changeOfAny, ...change, keep, give, first.keywords ?? '', ...rows)
    : await sql.run(changeOfMore, ...change, ...rows)
  if (written !== length) throw new Error(`${written} rows of ${length} took their flags`)
}

/** `set` leaves `hasAttachment` as it is: that is a fact about the item, not a mark on it. */
function flagChange({ set, add = 0, remove = 0 }: FlagChange): Masks {
  const given = set === undefined ? 0 : set & ~Flag.hasAttachment
  return { keep: (set === undefined ? ALL : Flag.hasAttachment) & ~remove, give: (given | add) & ~remove }
}

/** Every bit that a number of flags can have. */
const ALL = 0x7fff_ffff

async function keywordChange(
  sql: Sql,
  open: OpenMailbox,
  rows: readonly FlagRow[],
  change: FlagChange,
): Promise<(column: string | null) => string | null> {
  const { keepsKeyword } = change
  const set = change.setKeywords && (await giveKeywords(sql, open, change.setKeywords))
  const add = await giveKeywords(sql, open, change.addKeywords ?? [])
  const remove = await findKeywords(sql, open, change.removeKeywords ?? [])
  if (!set && add.length === 0 && remove.length === 0) return (column) => column
  const kept = new Set<number>()
  if (set && keepsKeyword) {
    const columns = rows.map(({ keywords }) => keywords)
    for (const [no, name] of await keywordNames(sql, open, columns)) if (keepsKeyword(name)) kept.add(no)
  }
  const known = new Map<string | null, string | null>()
  return (column) => {
    let made = known.get(column)
    if (made === undefined) {
      const before = keywordNumbers(column)
      const start = set ? [...set, ...before.filter((no) => kept.has(no))] : before
      made = keywordColumn([...start, ...add].filter((no) => !remove.includes(no)))
      known.set(column, made)
    }
    return made
  }
}
