import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newMailboxId } from '#src/base/ids.ts'
import type { PassRun } from '#src/domain/migration/engine/ledger/page-run.ts'
import { Drained } from '#src/domain/migration/engine/pace/lane.ts'
import { LanePostponed } from '#src/domain/migration/engine/project/retry.ts'
import { ItemFaults, onItsWay, tokenOf, unsent } from '#src/domain/migration/engine/return/return-item.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { LeaseLost, type ReturnRow } from '#src/domain/migration/store.ts'
import { Refusal } from '#src/domain/refusal.ts'

const ATTEMPTS = 3
const row: ReturnRow = unsent('old', { no: 7 as never, sizeBytes: 10 })

/** A run that keeps the rows it was told to write. */
function running() {
  const written: ReturnRow[] = []
  const stop = new AbortController()
  const migration = {
    holdLease: async () => undefined,
    putReturn: async (_: unknown, one: ReturnRow) => void written.push(one),
  }
  const run = {
    at: { organization: 'o', mailbox: newMailboxId() },
    member: { project: 'p', no: 1, source: 'old' },
    settings: { itemAttempts: ATTEMPTS },
    lease: { token: 't', fence: 1 },
    lane: { signal: stop.signal, clock: { now: () => 0 }, writes: 0 },
    store: { transact: (_: unknown, work: (writer: unknown) => Promise<unknown>) => work({ migration }) },
  } as unknown as PassRun
  const failing = (error: unknown, before = row) =>
    onItsWay(run, before, async () => {
      throw error
    })
  return { run, written, stop, failing }
}

for (const error of [
  new SourceFailure('transient', 'lost', 'The server went away.'),
  new SourceFailure('mailbox-permanent', 'gone', 'There is no such mailbox.'),
  new LanePostponed(1, 'trying again', 'later'),
  new Drained('It is drained'),
  new LeaseLost('Another process has it'),
  new Refusal('key-unavailable', 'The key is out of reach.'),
  new Refusal('no-such-mailbox', 'It was destroyed.'),
  new Refusal('try-later', 'The store is busy.'),
])
  test(`${error.name} "${error.message}" ends the whole run, and no item is blamed`, async () => {
    const { written, failing } = running()
    // Also at the last attempt of an item.
    await assert.rejects(failing(error, { ...row, attempts: ATTEMPTS - 1 }), (thrown) => thrown === error)
    assert.deepEqual(written, [])
  })

for (const [what, error, code] of [
  [
    'what the source does not take',
    new SourceFailure('item-permanent', 'not-taken', 'No lists.'),
    'not-taken',
  ],
  ['what is damaged here', new Refusal('damaged', 'Its octets do not open.'), 'damaged'],
] as const)
  test(`${what} is left at once, with the reason`, async () => {
    const { written, failing } = running()
    await failing(error)
    assert.deepEqual(
      written.map(({ state, attempts, code, problem }) => [state, attempts, code, problem]),
      [['left', 1, code, error.message]],
    )
  })

test('a fault of ours is tried again as often as an item is tried, and then named; others go on', async () => {
  const { written, failing } = running()
  const fault = new TypeError('x is not a function')
  const faults = new ItemFaults()
  let before = row
  for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
    await faults.pass(failing(fault, before))
    before = written.at(-1)!
    assert.deepEqual([before.state, before.attempts], ['sent', attempt])
  }
  assert.throws(() => faults.throwFirst(), fault)
  await failing(fault, before)
  const { state, attempts, code, problem } = written.at(-1)!
  assert.deepEqual([state, attempts, code], ['left', ATTEMPTS, 'our-fault'])
  assert.match(problem, /fails at it: x is not a function\. Save it by hand/)
  await failing(fault, { ...before, mark: 'seen there' })
  assert.match(written.at(-1)!.problem, /It may have arrived there; where it has not, save it by hand/)
})

test('any other refusal is a fault at that item alone', async () => {
  const { written, failing } = running()
  const faults = new ItemFaults()
  await faults.pass(failing(new Refusal('no-such-item', 'It is not there.')))
  assert.deepEqual([written[0]!.state, written[0]!.attempts], ['sent', 1])
  assert.throws(() => faults.throwFirst(), /It is not there/)
})

test('who is called off notes nothing', async () => {
  const { written, stop, failing } = running()
  stop.abort(new Error('The service is stopping'))
  await assert.rejects(failing(new SourceFailure('item-permanent', 'x', 'y')), /is stopping/)
  assert.deepEqual(written, [])
})

test('what nothing is wrong with is not written down, and nothing is thrown in the end', async () => {
  const { run, written } = running()
  await onItsWay(run, row, async () => undefined)
  assert.deepEqual(written, [])
  new ItemFaults().throwFirst()
  assert.notEqual(tokenOf(run, 1), tokenOf(run, 2))
})
