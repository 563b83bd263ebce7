/**
 * Keywords that a client has heard of in its folder, each in the spelling it heard first: case does not tell them apart
 * (RFC 9051 §2.3.2).
 */
export class KnownKeywords {
  readonly #spellings = new Map<string, string>()

  constructor(keywords: Iterable<string> = []) {
    this.add(keywords)
  }

  /** Whether one of them was new. */
  add(keywords: Iterable<string>): boolean {
    const before = this.#spellings.size
    for (const keyword of keywords) {
      const key = keyword.toLowerCase()
      if (!this.#spellings.has(key)) this.#spellings.set(key, keyword)
    }
    return this.#spellings.size > before
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#spellings.values()
  }
}
