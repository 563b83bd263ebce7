import { SyntaxFault } from '#src/base/syntax-fault.ts'

/** Largest number, UID and sequence number of IMAP (RFC 9051 §9 number). */
export const maxNumber = 4_294_967_295

/**
 * A set of numbers from 1 to 4294967295, held as disjoint ascending ranges: `1:4294967295` costs as much as `7`.
 * Never changes.
 */
export class NumberSet {
  static readonly empty = new NumberSet([])

  /** From, to, from, to, …: ascending, and never adjacent. */
  readonly #bounds: readonly number[]

  private constructor(bounds: readonly number[]) {
    this.#bounds = bounds
  }

  /** Of flat ranges `[from, to, from, to, …]`, `from` ≤ `to`, in any order, overlapping or not. */
  static ofBounds(bounds: readonly number[]): NumberSet {
    let sorted = bounds
    for (let at = 2; at < bounds.length; at += 2) {
      if (bounds[at]! <= bounds[at - 1]! + 1) {
        sorted = normalized(bounds)
        break
      }
    }
    return bounds.length === 0 ? NumberSet.empty : new NumberSet(sorted)
  }

  /** Of numbers in any order. Ascending ones cost no sorting. */
  static of(numbers: Iterable<number>): NumberSet {
    const bounds: number[] = []
    for (const number of numbers) {
      const last = bounds.length - 1
      if (last > 0 && number === bounds[last]! + 1) bounds[last] = number
      else bounds.push(number, number)
    }
    return NumberSet.ofBounds(bounds)
  }

  get isEmpty(): boolean {
    return this.#bounds.length === 0
  }

  get rangeCount(): number {
    return this.#bounds.length / 2
  }

  get size(): number {
    let size = 0
    for (let at = 0; at < this.#bounds.length; at += 2) size += this.#bounds[at + 1]! - this.#bounds[at]! + 1
    return size
  }

  get min(): number | undefined {
    return this.#bounds[0]
  }

  get max(): number | undefined {
    return this.#bounds.at(-1)
  }

  has(number: number): boolean {
    const at = this.#rangeAt(number)
    return at < this.#bounds.length && this.#bounds[at]! <= number
  }

  /** `[from, to]` of each range, ascending. */
  *ranges(): Generator<[from: number, to: number]> {
    for (let at = 0; at < this.#bounds.length; at += 2) yield [this.#bounds[at]!, this.#bounds[at + 1]!]
  }

  /** Every number, ascending. A peer can name four thousand million of them: look at `size`, or `intersect` first. */
  *[Symbol.iterator](): Generator<number> {
    for (const [from, to] of this.ranges()) for (let number = from; number <= to; number++) yield number
  }

  /** Those of an ascending list that are in the set, in time of the list and the ranges together. */
  pick(ascending: readonly number[]): number[] {
    const picked: number[] = []
    let at = 0
    for (const [from, to] of this.ranges()) {
      at = lowerBound(ascending, from, at)
      while (at < ascending.length && ascending[at]! <= to) picked.push(ascending[at++]!)
      if (at === ascending.length) break
    }
    return picked
  }

  intersect(other: NumberSet): NumberSet {
    const bounds: number[] = []
    const [a, b] = [this.#bounds, other.#bounds]
    for (let i = 0, j = 0; i < a.length && j < b.length; ) {
      const from = Math.max(a[i]!, b[j]!)
      const to = Math.min(a[i + 1]!, b[j + 1]!)
      if (from <= to) bounds.push(from, to)
      if (a[i + 1]! < b[j + 1]!) i += 2
      else j += 2
    }
    return NumberSet.ofBounds(bounds)
  }

  union(other: NumberSet): NumberSet {
    if (this.isEmpty) return other
    return other.isEmpty ? this : NumberSet.ofBounds([...this.#bounds, ...other.#bounds])
  }

  /** What is here and not in the other. */
  minus(other: NumberSet): NumberSet {
    const bounds: number[] = []
    let from = 1
    for (const [low, high] of other.ranges()) {
      if (low > from) bounds.push(from, low - 1)
      from = high + 1
    }
    if (from <= maxNumber) bounds.push(from, maxNumber)
    return this.intersect(NumberSet.ofBounds(bounds))
  }

  /** `1:3,7,9:12`; `''` when empty, which no grammar of IMAP has a place for. */
  toString(): string {
    return this.#bounds.length === 0 ? '' : [...this.texts()].join(',')
  }

  /** The set in pieces of at most `characters` each: peers limit the length of lines. */
  *split(characters: number): Generator<string> {
    let piece = ''
    for (const text of this.texts()) {
      if (piece !== '' && piece.length + 1 + text.length > characters) {
        yield piece
        piece = ''
      }
      piece += piece === '' ? text : `,${text}`
    }
    if (piece !== '') yield piece
  }

  private *texts(): Generator<string> {
    for (const [from, to] of this.ranges()) yield from === to ? String(from) : `${from}:${to}`
  }

  /** Index of the first range that ends at `number` or after it. */
  #rangeAt(number: number): number {
    let low = 0
    let high = this.#bounds.length / 2
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#bounds[middle * 2 + 1]! < number) low = middle + 1
      else high = middle
    }
    return low * 2
  }
}

function normalized(bounds: readonly number[]): number[] {
  const order = Array.from({ length: bounds.length / 2 }, (_, index) => index * 2)
  order.sort((a, b) => bounds[a]! - bounds[b]!)
  const merged: number[] = []
  for (const at of order) {
    const last = merged.length - 1
    if (last > 0 && bounds[at]! <= merged[last]! + 1) merged[last] = Math.max(merged[last]!, bounds[at + 1]!)
    else merged.push(bounds[at]!, bounds[at + 1]!)
  }
  return merged
}

/** Index of the first number that is not below `number`, from `start` on: near places are found at once. */
function lowerBound(ascending: readonly number[], number: number, start: number): number {
  let low = start
  let step = 1
  while (low + step < ascending.length && ascending[low + step - 1]! < number) {
    low += step
    step *= 2
  }
  let high = Math.min(ascending.length, low + step)
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ascending[middle]! < number) low = middle + 1
    else high = middle
  }
  return low
}

const range = /(\d{1,10})(?::(\d{1,10}))?(?:,|$)/y

/** Ranges of `1,5:7` in their order, low before high, flat. SyntaxFault for zero, `*` and what is no number. */
export function parseBounds(text: string): number[] {
  const bounds: number[] = []
  range.lastIndex = 0
  for (let at = 0; at < text.length; at = range.lastIndex) {
    range.lastIndex = at
    const match = range.exec(text)
    if (match === null) throw new SyntaxFault('Not a set of numbers', at)
    const from = Number(match[1])
    const to = match[2] === undefined ? from : Number(match[2])
    if (from === 0 || to === 0 || from > maxNumber || to > maxNumber)
      throw new SyntaxFault('A number outside its range', at)
    bounds.push(Math.min(from, to), Math.max(from, to))
  }
  if (bounds.length === 0 || text.endsWith(',')) throw new SyntaxFault('Not a set of numbers', text.length)
  return bounds
}

/** A set without `*` (RFC 9051 uid-set, RFC 7162 known-uids). */
export function parseNumberSet(text: string): NumberSet {
  return NumberSet.ofBounds(parseBounds(text))
}
