import { Flag } from '../../../mailbox/item.ts'
import type { SourceChange, SourceMarks } from '../../source.ts'
import type { LedgerFolder, LedgerItem } from '../../store.ts'

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
  /**
   * What another item looks like that is still there: its copy stands here, and is replaced by what is read unless that one turns out
   * to have moved. Not where both were read and are the same.
   */
  | { do: 'copy'; row: LedgerItem; isRead: boolean }
  /** It may be one of these, and only what is in it tells: `decideRead`. */
  | { do: 'compare'; twins: readonly LedgerItem[] }
  | { do: 'gone'; row: LedgerItem }
  /** Deleted here: it stays so, whatever the source does. */
  | { do: 'leave'; row: LedgerItem }

export type Known = {
  row: LedgerItem | undefined
  /** Items with the same match and size. */
  twins: readonly LedgerItem[]
  /** Whether what the twins have for a body is this one's without a doubt: looks alone are no proof. */
  isSure: boolean
  folder: Pick<LedgerFolder, 'no' | 'isListing' | 'listing'>
  /** Whether the folder is the source's for what is deleted. */
  isBin: boolean
}

/** Code of a row whose item was deleted here, and then by us there, as the mailbox went back. Its return tells it. */
export const RETURNED = 'returned'

/** Pure: what to do about one change, by what the ledger knows. */
export function decideChange(change: SourceChange, known: Known): ChangeStep {
  const { row, folder, isBin } = known
  // Where items keep their keys, the old folder may name one as gone after the new one has named it.
  if (change.kind === 'gone')
    return row === undefined || (row.folder !== folder.no && !change.forGood)
      ? { do: 'nothing' }
      : { do: 'gone', row }
  if (change.kind === 'read') {
    if (row?.item == null) return { do: 'nothing' }
    return row.state === 'deleted' ? { do: 'leave', row } : { do: 'seen', row, seen: change.seen }
  }
  if (row === undefined) return decideNew(known, change.marks)
  if (row.state === 'deleted' && (isBin || !isReturned(row))) return { do: 'leave', row }
  if (row.item === null || row.state === 'pending') {
    const settled = row.state === 'skipped' && row.version === change.version
    return settled ? { do: 'nothing' } : { do: 'read', row }
  }
  const same = row.version === change.version
  if (row.folder !== folder.no) {
    // Of another size it is not what it was.
    const isWhole = change.marks === null || (change.sizeBytes ?? row.sizeBytes) !== row.sizeBytes
    return { do: 'move', row, read: !same && isWhole }
  }
  if (row.state === 'gone') return { do: 'read', row }
  if (same) return { do: 'nothing' }
  const isWhole = change.marks === null || change.asNew === true
  return isWhole ? { do: 'read', row } : { do: 'mark', row, marks: change.marks! }
}

function decideNew({ twins: alike, folder, isBin, isSure }: Known, marks: SourceMarks | null): ChangeStep {
  const twins = isBin ? alike : alike.filter((twin) => !isReturned(twin))
  const there = twins.filter(({ item, state }) => item !== null && state !== 'pending')
  const unlisted = ({ folder: where, listing }: LedgerItem) =>
    folder.isListing && where === folder.no && listing < folder.listing
  // One that went from this very folder did not move: who edits a draft may leave its id, date and size as they were.
  const moved = ({ state, folder: where, paired }: LedgerItem) =>
    state === 'gone' && where !== folder.no && !paired
  const free = there.find((twin) => moved(twin) || unlisted(twin))
  // Without its marks nobody knows in what it differs from the other one.
  const copied = marks === null ? undefined : there.find(({ state }) => state === 'copied')
  const deleted = twins.filter(wasDeleted)
  const known = free ?? deleted.find(unlisted) ?? copied ?? deleted[0]
  if (known === undefined) return { do: 'read', row: undefined }
  if (!isSure) return { do: 'compare', twins }
  if (wasDeleted(known)) return { do: 'adopt', row: known, read: false }
  return known === free
    ? { do: 'adopt', row: known, read: marks === null }
    : { do: 'copy', row: known, isRead: false }
}

/** Deleted here, and perhaps gone at the source since. */
export const wasDeleted = ({ state, item }: LedgerItem): boolean =>
  state === 'deleted' || (state === 'gone' && item === null)

/** Deleted on both sides, as the mailbox went back: whoever takes it out of the deleted items there since wants it again. */
const isReturned = (row: LedgerItem): boolean => wasDeleted(row) && row.code === RETURNED

/** Pure: what an item is whose digest is one of these, among those that look like it. */
export function decideRead(
  { twins, folder, isBin }: Pick<Known, 'twins' | 'folder' | 'isBin'>,
  digests: readonly string[],
  marks: SourceMarks | null,
): ChangeStep {
  const same = twins.filter(({ hash }) => hash !== null && digests.includes(hash))
  const step = decideNew({ row: undefined, twins: same, folder, isBin, isSure: true }, marks)
  return step.do === 'copy' ? { ...step, isRead: true } : step
}

export const seenFlag = (seen: boolean): { add?: number; remove?: number } =>
  seen ? { add: Flag.seen } : { remove: Flag.seen }
