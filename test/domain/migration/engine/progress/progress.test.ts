import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CountedLane } from '#src/domain/migration/engine/pace/lanes-at-once.ts'
import { BatchPaces } from '#src/domain/migration/engine/progress/batch-paces.ts'
import { progressOf } from '#src/domain/migration/engine/progress/progress.ts'
import { RateWindow } from '#src/domain/migration/engine/progress/rate-window.ts'
import {
  type Batch,
  type Member,
  noCounts,
  type ProjectId,
  usualSettings,
} from '#src/domain/migration/engine/project/project.ts'
import { aBatch, aMember } from '#test/support/migrated-mailbox.ts'

const now = Date.UTC(2027, 0, 11, 12)
const batch: Batch = { ...aBatch('p' as ProjectId), state: 'initial-sync' }
const member = (no: number, more: Partial<Member> = {}): Member => ({
  ...aMember('p' as ProjectId, `m${no}@x.example`, no),
  ...{ state: 'initial-sync', dueAt: now, expected: { items: 100, bytes: 1_000_000 } },
  ...more,
})
const of = (
  members: readonly Member[],
  more: {
    running?: readonly (readonly [number, string | null])[]
    rate?: { itemsPerSecond: number; bytesPerSecond: number } | null
    lanes?: readonly CountedLane[]
    noRoom?: boolean
  } = {},
  settings = usualSettings,
  at: Pick<Batch, 'state' | 'paused' | 'startAfter'> = batch,
) => {
  const running = (more.running ?? []).map(([no, trouble]) => [no, { trouble, read: nothing }] as const)
  return progressOf({ settings }, at, members, {
    rate: null,
    lanes: [],
    noRoom: false,
    now,
    ...more,
    running: new Map(running),
  })
}
const nothing = { items: 0, bytes: 0, ms: 0 }

test('a rate is that of the last minute, and of nothing before it was looked at twice', () => {
  const window = new RateWindow()
  window.note(0, { items: 0, bytes: 0 })
  assert.equal(window.rate(500, { items: 5, bytes: 5 }), null)
  for (let second = 1; second <= 120; second++) {
    // Ten times as fast in the second minute.
    const items = second <= 60 ? second : 60 + (second - 60) * 10
    window.note(second * 1_000, { items, bytes: items * 100 })
  }
  assert.deepEqual(window.rate(120_000, { items: 660, bytes: 66_000 }), {
    itemsPerSecond: 10,
    bytesPerSecond: 1_000,
  })
  // It stands still: within a minute nothing is left of it.
  for (let second = 121; second <= 181; second++) window.note(second * 1_000, { items: 660, bytes: 66_000 })
  assert.equal(window.rate(181_000, { items: 660, bytes: 66_000 })!.itemsPerSecond, 0)
})

test('a batch is as fast as all its passes together, those that have ended too, and forgotten when none runs', () => {
  const paces = new BatchPaces()
  const project = 'p' as ProjectId
  const pass = (no: number, items: number) => ({ project, batch: no, done: { items, bytes: items * 10 } })
  paces.begin({ project, batch: 1 })
  paces.begin({ project, batch: 2 })
  assert.deepEqual(paces.rates(0, [pass(1, 0), pass(1, 0), pass(2, 0)]), [])
  paces.end(pass(1, 30))
  assert.deepEqual(paces.rates(10_000, [pass(1, 20), pass(2, 10)]), [
    { project, batch: 1, rate: { itemsPerSecond: 5, bytesPerSecond: 50 } },
    { project, batch: 2, rate: { itemsPerSecond: 1, bytesPerSecond: 10 } },
  ])
  assert.deepEqual(paces.rates(20_000, []), [])
  paces.begin({ project, batch: 1 })
  assert.deepEqual(paces.rates(30_000, [pass(1, 20)]), [], 'it begins anew')
})

