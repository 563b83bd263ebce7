import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import type { ItemState } from '#src/domain/mailbox/item.ts'
import { openItems } from '#src/domain/mailbox/search/open-items.ts'
import { memorySession } from '#test/support/memory-session.ts'

const memory = await memorySession()
const { reader } = memory
after(() => memory.close())

const at = memory.newRef()
await memory.write((writer) => writer.createMailbox(at, { quotaBytes: 1e9, folders: distinguishedFolders }))
const inbox = (await reader.findFolder(at, { distinguished: 'inbox' }))!.no
const trash = (await reader.findFolder(at, { distinguished: 'deleteditems' }))!.no
const states: ItemState[] = []
await memory.write(async (writer) => {
  for (let n = 0; n < 40; n++)
    states.push(
      await writer.appendItem(at, {
        folder: inbox,
        class: 'note',
        receivedAt: n,
        flags: 0,
        summary: { subject: `${n}` },
      }),
    )
})
// What was looked at before may have gone since.
await memory.write(async (writer) => {
  await writer.removeItems(at, [states[5]!.no, states[17]!.no])
  await writer.moveItems(at, { items: [states[11]!.no, states[30]!.no], to: trash })
})
const gone = new Set([5, 17].map((index) => states[index]!.no))
const left = new Set([11, 30].map((index) => states[index]!.no))

test('a stretch is what its items are one by one, in whichever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(39), fc.nat(39), fc.boolean(), async (one, other, falling) => {
      const some = states.slice(Math.min(one, other), Math.max(one, other) + 1)
      if (falling) some.reverse()
      const opened = await openItems(reader, at, some, ['summary'], { areNeighbours: true })
      const there = some.filter(({ no }) => !gone.has(no) && !left.has(no))
      const found = new Map(opened.map((item) => [item.no, item.summary?.subject]))
      for (const { no } of there)
        assert.equal(found.get(no), String(states.findIndex((each) => each.no === no)))
      for (const no of found.keys()) assert.ok(left.has(no) || there.some((each) => each.no === no))
    }),
    { numRuns: 60 },
  )
})

test('what is not in the order of uids, or has others in between, is still only what was asked for', async () => {
  const scattered = [7, 3, 20, 1, 38, 9, 2, 26, 13, 4].map((index) => states[index]!)
  const everyOther = states.filter((_, index) => index % 2 === 0)
  for (const [some, areNeighbours] of [
    [scattered, true],
    [scattered, false],
    [everyOther, false],
  ] as const) {
    const opened = await openItems(reader, at, some, ['summary'], { areNeighbours })
    const there = some.filter(({ no }) => !gone.has(no))
    assert.deepEqual(
      opened.map(({ no }) => no),
      there.map(({ no }) => no),
    )
  }
  assert.deepEqual(await openItems(reader, at, [], ['summary'], { areNeighbours: true }), [])
})
