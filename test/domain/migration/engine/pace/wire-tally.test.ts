import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SourceBudget } from '#src/domain/migration/engine/pace/budget.ts'
import { Lane } from '#src/domain/migration/engine/pace/lane.ts'
import { OctetPace, PAGE_MS } from '#src/domain/migration/engine/pace/octet-pace.ts'
import { WireTally } from '#src/domain/migration/engine/pace/wire-tally.ts'
import { ManualClock } from '#test/support/manual-clock.ts'

test('who ends a call pays what was carried and nobody paid, once; what others pay for may still come', () => {
  let carried = 1_000
  const tally = new WireTally(() => carried)
  const list = tally.begin()
  carried += 300
  assert.equal(list.end(), 300)
  assert.equal(tally.begin().end(), 0)
  const items = tally.begin()
  const other = tally.begin()
  items.paid(10_000)
  carried += 4_000
  assert.equal(other.end(), 0, 'they are the first of what was paid')
  carried += 7_000
  assert.equal(items.end(), 1_000, 'what the encoding adds')
})

test('what has come of items that were asked for is not paid by another call that ends before they are whole', () => {
  let carried = 0
  const tally = new WireTally(() => carried)
  const items = tally.begin(10_000)
  const list = tally.begin()
  carried += 6_000 + 300
  assert.equal(list.end(), 0)
  carried += 4_000
  items.paid(10_000)
  assert.equal(items.end(), 300, 'the list')
  const broken = tally.begin(10_000)
  carried += 2_000
  assert.equal(broken.end(), 2_000, 'what was asked for and did not come as items')
  assert.equal(tally.begin().end(), 0)
})

test('what has come of them is not paid for by others either while the rest is still to come; a call ends once', () => {
  let carried = 0
  const tally = new WireTally(() => carried)
  const items = tally.begin(10_000)
  const list = tally.begin()
  items.paid(4_000)
  carried += 9_000
  assert.equal(list.end(), 0)
  items.paid(5_000)
  carried += 500
  assert.equal(items.end(), 500, 'one was asked for that did not come')
  assert.equal(items.end(), 0)
  const other = tally.begin()
  carried += 100
  assert.equal(items.end() + other.end(), 100)
})

test('octets that came as less than was paid for them are not there for lists later on', () => {
  let carried = 0
  const tally = new WireTally(() => carried)
  const items = tally.begin()
  items.paid(10_000)
  carried += 2_000
  assert.equal(items.end(), 0)
  const list = tally.begin()
  carried += 500
  assert.equal(list.end(), 500)
})

for (const [ofServer, ofProject] of [
  [50_000, 20_000],
  [20_000, 50_000],
] as const)
  test(`a source that only lists, or is only written to, keeps to the speeds of its server and its project (${ofServer})`, async () => {
    const clock = new ManualClock()
    const budget = new SourceBudget('server', 4, clock)
    const total = new OctetPace()
    budget.setCap({ bytesPerSecond: ofServer })
    total.set(ofProject, clock.now())
    let carried = 0
    const { signal } = new AbortController()
    const lane = new Lane({
      ...{ clock, budget, total, tally: new WireTally(() => carried) },
      ...{ random: () => 0.5, signal, drain: signal, alert: () => undefined },
    })
    clock.advance(PAGE_MS)
    const began = clock.now()
    const CALLS = 30
    const OCTETS = 10_000
    for (let call = 0; call < CALLS; call++) {
      const ended = lane.call(async () => {
        carried += OCTETS
      })
      let isOver = false
      ended.then(() => {
        isOver = true
      })
      for (;;) {
        await new Promise(setImmediate)
        if (isOver) break
        clock.advance(10)
      }
    }
    const seconds = (clock.now() - began) / 1_000
    const rate = ((CALLS - 1) * OCTETS) / seconds
    assert.ok(rate <= 20_000 * 1.02 && rate > 18_000, `${rate} a second`)
    assert.equal(budget.bytes, 0, 'no item was read')
  })

/** A source of 1,000 octets a second that nobody has asked for an hour, and what its connections carry. */
function oneSource() {
  const clock = new ManualClock()
  const budget = new SourceBudget('server', 4, clock)
  budget.setCap({ bytesPerSecond: 1_000 })
  clock.advance(3_600_000)
  let carried = 0
  const carries = (octets: number) => {
    carried += octets
  }
  return { clock, budget, tally: new WireTally(() => carried), carries, signal: new AbortController().signal }
}

test('octets of items are not paid for twice, as items and as what was carried', async () => {
  const { clock, budget, tally, carries, signal } = oneSource()
  const { spend, leave } = await budget.enter(signal, { tally, bytes: 60_000 })
  spend(60_000)
  carries(63_000)
  leave()
  const next = budget.enter(signal, { tally })
  let waitedMs = 0
  let isIn = false
  next.then(() => {
    isIn = true
  })
  for (; ; waitedMs += 100) {
    await new Promise(setImmediate)
    if (isIn) break
    clock.advance(100)
  }
  assert.ok(waitedMs > 62_500 && waitedMs <= 63_100, `${waitedMs} ms`)
})

test('a call that ends while the items of another come does not pay for them', async () => {
  const { clock, budget, tally, carries, signal } = oneSource()
  const items = await budget.enter(signal, { tally, bytes: 60_000 })
  clock.advance(60_000)
  const list = await budget.enter(signal, { tally })
  carries(30_000)
  list.leave()
  let isIn = false
  budget.enter(signal, { tally }).then(() => {
    isIn = true
  })
  await new Promise(setImmediate)
  assert.ok(isIn, 'they were paid for when they were asked for')
  carries(30_000)
  items.spend(60_000)
  items.leave()
})
