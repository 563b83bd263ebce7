/** A source of rows in ascending modseq, read a stretch at a time. */
export type Stream<T> = {
  after: number
  read: (after: number, limit: number) => Promise<readonly Numbered<T>[]>
}
export type Numbered<T> = { modseq: number; value: T }

type Reading<T> = Stream<T> & { rows: readonly Numbered<T>[]; at: number; done: boolean }

/**
 * The first `limit` rows of all streams together, and whether there are more. Each stream is read in stretches
 * of its share, so that many streams cost little more than the rows they give.
 */
export async function mergeStreams<T>(
  streams: readonly Stream<T>[],
  limit: number,
): Promise<{ rows: Numbered<T>[]; more: boolean }> {
  const stretch = Math.max(8, Math.ceil((limit + 1) / Math.max(1, streams.length)))
  const readings: Reading<T>[] = streams.map((stream) => ({ ...stream, rows: [], at: 0, done: false }))
  const rows: Numbered<T>[] = []
  for (;;) {
    let lowest: Numbered<T> | undefined
    let from: Reading<T> | undefined
    for (const reading of readings) {
      const row = await head(reading, stretch)
      if (row && (!lowest || row.modseq < lowest.modseq)) {
        lowest = row
        from = reading
      }
    }
    if (!lowest || !from) return { rows, more: false }
    if (rows.length === limit) return { rows, more: true }
    rows.push(lowest)
    from.at++
  }
}

function head<T>(
  reading: Reading<T>,
  stretch: number,
): Numbered<T> | undefined | Promise<Numbered<T> | undefined> {
  if (reading.at < reading.rows.length) return reading.rows[reading.at]
  return reading.done ? undefined : refill(reading, stretch)
}

async function refill<T>(reading: Reading<T>, stretch: number): Promise<Numbered<T> | undefined> {
  const rows = await reading.read(reading.rows.at(-1)?.modseq ?? reading.after, stretch)
  reading.rows = rows
  reading.at = 0
  reading.done = rows.length < stretch
  return rows[0]
}
