import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SourceBudget } from '#src/domain/migration/engine/budget.ts'
import { ManualClock } from '#test/support/manual-clock.ts'

const { signal } = new AbortController()

test('a server that allows ten at once is asked for too many once, and then for ten', async () => {
  const clock = new ManualClock()
  const budget = new SourceBudget('server', 16, clock)
  let inUse = 0
  let breaches = 0
  let served = 0
  /** Served in rounds: as many as the server allows do their work, one more is turned away. */
  const call = async (): Promise<void> => {
    const leave = await budget.enter(signal)
    inUse++
    await new Promise(setImmediate)
    if (inUse > 10) {
      breaches++
      budget.tooMany()
    } else {
      served++
      budget.succeeded()
    }
    inUse--
    leave()
  }
  const workers = Array.from({ length: 16 }, async () => {
    for (let i = 0; i < 100; i++) await call()
  })
  await Promise.all(workers)
  assert.ok(breaches <= 3, `${breaches} breaches`)
  assert.equal(budget.limit, 10)
  assert.ok(served >= 1_590)
})

test('a server that never refuses is asked for all it allows after a few calls; one that did so is tried carefully', async () => {
  const budget = new SourceBudget('server', 10, new ManualClock())
  for (let call = 0; call < 6; call++) budget.succeeded()
  assert.equal(budget.limit, 10)
  const held = await Promise.all(Array.from({ length: 9 }, () => budget.enter(signal)))
  budget.busy()
  assert.equal(budget.limit, 5)
  for (let call = 0; call < 4; call++) budget.succeeded()
  assert.equal(budget.limit, 5)
  budget.succeeded()
  assert.equal(budget.limit, 6)
  for (const leave of held) leave()
})

test('a place to spare is one that nobody waits for, below every limit', async () => {
  const budget = new SourceBudget('server', 4, new ManualClock())
  const own = await budget.enter(signal)
  const places = [1, 2, 3].map(() => budget.spare())
  assert.equal(budget.inUse, 4)
  assert.equal(budget.spare(), undefined)
  const waits = budget.enter(signal)
  places[0]!()
  places[0]!()
  const leave = await waits
  assert.equal(budget.inUse, 4)
  leave()
  budget.setCap({ connections: 2 })
  assert.equal(budget.spare(), undefined)
  budget.setCap({ callsPerSecond: 5 })
  assert.equal(budget.spare(), undefined, 'a rate is kept by who waits for it')
  budget.setCap({})
  places[1]!()
  assert.notEqual(budget.spare(), undefined)
  own()
})

test('a cap holds from the next call on, and can be taken away', async () => {
  const budget = new SourceBudget('server', 10, new ManualClock())
  const held = await Promise.all([1, 2, 3].map(() => budget.enter(signal)))
  budget.setCap({ connections: 1 })
  let entered = false
  const waiting = budget.enter(signal).then((leave) => {
    entered = true
    return leave
  })
  for (const leave of held.slice(0, 2)) leave()
  await new Promise(setImmediate)
  assert.equal(entered, false)
  held[2]!()
  held[2]!()
  const leave = await waiting
  assert.equal(budget.inUse, 1)
  budget.setCap({})
  await budget.enter(signal)
  leave()
  assert.equal(budget.inUse, 1)
})

test('who waits for a place is called off by its signal', async () => {
  const budget = new SourceBudget('server', 1, new ManualClock())
  const leave = await budget.enter(signal)
  const cut = new AbortController()
  const waiting = budget.enter(cut.signal)
  cut.abort(new Error('called off'))
  await assert.rejects(waiting, /called off/)
  leave()
  await budget.enter(signal)
  assert.equal(budget.inUse, 1)
})

test('calls and octets keep to their rates', async () => {
  const clock = new ManualClock()
  const stop = clock.leap(1)
  const budget = new SourceBudget('server', 10, clock)
  budget.setCap({ callsPerSecond: 5 })
  const start = clock.now()
  for (let i = 0; i < 25; i++) (await budget.enter(signal))()
  const seconds = (clock.now() - start) / 1_000
  // A second's worth goes at once.
  assert.ok(seconds >= 3.5 && seconds <= 5.5, `${seconds}`)

  budget.setCap({ bytesPerSecond: 1_000 })
  const from = clock.now()
  for (let i = 0; i < 5; i++) {
    const leave = await budget.enter(signal)
    budget.spend(1_000)
    leave()
  }
  const took = (clock.now() - from) / 1_000
  stop()
  assert.ok(took >= 2.5 && took <= 5.5, `${took}`)
  assert.ok((budget.idle.get('rate limit') ?? 0) > 0, 'the wait has a name')
})

test('busy halves, success adds one at a time, never above what the server has', () => {
  const clock = new ManualClock()
  const budget = new SourceBudget('server', 6, clock)
  for (let i = 0; i < 100; i++) budget.succeeded()
  assert.equal(budget.limit, 6)
  clock.advance(2_000)
  budget.busy()
  budget.busy()
  assert.equal(budget.limit, 3, 'once a second')
  for (let i = 0; i < 10; i++) {
    clock.advance(2_000)
    budget.busy()
  }
  assert.equal(budget.limit, 1)
})

test('a number of connections that is none lets one call in at a time, and never nobody', async () => {
  for (const connections of [Number.NaN, 0, -3]) {
    const budget = new SourceBudget('server', connections, new ManualClock())
    assert.equal(budget.limit, 1)
    budget.setCap({ connections: Number.NaN })
    const leave = await budget.enter(signal)
    leave()
    budget.succeeded()
    assert.equal(budget.limit, 1)
  }
})
