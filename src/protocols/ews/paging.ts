import type { FractionalPageViewType, IndexedPageViewType } from '#src/wire/ews/schema-types.ts'
import { EwsRefusal } from './refusal-codes.ts'

type FoundPage<T> = {
  rows: readonly T[]
  attributes: {
    IndexedPagingOffset?: number
    NumeratorOffset?: number
    AbsoluteDenominator?: number
    TotalItemsInView: number
    IncludesLastItemInRange: boolean
  }
}

/** The page of a list that a view asks for, `most` rows at the most. Refuses ErrorInvalidPagingMaxRows and its like. */
export function pageOf<T>(
  all: readonly T[],
  indexed: IndexedPageViewType | undefined,
  fractional: FractionalPageViewType | undefined,
  most: number,
): FoundPage<T> {
  const total = all.length
  const asked = indexed?.MaxEntriesReturned ?? fractional?.MaxEntriesReturned
  if (asked !== undefined && asked < 1)
    throw new EwsRefusal(
      'ErrorInvalidPagingMaxRows',
      'invalid-parameter',
      'MaxEntriesReturned is at least 1.',
    )
  const size = Math.min(asked ?? most, most)
  if (fractional !== undefined) {
    const { Numerator, Denominator } = fractional
    if (!(Denominator > 0 && Numerator >= 0 && Numerator <= Denominator))
      throw new EwsRefusal(
        'ErrorInvalidFractionalPagingParameters',
        'invalid-parameter',
        'This is no fraction.',
      )
    const start = Math.floor((total * Numerator) / Denominator)
    const end = Math.min(total, start + size)
    const attributes = { NumeratorOffset: end, AbsoluteDenominator: Math.max(total, 1) }
    return { rows: all.slice(start, end), attributes: { ...attributes, ...counts(total, end >= total) } }
  }
  const offset = indexed?.Offset ?? 0
  if (offset < 0)
    throw new EwsRefusal(
      'ErrorInvalidIndexedPagingParameters',
      'invalid-parameter',
      'Offset is not negative.',
    )
  if (indexed?.BasePoint === 'End') {
    const end = Math.max(0, total - offset)
    const start = Math.max(0, end - size)
    const attributes = { IndexedPagingOffset: offset + (end - start) }
    return { rows: all.slice(start, end), attributes: { ...attributes, ...counts(total, start === 0) } }
  }
  const end = Math.min(total, offset + size)
  const attributes = { IndexedPagingOffset: Math.max(end, Math.min(offset, total)) }
  return { rows: all.slice(offset, end), attributes: { ...attributes, ...counts(total, end >= total) } }
}

const counts = (total: number, last: boolean) => ({ TotalItemsInView: total, IncludesLastItemInRange: last })