test('when it is done follows from octets and items, whichever takes longer, and from what was read at which speed', () => {
  const half = member(1, { counts: { ...noCounts, copied: 40, bytes: 400_000, skipped: 10 } })
  const both = [half, member(2), member(3, { state: 'synced' })]
  const working = [[1, null] as const, [2, null] as const]
  const told = (itemsPerSecond: number, bytesPerSecond: number, running = working) =>
    of(both, { rate: { itemsPerSecond, bytesPerSecond }, running })
  const found = told(1, 100_000)
  assert.deepEqual([found.items, found.bytes, found.unknown], [150, 1_600_000, 0])
  // A hundred items, one in two seconds.
  const isIn = ({ earliestAt, doneAt, latestAt }: typeof found, seconds: number) =>
    earliestAt! < now + seconds * 1_000 && latestAt! > now + seconds * 1_000 && doneAt! > now
  assert.ok(isIn(found, 200), JSON.stringify(found))
  assert.ok(isIn(told(100, 1_000), 2_000))
  assert.ok(isIn(told(1, 100_000, [[2, null]]), 150))
  // Who waits for a lane comes after.
  const waits = (more: readonly Member[]) =>
    of([member(1), ...more], { rate: { itemsPerSecond: 1, bytesPerSecond: 100_000 }, running: [[1, null]] })
  assert.ok(isIn(waits([]), 100))
  const after = waits([member(4, { state: 'waiting' }), member(5)])
  const times = (after.doneAt! - now) / (waits([]).doneAt! - now)
  assert.equal(after.items, 300)
  assert.ok(isIn(after, 300) && times > 2.2 && times < 3.6, `${times}`)
  // One that has not said its size is like the others, and of two such next to one that did nothing is told.
  const unknown = (no: number) => member(no, { state: 'waiting', expected: null })
  const like = waits([unknown(4)])
  assert.deepEqual([like.items, like.unknown, isIn(like, 200)], [100, 1, true])
  assert.ok(like.doneAt! - now > 1.5 * (waits([]).doneAt! - now))
  assert.equal(waits([unknown(4), unknown(5)]).doneAt, null)
  // One that is at work has a lane of its own, and what it has read is no more to come.
  const begun = unknown(2)
  const besides = (more: Partial<Member>, ...waiting: Member[]) =>
    of([member(1), { ...begun, state: 'initial-sync', ...more }, ...waiting], {
      ...{ rate: { itemsPerSecond: 2, bytesPerSecond: 200_000 }, running: working },
    })
  assert.deepEqual(
    [besides({}).doneAt, besides({}).unknown],
    [
      of([member(1), member(2)], {
        ...{ rate: { itemsPerSecond: 2, bytesPerSecond: 200_000 }, running: working },
      }).doneAt,
      1,
    ],
  )
  const most = besides({ counts: { ...noCounts, copied: 85, skipped: 5, bytes: 900_000 } }, member(3))
  const none = besides({}, member(3))
  assert.ok(most.doneAt! - now < 0.75 * (none.doneAt! - now), `${most.doneAt! - now} ${none.doneAt! - now}`)
  const more = besides({ counts: { ...noCounts, copied: 500, bytes: 5_000_000 } }, member(3))
  assert.ok(more.doneAt! > now && more.doneAt! <= most.doneAt!, 'larger than the others')
  for (const unsaid of [
    of([member(1, { expected: null })], { rate: { itemsPerSecond: 1, bytesPerSecond: 1 }, running: working }),
    of(both, { running: working }),
    of(both),
    told(0, 0),
    of([copied(4), ...both], {}, usualSettings, { ...batch, paused: true }),
  ])
    assert.deepEqual(
      [unsaid.earliestAt, unsaid.doneAt, unsaid.latestAt, unsaid.measured],
      [null, null, null, 0],
    )
})

const copied = (no: number, ms = 100_000): Member =>
  member(no, {
    ...{ state: 'synced', pass: 1, counts: { ...noCounts, copied: 100, bytes: 1_000_000 } },
    lastPass: { startedAt: 1, endedAt: now, items: 100, bytes: 1_000_000, requests: 1, workedMs: ms },
  })

