/** Which items of a file are too large as they come over, whatever its tables say of their sizes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { areSizesPlausible, findLargeItems, type SizedRow } from '#connectors/pst/large-items.ts'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { SourceItem } from '#src/domain/migration/source.ts'

const { signal } = new AbortController()

async function* listed(rows: readonly SizedRow[]): AsyncGenerator<SizedRow> {
  yield* rows
}

/** Items by number: the octets of a message, the files of an event, or damage. */
type Real = Readonly<Record<number, number | readonly number[] | 'damaged'>>

function searchIn(rows: readonly SizedRow[], real: Real, trusts = true) {
  const asked: number[] = []
  const open = async function* () {}
  const read = async (id: number): Promise<SourceItem> => {
    asked.push(id)
    const size = real[id]!
    if (size === 'damaged') throw new SyntaxFault('damaged')
    const message = typeof size === 'number' ? { sizeBytes: size, open } : null
    const files = typeof size === 'number' ? [] : size
    const attachments = files.map((sizeBytes) => ({ sizeBytes, open }))
    return { title: `item ${id}`, message, attachments } as unknown as SourceItem
  }
  const areSizesTold = async () => trusts
  return {
    asked,
    above: async (bytes: number, most = 10) =>
      (await findLargeItems({ rows: listed(rows), areSizesTold, read }, { bytes, most }, signal)).map(
        ({ title, sizeBytes }) => `${title} ${sizeBytes}`,
      ),
  }
}

test('what grows beyond the limit is found, what only may have grown is not, and small ones are not read', async () => {
  const rows = [
    { id: 1, sizeBytes: 80 },
    { id: 2, sizeBytes: 80 },
    { id: 3, sizeBytes: 20 },
    { id: 4, sizeBytes: 120 },
    { id: 5, sizeBytes: 90 },
    { id: 6, sizeBytes: null },
  ]
  const { above, asked } = searchIn(rows, { 1: 110, 2: 100, 4: 60, 5: [50, 30], 6: 300 })
  assert.deepEqual(await above(100), ['item 1 110', 'item 5 111', 'item 6 300'])
  assert.deepEqual(asked, [1, 2, 4, 5, 6])
  assert.deepEqual(await above(100, 1), ['item 1 110'], 'no more than are wanted')
})

test('where tables tell nothing of sizes each is read', async () => {
  const rows = [1, 2].map((id) => ({ id, sizeBytes: 1 }))
  assert.deepEqual(await searchIn(rows, { 1: 500, 2: 5 }, false).above(100), ['item 1 500'])
})

test('what is damaged is as large as it was told', async () => {
  const rows = [500, 90, null].map((sizeBytes, at) => ({ id: at, sizeBytes }))
  assert.deepEqual(await searchIn(rows, { 0: 'damaged', 1: 'damaged', 2: 'damaged' }).above(100), [' 500'])
})

test('sizes that make up next to nothing of the file say nothing', async () => {
  const rows = [
    { id: 1, sizeBytes: 10 },
    { id: 2, sizeBytes: null },
    { id: 3, sizeBytes: 90 },
  ]
  assert.equal(await areSizesPlausible(listed(rows), 800), true)
  assert.equal(await areSizesPlausible(listed(rows), 801), false)
})
