import type { AddressEntry } from '#src/formats/address/mailbox-list.ts'
import { baseSubject } from '#src/formats/header/base-subject.ts'
import { decodeWords } from '#src/formats/header/encoded-words.ts'
import { casemapKey } from '#src/formats/text/casemap.ts'
import type { ItemSummary } from '../content.ts'
import type { ItemState } from '../item.ts'
import { Pace } from '../pace.ts'
import type { MailboxRef } from '../store.ts'
import { pacedSort } from './paced-sort.ts'
import type { SearchDeps } from './search.ts'
import { type SummaryValue, summaryValues } from './summary-values.ts'

/** What messages are sorted by: RFC 5256 §3, `display-from` and `display-to` of RFC 5957. */
export type SortField =
  | 'arrival'
  | 'cc'
  | 'date'
  | 'from'
  | 'size'
  | 'subject'
  | 'to'
  | 'display-from'
  | 'display-to'

export type SortCriterion = { field: SortField; reverse?: boolean }

/** What a sort remembers of a match. */
type Sorted = Pick<ItemState, 'no' | 'uid' | 'modseq'>

type Key = string | number
type Keyed = Sorted & { keys: readonly Key[] }

/** Longer texts are equal when they begin alike: what a sort holds must not grow with what strangers write. */
const KEY_LENGTH = 500

/**
 * Matches of a search in the order that the criteria say, the first of them first; those that are equal in all stay in
 * the order of their uids. Holds keys, not messages. Opens summaries only where a criterion asks for one.
 */
export async function sortMessages(
  deps: SearchDeps,
  at: MailboxRef,
  pages: AsyncIterable<readonly ItemState[]>,
  criteria: readonly SortCriterion[],
  { signal }: { signal?: AbortSignal } = {},
): Promise<Sorted[]> {
  const pace = new Pace(signal)
  const keyed: Keyed[] = []
  // What lies in clear is at hand, and what does not is remembered.
  const sealed = criteria.flatMap(({ field }) => (field === 'arrival' || field === 'size' ? [] : field))
  const keep = (item: ItemState, values: readonly Key[]) => {
    const { no, uid, modseq } = item
    let next = 0
    const keys = criteria.map(({ field }) =>
      field === 'arrival' ? item.receivedAt : field === 'size' ? item.sizeBytes : values[next++]!,
    )
    keyed.push({ no, uid, modseq, keys })
  }
  if (sealed.length === 0) {
    for await (const page of pages) for (const item of page) keep(item, [])
  } else {
    const wanted = sealed.map(sortKey)
    for await (const some of summaryValues(deps, at, pages, wanted, pace)) {
      for (const { item, values } of some) keep(item, values)
    }
  }
  const sorted = await pacedSort(keyed, (one, other) => compareKeys(one, other, criteria), pace)
  return sorted.map(({ no, uid, modseq }) => ({ no, uid, modseq }))
}

function compareKeys(one: Keyed, other: Keyed, criteria: readonly SortCriterion[]): number {
  for (let index = 0; index < criteria.length; index++) {
    const [a, b] = [one.keys[index]!, other.keys[index]!]
    if (a !== b) return a < b !== (criteria[index]!.reverse ?? false) ? -1 : 1
  }
  return one.uid - other.uid
}

type SealedField = Exclude<SortField, 'arrival' | 'size'>

const sortKey = (field: SealedField): SummaryValue<Key> => ({
  aspect: `sort:${field}`,
  from: (item, summary) => keyOf(field, item, summary),
  charactersOf: (key) => (typeof key === 'string' ? key.length : 0),
})

/** What a message is ordered by. */
export function keyOf(field: SealedField, item: ItemState, summary: ItemSummary): Key {
  const { subject, envelope } = summary
  switch (field) {
    case 'date':
      return sentAt(item, summary)
    case 'subject':
      return textKey(baseSubject(subject).base)
    case 'cc':
    case 'from':
    case 'to':
      return textKey(mailboxOf(envelope?.[field]?.[0]))
    case 'display-from':
      return textKey(displayOf(envelope?.from?.[0]))
    case 'display-to':
      return textKey(displayOf(envelope?.to?.[0]))
  }
}

/** When a message was sent; when it came, where it does not say (RFC 5256 §2.2). Epoch milliseconds. */
export function sentAt(item: ItemState, summary: ItemSummary): number {
  return summary.envelope?.dateMs ?? item.receivedAt
}

/** A text as the key by which it is ordered and compared. */
export const textKey = (text: string): string => casemapKey(text.slice(0, KEY_LENGTH))

/** `addr-mailbox` of an address; a group begins with its name (RFC 9051 §7.5.2). */
function mailboxOf(entry: AddressEntry | undefined): string {
  if (!entry) return ''
  return 'members' in entry ? decodeWords(entry.group) : entry.mailbox
}

/** The name people see: of the mailbox or group, and without one the address (RFC 5957 §3). */
function displayOf(entry: AddressEntry | undefined): string {
  if (!entry) return ''
  if ('members' in entry) return decodeWords(entry.group)
  const { name, mailbox, host } = entry
  return name === undefined || name === ''
    ? host === ''
      ? mailbox
      : `${mailbox}@${host}`
    : decodeWords(name)
}
