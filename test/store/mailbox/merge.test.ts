import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { mergeStreams, type Stream, stretchOf } from '#src/store/mailbox/merge.ts'

const streamOf = (modseqs: readonly number[], reads: { rows: number }): Stream<number> => ({
  after: 0,
  read: async (after, limit) => {
    const rows = modseqs.filter((modseq) => modseq > after).slice(0, limit)
    reads.rows += rows.length
    return stretchOf(
      rows.map((modseq) => ({ modseq, value: modseq })),
      limit,
    )
  },
})

test('streams merge into their lowest rows, reading little more than they give', async () => {
  const dealt = fc.array(fc.nat({ max: 5 }), { maxLength: 400 })
  await fc.assert(
    fc.asyncProperty(dealt, fc.integer({ min: 1, max: 120 }), async (owners, limit) => {
      const lots: number[][] = [[], [], [], [], [], []]
      owners.forEach((owner, at) => void lots[owner]!.push(at + 1))
      const reads = { rows: 0 }
      const { rows, more } = await mergeStreams(
        lots.map((lot) => streamOf(lot, reads)),
        limit,
      )
      const all = owners.map((_, at) => at + 1)
      assert.deepEqual(
        rows.map((row) => row.value),
        all.slice(0, limit),
      )
      assert.equal(more, all.length > limit)
      assert.ok(reads.rows <= 2 * limit + 6 * 20, `${reads.rows} rows read for ${limit}`)
    }),
  )
})

test('a stream is read only once its turn comes, and many leave the event loop to others', async () => {
  const reads: number[] = []
  const streams = Array.from({ length: 3_000 }, (_, at): Stream<number> => {
    const from = 10 * at + 1
    return {
      after: 0,
      from,
      read: async (after, limit) => {
        reads.push(at)
        const busyUntil = performance.now() + 0.2
        while (performance.now() < busyUntil);
        const rows = [0, 1, 2].map((more) => from + more).filter((modseq) => modseq > after)
        return stretchOf(
          rows.slice(0, limit).map((modseq) => ({ modseq, value: modseq })),
          limit,
        )
      },
    }
  })
  let turns = 0
  const clock = setInterval(() => turns++, 1)
  const { rows, more } = await mergeStreams(streams, 300)
  clearInterval(clock)
  assert.equal(rows.length, 300)
  assert.equal(more, true)
  assert.ok(reads.length <= 101, `${reads.length} reads for 100 streams`)
  const all = await mergeStreams(streams, 9_000)
  assert.deepEqual(
    all.rows.map(({ modseq }) => modseq),
    all.rows.map(({ modseq }) => modseq).toSorted((a, b) => a - b),
  )
  assert.equal(all.more, false)
  assert.ok(turns > 0, 'others have a turn')
})
