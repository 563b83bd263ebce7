/** Who was told a night keeps it as long as there is an arrangement of its batches in which everybody has room (migration.md 2.4, step 8). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatDay } from '#src/domain/migration/day.ts'
import { planNotes } from '#src/domain/migration/report/plan-notes.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { day, grantOf, mailboxNamed, membersOf, plainRules, planned } from '#test/support/migration-plan.ts'

const night = day('2027-01-05')
const gigabyte = 2 ** 30
const told = (name: string, size = 1, more: object = {}) =>
  mailboxNamed(name, { sizeBytes: size * gigabyte, announcedDay: night, ...more })
const rules = (mailboxes: number, bytes: number | null, batchesPerWindow: number) => ({
  caps: { mailboxes, bytes: bytes === null ? null : bytes * gigabyte, perServer: {} },
  calendar: { ...plainRules.calendar, batchesPerWindow },
})

test('a night whose batches are full to the last megabyte is filled again', async () => {
  // The largest first, each where there is room, leaves the smallest outside: 7 4, 4 4 3, 2.
  const mailboxes = [7, 4, 4, 4, 3, 2].map((size, at) => told(`m${at}`, size))
  const { plan } = await planned({ mailboxes, grants: [], rules: rules(10, 12, 2) })
  assert.equal(plan.totals.moved, 0)
  assert.deepEqual(
    plan.batches.map((batch) => formatDay(batch.day)),
    ['2027-01-05', '2027-01-05'],
  )
})

test('batches that were filled to the brim by anybody are filled again', async () => {
  const batch = fc.tuple(
    fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 9 }),
    fc.constantFrom('EX01', 'EX02', 'EX03'),
  )
  let full = 0
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { minLength: 2, maxLength: 4 }), async (batches) => {
      const servers = ['EX01', 'EX02', 'EX03']
      const mailboxes = batches.flatMap(([sizes, server], of) =>
        sizes.map((size, at) =>
          told(`m${of}-${at}`, size, { server: servers[(servers.indexOf(server) + at) % 3] }),
        ),
      )
      const sums = batches.map(([sizes]) => sizes.reduce((sum, size) => sum + size, 0))
      const counts = batches.map(([sizes]) => sizes.length)
      const room = rules(Math.max(...counts), Math.max(...sums, 12), batches.length)
      if (new Set(sums).size === 1 || new Set(counts).size === 1) full++
      const { plan } = await planned({ mailboxes, grants: [], rules: room })
      assert.equal(plan.totals.moved, 0)
    }),
    // One of its own each time might be one that no search finds: these are always the same.
    { numRuns: 150, seed: 20_270_105 },
  )
  assert.ok(full > 0)
})

test('a pin on a night that was announced comes in where the others make room within that night', async () => {
  const mailboxes = [
    ...[6, 5, 3, 2].map((size, at) => told(`m${at}`, size)),
    mailboxNamed('new', { sizeBytes: 4 * gigabyte, pinnedDay: night }),
  ]
  const { plan } = await planned({ mailboxes, grants: [], rules: rules(3, 10, 2) })
  assert.equal(plan.totals.moved, 0)
  assert.ok(membersOf(plan).some((names) => names.includes('new')))
  assert.equal(new Set(plan.batches.map((batch) => batch.day)).size, 1)
})

// A pin is a hard rule; to keep what was announced only costs (migration.md 2.3).
test('where they cannot, whoever is tied to that night least gives way, and the plan says who', async () => {
  const mailboxes = [
    ...['ann', 'bea', 'cid'].map((name) => told(name)),
    mailboxNamed('dan', { announcedDay: night + 1 }),
    mailboxNamed('new', { pinnedDay: night }),
  ]
  const { plan } = await planned({
    mailboxes,
    grants: [grantOf('ann', 'cid'), grantOf('ann', 'dan')],
    rules: rules(3, null, 1),
  })
  assert.equal(plan.totals.moved, 1)
  assert.deepEqual(membersOf(plan), [
    ['ann', 'cid', 'new'],
    ['bea', 'dan'],
  ])
  assert.ok(
    planNotes(plan).includes(
      '1 mailbox told Tue 5 Jan 2027 moves on another night now: bea@corp.example (Wed 6 Jan 2027). A column MoveOn says that ' +
        'new@corp.example has to move that night: tell them, or raise the cap, or allow more batches a window with --per-window.',
    ),
  )
})

test('no more give way to a pin than have to', async () => {
  // The large one is tied to the pinned one; without it, the others of that night stay.
  const mailboxes = [
    ...[6, 2, 2].map((size, at) => told(`m${at}`, size)),
    mailboxNamed('new', { sizeBytes: 6 * gigabyte, pinnedDay: night }),
  ]
  const { plan } = await planned({
    mailboxes,
    grants: [grantOf('m0', 'new')],
    rules: rules(10, 10, 1),
  })
  assert.equal(plan.totals.moved, 1)
  assert.ok(membersOf(plan).some((names) => names.join() === 'm1,m2,new'))
})

test('a night that has no room for those who are pinned to it is refused', async () => {
  const mailboxes = ['ann', 'bea', 'cid'].map((name) => told(name, 6, { pinnedDay: night }))
  await assert.rejects(
    planned({ mailboxes: [...mailboxes, told('dan')], grants: [], rules: rules(10, 10, 2) }),
    (error) =>
      error instanceof Refusal &&
      /^What has to move on Tue 5 Jan 2027 needs more batches/.test(error.message),
  )
})

test('a newcomer who is tied to somebody on a full night displaces nobody', async () => {
  const mailboxes = [...['ann', 'bea', 'cid'].map((name) => told(name)), mailboxNamed('new')]
  const { plan } = await planned({
    mailboxes,
    grants: [grantOf('ann', 'new')],
    rules: rules(3, null, 1),
  })
  assert.equal(plan.totals.moved, 0)
  assert.deepEqual(membersOf(plan).flat().sort(), ['ann', 'bea', 'cid', 'new'])
})

test('pinned ones keep their night where caps were lowered below what was announced', async () => {
  const mailboxes = [...['ann', 'bea', 'cid'].map((name) => told(name)), told('dan', 1, { pinnedDay: night })]
  const { plan } = await planned({ mailboxes, grants: [], rules: rules(2, null, 1) })
  assert.equal(plan.totals.moved, 2)
  const there = plan.batches.findIndex((batch) => batch.day === night)
  assert.ok(membersOf(plan)[there]!.includes('dan'))
})

test('a batch that was announced is known by its number, also when those before it have moved', async () => {
  const third = day('2027-01-06')
  const named = (name: string, announcedBatch: number, announcedDay = night) =>
    mailboxNamed(name, { announcedDay, announcedBatch })
  const { plan } = await planned({
    mailboxes: [
      mailboxNamed('gone', { status: 'migrated', migratedDay: day('2027-01-04') }),
      ...[named('a', 2), named('b', 2), named('c', 3, third), mailboxNamed('new')],
    ],
    grants: [grantOf('c', 'new')],
  })
  assert.deepEqual(
    plan.batches.map(({ number, day: on, announcedAs }) => [number, formatDay(on), announcedAs]),
    [
      [1, '2027-01-05', 2],
      [2, '2027-01-06', 3],
    ],
  )
})

test('a number that two batches have more or less of stays with the one that has more', async () => {
  const { plan } = await planned({
    mailboxes: ['a', 'b', 'c'].map((name) => mailboxNamed(name, { announcedDay: night, announcedBatch: 7 })),
    grants: [],
    rules: rules(2, null, 2),
  })
  const known = plan.batches.map(({ mailboxes, announcedAs }) => [mailboxes, announcedAs])
  assert.deepEqual(known.sort(), [
    [1, null],
    [2, 7],
  ])
})
