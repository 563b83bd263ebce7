import type { SourceGuid } from './source.ts'

/** One of several objects that ask for the same address. */
export type Contender = {
  guid: SourceGuid
  name: string
  /** When it was made over there, so written that text order is time; empty where the source does not tell. */
  madeAt: string
  /** Whether it is its own: its primary address, or its legacyExchangeDN. */
  isOwn: boolean
  /** Its primary address, in the form in which it is found: without that it is not in the address book. */
  primary: string
  /** Its mailbox is here: it is in the address book in any case. */
  isHere: boolean
}

/**
 * Who has an address that several ask for: whose own it is, then who was made first, then the lower key. Nothing else counts, so that
 * it is the same whoever came first (docs/decisions/0009).
 */
export function inOrderOfRight(one: Contender, other: Contender): number {
  if (one.isOwn !== other.isOwn) return one.isOwn ? -1 : 1
  if (one.madeAt !== other.madeAt) return orderOf(one.madeAt || LAST, other.madeAt || LAST)
  return orderOf(one.guid, other.guid)
}

/** A sentence for who does not get it. */
export function whyNot(address: string, winner: Contender, loser: Contender): string {
  const begin = `${address} belongs to ${winner.name}`
  const end = 'Take it away from one of the two.'
  if (winner.isOwn && !loser.isOwn) return `${begin}, whose own address it is. ${end}`
  if (winner.madeAt !== '' && loser.madeAt === '')
    return `${begin}, which says when it was made (whenCreated), and this one does not. ${end}`
  if (winner.madeAt !== loser.madeAt) return `${begin}, which was made before this one. ${end}`
  const byKey = `${begin} too, which comes before this one in the order of their keys`
  return winner.madeAt === ''
    ? `${byKey}: neither says when it was made (whenCreated), so that this may not be whom Exchange takes. Export whenCreated too, or take it away from one of the two.`
    : `${byKey}: both were made in the same second. ${end}`
}

/** Behind every time. */
const LAST = '~'

const orderOf = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
