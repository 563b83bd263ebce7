import { NumberSet } from '#src/wire/imap/number-set.ts'
import { type Esearch, type Esort, formatEsearch } from '#src/wire/imap/search-response.ts'
import type { SearchReturn } from '#src/wire/imap/search-return.ts'
import { partialSlice } from '#src/wire/imap/sequence-set.ts'
import { UidList } from '#src/wire/imap/uid-list.ts'
import type { ImapSession } from './session.ts'

/** What was found, as the client counts it. */
type Found = {
  tag: string
  uid: boolean
  numbers: readonly number[]
  /** Of each of them, when these were asked for. */
  modseqs: readonly number[] | undefined
  /** The numbers stand in an order of their own (RFC 5267 §3.1), else they ascend. */
  sorted?: boolean
}

/** Answers SEARCH or SORT with RETURN (RFC 4731, 9394, 5267). */
export function writeEsearch(
  session: ImapSession,
  { tag, uid, numbers, modseqs, sorted = false }: Found,
  returns: SearchReturn,
): void {
  const { min, max, all, count, save, partial } = returns
  if (save && !min && !max && !all && !count && partial === undefined) return
  const setOf = (some: readonly number[]) => (sorted ? UidList.of(some) : NumberSet.of(some))
  const answer: Omit<Esearch, 'all' | 'partial'> & { all?: unknown; partial?: unknown } = { tag, uid }
  if (numbers.length > 0) {
    if (min) answer.min = numbers[0]!
    if (max) answer.max = numbers.at(-1)!
    if (all) answer.all = setOf(numbers)
  }
  if (count) answer.count = numbers.length
  if (partial !== undefined) {
    const { start, end } = partialSlice(partial, numbers.length)
    answer.partial = { range: partial, found: setOf(numbers.slice(start, end)) }
  }
  const told = modseqs && highestOf(modseqs, returns)
  if (told !== undefined) answer.modseq = told
  session.untagged(formatEsearch(answer as Esearch | Esort))
}

/** The highest modseq of what is told (RFC 7162 §3.1.10): with MIN or MAX alone of these, with PARTIAL of the piece. */
function highestOf(
  modseqs: readonly number[],
  { min, max, all, count, partial }: SearchReturn,
): number | undefined {
  const told: number[] = []
  if (min) told.push(...modseqs.slice(0, 1))
  if (max) told.push(...modseqs.slice(-1))
  if (partial !== undefined) {
    const { start, end } = partialSlice(partial, modseqs.length)
    told.push(...modseqs.slice(start, end))
  }
  return highest(all || count ? modseqs : told)
}

/** The highest modseq; undefined of none. */
export const highest = (modseqs: readonly number[] | undefined): number | undefined =>
  modseqs === undefined || modseqs.length === 0
    ? undefined
    : modseqs.reduce((most, modseq) => Math.max(most, modseq))

/**
 * UIDs that are kept as `$`: where not all that was found is told or counted, only what is told: the first, the last, the piece
 * (RFC 5182 §2.4, RFC 9394 §3.2).
 */
export function savedOf(uids: readonly number[], { min, max, all, count, partial }: SearchReturn): number[] {
  if (all || count || (partial === undefined && !min && !max)) return [...uids]
  const { start, end } = partial === undefined ? { start: 0, end: 0 } : partialSlice(partial, uids.length)
  return uids.filter(
    (_, at) => (at >= start && at < end) || (min && at === 0) || (max && at === uids.length - 1),
  )
}
