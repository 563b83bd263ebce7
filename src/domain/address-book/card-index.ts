import { Breath } from '#src/base/breath.ts'
import type { EntryId } from '#src/base/ids.ts'
import { type BlockWords, blockWords, MOST_CARDS, rankCards, wordsOfCards } from './block-words.ts'
import { type Card, MARKS } from './card.ts'
import { looselyRead, piecesOf, type QueryWord, queryWords } from './folding.ts'

/** Cards whose words are not among those of their block are looked at one by one: no more of them than so many. */
const MOST_FRESH = 32

const FIRST_MARK = MARKS[0].charCodeAt(0)

type Place = Pick<Card, 'id' | 'sortKey'>

/** Cards that follow each other. It stays as it is: whoever walks the blocks meanwhile sees what was before. */
export type Block = {
  /** What stands before it is in the block before. */
  from: string
  /** Cards by their numbers in `words`, in order; undefined for those that went. */
  places: readonly (Place | undefined)[]
  words: BlockWords
  /** Those that came later, in order. */
  fresh: readonly Card[]
}

const noWords = blockWords([])

/**
 * Cards in the order in which people expect them, found by the beginning of any word. The words of a block lie in order in one
 * text, so that a word is found by halving, and any number of words takes a few milliseconds among 100,000 cards.
 */
export class CardIndex {
  #blocks: Block[] = [{ from: '', places: [], words: noWords, fresh: [] }]
  readonly #places = new Map<EntryId, Place>()
  #keyCharacters = 0

  /** Of blocks as `blocks` gave them. */
  static async of(blocks: AsyncIterable<Block> | Iterable<Block>, signal?: AbortSignal): Promise<CardIndex> {
    const index = new CardIndex()
    const breath = new Breath()
    const all: Block[] = []
    for await (const block of blocks) {
      signal?.throwIfAborted()
      await breath.taken()
      all.push(block)
      for (const place of [...block.places, ...block.fresh])
        if (place !== undefined) index.#know({ id: place.id, sortKey: place.sortKey })
    }
    if (all.length > 0) index.#blocks = all
    return index
  }

  get size(): number {
    return this.#places.size
  }

  /** As they are now, whatever comes and goes later. */
  get blocks(): readonly Block[] {
    return [...this.#blocks]
  }

  put(card: Card): void {
    this.remove(card.id)
    this.#know({ id: card.id, sortKey: card.sortKey })
    const at = this.#blockAt(card.sortKey)
    const block = this.#blocks[at]!
    const fresh = block.fresh.toSpliced(placeIn(block.fresh, card.sortKey), 0, card)
    if (block.places.length + fresh.length <= MOST_CARDS) this.#blocks[at] = { ...block, fresh }
    else this.#blocks.splice(at, 1, ...halves({ ...block, fresh }))
  }

  remove(id: EntryId): void {
    const place = this.#places.get(id)
    if (place === undefined) return
    this.#places.delete(id)
    this.#keyCharacters -= id.length + place.sortKey.length
    const at = this.#blockAt(place.sortKey)
    const block = this.#blocks[at]!
    const places = block.places.map((each) => (each?.id === id ? undefined : each))
    const fresh = block.fresh.filter((each) => each.id !== id)
    if (at > 0 && fresh.length === 0 && places.every((each) => each === undefined)) this.#blocks.splice(at, 1)
    else this.#blocks[at] = { ...block, places, fresh }
  }

  /** Puts the words of cards that came into those of their blocks, where they are many. */
  async settle(): Promise<void> {
    const breath = new Breath()
    for (let at = 0; at < this.#blocks.length; at++) {
      const block = this.#blocks[at]!
      if (block.fresh.length <= MOST_FRESH) continue
      await breath.taken()
      const whole = settled(block.from, cardsOf(block))
      this.#blocks[at] = whole
      for (const place of whole.places) this.#places.set(place!.id, place!)
    }
  }

  /** As they are now, with the words of those alone who are there: nothing of whoever went or has another name. */
  async blocksWithoutRest(signal?: AbortSignal): Promise<readonly Block[]> {
    const breath = new Breath()
    const all: Block[] = []
    for (const block of this.blocks) {
      signal?.throwIfAborted()
      await breath.taken()
      const isClean = block.fresh.length === 0 && !block.places.includes(undefined)
      all.push(isClean ? block : settled(block.from, cardsOf(block)))
    }
    return all
  }

  /**
   * Entries of which a word begins with each word of the text, best first, then by name; at most `limit`. Where there are none, what
   * stands between dots and dashes counts as words too: `first.last` need not be an address. Where there are none then either, vowels
   * are read as umlauts and the other way.
   */
  async find(text: string, limit: number): Promise<EntryId[]> {
    const words = queryWords(text)
    const found = await this.#find(words, limit)
    if (found.length > 0) return found
    const pieces = piecesOf(words)
    const isOther = pieces.join(' ') !== words.join(' ')
    const inPieces = isOther ? await this.#find(pieces, limit) : []
    return inPieces.length > 0 ? inPieces : this.#find(looselyRead(words) ?? [], limit)
  }

  async #find(words: readonly QueryWord[], limit: number): Promise<EntryId[]> {
    if (words.length === 0) return []
    const breath = new Breath()
    const whole = inWhole(words)
    const ranked: EntryId[][] = MARKS.map(() => [])
    // What fits less well than enough others is not looked for any more.
    let useful: number = MARKS.length
    for (const block of this.blocks) {
      await breath.taken()
      for (const [id, rank] of fitting(block, words, whole, useful))
        if (ranked[rank]!.length < limit) ranked[rank]!.push(id)
      const full = ranked.findIndex(({ length }) => length >= limit)
      if (full === 0) break
      // Of several words one may stand further on in a name that begins with all of them.
      if (full > 0) useful = Math.min(useful, Math.max(full, words.length === 1 ? 1 : 2))
    }
    return ranked.flat().slice(0, limit)
  }

