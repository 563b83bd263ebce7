import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SeededRandom } from '#src/domain/migration/batching/random.ts'
import {
  estimateCopy,
  type Reading,
  type ToCome,
} from '#src/domain/migration/engine/progress/copy-estimate.ts'

const MINUTE = 60_000
const amount = (bytes: number) => ({ items: bytes / 75_000, bytes })
const reading = (bytes: number, ms: number): Reading => ({ ...amount(bytes), ms })
const whole = (bytes: number): ToCome => ({ left: amount(bytes) })
const GB = 1e9

test('of mailboxes that are alike the end is known well, of some that differ less well, and of few hardly', () => {
  const toCome = Array.from({ length: 40 }, () => whole(GB))
  const widthOf = (readings: readonly Reading[]) => {
    const told = estimateCopy(toCome, { readings, rate: null, lanes: 4 })!
    assert.equal(told.mailboxes, readings.length)
    // Ten in a row, ten minutes each.
    const isSaid = told.earliestMs < 100 * MINUTE && told.latestMs > 100 * MINUTE
    assert.ok(isSaid && told.earliestMs < told.ms && told.ms < told.latestMs, JSON.stringify(told))
    return told.latestMs / told.earliestMs
  }
  const minutes = (...all: number[]) => all.map((each) => reading(GB, each * MINUTE))
  const alike = widthOf(minutes(...new Array<number>(40).fill(10)))
  const differing = widthOf(minutes(...Array.from({ length: 40 }, (_, at) => (at % 2 ? 4 : 16))))
  const few = widthOf(minutes(4, 16))
  assert.ok(alike < 1.3, `${alike}`)
  assert.ok(differing > 1.4 && differing < 3, `${differing}`)
  assert.ok(few > 1.2 * differing, `${few}`)
})

test('as long as one mailbox is measured at most, the end may be up to thrice as far', () => {
  const toCome = Array.from({ length: 8 }, () => whole(GB))
  for (const readings of [[], [reading(GB, 10 * MINUTE)]]) {
    const rate = { itemsPerSecond: 4 * 22, bytesPerSecond: (4 * GB) / 600 }
    const told = estimateCopy(toCome, { readings, rate, lanes: 4 })!
    assert.ok(
      told.latestMs > 2 * told.ms && told.latestMs <= 3 * told.ms && told.earliestMs >= told.ms / 3,
      JSON.stringify(told),
    )
    assert.equal(told.mailboxes, readings.length)
  }
})

test('one large mailbox is not read by several lanes, and small items take their time too', () => {
  const readings = Array.from({ length: 50 }, () => reading(GB, 10 * MINUTE))
  const last = estimateCopy([whole(50 * GB), ...Array.from({ length: 7 }, () => whole(GB))], {
    ...{ readings, rate: null, lanes: 8 },
  })!
  assert.ok(last.earliestMs > 350 * MINUTE && last.latestMs < 700 * MINUTE, JSON.stringify(last))
  const many = estimateCopy([{ left: { items: (10 * GB) / 75_000, bytes: 1 } }], {
    ...{ readings, rate: null, lanes: 8 },
  })!
  assert.ok(many.ms > 70 * MINUTE && many.ms < 140 * MINUTE, JSON.stringify(many))
})

test('one that is half read goes on as it did, and when all go slower now, that may stay so', () => {
  const readings = Array.from({ length: 30 }, () => reading(GB, 10 * MINUTE))
  const slow = reading(GB, 40 * MINUTE)
  const half = [{ left: amount(GB), read: slow }]
  const alone = estimateCopy(half, { readings: [...readings, slow], rate: null, lanes: 8 })!
  assert.ok(alone.earliestMs > 30 * MINUTE && alone.latestMs < 55 * MINUTE, JSON.stringify(alone))
  const under = Array.from({ length: 4 }, () => ({ left: amount(GB), read: reading(GB, 10 * MINUTE) }))
  const usual = { itemsPerSecond: (4 * GB) / 75_000 / 600, bytesPerSecond: (4 * GB) / 600 }
  const third = { itemsPerSecond: usual.itemsPerSecond / 3, bytesPerSecond: usual.bytesPerSecond / 3 }
  const [as, slower] = [usual, third].map((rate) => estimateCopy(under, { readings, rate, lanes: 4 })!)
  assert.ok(as!.latestMs < 15 * MINUTE, JSON.stringify(as))
  assert.ok(slower!.earliestMs < 15 * MINUTE && slower!.latestMs > 25 * MINUTE, JSON.stringify(slower))
})

