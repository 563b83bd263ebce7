import { Refusal } from '../../refusal.ts'
import type { Store } from '../../store.ts'
import { type Aspect, type Digested, type DigestValue, digestBlockOf } from '../digested.ts'
import type { ItemState } from '../item.ts'
import type { Pace } from '../pace.ts'
import type { MailboxReader, MailboxRef } from '../store.ts'
import type { Digest } from './digests.ts'

/** The first number rises when aspects are made in another way; texts are folded by the tables of this Unicode version. */
export const KEPT_VERSION = `1/${process.versions.unicode}`
/** Aspects that follow from a summary and the time of arrival alone: as long as those stay, so do they. */
const lasting = [
  'subject',
  'from',
  'to',
  'cc',
  'bcc',
  'sent',
  'sent-day',
  'sort:cc',
  'sort:date',
  'sort:display-from',
  'sort:display-to',
  'sort:from',
  'sort:subject',
  'sort:to',
] as const
export type KeptAspect = (typeof lasting)[number]

export const isKept = (name: string): name is KeptAspect => lasting.some((each) => each === name)
/** Of a block fewer are opened, or left unkept, one by one. */
const FEWEST = 16
/** Blocks read or written at once. */
const BLOCKS = 8
/** Characters; longer texts are not kept. */
const LONGEST = 500

/** Keeps what a search learnt, sealed, for the searches after it. */
export type KeepDigests = (at: MailboxRef, aspect: Aspect, digested: readonly Digested[]) => Promise<void>

/** Keeps it in a store; a crash may undo that. What cannot be kept now is learnt again: no search fails for it. */
export function keepingIn(store: Store): KeepDigests {
  return async ({ organization, mailbox }, aspect, digested) => {
    const scope = { organization, mailboxes: [mailbox], mayBeLost: true }
    try {
      await store.transact(scope, ({ mailboxes }) =>
        mailboxes.keepDigests({ organization, mailbox }, aspect, digested),
      )
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
    }
  }
}

type Parts<V> = {
  mailboxes: MailboxReader
  at: MailboxRef
  keep: KeepDigests | undefined
  pace: Pace
  /** What a value takes in memory. */
  charactersOf: (value: V) => number
}

/**
 * One aspect of the items that a search looks at: as it is remembered in memory, as it was kept in sealed blocks, and as
 * it is learnt from summaries.
 */
export class KnownAspect<V> {
  readonly #aspect: Aspect
  readonly #digest: Digest<V>
  readonly #parts: Parts<V>
  /** Of the items looked at now, those for which memory has no room. */
  readonly #kept = new Map<number, V>()
  #learnt: Digested[] = []

  constructor(name: string, digest: Digest<V>, parts: Parts<V>) {
    this.#aspect = { name, version: KEPT_VERSION }
    this.#digest = digest
    this.#parts = parts
  }

  /** Octets in memory. */
  get bytes(): number {
    return this.#digest.bytes
  }

  get(item: ItemState): V | undefined {
    const value = this.#digest.get(item)
    return value === undefined ? this.#kept.get(item.no) : value
  }

  learn(item: ItemState, value: V): void {
    this.#remember(item, value)
    if (!this.#isKept || (typeof value === 'string' && value.length > LONGEST)) return
    this.#learnt.push({ no: item.no, modseq: item.modseq, value: value as DigestValue })
  }

  /** Opens the blocks of items that are not remembered; what was opened for others before is let go. */
  async open(items: Iterable<ItemState>): Promise<void> {
    this.#kept.clear()
    if (!this.#isKept) return
    const byBlock = new Map<number, ItemState[]>()
    for (const item of items) {
      if (this.#digest.get(item) !== undefined) continue
      const block = digestBlockOf(item.no)
      const some = byBlock.get(block)
      if (some) some.push(item)
      else byBlock.set(block, [item])
    }
    const { mailboxes, at, pace } = this.#parts
    for (const blocks of eightOf([...byBlock].filter(([, some]) => some.length >= FEWEST))) {
      const numbers = blocks.map(([block]) => block)
      const found = await mailboxes.readDigests(at, this.#aspect, numbers)
      for (const [, some] of blocks) {
        for (const item of some) {
          const value = found.get(item.no) as V | undefined
          if (value === undefined) continue
          if (!this.#remember(item, value)) this.#kept.set(item.no, value)
        }
      }
      await pace.rest()
    }
  }

  /** Keeps what was learnt of neighbours. */
  async keep(): Promise<void> {
    const learnt = this.#learnt
    this.#learnt = []
    if (learnt.length < FEWEST) return
    const { keep, at, pace } = this.#parts
    const byBlock = Map.groupBy(learnt, ({ no }) => digestBlockOf(no))
    for (const blocks of eightOf([...byBlock.values()].filter((some) => some.length >= FEWEST))) {
      await keep!(at, this.#aspect, blocks.flat())
      await pace.rest()
    }
  }

  get #isKept(): boolean {
    return this.#parts.keep !== undefined && isKept(this.#aspect.name)
  }

  #remember(item: ItemState, value: V): boolean {
    return this.#digest.set(item, value, this.#parts.charactersOf(value))
  }
}

function* eightOf<T>(blocks: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < blocks.length; from += BLOCKS) yield blocks.slice(from, from + BLOCKS)
}
