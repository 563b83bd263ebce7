import { foldForSearch } from './case-fold.ts'

/**
 * Looks for a substring in text that arrives in pieces, blind to case, width and kind of blank (`foldForSearch`).
 * An empty needle is found at once.
 */
export class TextFinder {
  readonly #needle: string
  /** How much of the text before must be seen again: a folded character may come from several. */
  readonly #overlap: number
  #tail = ''
  #found: boolean

  constructor(needle: string) {
    this.#needle = foldBlanks(needle)
    this.#overlap = this.#needle.length * 4 + 64
    this.#found = this.#needle === ''
  }

  /** Whether it has been found so far. */
  get found(): boolean {
    return this.#found
  }

  /** Takes the next piece; true once the needle was found. */
  push(piece: string): boolean {
    if (this.#found) return true
    const text = this.#tail + piece
    this.#found = foldBlanks(text).includes(this.#needle)
    this.#tail = text.slice(-this.#overlap)
    return this.#found
  }
}

const foldBlanks = (text: string) => foldForSearch(text).replace(/\s+/g, ' ')
