import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SourceBudget } from '#src/domain/migration/engine/pace/budget.ts'
import { Lane } from '#src/domain/migration/engine/pace/lane.ts'
import { OctetPace, PAGE_MS, SLACK_MS } from '#src/domain/migration/engine/pace/octet-pace.ts'
import { ManualClock } from '#test/support/manual-clock.ts'

const NOW = Date.UTC(2026, 11, 7, 12)
const { signal } = new AbortController()
const settled = () => new Promise(setImmediate)

test('what is asked for is paid before it is read, what was not read is given back, and nothing is saved up', () => {
  const pace = new OctetPace()
  pace.reserve(1_000_000, NOW).end(NOW)
  assert.equal(pace.waitMs(NOW), 0, 'without a limit')
  pace.set(1_000, NOW)
  assert.equal(pace.waitMs(NOW), PAGE_MS, 'nobody knows what was read just before')
  const later = NOW + PAGE_MS
  const page = pace.reserve(5_000, later)
  assert.equal(pace.waitMs(later), 5_000)
  page.spend(4_000, later)
  assert.equal(pace.waitMs(later), 5_000)
  page.end(later)
  page.end(later)
  assert.equal(pace.waitMs(later), 4_000)
  pace.reserve(0, later).spend(2_000, later)
  assert.equal(pace.waitMs(later), 6_000)
  const quiet = later + 3_600_000
  pace.reserve(1_000, quiet)
  assert.equal(pace.waitMs(quiet), 1_000 - SLACK_MS)
})

test('nobody waits by a rate that is not that rate any more, nor longer by one that is lower', () => {
  const pace = new OctetPace()
  pace.set(1_000, NOW)
  pace.owe(60_000, NOW, NOW)
  pace.set(1, NOW)
  assert.equal(pace.waitMs(NOW), 60_000)
  pace.set(60, NOW)
  assert.equal(pace.waitMs(NOW), 1_000)
  pace.set(undefined, NOW)
  assert.equal(pace.waitMs(NOW), 0)
})

test('what was reserved without a limit, or under another one, is not given back', () => {
  const pace = new OctetPace()
  const page = pace.reserve(100_000, NOW)
  pace.set(1_000, NOW)
  page.spend(1_000, NOW)
  page.end(NOW)
  assert.equal(pace.waitMs(NOW), PAGE_MS + 1_000)
})

test('what was reserved before a limit was taken away is not given back to the next one', () => {
  const pace = new OctetPace()
  pace.set(1_000, NOW)
  const page = pace.reserve(5_000, NOW)
  pace.set(undefined, NOW)
  pace.set(1_000, NOW)
  page.end(NOW)
  assert.equal(pace.waitMs(NOW), PAGE_MS)
})

test('who waits looks when the speed changes, when another one parts, and when a page ends', async () => {
  const pace = new OctetPace()
  pace.set(1_000, NOW)
  let looks = 0
  const waiting = { priority: 1, couldGo: () => true, look: () => looks++ }
  const before = { priority: 0, couldGo: () => false, look: () => undefined }
  pace.join(before)
  pace.join(waiting)
  pace.set(2_000, NOW)
  assert.equal(looks, 1)
  pace.part(before)
  await settled()
  assert.equal(looks, 2)
  pace.part(before)
  await settled()
  assert.equal(looks, 2, 'it had parted')
  pace.reserve(0, NOW).end(NOW)
  await settled()
  assert.equal(looks, 3)
})

test('whoever reads has a part of the page, and is gone once, however often that is said', () => {
  const pace = new OctetPace()
  assert.equal(pace.pageBytes, Number.POSITIVE_INFINITY)
  pace.set(8_000, NOW)
  const ends = [pace.begin(), pace.begin(), pace.begin(), pace.begin()]
  assert.equal(pace.pageBytes, 2_000)
  ends[0]!()
  ends[0]!()
  ends[1]!()
  assert.equal(pace.pageBytes, 4_000)
})

test('a machine whose clock is put back does not wait for it to come again', () => {
  const pace = new OctetPace()
  pace.set(1_000, NOW)
  pace.reserve(2_000, NOW)
  assert.equal(pace.waitMs(NOW - 3_600_000), PAGE_MS + 2_000)
})

test('what was owed before a restart is owed after it, less what has passed', () => {
  const pace = new OctetPace()
  pace.set(1_000, NOW)
  pace.owe(600_000, NOW - 60_000, NOW)
  assert.equal(pace.waitMs(NOW), 540_000)
  pace.owe(600_000, NOW - 3_600_000, NOW)
  assert.equal(pace.waitMs(NOW), 540_000, 'never less than it knows itself')
  pace.owe(1_000, NOW + 3_600_000, NOW)
  assert.equal(pace.owed(NOW), 540_000)
})

