import { NumberSet } from '#src/wire/imap/number-set.ts'
import { type Esearch, type Esort, formatEsearch } from '#src/wire/imap/search-response.ts'
import type { SearchReturn } from '#src/wire/imap/search-return.ts'
import { partialSlice } from '#src/wire/imap/sequence-set.ts'
import { UidList } from '#src/wire/imap/uid-list.ts'
import type { ImapSession } from './session.ts'

/** What was found, as the client counts it. */
export type Found = {
  tag: string
  uid: boolean
  numbers: readonly number[]
  modseq: number | undefined
  /** The numbers stand in an order of their own (RFC 5267 §3.1), else they ascend. */
  sorted?: boolean
}

/** Answers SEARCH or SORT with RETURN (RFC 4731, 9394, 5267). */
export function writeEsearch(
  session: ImapSession,
  { tag, uid, numbers, modseq, sorted = false }: Found,
  { min, max, all, count, save, partial }: SearchReturn,
): void {
  if (save && !min && !max && !all && !count && partial === undefined) return
  const setOf = (some: readonly number[]) => (sorted ? UidList.of(some) : NumberSet.of(some))
  const answer: Omit<Esearch, 'all' | 'partial'> & { all?: unknown; partial?: unknown } = { tag, uid }
  if (numbers.length > 0) {
    if (min) answer.min = numbers[0]!
    if (max) answer.max = numbers.at(-1)!
    if (all) answer.all = setOf(numbers)
    if (modseq !== undefined) answer.modseq = modseq
  }
  if (count) answer.count = numbers.length
  if (partial !== undefined) {
    const { start, end } = partialSlice(partial, numbers.length)
    answer.partial = { range: partial, found: setOf(numbers.slice(start, end)) }
  }
  session.untagged(formatEsearch(answer as Esearch | Esort))
}

/** UIDs that are kept as `$`: with MIN or MAX and nothing else, only these (RFC 5182 §2.4). */
export function savedOf(uids: readonly number[], { min, max, all, count, partial }: SearchReturn): number[] {
  if (all || count || partial !== undefined || (!min && !max)) return [...uids]
  return uids.filter((_, at) => (min && at === 0) || (max && at === uids.length - 1))
}
