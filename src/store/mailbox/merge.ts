import { Pace } from '#src/domain/mailbox/pace.ts'
import { Heap } from './heap.ts'

/** A source of rows in ascending modseq, read a stretch at a time. */
export type Stream<T> = {
  after: number
  /** No row of it comes before this modseq: until then it is not read. */
  from?: number
  read: (after: number, limit: number) => Promise<Stretch<T>>
}
export type Numbered<T> = { modseq: number; value: T }
/** Rows that follow `after`; `next`: no other comes before this modseq, or null where these were the last. */
export type Stretch<T> = { rows: readonly Numbered<T>[]; next: number | null }

/** `next`: modseq of its next row, or before it where that was not read yet. */
type Reading<T> = Stream<T> & { next: number; rows: readonly Numbered<T>[]; at: number; rest: number | null }

/** A stretch of a statement that was asked for `limit` rows at most: with fewer it is the last. */
export function stretchOf<T>(rows: readonly Numbered<T>[], limit: number): Stretch<T> {
  return { rows, next: rows.length < limit ? null : rows.at(-1)!.modseq + 1 }
}

/**
 * The first `limit` rows of all streams together, and whether there are more. Each stream is read in stretches
 * of its share and not before its turn, so that many streams cost little more than the rows they give; others
 * have the event loop in between.
 */
export async function mergeStreams<T>(
  streams: readonly Stream<T>[],
  limit: number,
): Promise<{ rows: Numbered<T>[]; more: boolean }> {
  const stretch = Math.max(8, Math.ceil((limit + 1) / Math.max(1, streams.length)))
  const pace = new Pace()
  const readings = new Heap<Reading<T>>((one, other) => one.next < other.next)
  for (const stream of streams) {
    const next = stream.from ?? stream.after + 1
    readings.push({ ...stream, next, rows: [], at: 0, rest: next })
  }
  const rows: Numbered<T>[] = []
  for (;;) {
    const reading = readings.top
    if (!reading) return { rows, more: false }
    const row = reading.rows[reading.at]
    if (!row) {
      await pace.rest()
      await refill(reading, stretch)
    } else {
      if (rows.length === limit) return { rows, more: true }
      rows.push(row)
      reading.at++
    }
    const next = reading.rows[reading.at]?.modseq ?? reading.rest
    if (next === null) {
      readings.dropTop()
      continue
    }
    reading.next = next
    readings.sinkTop()
  }
}

async function refill<T>(reading: Reading<T>, stretch: number): Promise<void> {
  reading.after = reading.rows.at(-1)?.modseq ?? reading.after
  const { rows, next } = await reading.read(reading.after, stretch)
  reading.rows = rows
  reading.at = 0
  reading.rest = next
}
