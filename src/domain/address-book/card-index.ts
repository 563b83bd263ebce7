import type { EntryId } from '#src/base/ids.ts'
import { type Card, MARKS } from './card.ts'
import { piecesOf, queryWords } from './folding.ts'

/** Cards in one block: its text is searched as one, and made anew when one of them changes. */
const BLOCK = 256

const FIRST_MARK = MARKS[0].charCodeAt(0)
/** Words of so many letters are looked for at once, and then at what stands before them; shorter ones are everywhere. */
const LONG = 3

type Block = { cards: Card[]; text: string | undefined; starts: Uint32Array }

/**
 * Cards in the order in which people expect them, found by the beginning of any word. The words of a block lie in one
 * text, so a search is a walk of the engine's own over about 150 characters an entry: no structure for each word.
 */
export class CardIndex {
  #blocks: Block[] = []
  readonly #keys = new Map<EntryId, string>()

  get size(): number {
    return this.#keys.size
  }

  put(card: Card): void {
    const before = this.#keys.get(card.id)
    if (before === card.sortKey) {
      const block = this.#blockOf(card.sortKey)!
      block.cards[placeOf(block.cards, card.sortKey)] = card
      block.text = undefined
      return
    }
    if (before !== undefined) this.remove(card.id)
    this.#keys.set(card.id, card.sortKey)
    const block = this.#blockOf(card.sortKey)
    if (block === undefined) {
      this.#blocks.push({ cards: [card], text: undefined, starts: new Uint32Array() })
      return
    }
    block.cards.splice(placeOf(block.cards, card.sortKey), 0, card)
    block.text = undefined
    if (block.cards.length > BLOCK) this.#divide(block)
  }

  remove(id: EntryId): void {
    const key = this.#keys.get(id)
    if (key === undefined) return
    this.#keys.delete(id)
    const block = this.#blockOf(key)!
    block.cards.splice(placeOf(block.cards, key), 1)
    block.text = undefined
    if (block.cards.length === 0) this.#blocks.splice(this.#blocks.indexOf(block), 1)
  }

  /**
   * Entries of which a word begins with each word of the text, best first, then by name; at most `limit`. Where there are none, what
   * stands between dots and dashes counts as words too: `first.last` need not be an address.
   */
  find(text: string, limit: number): EntryId[] {
    const words = queryWords(text)
    const found = this.#find(words, limit)
    if (found.length > 0) return found
    const pieces = piecesOf(words)
    return pieces.length > words.length ? this.#find(pieces, limit) : []
  }

  #find(words: readonly string[], limit: number): EntryId[] {
    const [first, ...others] = words.toSorted((a, b) => b.length - a.length)
    if (first === undefined) return []
    const whole = words.join(' ')
    const ranked: EntryId[][] = MARKS.map(() => [])
    // What fits less well than enough others is not looked for any more.
    let useful: number = MARKS.length
    for (const block of this.#blocks) {
      for (const [at, rank] of this.#inBlock(block, first, useful)) {
        const card = block.cards[at]!
        let worst = Math.max(1, rank)
        for (const word of others) worst = Math.max(worst, rankOf(card, word))
        if (worst >= MARKS.length) continue
        const best = card.text.includes(MARKS[0] + whole) ? 0 : worst
        if (ranked[best]!.length < limit) ranked[best]!.push(card.id)
      }
      const full = ranked.findIndex(({ length }) => length >= limit)
      if (full === 0) break
      // Of several words the longest may stand further on in a name that begins with all of them.
      if (full > 0) useful = Math.min(useful, Math.max(full, others.length === 0 ? 1 : 2))
    }
    return ranked.flat().slice(0, limit)
  }

  /** Characters that are held, for whoever asks how much memory it takes. */
  get characters(): number {
    return this.#blocks.reduce(
      (sum, { cards }) => sum + cards.reduce((all, card) => all + card.text.length + card.sortKey.length, 0),
      0,
    )
  }

  /** The best rank of each card of a block in which a word begins so. */
  #inBlock(block: Block, word: string, useful: number): Map<number, number> {
    const text = textOf(block)
    const found = new Map<number, number>()
    if (word.length >= LONG) {
      // Marks stand in their order: the first word of a card that fits is the one that fits best.
      for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
        const rank = text.charCodeAt(at - 1) - FIRST_MARK
        if (rank >= useful) continue
        const card = cardAt(block.starts, at)
        found.set(card, rank)
        at = (block.starts[card + 1] ?? text.length) - 1
      }
      return found
    }
    for (let rank = 0; rank < useful; rank++) {
      const wanted = MARKS[rank]! + word
      for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) {
        const card = cardAt(block.starts, at)
        if (!found.has(card)) found.set(card, rank)
        // The others of the same card would say no more.
        at = (block.starts[card + 1] ?? text.length) - 1
      }
    }
    return found.size < 2 ? found : new Map([...found].toSorted(([a], [b]) => a - b))
  }

  #blockOf(key: string): Block | undefined {
    let low = 0
    let high = this.#blocks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#blocks[middle]!.cards[0]!.sortKey <= key) low = middle
      else high = middle - 1
    }
    return this.#blocks[low]
  }

  #divide(block: Block): void {
    const at = this.#blocks.indexOf(block)
    const cards = block.cards.splice(block.cards.length >> 1)
    this.#blocks.splice(at + 1, 0, { cards, text: undefined, starts: new Uint32Array() })
  }
}

/** As many as there are marks when no word of the card begins so. */
function rankOf({ text }: Card, word: string): number {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    const rank = text.charCodeAt(at - 1) - FIRST_MARK
    if (rank < MARKS.length) return rank
  }
  return MARKS.length
}

/** Where a key stands, or belongs, among cards in order. */
function placeOf(cards: readonly Card[], key: string): number {
  let low = 0
  let high = cards.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (cards[middle]!.sortKey < key) low = middle + 1
    else high = middle
  }
  return low
}

function textOf(block: Block): string {
  if (block.text !== undefined) return block.text
  const starts = new Uint32Array(block.cards.length)
  let length = 0
  for (const [at, { text }] of block.cards.entries()) {
    starts[at] = length
    length += text.length
  }
  block.starts = starts
  block.text = block.cards.map(({ text }) => text).join('')
  return block.text
}

/** The card in whose words a place of the block's text lies. */
function cardAt(starts: Uint32Array, at: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle]! <= at) low = middle
    else high = middle - 1
  }
  return low
}