test('by day, while its window is closed, the nights that it still takes are told, also when the clocks change', () => {
  // 2027-03-28 02:00 in Berlin does not exist: that night has seven hours.
  const zone = 'Europe/Berlin'
  const at = (text: string) => Temporal.ZonedDateTime.from(`${text}[${zone}]`).epochMilliseconds
  const window = { begin: '22:00', end: '06:00', zone, weekdays: [1, 2, 3, 4, 5, 6, 7], holidays: [] }
  const hour = 3_600_000
  const night = { ...usualSettings, lanes: 2, window }
  // Forty of a quarter of an hour each are read; of twenty that come two at once, a part of two is.
  const read = Array.from({ length: 40 }, (_, no) => copied(no + 100, hour / 4))
  const begun = [1, 2].map((no) => ({
    ...copied(no, hour / 8),
    ...{ state: 'initial-sync' as const, counts: { ...noCounts, copied: 50, bytes: 500_000 } },
    lastPass: { startedAt: 1, endedAt: 0, items: 50, bytes: 500_000, requests: 0, workedMs: hour / 8 },
  }))
  const left = (count: number) => Array.from({ length: count }, (_, no) => member(no + 10))
  const told = (noon: number, count: number, startAfter: number | null = null) => {
    const members = [...read, ...begun, ...left(count)]
    const more = { rate: null, lanes: [], noRoom: false, now: noon, running: new Map() }
    return progressOf({ settings: night }, { ...batch, startAfter }, members, more)
  }
  // An eighth and five whole ones in each of two lanes: an hour and three eighths.
  const one = told(at('2027-03-27T12:00'), 10)
  assert.equal(one.measured, 42)
  assert.ok(one.earliestAt! > at('2027-03-27T23:10') && one.earliestAt! <= at('2027-03-27T23:22:30'))
  assert.ok(one.latestAt! >= at('2027-03-27T23:22:30') && one.latestAt! < at('2027-03-27T23:45'))
  // Seven hours and a half: the last half hour of it is of the next night, because this one lacks an hour.
  const two = told(at('2027-03-27T12:00'), 59)
  assert.ok(two.doneAt! > at('2027-03-28T22:00') && two.doneAt! < at('2027-03-29T00:00'), `${two.doneAt}`)
  assert.ok(two.earliestAt! < at('2027-03-28T22:30') && two.latestAt! > at('2027-03-28T22:30'))
  // In October it has nine.
  const whole = told(at('2027-10-30T12:00'), 59)
  assert.ok(whole.latestAt! < at('2027-10-31T06:00'), `${whole.latestAt}`)
  const later = told(at('2027-03-27T12:00'), 10, at('2027-03-30T12:00'))
  assert.ok(later.earliestAt! > at('2027-03-30T23:10') && later.latestAt! < at('2027-03-30T23:45'))
})

test('what a run of the first copy has read is measured with the runs before it, and deltas are not', () => {
  const delta = { startedAt: 1, endedAt: now, items: 1, bytes: 1, requests: 1, workedMs: 90_000 }
  const members = [
    ...[copied(1), copied(2), { ...copied(3), pass: 2, lastPass: delta }],
    { ...copied(4), state: 'initial-sync' as const, lastPass: { ...delta, endedAt: 0, workedMs: 0 } },
    member(5),
  ]
  const rate = { itemsPerSecond: 1, bytesPerSecond: 10_000 }
  const measured = (ms: number) => {
    const running = new Map([[4, { trouble: null, read: { items: 50, bytes: 500_000, ms } }]])
    return progressOf({ settings: usualSettings }, batch, members, {
      rate,
      lanes: [],
      noRoom: false,
      now,
      running,
    }).measured
  }
  assert.deepEqual([measured(50_000), measured(0)], [3, 2])
})

