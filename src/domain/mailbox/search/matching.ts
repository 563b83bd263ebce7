import type { Item, ItemNo, ItemPart, ItemState } from '../item.ts'
import type { Pace } from '../pace.ts'
import type { MailboxReader, MailboxRef } from '../store.ts'
import { type AspectValue, aspectOf, aspectValue, judgeSummary, judgeValue } from './aspects.ts'
import type { Digests } from './digests.ts'
import { KnownAspect } from './kept-aspects.ts'
import { openItems } from './open-items.ts'
import { judge, type Leaf, leavesOf, type Query, type Verdict } from './query.ts'
import { judgeText } from './reading.ts'
import { smallText } from './small-text.ts'
import { judgeState } from './terms.ts'

/** Items whose sealed parts are opened together. */
const OPENED = 64
/** Text that is remembered of one mailbox. */
const MOST_TEXT_BYTES = 24 * 1024 * 1024

/** The matches among the next `looked` of the items. */
type Piece = { matches: readonly ItemState[]; looked: number }

/**
 * Judges items by a query, a few at a time: by what lies in clear and what is remembered, then by their summaries, and
 * only those that are undecided still by their text.
 */
export class Matching {
  readonly #mailboxes: MailboxReader
  readonly #at: MailboxRef
  readonly #query: Query
  readonly #pace: Pace
  readonly #parts: readonly ItemPart[]
  readonly #looksThroughText: boolean
  readonly #known = new Map<Leaf, KnownAspect<AspectValue>>()
  /** Whether nothing in clear decides any term. */
  readonly #isSealed: boolean

  constructor(mailboxes: MailboxReader, at: MailboxRef, query: Query, pace: Pace, digests?: Digests) {
    this.#mailboxes = mailboxes
    this.#at = at
    this.#query = query
    this.#pace = pace
    const leaves = [...leavesOf(query)]
    // The structure comes with the summary; opening it later would cost as much again.
    const mayRead = leaves.some(({ kind }) => kind === 'body' || kind === 'text' || kind === 'header')
    this.#looksThroughText = leaves.some(({ kind }) => kind === 'body')
    this.#parts = mayRead ? ['summary', 'structure'] : ['summary']
    this.#isSealed = leaves.every((leaf) => aspectOf(leaf) !== undefined && leaf.kind !== 'body')
    if (!digests) return
    const parts = { mailboxes, at, keep: digests.keep, pace, charactersOf: charactersIn }
    const aspects = new Map<string, KnownAspect<AspectValue>>()
    for (const leaf of leaves) {
      const name = aspectOf(leaf)
      if (name === undefined) continue
      const aspect = aspects.get(name) ?? new KnownAspect<AspectValue>(name, digests.of(at, name), parts)
      aspects.set(name, aspect)
      this.#known.set(leaf, aspect)
    }
  }

  /** Judges items, and tells of them in their order. */
  async *among(items: readonly ItemState[]): AsyncGenerator<Piece> {
    await this.#open(items)
    let begin = 0
    let matches: ItemState[] = []
    let undecided: ItemState[] = []
    let firstUndecided = 0
    for (const [index, item] of items.entries()) {
      const verdict = judge(this.#query, (leaf) => this.#judgeClosed(item, leaf))
      if (verdict !== false) matches.push(item)
      if (verdict === undefined) {
        if (undecided.length === 0) firstUndecided = index
        undecided.push(item)
      }
      if (undecided.length < OPENED && index + 1 < items.length) continue
      if (undecided.length > 0) {
        const areNeighbours = index + 1 - firstUndecided === undecided.length
        const found = await this.#judgeSealed(undecided, areNeighbours)
        const refused = new Set(undecided.flatMap(({ no }) => (found.has(no) ? [] : no)))
        matches = matches.filter((match) => !refused.has(match.no))
      }
      await this.#pace.rest()
      yield { matches, looked: index + 1 - begin }
      begin = index + 1
      matches = []
      undecided = []
    }
    for (const aspect of this.#aspects) await aspect.keep()
  }

  get #aspects(): ReadonlySet<KnownAspect<AspectValue>> {
    return new Set(this.#known.values())
  }

  /** Opens what was kept of the items that nothing in clear decides. */
  async #open(items: readonly ItemState[]): Promise<void> {
    if (this.#known.size === 0) return
    const isOpen = (item: ItemState) => judge(this.#query, (leaf) => judgeState(item, leaf)) !== undefined
    const closed = this.#isSealed ? items : items.filter((item) => !isOpen(item))
    for (const aspect of this.#aspects) await aspect.open(closed)
  }

  #judgeClosed(item: ItemState, leaf: Leaf): Verdict {
    const value = this.#known.get(leaf)?.get(item)
    return value === undefined ? judgeState(item, leaf) : judgeValue(leaf, value)
  }

  /** Which of a few items match, with their sealed parts open. */
  async #judgeSealed(items: readonly ItemState[], areNeighbours: boolean): Promise<ReadonlySet<ItemNo>> {
    const found = new Set<ItemNo>()
    const opened = await openItems(this.#mailboxes, this.#at, items, this.#parts, { areNeighbours })
    for (const item of opened) {
      const summary = item.summary!
      for (const [leaf, aspect] of this.#known) {
        const value = aspectValue(leaf, item, summary)
        if (value !== undefined) aspect.learn(item, value)
      }
      const verdict = judge(this.#query, (leaf) => judgeSummary(item, summary, leaf))
      if (verdict ?? (await this.#judgeText(item))) found.add(item.no)
      await this.#pace.rest()
    }
    return found
  }

  async #judgeText(item: Item): Promise<boolean> {
    if (this.#looksThroughText) {
      const text = await smallText(this.#mailboxes, this.#at, item)
      if (text !== undefined) {
        const summary = item.summary!
        for (const [leaf, aspect] of this.#known)
          if (leaf.kind === 'body' && aspect.bytes < MOST_TEXT_BYTES) aspect.learn(item, text)
        const verdict = judge(
          this.#query,
          (leaf) =>
            judgeSummary(item, summary, leaf) ?? (leaf.kind === 'body' ? judgeValue(leaf, text) : undefined),
        )
        if (verdict !== undefined) return verdict
      }
    }
    const learnt = (leaf: Leaf, value: AspectValue) => this.#known.get(leaf)?.learn(item, value)
    return judgeText(this.#mailboxes, this.#at, item, this.#query, this.#pace, learnt)
  }
}

/** Text of western languages takes one octet a character. */
function charactersIn(value: AspectValue): number {
  if (typeof value !== 'string') return 0
  return /[^\x00-\xff]/.test(value) ? value.length : value.length / 2
}