test('a rate is that of all lanes together, by octets and by items, and those at work being slow explains it', () => {
  const rate = { itemsPerSecond: 4 * 10, bytesPerSecond: 4 * 1e6 }
  const oneOf = (left: ToCome['left']) =>
    estimateCopy([{ left }], { readings: [], rate, lanes: 4 })!.ms / MINUTE
  for (const left of [
    { items: 6_000, bytes: 1 },
    { items: 1, bytes: 6e8 },
  ]) {
    const minutes = oneOf(left)
    assert.ok(minutes > 8 && minutes < 12.5, `${minutes}`)
  }
  // Four slow ones are at work, and so it is slow now; one that was fast waits for its turn, and so do many others.
  const readings = Array.from({ length: 60 }, () => reading(GB, 10 * MINUTE))
  const atWork = Array.from({ length: 4 }, () => ({ left: amount(GB), read: reading(GB, 40 * MINUTE) }))
  const begun = Array.from({ length: 4 }, () => ({ left: amount(GB), read: reading(GB, 2 * MINUTE) }))
  const toCome = [...atWork, ...begun, ...Array.from({ length: 80 }, () => whole(GB))]
  const slow = { itemsPerSecond: (4 * GB) / 75_000 / 2_400, bytesPerSecond: (4 * GB) / 2_400 }
  const [now, usual] = [slow, null].map((each) => estimateCopy(toCome, { readings, rate: each, lanes: 4 })!)
  const times = now!.ms / usual!.ms
  assert.ok(times > 0.85 && times < 1.15, `${times}`)
})

test('the end of one that is all but read is still no moment', () => {
  const readings = Array.from({ length: 100 }, () => reading(GB, 10 * MINUTE))
  const nearly = [{ left: amount(GB / 1_000), read: reading(GB, 10 * MINUTE) }]
  const { earliestMs, latestMs } = estimateCopy(nearly, { readings, rate: null, lanes: 1 })!
  assert.ok(latestMs > 1.2 * earliestMs, `${earliestMs} to ${latestMs}`)
})

test('nothing is said where nothing is known, or nothing goes on', () => {
  const one = [whole(GB)]
  assert.equal(estimateCopy(one, { readings: [], rate: null, lanes: 1 }), null)
  assert.equal(estimateCopy(one, { readings: [reading(1_000, 10)], rate: null, lanes: 1 }), null)
  const still = { itemsPerSecond: 0, bytesPerSecond: 0 }
  assert.equal(estimateCopy(one, { readings: [reading(GB, MINUTE)], rate: still, lanes: 1 }), null)
  const none = estimateCopy([], { readings: [reading(GB, MINUTE)], rate: null, lanes: 8 })!
  assert.deepEqual([none.earliestMs, none.ms, none.latestMs], [0, 0, 0])
})

test('of many migrations nine in ten end as was said when a tenth was read, and when half was', () => {
  const random = new SeededRandom(7)
  const normal = () => Array.from({ length: 12 }, () => random.fraction()).reduce((a, b) => a + b, -6)
  const LANES = 8
  const STEP_MS = 30_000
  const held = new Map([
    [0.1, 0],
    [0.5, 0],
  ])
  const RUNS = 60
  for (let run = 0; run < RUNS; run++) {
    const boxes = Array.from({ length: 50 }, () => ({
      bytes: 2 * GB * Math.exp(normal()),
      bytesPerMs: 5_000 * Math.exp(0.5 * normal()),
      ...{ done: 0, ms: 0 },
    }))
    const all = boxes.reduce((sum, { bytes }) => sum + bytes, 0)
    const told: { at: number; part: number; earliestMs: number; latestMs: number }[] = []
    let now = 0
    for (; ; now += STEP_MS) {
      const left = boxes.filter(({ done, bytes }) => done < bytes)
      if (left.length === 0) break
      const done = boxes.reduce((sum, each) => sum + each.done, 0)
      const part = [...held.keys()][told.length]
      if (part !== undefined && done >= part * all) {
        const readOf = (each: (typeof boxes)[number]) =>
          each.ms === 0 ? undefined : reading(each.done, each.ms)
        const toCome = left.map((each) => ({ left: amount(each.bytes - each.done), read: readOf(each) }))
        const bytesPerSecond = left.slice(0, LANES).reduce((sum, each) => sum + each.bytesPerMs * 1_000, 0)
        const estimate = estimateCopy(toCome, {
          readings: boxes.flatMap((each) => readOf(each) ?? []),
          rate: { itemsPerSecond: bytesPerSecond / 75_000, bytesPerSecond },
          lanes: LANES,
        })!
        told.push({ at: now, part, ...estimate })
      }
      for (const each of left.slice(0, LANES)) {
        each.done = Math.min(each.bytes, each.done + each.bytesPerMs * STEP_MS)
        each.ms += STEP_MS
      }
    }
    for (const { at, part, earliestMs, latestMs } of told) {
      const isHeld = now >= at + earliestMs - STEP_MS && now <= at + latestMs + STEP_MS
      if (isHeld) held.set(part, held.get(part)! + 1)
    }
  }
  for (const [part, count] of held) assert.ok(count >= 0.85 * RUNS, `${part}: ${count} of ${RUNS}`)
})
