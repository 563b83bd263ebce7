import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge, moreBatchesNotes, smallerCapNotes, withMoreBatches } from '#src/domain/migration/what-if.ts'
import { solved } from '#test/support/batch-problem.ts'
import { day, grantOf, mailboxNamed, planned } from '#test/support/migration-plan.ts'

/** Teams in which everybody has rights in every other mailbox, and a little in that of one of the team before. */
async function teamsPlanned(teams: number, size: number, cap: number, rules = {}) {
  const names = Array.from({ length: teams * size }, (_, at) => `t${Math.floor(at / size)}m${at % size}`)
  const { plan } = await planned({
    mailboxes: names.map((name) => mailboxNamed(name)),
    grants: names.flatMap((owner, at) => [
      ...names.slice(at + 1, (Math.floor(at / size) + 1) * size).map((grantee) => grantOf(owner, grantee)),
      ...(at >= size && at % size === 0 ? [grantOf(owner, names[at - size]!, 'folder-read')] : []),
    ]),
    rules: { caps: { mailboxes: cap, bytes: null, perServer: {} }, ...rules },
  })
  return plan.problem
}

/** What is said of a try with more batches; undefined: none is made. */
function hintsOf(problem: Awaited<ReturnType<typeof teamsPlanned>>): string[] | undefined {
  const more = withMoreBatches(problem)
  if (more === null) return undefined
  const points = [problem.batches, more].map((batches) => judge(batches, solved(batches)))
  return moreBatchesNotes(points[0]!, points[1]!, more.spareBatches!)
}

test('one batch more is hinted at where much less would be broken', async () => {
  const hints = hintsOf(await teamsPlanned(5, 6, 10))
  assert.equal(hints?.length, 1)
  assert.match(
    hints![0]!,
    /^With 4 batches instead of 3 \(the last on Thu 7 Jan 2027\) \d+ % less would be broken, /,
  )
  assert.match(hints![0]!, /delegation-days instead of \d+: --spare-batches 1\.$/)
})

test('it is not where nothing is broken, nor tried where somebody said how many there may be or was told a night', async () => {
  assert.deepEqual(hintsOf(await teamsPlanned(4, 5, 10)), [])
  assert.equal(hintsOf(await teamsPlanned(5, 6, 10, { spareBatches: 0 })), undefined)
  assert.equal(hintsOf(await teamsPlanned(1, 6, 10)), undefined)
  const { plan } = await planned({
    mailboxes: ['a', 'b', 'c', 'd'].map((name) => mailboxNamed(name, { announcedDay: day('2027-01-04') })),
    grants: [grantOf('a', 'd')],
  })
  assert.equal(withMoreBatches(plan.problem), null)
})

test('a smaller cap that breaks less is told, the best of them', () => {
  const planned = {
    cap: 10,
    exact: true,
    cutPairs: 1,
    lastDay: day('2027-01-07'),
    asAtCap: null,
    batches: 3,
    brokenDays: 90,
  }
  const other = (cap: number, brokenDays: number) => ({ ...planned, cap, batches: 4, brokenDays })
  assert.deepEqual(smallerCapNotes([other(8, 90), planned, other(12, 80)], planned), [])
  assert.deepEqual(smallerCapNotes([other(7, 88), other(8, 85), planned], planned), [
    'A smaller cap breaks less: --cap 8 gives 4 batches instead of 3 (the last on Thu 7 Jan 2027), and 85 delegation-days instead of 90.',
  ])
})

test('a tenth less is much, less than that is not', () => {
  const point = { cap: 10, exact: true, cutPairs: 1, lastDay: day('2027-01-07'), asAtCap: null }
  const said = (brokenDays: number, batches = 4) =>
    moreBatchesNotes({ ...point, batches: 3, brokenDays: 1_000 }, { ...point, batches, brokenDays }, 1)
  assert.deepEqual(said(901), [])
  assert.deepEqual(said(899, 3), [])
  assert.deepEqual(said(900), [
    'With 4 batches instead of 3 (the last on Thu 7 Jan 2027) 10 % less would be broken, 900 delegation-days ' +
      'instead of 1,000: --spare-batches 1.',
  ])
})