test('what is measured is the copy that is here: deltas take nothing away, and a copy that is gone tells nothing', () => {
  const firstCopy = { items: 100, bytes: 1_000_000, workedMs: 100_000 }
  const quiet = { startedAt: 1, endedAt: now, items: 0, bytes: 0, requests: 1, workedMs: 900_000 }
  // One has its first delta behind it, the other is copied for the second time, by its second pass.
  const done = [1, 2].map((no) => ({ ...copied(no), firstCopy, pass: 2, lastPass: quiet }))
  const again = { ...copied(3), pass: 2, firstCopy }
  const coming = member(9, { state: 'waiting' })
  const measured = (...more: Member[]) => of([...done, again, ...more, coming]).measured
  assert.equal(measured(), 3)
  const hour = 3_600_000
  const slow = { ...quiet, items: 100, bytes: 1_000_000, workedMs: hour }
  // Its copy was rolled back, and it waits for the next one; then that is under way, and interrupted; then it fails.
  const old = member(4, { state: 'waiting', pass: 1, lastPass: slow })
  assert.equal(measured(old), 3)
  const under = { pass: 2, passFor: 'delta', lastPass: { ...slow, endedAt: 0, workedMs: 50_000 } } as const
  for (const state of ['initial-sync', 'waiting', 'failed'] as const)
    assert.equal(measured({ ...old, ...under, state }), 4, state)
  const wait = ({ doneAt }: ReturnType<typeof of>) => doneAt! - now
  const fast = wait(of([...done, again, { ...old, state: 'rolled-back', pass: 2 }, coming]))
  assert.ok(fast < hour / 10, `${fast}`)
})

test('where nothing is to come any more it is not said when that is done', () => {
  const counts = { ...noCounts, copied: 100, bytes: 1_000_000 }
  const at = { running: [[2, null] as const], rate: { itemsPerSecond: 1, bytesPerSecond: 10_000 } }
  const ends = of([copied(1), member(2, { counts })], at)
  assert.deepEqual([ends.items, ends.doneAt, ends.earliestAt, ends.latestAt], [0, null, null, null])
  const copies = of([copied(1), member(2, { counts: { ...counts, copied: 99 } })], at)
  assert.ok(copies.doneAt! > now)
  assert.equal(of([copied(1), copied(2)]).doneAt, null)
})

test('every mailbox that is not worked on has a cause', () => {
  const later = now + 60_000
  const found = of(
    [
      member(1),
      member(2),
      member(3, { dueAt: later, idle: 'server out of reach', cause: 'lost' }),
      member(4, { dueAt: later, idle: 'window closed', cause: 'It opens at ten.' }),
      member(5, { dueAt: later, state: 'synced' }),
      member(6, { dueAt: null, state: 'final' }),
      member(7, { dueAt: later, cause: 'The next window opens never; server refuses us: words for people.' }),
      member(8, { state: 'failed', dueAt: null }),
      member(9, { leasedUntil: later }),
    ],
    { running: [[1, null]], lanes: [{ source: 'old' }] },
    { ...usualSettings, lanes: 1 },
  )
  assert.deepEqual(found.idle, {
    'lanes all in use': 1,
    'its last run broke off': 1,
    'server out of reach': 1,
    'window closed': 1,
    'next delta not due': 1,
    'waits for the others of its batch': 1,
    'trying again': 1,
  })
  assert.deepEqual(of([member(1, { dueAt: null })], {}, usualSettings, { ...batch, paused: true }).idle, {
    paused: 1,
  })
  const waiting = { ...batch, state: 'waiting-window' as const }
  assert.deepEqual(of([member(1, { dueAt: null })], {}, usualSettings, waiting).idle, { 'window closed': 1 })
})

test('a mailbox that is due waits for a lane only where none is free for it', () => {
  const inDatabase = (no: number) => member(no, { database: 'DB1' })
  const two = { ...usualSettings, lanes: 2 }
  const restarted = of([member(1), member(2)], {}, two)
  assert.deepEqual(restarted.idle, { 'about to begin': 2 })
  // Lanes of other batches count too.
  const others = [{ source: 'old' }, { source: 'old', database: 'DB1' }]
  assert.deepEqual(of([member(1)], { lanes: others.slice(1) }, two).idle, { 'about to begin': 1 })
  assert.deepEqual(of([member(1)], { lanes: others }, two).idle, { 'lanes all in use': 1 })
  const away = member(1, { idle: 'server out of reach', cause: 'lost' })
  assert.deepEqual(of([away], {}, two).standstill, 'lost')
  assert.deepEqual(of([away], { lanes: others }, two).idle, { 'lanes all in use': 1 })
  assert.deepEqual(of([member(1)], { noRoom: true }, two).idle, { 'no room here': 1 })
  const capped = { ...usualSettings, databaseLanes: 1 }
  assert.deepEqual(of([member(1), inDatabase(2)], { lanes: others }, capped).idle, {
    'about to begin': 1,
    'lanes all in use': 1,
  })
})

