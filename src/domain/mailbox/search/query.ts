import type { BodyNo, Flags, ItemClass } from '../item.ts'
import type { Narrowing } from '../store.ts'

/**
 * What is looked for. Texts are found as substrings, blind to case, width and kind of blank (`foldForSearch`). A
 * protocol's search language is translated into this; days and time zones are the protocol's to turn into moments.
 */
export type Query =
  | { kind: 'and'; of: readonly Query[] }
  | { kind: 'or'; of: readonly Query[] }
  | { kind: 'not'; of: Query }
  | Leaf

/** Both ends included. */
export type UidRange = readonly [from: number, to: number]

/** One term. */
export type Leaf =
  /** All of these bits are set. */
  | { kind: 'flags'; flags: Flags }
  | { kind: 'keyword'; keyword: string }
  | { kind: 'class'; class: ItemClass }
  /** In one of the ranges, which ascend and do not overlap. */
  | { kind: 'uid'; ranges: readonly UidRange[] }
  /** Epoch milliseconds: from `since` to before `before`. `sent` is the Date field of a message. */
  | { kind: 'received' | 'saved' | 'sent'; since?: number; before?: number }
  /**
   * The day that the Date field itself names, whatever its time zone (RFC 9051 §6.4.4), in days since 1970-01-01: from
   * `since` to before `before`. A message without a readable date has none.
   */
  | { kind: 'sent-day'; since?: number; before?: number }
  | { kind: 'size'; larger?: number; smaller?: number }
  /** Its modseq is above this. */
  | { kind: 'changed'; since: number }
  /** Messages of one stored original; copies share it. */
  | { kind: 'original'; body: BodyNo }
  /** Messages of the thread with this id (`threadIdOf`). */
  | { kind: 'thread'; id: string }
  | { kind: 'subject' | 'from' | 'to' | 'cc' | 'bcc'; contains: string }
  /** The name of something attached. */
  | { kind: 'attachment'; contains: string }
  /** A field of the top header by its name; an empty `contains` asks whether it is there. */
  | { kind: 'header'; name: string; contains: string }
  /** The text parts of a message, or any text of another item. */
  | { kind: 'body'; contains: string }
  /** Header, MIME headers of parts, or body. */
  | { kind: 'text'; contains: string }

/** What one term says of an item; undefined while too little of the item is known. */
export type Verdict = boolean | undefined

/** Decides as much of a query as its terms allow: `false and unknown` is false. */
export function judge(query: Query, leaf: (leaf: Leaf) => Verdict): Verdict {
  if (query.kind === 'not') {
    const verdict = judge(query.of, leaf)
    return verdict === undefined ? undefined : !verdict
  }
  if (query.kind !== 'and' && query.kind !== 'or') return leaf(query)
  const decisive = query.kind === 'or'
  let verdict: Verdict = !decisive
  for (const each of query.of) {
    const one = judge(each, leaf)
    if (one === decisive) return decisive
    if (one === undefined) verdict = undefined
  }
  return verdict
}

/** All terms of a query. */
export function* leavesOf(query: Query): Generator<Leaf> {
  if (query.kind === 'not') yield* leavesOf(query.of)
  else if (query.kind === 'and' || query.kind === 'or') for (const each of query.of) yield* leavesOf(each)
  else yield query
}

/** What every match has in common: necessary, not enough. */
type Necessary = Narrowing & { uidFrom: number; uidTo: number }

export function necessaryFor(query: Query): Necessary {
  const necessary: Necessary = { uidFrom: 0, uidTo: Number.MAX_SAFE_INTEGER }
  for (const term of query.kind === 'and' ? query.of : [query]) tighten(necessary, term)
  return necessary
}

function tighten(necessary: Necessary, term: Query): void {
  switch (term.kind) {
    case 'and':
      for (const each of term.of) tighten(necessary, each)
      return
    case 'not':
      if (term.of.kind === 'flags' && isOneBit(term.of.flags)) {
        necessary.flagsUnset = (necessary.flagsUnset ?? 0) | term.of.flags
      }
      return
    case 'flags':
      necessary.flagsSet = (necessary.flagsSet ?? 0) | term.flags
      return
    case 'uid':
      necessary.uidFrom = Math.max(necessary.uidFrom, term.ranges[0]?.[0] ?? Number.MAX_SAFE_INTEGER)
      necessary.uidTo = Math.min(necessary.uidTo, term.ranges.at(-1)?.[1] ?? 0)
      return
    case 'received':
    case 'saved':
      necessary[term.kind] = overlap(necessary[term.kind], term)
      return
    case 'size':
      necessary.largerThan = Math.max(necessary.largerThan ?? -1, term.larger ?? -1)
      necessary.smallerThan = Math.min(
        necessary.smallerThan ?? Number.MAX_SAFE_INTEGER,
        term.smaller ?? Number.MAX_SAFE_INTEGER,
      )
      return
    case 'changed':
      necessary.changedAfter = Math.max(necessary.changedAfter ?? -1, term.since)
      return
    default:
  }
}

/** Without exactly one bit, `not` asks that one of several be missing, which is no bound. */
const isOneBit = (flags: Flags): boolean => flags !== 0 && (flags & (flags - 1)) === 0

type Span = { since?: number; before?: number }

function overlap(one: Span | undefined, other: Span): Span {
  const since = Math.max(one?.since ?? Number.MIN_SAFE_INTEGER, other.since ?? Number.MIN_SAFE_INTEGER)
  const before = Math.min(one?.before ?? Number.MAX_SAFE_INTEGER, other.before ?? Number.MAX_SAFE_INTEGER)
  return { since, before }
}
