import { foldForSearch } from './case-fold.ts'

/**
 * What `foldForSearch` makes of a text looked for, ready to be found in folded texts. Every kind and run of blanks is
 * equal to one space: the same sentence may be broken into lines anywhere.
 */
export class Needle {
  readonly #text: string
  /** Where blanks must be looked for. One at an end of the needle needs no run: what is beside it does not matter. */
  readonly #pattern: RegExp | undefined

  constructor(needle: string) {
    this.#text = foldForSearch(needle).replace(/\s+/g, ' ')
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
    return this.#pattern ? this.#pattern.test(folded) : folded.includes(this.#text)
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
  #tail = ''
  #found: boolean

  constructor(needle: string) {
    this.#needle = new Needle(needle)
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
    const text = this.#tail + piece
    this.#found = this.#needle.isIn(text)
    if (!this.#found) this.#tail = this.#needle.hasBlanks ? this.#endOf(text) : text.slice(-this.#overlap)
    return this.#found
  }

  /** What comes next is another text: nothing is found across its beginning. */
  begin(): void {
    this.#tail = ''
  }

  /** The end of a text, in which a run of blanks, however long, is one. */
  #endOf(text: string): string {
    let end = ''
    for (let at = text.length; at > 0 && end.length < this.#overlap; at--) {
      const char = text[at - 1]!
      if (!/\s/.test(char)) end = char + end
      else if (end[0] !== ' ') end = ` ${end}`
    }
    return end
  }
}
