import { foldForSearch } from './case-fold.ts'

/**
 * What `foldForSearch` makes of a text looked for, ready to be found in folded texts. Every kind and run of blanks is
 * equal to one space: the same sentence may be broken into lines anywhere.
 */
export class Needle {
  readonly #text: string
  /** Where blanks must be looked for. One at an end of the needle needs no run: what is beside it does not matter. */
  readonly #pattern: RegExp | undefined
  /** The longest word: where that is not, the pattern need not be tried. */
  readonly #word: string

  constructor(needle: string) {
    this.#text = foldForSearch(needle).replace(/\s+/g, ' ')
    this.#word = this.#text
      .split(' ')
      .reduce((longest, word) => (word.length > longest.length ? word : longest))
    if (!this.#text.includes(' ')) return
    const words = this.#text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
    this.#pattern = new RegExp(words.replace(/^ | $/g, '\\s').replaceAll(' ', '\\s+'))
  }

  /** Characters of its folded text. */
  get length(): number {
    return this.#text.length
  }

  get hasBlanks(): boolean {
    return this.#pattern !== undefined
  }

  isIn(text: string): boolean {
    return this.#text === '' || this.isInFolded(foldForSearch(text))
  }

  /** The same for a text that went through `foldForSearch`. */
  isInFolded(folded: string): boolean {
    return this.#pattern
      ? folded.includes(this.#word) && this.#pattern.test(folded)
      : folded.includes(this.#text)
  }
}

/**
 * Looks for a substring in text that arrives in pieces, blind to case, width and kind of blank. An empty needle is
 * found at once.
 */
export class TextFinder {
  readonly #needle: Needle
  /** How much of the text before must be seen again: a folded character may come from several. */
  readonly #overlap: number
  #before = ''
  #found: boolean

  constructor(needle: string | Needle) {
    this.#needle = typeof needle === 'string' ? new Needle(needle) : needle
    this.#overlap = this.#needle.length * 4 + 64
    this.#found = this.#needle.length === 0
  }

  /** Whether it has been found so far. */
  get found(): boolean {
    return this.#found
  }

  /** Takes the next piece; true once the needle was found. */
  push(piece: string): boolean {
    if (this.#found) return true
    // The end of what came before is looked for only when something follows it.
    const text = this.#before === '' ? piece : this.#endOf(this.#before) + piece
    this.#found = this.#needle.isIn(text)
    this.#before = this.#found ? '' : text
    return this.#found
  }

  /** What comes next is another text: nothing is found across its beginning. */
  begin(): void {
    this.#before = ''
  }

  /** The end of a text, in which a run of blanks, however long, is one where blanks matter. */
  #endOf(text: string): string {
    if (!this.#needle.hasBlanks) return text.slice(-this.#overlap)
    let end = ''
    for (let at = text.length; at > 0 && end.length < this.#overlap; at--) {
      const char = text[at - 1]!
      if (!/\s/.test(char)) end = char + end
      else if (end[0] !== ' ') end = ` ${end}`
    }
    return end
  }
}
