import { MARKS } from './card.ts'

/** What cards are numbered with in `BlockWords`: an octet. */
export const MOST_CARDS = 256

/** The words of up to 256 cards in their order, each once, with the places of the cards that have it. */
export type BlockWords = {
  /** One after the other, each behind its mark. */
  text: string
  /** Where each word begins in the text; at the end, the length of the text. */
  starts: Uint32Array
  /** Where the cards of each word begin among `cards`; at the end, how many those are. */
  cardsFrom: Uint32Array
  cards: Uint8Array
}

/** The words of cards, at most `MOST_CARDS`, in their order. */
export function blockWords(cards: readonly (readonly string[])[]): BlockWords {
  const having = new Map<string, number[]>()
  for (const [at, words] of cards.entries()) {
    for (const word of words) {
      const others = having.get(word)
      if (others === undefined) having.set(word, [at])
      else if (others.at(-1) !== at) others.push(at)
    }
  }
  // By their code units, as `compare` does.
  const sorted = [...having.keys()].sort()
  const starts = new Uint32Array(sorted.length + 1)
  const cardsFrom = new Uint32Array(sorted.length + 1)
  const places: number[] = []
  let length = 0
  for (const [at, word] of sorted.entries()) {
    length += word.length
    starts[at + 1] = length
    places.push(...having.get(word)!)
    cardsFrom[at + 1] = places.length
  }
  return { text: sorted.join(''), starts, cardsFrom, cards: Uint8Array.from(places) }
}

/** The words of each of the cards again, of which there are `count`. */
export function wordsOfCards({ text, starts, cardsFrom, cards }: BlockWords, count: number): string[][] {
  const words: string[][] = Array.from({ length: count }, () => [])
  for (let at = 0; at + 1 < starts.length; at++) {
    const word = text.slice(starts[at], starts[at + 1])
    for (let place = cardsFrom[at]!; place < cardsFrom[at + 1]!; place++) words[cards[place]!]!.push(word)
  }
  return words
}

/**
 * Puts into `ranks` how well the word, in the form that fits best, fits each card, of the ranks below `useful`: the place of the best
 * mark behind which a word of the card begins so, and `MARKS.length` where none does. Answers whether any does.
 */
export function rankCards(
  words: BlockWords,
  word: readonly string[],
  useful: number,
  ranks: Uint8Array,
): boolean {
  const { cardsFrom, cards } = words
  let isAny = false
  ranks.fill(MARKS.length)
  for (let rank = useful - 1; rank >= 0; rank--) {
    for (const form of word) {
      const prefix = MARKS[rank]! + form
      const from = firstWord(words, prefix, 0)
      const to = firstWord(words, prefix, 1)
      for (let place = cardsFrom[from]!; place < cardsFrom[to]!; place++) {
        ranks[cards[place]!] = rank
        isAny = true
      }
    }
  }
  return isAny
}

/** The first word that does not stand before those that begin so (0), or the first behind them (1). */
function firstWord(words: BlockWords, prefix: string, past: 0 | 1): number {
  let low = 0
  let high = words.starts.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (compare(words, middle, prefix) < past) low = middle + 1
    else high = middle
  }
  return low
}

/** Negative for a word that stands before those that begin so, 0 for one of them. */
function compare({ text, starts }: BlockWords, word: number, prefix: string): number {
  const start = starts[word]!
  const end = starts[word + 1]!
  for (let at = 0; at < prefix.length; at++) {
    if (start + at >= end) return -1
    const differs = text.charCodeAt(start + at) - prefix.charCodeAt(at)
    if (differs !== 0) return differs
  }
  return 0
}