  /** Characters that are held, for whoever asks how much memory it takes. */
  get characters(): number {
    let sum = this.#keyCharacters
    for (const { words, fresh } of this.#blocks) {
      sum += words.text.length
      for (const card of fresh) for (const word of card.words) sum += word.length
    }
    return sum
  }

  #know(place: Place): void {
    this.#places.set(place.id, place)
    this.#keyCharacters += place.id.length + place.sortKey.length
  }

  #blockAt(key: string): number {
    let low = 0
    let high = this.#blocks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#blocks[middle]!.from <= key) low = middle
      else high = middle - 1
    }
    return low
  }
}

/** All words as one name begins with them, in each form. */
function inWhole(words: readonly QueryWord[]): QueryWord {
  const forms = Math.max(...words.map(({ length }) => length))
  return Array.from({ length: forms }, (_, at) => words.map((word) => word[at] ?? word[0]).join(' '))
}

/** For the words of one search after the other: how well each card of a block fits one, and all of them. */
const ofWord = new Uint8Array(MOST_CARDS)
const ofAll = new Uint8Array(MOST_CARDS)

/** The cards of a block that all the words fit, in order, with how well they do. */
function fitting(
  block: Block,
  words: readonly QueryWord[],
  whole: QueryWord,
  useful: number,
): [id: EntryId, rank: number][] {
  const found: (readonly [place: Place, rank: number])[] = []
  if (rankBuilt(block, words, whole, useful))
    for (const [at, place] of block.places.entries())
      if (place !== undefined && ofAll[at]! < MARKS.length) found.push([place, ofAll[at]!])
  const inPlace = found.length
  for (const card of block.fresh) {
    const rank = rankCard(card, words, whole)
    if (rank < MARKS.length) found.push([card, rank])
  }
  if (inPlace > 0 && found.length > inPlace)
    found.sort(([a], [b]) => (a.sortKey < b.sortKey ? -1 : a.sortKey > b.sortKey ? 1 : 0))
  return found.map(([{ id }, rank]) => [id, rank])
}

/** Puts into `ofAll` how well all the words fit. Answers whether they fit anybody. */
function rankBuilt(block: Block, words: readonly QueryWord[], whole: QueryWord, useful: number): boolean {
  ofAll.fill(1)
  for (const word of words) {
    if (!rankCards(block.words, word, useful, ofWord)) return false
    for (let at = 0; at < MOST_CARDS; at++) if (ofWord[at]! > ofAll[at]!) ofAll[at] = ofWord[at]!
  }
  if (rankCards(block.words, whole, 1, ofWord))
    for (let at = 0; at < MOST_CARDS; at++) if (ofWord[at] === 0 && ofAll[at]! < MARKS.length) ofAll[at] = 0
  return true
}

/** The same of a card that is looked at by itself. */
function rankCard(card: Card, words: readonly QueryWord[], whole: QueryWord): number {
  let worst = 1
  for (const word of words) {
    let best: number = MARKS.length
    for (const each of card.words)
      if (word.some((form) => each.startsWith(form, 1)))
        best = Math.min(best, each.charCodeAt(0) - FIRST_MARK)
    worst = Math.max(worst, best)
  }
  if (worst === MARKS.length) return worst
  return card.words.some((each) => whole.some((form) => each.startsWith(MARKS[0] + form))) ? 0 : worst
}

/** Where a key belongs among cards in order. */
function placeIn(cards: readonly Place[], key: string): number {
  let low = 0
  let high = cards.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (cards[middle]!.sortKey < key) low = middle + 1
    else high = middle
  }
  return low
}

/** All cards of a block in order, with their words. */
function cardsOf({ places, words, fresh }: Block): readonly Card[] {
  if (places.length === 0) return fresh
  const before = wordsOfCards(words, places.length)
  const cards: Card[] = places.flatMap((place, at) =>
    place === undefined ? [] : [{ ...place, words: before[at]! }],
  )
  for (const card of fresh) cards.splice(placeIn(cards, card.sortKey), 0, card)
  return cards
}

const settled = (from: string, cards: readonly Card[]): Block => ({
  from,
  places: cards.map(({ id, sortKey }) => ({ id, sortKey })),
  words: blockWords(cards.map(({ words }) => words)),
  fresh: [],
})

/** What became too long, as two where they are many; their words come into their blocks when they are settled. */
function halves(block: Block): Block[] {
  const cards = cardsOf(block)
  const middle = cards.length >> 1
  const of = (from: string, fresh: readonly Card[]): Block => ({ from, places: [], words: noWords, fresh })
  // Most of them went meanwhile.
  if (cards.length <= MOST_CARDS / 2) return [of(block.from, cards)]
  return [of(block.from, cards.slice(0, middle)), of(cards[middle]!.sortKey, cards.slice(middle))]
}
