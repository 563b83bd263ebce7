import { Flag } from '../../mailbox/item.ts'
import type { SourceChange, SourceMarks } from '../source.ts'
import type { LedgerFolder, LedgerItem } from '../store.ts'

/** What a change at the source means here. */
export type ChangeStep =
  /** Known in just this version. */
  | { do: 'nothing' }
  /** To be read; `row` where it is known already. */
  | { do: 'read'; row: LedgerItem | undefined }
  /** Only its marks changed. */
  | { do: 'mark'; row: LedgerItem; marks: SourceMarks }
  | { do: 'seen'; row: LedgerItem; seen: boolean }
  /** The same item lies in another folder now; read again where its version says that it changed too. */
  | { do: 'move'; row: LedgerItem; read: boolean }
  /** What was known under another key: it moved, or the source gave new keys to everything. Read again where its marks are not told. */
  | { do: 'adopt'; row: LedgerItem; read: boolean }
  /** What another item looks like that is still there: its copy stands here, and is replaced by what is read unless that one turns out to have moved. */
  | { do: 'copy'; row: LedgerItem }
  | { do: 'gone'; row: LedgerItem }
  /** Deleted here: it stays so, whatever the source does. */
  | { do: 'leave'; row: LedgerItem }

export type Known = {
  row: LedgerItem | undefined
  /** Items with the same match and size. */
  twins: readonly LedgerItem[]
  /** Whether what the twins have for a body is this one's: looks alone are no proof. */
  isSure: boolean
  folder: Pick<LedgerFolder, 'no' | 'isListing' | 'listing'>
}

/** Pure: what to do about one change, by what the ledger knows. */
export function decideChange(change: SourceChange, known: Known): ChangeStep {
  const { row, folder } = known
  // Where items keep their keys, the old folder may name one as gone after the new one has named it.
  if (change.kind === 'gone')
    return row === undefined || row.folder !== folder.no ? { do: 'nothing' } : { do: 'gone', row }
  if (change.kind === 'read') {
    if (row?.item == null) return { do: 'nothing' }
    return row.state === 'deleted' ? { do: 'leave', row } : { do: 'seen', row, seen: change.seen }
  }
  if (row === undefined) return decideNew(known, change.marks)
  if (row.state === 'deleted') return { do: 'leave', row }
  if (row.item === null || row.state === 'pending') {
    const settled = row.state === 'skipped' && row.version === change.version
    return settled ? { do: 'nothing' } : { do: 'read', row }
  }
  const same = row.version === change.version
  if (row.folder !== folder.no) return { do: 'move', row, read: !same && change.marks === null }
  if (row.state === 'gone') return { do: 'read', row }
  if (same) return { do: 'nothing' }
  return change.marks === null ? { do: 'read', row } : { do: 'mark', row, marks: change.marks }
}

function decideNew({ twins, folder, isSure }: Known, marks: SourceMarks | null): ChangeStep {
  const there = twins.filter(({ item, state }) => item !== null && state !== 'pending')
  const unlisted = ({ folder: where, listing }: LedgerItem) =>
    folder.isListing && where === folder.no && listing < folder.listing
  // One that went from this very folder did not move: who edits a draft may leave its id, date and size as they were.
  const moved = ({ state, folder: where, paired }: LedgerItem) =>
    state === 'gone' && where !== folder.no && !paired
  const free = there.find((twin) => moved(twin) || unlisted(twin))
  if (free !== undefined && isSure) return { do: 'adopt', row: free, read: marks === null }
  const copied = there.find(({ state }) => state === 'copied')
  // Without its marks nobody knows in what it differs from the other one.
  if (copied !== undefined && marks !== null && isSure) return { do: 'copy', row: copied }
  const deleted = twins.find((twin) => twin.state === 'deleted')
  return deleted === undefined ? { do: 'read', row: undefined } : { do: 'adopt', row: deleted, read: false }
}

export const seenFlag = (seen: boolean): { add?: number; remove?: number } =>
  seen ? { add: Flag.seen } : { remove: Flag.seen }
