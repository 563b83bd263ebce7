import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatDay } from '#src/domain/migration/day.ts'
import { planWaves } from '#src/domain/migration/plan-waves.ts'
import { batchesCsv, mailboxesCsv } from '#src/domain/migration/report/csv.ts'
import { formatJson } from '#src/domain/migration/report/json.ts'
import { formatPage } from '#src/domain/migration/report/page.ts'
import { capOf, day, mailboxNamed, plainRules, planned } from '#test/support/migration-plan.ts'

const people = (count: number) => Array.from({ length: count }, (_, at) => mailboxNamed(`p${at}`))
const batch = (number: number, on: string, pilot = false) => ({ number, day: day(on), pilot })

test('the pilot is a wave of its own, then each week, or each night that takes several batches', () => {
  const batches = [
    batch(1, '2027-01-04', true),
    batch(2, '2027-01-11'),
    batch(3, '2027-01-14'),
    batch(4, '2027-01-17'),
    batch(5, '2027-01-18'),
  ]
  const names = (perWindow: number) =>
    planWaves({ batchesPerWindow: perWindow }, batches).map(({ name, batches: own }) => [name, ...own])
  assert.deepEqual(names(1), [
    ['Pilot', 1],
    ['Week of 2027-01-11', 2, 3, 4],
    ['Week of 2027-01-18', 5],
  ])
  const nights = [batch(1, '2027-01-11'), batch(2, '2027-01-11'), batch(3, '2027-01-12')]
  assert.deepEqual(
    planWaves({ batchesPerWindow: 2 }, nights).map(({ name, from, until, batches: own }) => [
      ...[name, formatDay(from), formatDay(until), own.length],
    ]),
    [
      ['Night of 2027-01-11', '2027-01-11', '2027-01-11', 2],
      ['Night of 2027-01-12', '2027-01-12', '2027-01-12', 1],
    ],
  )
  // Across the turn of a year it is the same week.
  const turn = [batch(1, '2026-12-31'), batch(2, '2027-01-01')]
  assert.equal(planWaves({ batchesPerWindow: 1 }, turn).length, 1)
})

test('a later plan with less before it gives the other waves the same names', async () => {
  const before = await planned({ mailboxes: people(24), grants: [], rules: capOf(3) })
  const waves = planWaves(plainRules.calendar, before.plan.batches)
  assert.ok(waves.length >= 2, 'several weeks')
  const first = new Set(waves[0]!.batches)
  const rest = people(24).map((mailbox, at) => {
    const no = before.plan.batchOf[at]!
    const on = before.plan.batches[no - 1]!.day
    return first.has(no)
      ? { ...mailbox, status: 'migrated' as const, migratedDay: on }
      : { ...mailbox, announcedDay: on }
  })
  const calendar = { ...plainRules.calendar, from: waves[1]!.from }
  const after = await planned({ mailboxes: rest, grants: [], rules: { ...capOf(3), calendar } })
  const again = planWaves(calendar, after.plan.batches)
  assert.deepEqual(
    again.map(({ name }) => name),
    waves.slice(1).map(({ name }) => name),
  )
})

test('every report of a plan names the same waves, and the same each time', async () => {
  const make = async () => {
    const { report } = await planned({
      mailboxes: [mailboxNamed('first', { pilot: true }), ...people(15)],
      grants: [],
      rules: capOf(3),
    })
    return {
      json: [...formatJson(report)].join(''),
      batches: [...batchesCsv(report)],
      mailboxes: [...mailboxesCsv(report)],
      page: formatPage(report),
    }
  }
  const made = await make()
  assert.deepEqual(await make(), made)
  const { waves, batches } = JSON.parse(made.json)
  assert.equal(waves[0].name, 'Pilot')
  assert.deepEqual(waves[0].batches, [1])
  for (const wave of waves)
    for (const no of wave.batches) {
      assert.equal(batches[no - 1].wave, wave.name)
      assert.ok(made.batches[no]!.trimEnd().endsWith(`,${wave.name},`), `batch ${no}`)
    }
  assert.equal(made.mailboxes.filter((line) => line.trimEnd().endsWith(',Pilot,,yes')).length, 1)
  for (const { name } of waves) assert.ok(made.page.includes(`>${name}: <span`), name)
  assert.match(made.page, /<tr class="band">/)
})
