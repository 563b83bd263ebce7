import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SourceBudget } from '#src/domain/migration/engine/pace/budget.ts'
import { Lane } from '#src/domain/migration/engine/pace/lane.ts'
import { LanePostponed, MOST_TRANSIENT } from '#src/domain/migration/engine/project/retry.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { ManualClock } from '#test/support/manual-clock.ts'

function laneOf() {
  const clock = new ManualClock(1_000)
  const budget = new SourceBudget('old', 4, clock)
  const alerts: string[] = []
  const { signal } = new AbortController()
  const told = { signal, drain: signal, alert: (message: string) => alerts.push(message) }
  return { clock, budget, alerts, lane: new Lane({ clock, budget, random: () => 0.5, ...told }) }
}

test('since when a server owes an answer is known, for the oldest of the calls', async () => {
  const { lane, clock } = laneOf()
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const one = lane.call(() => first.promise)
  await new Promise(setImmediate)
  assert.equal(lane.askedAt, 1_000)
  clock.advance(5_000)
  const other = lane.call(() => second.promise)
  await new Promise(setImmediate)
  assert.equal(lane.askedAt, 1_000)
  first.resolve()
  await one
  second.resolve()
  await other
  assert.equal(lane.askedAt, undefined)
})

test('a folder that the server does not have any more is no trouble of the server', async () => {
  const why = ['transient', 'NO', 'The server refuses EXAMINE: Mailbox does not exist.'] as const
  for (const ofMailbox of [true, false]) {
    const { lane, budget, alerts } = laneOf()
    await assert.rejects(lane.failed(new SourceFailure(...why, { ofMailbox }), MOST_TRANSIENT), LanePostponed)
    assert.equal(budget.trouble === undefined, ofMailbox)
    assert.equal(alerts.length, ofMailbox ? 0 : 1)
  }
})

test('a folder or mailbox alone that cannot be had just now is asked for again in half a minute, and no other one waits', async () => {
  const { lane, clock, budget, alerts } = laneOf()
  const stop = clock.leap(1)
  const call = lane.call(() => {
    throw new SourceFailure('transient', 'INUSE', 'It is locked.', { ofMailbox: true })
  })
  const error = await call.catch((reason: unknown) => reason)
  stop()
  assert.ok(error instanceof LanePostponed)
  assert.deepEqual([error.until - clock.now(), error.idle], [30_000, 'trying again'])
  assert.deepEqual([budget.trouble, alerts], [undefined, []])
})

test('what a server fails at is known from the first call on until it answers, with the time that it took', async () => {
  const { lane, clock } = laneOf()
  let calls = 0
  const work = async () => {
    calls++
    clock.advance(100)
    if (calls < 3) throw new SourceFailure('transient', 'ECONNREFUSED', 'Nobody answers.')
    return calls
  }
  const call = lane.call(work)
  while (lane.trouble === undefined) await new Promise(setImmediate)
  assert.deepEqual([calls, lane.trouble], [1, 'trying again: Nobody answers.'])
  const stop = clock.leap(1)
  assert.equal(await call, 3)
  stop()
  assert.equal(lane.trouble, undefined)
  // Two failed calls and two waits of half a second and of a whole one; the call that went well is work.
  const { awayMs } = lane
  assert.deepEqual([awayMs >= 1_700, awayMs <= clock.now() - 1_000 - 100], [true, true])
})

test('a server that answers is well again, and is asked for more at once', async () => {
  const { lane, budget } = laneOf()
  budget.busy()
  const { limit } = budget
  budget.rest('server out of reach', 'It is away.')
  for (let call = 0; call < limit; call++) await lane.call(async () => undefined)
  assert.equal(budget.trouble, undefined)
  assert.equal(budget.limit, limit + 1)
})

test('a server that is busy is asked for less at once where it does not say for how long, else left alone for just as long', async () => {
  for (const [backOffMs, idle] of [
    [null, 'trying again'],
    [3_000, 'server asked to wait'],
  ] as const) {
    const { lane, clock, budget } = laneOf()
    const { limit } = budget
    const began = clock.now()
    const asked: number[] = []
    const called = lane.call(async () => {
      asked.push(clock.now() - began)
      if (asked.length === 1) throw new SourceFailure('throttled', 'busy', 'It is busy.', { backOffMs })
    })
    while (clock.next === undefined) await new Promise(setImmediate)
    assert.equal(lane.idle, idle)
    assert.equal(lane.trouble, `${idle}: It is busy.`)
    assert.equal(budget.limit, backOffMs === null ? limit / 2 : limit)
    clock.advanceTo(clock.next)
    await called
    assert.equal(asked.length, 2)
    if (backOffMs !== null) assert.deepEqual(asked, [0, backOffMs])
    assert.deepEqual([...budget.idle.keys()], [idle])
  }
})