/** Lanes over two servers that read items without end; gives what was read when, and how much by whom. */
async function readFor(
  ms: number,
  {
    total,
    clock,
    lanes,
    sizeOf,
    latencyMs,
  }: {
    total: OctetPace
    clock: ManualClock
    lanes: readonly { server: number; priority: number }[]
    sizeOf: (at: number) => number
    latencyMs: (at: number) => number
  },
) {
  const servers = [0, 1].map((at) => new SourceBudget(`server ${at}`, 10, clock))
  for (const server of servers) for (let call = 0; call < 6; call++) server.succeeded()
  const stop = new AbortController()
  const read: { at: number; bytes: number }[] = []
  const byLane = lanes.map(() => 0)
  const pages: number[] = []
  const ends = lanes.map(() => total.begin())
  let items = 0
  const runs = lanes.map(async ({ server, priority }, no) => {
    const budget = servers[server]!
    const lane = new Lane({
      ...{ clock, budget, total, priority, random: () => 0.5 },
      ...{ signal: stop.signal, drain: stop.signal, alert: () => undefined },
    })
    for (;;) {
      let left = Array.from({ length: 50 }, () => sizeOf(items++))
      while (left.length > 0) {
        const { some, bytes } = lane.portion(left, (size) => size)
        left = left.slice(some.length)
        pages.push(bytes)
        await lane.call(async (_, spend) => {
          await clock.sleep(latencyMs(items), stop.signal)
          for (const size of some) {
            read.push({ at: clock.now(), bytes: size })
            byLane[no]! += size
            spend(size)
          }
        }, bytes)
      }
    }
  })
  const over = Promise.allSettled(runs)
  const until = clock.now() + ms
  await settled()
  while (clock.now() < until) {
    clock.advanceTo(Math.min(until, clock.next ?? until))
    await settled()
  }
  stop.abort(new Error('over'))
  await over
  for (const end of ends) end()
  return { read, byLane, pages }
}

const mostIn = (read: readonly { at: number; bytes: number }[], windowMs: number): number => {
  let most = 0
  let sum = 0
  let from = 0
  for (const { at, bytes } of read) {
    sum += bytes
    while (read[from]!.at <= at - windowMs) sum -= read[from++]!.bytes
    most = Math.max(most, sum)
  }
  return most
}

test('in any ten seconds twenty lanes of two servers read no more than the speed and what may be asked for at once', async () => {
  for (const slowEvery of [0, 41]) {
    const clock = new ManualClock()
    const total = new OctetPace()
    const speed = 1_000_000
    total.set(speed, clock.now())
    const lanes = Array.from({ length: 20 }, (_, at) => ({ server: at % 2, priority: 5 }))
    const { read, byLane, pages } = await readFor(60_000, {
      ...{ total, clock, lanes },
      sizeOf: (at) => 1_000 + ((at * 7_919) % 30_000),
      // A server that stands still now and then gives all at once what it was asked for.
      latencyMs: (at) => (slowEvery > 0 && at % slowEvery === 0 ? 5_000 : 30),
    })
    const page = Math.max(...pages)
    assert.ok(page <= (speed * PAGE_MS) / 1_000 / 10, `${page}`)
    const most = mostIn(read, 10_000)
    assert.ok(most <= speed * 10 + (speed * (PAGE_MS + SLACK_MS)) / 1_000, `${most} in ten seconds`)
    const first = mostIn(
      read.filter(({ at }) => at < read[0]!.at + 1_000),
      1_000,
    )
    assert.ok(first <= speed * 1.1, `${first} in the first second`)
    const all = read.reduce((sum, { bytes }) => sum + bytes, 0)
    assert.ok(all >= speed * 60 * 0.85, `${all} of ${speed * 60}`)
    assert.ok(Math.min(...byLane) >= Math.max(...byLane) / 3, `no lane starves: ${byLane.join()}`)
  }
})

test('who has the lower priority number goes first, and the others as they came', async () => {
  const clock = new ManualClock()
  const total = new OctetPace()
  total.set(1_000, clock.now())
  const servers = [0, 1].map((at) => new SourceBudget(`server ${at}`, 10, clock))
  const order: string[] = []
  const asks = [
    ['a', 5, 0],
    ['b', 5, 1],
    ['urgent', 1, 1],
    ['c', 5, 0],
  ] as const
  const all = asks.map(async ([name, priority, server]) => {
    const { leave } = await servers[server]!.enter(signal, { also: total, bytes: 1_000, priority })
    order.push(name)
    leave()
  })
  for (let second = 0; second < 10; second++) {
    clock.advance(1_000)
    await settled()
  }
  await Promise.all(all)
  assert.deepEqual(order, ['urgent', 'a', 'b', 'c'])
})

test('who waits for a place does not hold up the speed of others, and comes first once there is one', async () => {
  const clock = new ManualClock()
  const total = new OctetPace()
  const servers = [0, 1].map((at) => new SourceBudget(`server ${at}`, 1, clock))
  const held = await servers[0]!.enter(signal)
  total.set(1_000, clock.now())
  const order: string[] = []
  const ask = async (name: string, server: number) => {
    const { leave, spend } = await servers[server]!.enter(signal, { also: total, bytes: 1_000 })
    order.push(name)
    spend(1_000)
    leave()
  }
  const all = [ask('first', 0), ask('second', 1), ask('third', 1)]
  clock.advance(PAGE_MS)
  await settled()
  assert.deepEqual(order, ['second'])
  held.leave()
  clock.advance(1_000)
  await settled()
  clock.advance(1_000)
  await settled()
  await Promise.all(all)
  assert.deepEqual(order, ['second', 'first', 'third'])
})
