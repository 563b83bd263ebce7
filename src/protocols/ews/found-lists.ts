import type { ItemNo } from '#src/domain/mailbox/item.ts'

/** Numbers that are remembered in all lists together, eight octets each. */
const MOST_NUMBERS = 4_000_000
/** No longer than an open key is held (SEC-05). */
const LIFETIME_MS = 45_000

type Kept = { modseq: number; items: Float64Array; usedAt: number }

/**
 * What clients page through, in order: a search and its sort are done once and not again for every page of it. A list holds
 * until its folder changes.
 */
export class FoundLists {
  readonly #now: () => number
  readonly #lists = new Map<string, Kept>()
  #numbers = 0

  constructor(now: () => number) {
    this.#now = now
  }

  get(key: string, modseq: number): readonly ItemNo[] | undefined {
    const kept = this.#lists.get(key)
    if (kept === undefined) return undefined
    const fresh = kept.modseq === modseq && this.#now() - kept.usedAt < LIFETIME_MS
    this.#drop(key, kept)
    if (!fresh) return undefined
    this.put(key, modseq, kept.items as unknown as readonly ItemNo[])
    return kept.items as unknown as readonly ItemNo[]
  }

  put(key: string, modseq: number, items: readonly ItemNo[]): void {
    const known = this.#lists.get(key)
    if (known !== undefined) this.#drop(key, known)
    if (items.length > MOST_NUMBERS / 4) return
    for (const [oldest, kept] of this.#lists) {
      if (this.#numbers + items.length <= MOST_NUMBERS && this.#now() - kept.usedAt < LIFETIME_MS) break
      this.#drop(oldest, kept)
    }
    this.#numbers += items.length
    this.#lists.set(key, { modseq, items: Float64Array.from(items), usedAt: this.#now() })
  }

  #drop(key: string, kept: Kept): void {
    this.#lists.delete(key)
    this.#numbers -= kept.items.length
  }
}
