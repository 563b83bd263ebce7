import { Pace } from '#src/domain/mailbox/pace.ts'
import { Heap } from './heap.ts'

/** A source of rows in ascending modseq, read a stretch at a time. */
export type Stream<T> = {
  after: number
  /** No row of it comes before this modseq: until then it is not read. */
  from?: number
  read: (after: number, limit: number) => Promise<readonly Numbered<T>[]>
}
export type Numbered<T> = { modseq: number; value: T }

/** `next`: modseq of its next row, or before it where that was not read yet. */
type Reading<T> = Stream<T> & { next: number; rows: readonly Numbered<T>[]; at: number; done: boolean }

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
  for (const stream of streams)
    readings.push({ ...stream, next: stream.from ?? stream.after + 1, rows: [], at: 0, done: false })
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
    const next = reading.rows[reading.at]
    if (next) reading.next = next.modseq
    else if (reading.done) {
      readings.dropTop()
      continue
    } else reading.next = Math.max(reading.next, (reading.rows.at(-1)?.modseq ?? reading.after) + 1)
    readings.sinkTop()
  }
}

async function refill<T>(reading: Reading<T>, stretch: number): Promise<void> {
  const rows = await reading.read(reading.rows.at(-1)?.modseq ?? reading.after, stretch)
  reading.rows = rows
  reading.at = 0
  reading.done = rows.length < stretch
}