test('why nothing goes on is told in the words of a mailbox that stands still, and not while another is worked on', () => {
  const refused = { idle: 'server refuses us', cause: 'The password is wrong.', dueAt: now + 1_000 } as const
  const still = [member(1, { state: 'synced', dueAt: now + 1_000 }), member(2, refused), member(3, refused)]
  assert.equal(of(still).standstill, 'The password is wrong.')
  assert.equal(of([...still, member(4)], { running: [[4, null]] }).standstill, '')
  // One that is being tried again and gets nowhere is not at work.
  const away = 'trying again: Nobody answers.'
  assert.equal(of([member(4), member(5)], { running: [[4, away]] }).standstill, away)
  const others = { running: [[4, away] as const, [5, null] as const] }
  assert.equal(of([member(4), member(5)], others).standstill, '')
  assert.equal(of([member(1, { ...refused, idle: undefined, state: 'synced' })]).standstill, '')
  // Others go on beside one over which the service ended, and its owner is to hear of it all the same.
  const ended = {
    idle: 'ended the service',
    cause: 'The service ended 4 times.',
    dueAt: now + 1_000,
  } as const
  const beside = of([member(1, ended), member(4)], { running: [[4, null]] })
  assert.deepEqual([beside.standstill, beside.idle], [ended.cause, { 'ended the service': 1 }])
})

test('the last delta takes as long as the one before, so many mailboxes at once, and the first copy says nothing of it', () => {
  const passed = (no: number, seconds: number, pass = 3) =>
    member(no, {
      ...{ state: 'synced', pass },
      lastPass: { startedAt: now, endedAt: now + seconds * 1_000, items: 0, bytes: 0, requests: 3 },
    })
  const settings = { ...usualSettings, lanes: 2 }
  const ms = (...members: Member[]) => of(members, {}, settings).finalMs
  assert.equal(ms(passed(1, 3_600, 1)), null)
  assert.equal(ms(passed(1, 10), passed(2, 10), passed(3, 10), passed(4, 10)), 20_000)
  // One that takes long is waited for; one that has not had a delta counts like the others.
  assert.equal(ms(passed(1, 60), passed(2, 10)), 60_000)
  assert.equal(ms(passed(1, 10), passed(2, 3_600, 1), passed(3, 10), member(4)), 20_000)
  assert.equal(ms(passed(1, 10), { ...passed(2, 90), state: 'left' }), 10_000)
  // It asks for every folder, and so did an earlier one.
  assert.equal(ms({ ...passed(1, 10), askedAllMs: 45_000 }), 45_000)
  assert.equal(ms({ ...passed(1, 60), askedAllMs: 45_000 }), 60_000)
})

test('time in which the source was away or refused is no time of a delta', () => {
  const delta = { startedAt: now, endedAt: now + 117_000, items: 0, bytes: 0, requests: 3, workedMs: 2_000 }
  const synced = member(1, { state: 'synced', pass: 3, lastPass: delta, askedAllMs: 1_500 })
  assert.equal(of([synced]).finalMs, 2_000)
})

test('a mailbox that failed is counted and named with its cause, also where the others are kept up to date', () => {
  const failed = (no: number) =>
    member(no, { state: 'failed', dueAt: null, cause: 'There is no such mailbox.' })
  const found = of([failed(1), member(2, { state: 'synced' })], {}, usualSettings, {
    ...batch,
    state: 'synced',
  })
  assert.deepEqual([found.failed, found.failures], [1, ['m1@x.example: There is no such mailbox.']])
  const many = of(Array.from({ length: 9 }, (_, at) => failed(at)))
  assert.deepEqual([many.failed, many.failures.length], [9, 5])
  assert.deepEqual([of([member(1)]).failed, of([member(1)]).failures], [0, []])
})
