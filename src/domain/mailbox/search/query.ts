import type { Flags, ItemClass } from '../item.ts'

/**
 * What is looked for. Texts are found as substrings, blind to case and width. A protocol's search language is
 * translated into this; days and time zones are the protocol's to turn into moments.
 */
export type Query =
  | { kind: 'and'; of: readonly Query[] }
  | { kind: 'or'; of: readonly Query[] }
  | { kind: 'not'; of: Query }
  | Leaf

/** One term. */
export type Leaf =
  /** All of these bits are set. */
  | { kind: 'flags'; flags: Flags }
  | { kind: 'keyword'; keyword: string }
  | { kind: 'class'; class: ItemClass }
  | { kind: 'uid'; from: number; to: number }
  /** Epoch milliseconds: from `since` to before `before`. `sent` is the Date field of a message. */
  | { kind: 'received' | 'saved' | 'sent'; since?: number; before?: number }
  | { kind: 'size'; larger?: number; smaller?: number }
  | { kind: 'changed'; since: number }
  | { kind: 'subject' | 'from' | 'to' | 'cc' | 'bcc'; contains: string }
  /** A field of the top header by its name; an empty `contains` asks whether it is there. */
  | { kind: 'header'; name: string; contains: string }
  /** The text parts of a message, or any text of another item. */
  | { kind: 'body'; contains: string }
  /** Header or body. */
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

/** The moment before which no item can match, when the query says one for all. */
export function receivedSince(query: Query): number {
  if (query.kind === 'received') return query.since ?? Number.NEGATIVE_INFINITY
  if (query.kind === 'and') return Math.max(Number.NEGATIVE_INFINITY, ...query.of.map(receivedSince))
  return Number.NEGATIVE_INFINITY
}
