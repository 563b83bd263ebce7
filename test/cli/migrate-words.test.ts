import assert from 'node:assert/strict'
import { test } from 'node:test'
import { itemState, lossColumn, lossPages } from '#src/cli/commands/migrate-report.ts'
import { cutOverSentence, nextAfterCreate, steeredSentence } from '#src/cli/commands/migrate-words.ts'

test('a batch that was begun is told with what comes next, not only with where it stands', () => {
  const asked = { project: 'move', batch: '1', done: 'begun' }
  assert.equal(
    steeredSentence({ Batch: { State: 'preflight' } }, asked),
    'Batch 1 is begun. The pre-flight looks at everything first; the copies follow when it finds no fault. Watch it: landbridge migrate status move\n',
  )
  assert.equal(
    steeredSentence({ Batch: { State: 'synced', Paused: true } }, { ...asked, done: 'paused' }),
    'Batch 1 is paused. Until "landbridge migrate resume move 1" nothing of it begins.\n',
  )
  assert.equal(
    steeredSentence({ Batch: { State: 'rolled-back' } }, { ...asked, done: 'rolled back' }),
    'Batch 1 is rolled back.\n',
  )
})

test('a cut-over says when the last deltas begin', () => {
  const asked = { project: 'move', batch: '1', at: undefined }
  assert.match(
    cutOverSentence({ Batch: { State: 'synced' } }, asked),
    /begin in a moment, then all of it flips/,
  )
  assert.match(
    cutOverSentence({ Batch: { State: 'initial-sync' } }, asked),
    /begin as soon as everything is copied/,
  )
  assert.match(cutOverSentence({ Batch: { State: 'finalising' } }, asked), /The last deltas run now/)
  assert.match(
    cutOverSentence({ Batch: { State: 'synced' } }, { ...asked, at: 1_800_000_000 }),
    /begin at 2027-01-1\d \d\d:\d\d,/,
  )
})

test('a new migration without a plan is not told to run a batch that it does not have', () => {
  assert.match(nextAfterCreate('move', { firstBatch: 3, hasSource: true }), /^landbridge migrate run move 3 /)
  assert.match(
    nextAfterCreate('move', { firstBatch: undefined, hasSource: true }),
    /^landbridge migrate add /,
  )
  assert.match(
    nextAfterCreate('move', { firstBatch: undefined, hasSource: false }),
    /^landbridge migrate source move old .*then landbridge migrate add/,
  )
})

test("a mailbox's own losses are counted in its row and named one by one", async () => {
  const rule = { Property: 'rule', Reason: 'It did not come over.', Weight: 'visible' }
  const anna = { Address: 'anna@corp.example', Losses: [rule, { ...rule, Weight: 'metadata' }] }
  const ben = { Address: 'ben@corp.example' }
  assert.deepEqual([anna, ben].map(lossColumn.show), ['2', '0'])
  async function* pages() {
    yield [anna, ben]
  }
  const rows = (await Array.fromAsync(lossPages(pages()))).flat()
  assert.deepEqual(rows, [
    { Address: 'anna@corp.example', ...rule },
    { Address: 'anna@corp.example', ...rule, Weight: 'metadata' },
  ])
})

test('of an item that goes back it is told what was done with it here', () => {
  assert.equal(itemState({ State: 'returned', Change: 'deleted' }), 'returned, deleted here')
  assert.equal(itemState({ State: 'left-here', Change: 'arrived' }), 'left here, arrived here')
  assert.equal(itemState({ State: 'kept' }), 'kept')
})
