import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { maxNumber, NumberSet, parseNumberSet } from './number-set.ts'

/** `n:*` of a set: all of them together reach from the lower of `low` and `*` to the higher of `high` and `*`. */
type Star = { low: number | undefined; high: number | undefined }

/**
 * A sequence-set as clients write it (RFC 9051 §9): numbers, `*` for the last there is, or `$` for the saved search
 * result (RFC 5182). Whether the numbers are UIDs is for the command to know.
 */
export class SequenceSet {
  /** `$`: the saved result. */
  static readonly saved = new SequenceSet(NumberSet.empty, undefined, true)
  /** `1:*`. */
  static readonly all = SequenceSet.parse('1:*')

  readonly numbers: NumberSet
  readonly star: Readonly<Star> | undefined
  readonly isSaved: boolean

  private constructor(numbers: NumberSet, star: Star | undefined, isSaved: boolean) {
    this.numbers = numbers
    this.star = star
    this.isSaved = isSaved
  }

  static of(numbers: NumberSet | Iterable<number>): SequenceSet {
    return new SequenceSet(numbers instanceof NumberSet ? numbers : NumberSet.of(numbers), undefined, false)
  }

  /** SyntaxFault for what is no sequence-set. */
  static parse(text: string): SequenceSet {
    if (text === '$') return SequenceSet.saved
    if (!text.includes('*')) return new SequenceSet(parseNumberSet(text), undefined, false)
    const fixed: string[] = []
    let star: Star | undefined
    for (const part of text.split(',')) {
      if (!part.includes('*')) fixed.push(part)
      else star = reach(star, starNumber(part))
    }
    return new SequenceSet(
      fixed.length === 0 ? NumberSet.empty : parseNumberSet(fixed.join(',')),
      star,
      false,
    )
  }

  /** The numbers meant when the last one is `last`; 0 when there is none, and then `*` means nothing. */
  resolve(last: number): NumberSet {
    if (this.star === undefined || last === 0) return this.numbers
    const low = Math.min(this.star.low ?? last, last)
    const high = Math.max(this.star.high ?? last, last)
    return this.numbers.union(NumberSet.ofBounds([low, high]))
  }

  toString(): string {
    if (this.isSaved) return '$'
    const texts = this.numbers.isEmpty ? [] : [this.numbers.toString()]
    if (this.star !== undefined) {
      const { low, high } = this.star
      texts.push(low === undefined ? '*' : `${low}:*`)
      if (high !== undefined && high !== low) texts.push(`${high}:*`)
    }
    return texts.join(',')
  }
}

/** The number of `7:*` or `*:7`; undefined for `*` alone. */
function starNumber(part: string): number | undefined {
  const match = /^(?:\*(?::\*)?|(\d{1,10}):\*|\*:(\d{1,10}))$/.exec(part)
  if (match === null) throw new SyntaxFault('Not a sequence set')
  const digits = match[1] ?? match[2]
  if (digits === undefined) return undefined
  const number = Number(digits)
  if (number === 0 || number > maxNumber) throw new SyntaxFault('A number outside its range')
  return number
}

function reach(star: Star | undefined, number: number | undefined): Star {
  if (star === undefined) return { low: number, high: number }
  if (number === undefined) return star
  return { low: Math.min(star.low ?? number, number), high: Math.max(star.high ?? number, number) }
}

/** `1:100`, or `-1:-100` counted from the end (RFC 9394 §3.1). Both numbers have the same sign; none is 0. */
export type PartialRange = { from: number; to: number }

/** SyntaxFault for what is no partial-range. */
export function parsePartialRange(text: string): PartialRange {
  const match = /^(?:(\d{1,10}):(\d{1,10})|(-\d{1,10}):(-\d{1,10}))$/.exec(text)
  const from = Number(match?.[1] ?? match?.[3] ?? 0)
  const to = Number(match?.[2] ?? match?.[4] ?? 0)
  if (from === 0 || to === 0 || Math.abs(from) > maxNumber || Math.abs(to) > maxNumber)
    throw new SyntaxFault('Not a partial range')
  return { from, to }
}

export function formatPartialRange({ from, to }: PartialRange): string {
  return `${from}:${to}`
}

/** Indices `[start, end)` of `count` things that the range means, in ascending order of things. */
export function partialSlice({ from, to }: PartialRange, count: number): { start: number; end: number } {
  const [near, far] = [Math.min(Math.abs(from), Math.abs(to)), Math.max(Math.abs(from), Math.abs(to))]
  if (near > count) return { start: 0, end: 0 }
  return from > 0
    ? { start: near - 1, end: Math.min(far, count) }
    : { start: Math.max(0, count - far), end: count - near + 1 }
}
