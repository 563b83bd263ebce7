import { parseBounds } from './number-set.ts'

/**
 * UIDs in an order that means something: the first of one COPYUID list became the first of the other (RFC 9051 §7.1).
 * Held as ranges, so a peer cannot make a short text a long list.
 */
export class UidList {
  /** From, to, from, to, …, each ascending, in the order they were given. */
  readonly #bounds: readonly number[]

  private constructor(bounds: readonly number[]) {
    this.#bounds = bounds
  }

  static of(uids: Iterable<number>): UidList {
    const bounds: number[] = []
    for (const uid of uids) {
      if (bounds.length > 0 && uid === bounds.at(-1)! + 1) bounds[bounds.length - 1] = uid
      else bounds.push(uid, uid)
    }
    return new UidList(bounds)
  }

  /** `304,319:320`. SyntaxFault when it is no list of UIDs. */
  static parse(text: string): UidList {
    return new UidList(parseBounds(text))
  }

  get size(): number {
    let size = 0
    for (let at = 0; at < this.#bounds.length; at += 2) size += this.#bounds[at + 1]! - this.#bounds[at]! + 1
    return size
  }

  *[Symbol.iterator](): Generator<number> {
    for (let at = 0; at < this.#bounds.length; at += 2)
      for (let uid = this.#bounds[at]!; uid <= this.#bounds[at + 1]!; uid++) yield uid
  }

  toString(): string {
    const texts: string[] = []
    for (let at = 0; at < this.#bounds.length; at += 2) {
      const [from, to] = [this.#bounds[at]!, this.#bounds[at + 1]!]
      texts.push(from === to ? String(from) : `${from}:${to}`)
    }
    return texts.join(',')
  }
}
