import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choosePilot } from '#src/domain/migration/choose-pilot.ts'
import type { PlanMailbox } from '#src/domain/migration/mailbox.ts'
import { type Asked, capOf, day, grantOf, mailboxNamed, planned } from '#test/support/migration-plan.ts'

/** Who is in the pilot, of a plan without one. */
async function pilotOf(asked: Asked, count: number): Promise<string[]> {
  const { plan } = await planned(asked)
  return choosePilot(plan.problem, count)
    .filter(({ pilot }) => pilot)
    .map(({ id }) => id.split('@')[0]!)
}

const named = (prefix: string, many: number, said: Partial<PlanMailbox> = {}): PlanMailbox[] =>
  Array.from({ length: many }, (_, at) => mailboxNamed(`${prefix}${String(at).padStart(2, '0')}`, said))

test('a pilot is spread over servers and departments as all people are', async () => {
  const mailboxes = [
    ...named('berlin', 40, { server: 'EX01', department: 'Sales' }),
    ...named('munich', 40, { server: 'EX02', department: 'Law' }),
  ]
  const chosen = await pilotOf({ mailboxes, grants: [], rules: capOf(40) }, 10)
  assert.equal(chosen.length, 10)
  const berlin = chosen.filter((each) => each.startsWith('berlin')).length
  assert.ok(berlin >= 4 && berlin <= 6, chosen.join(', '))
  assert.deepEqual(await pilotOf({ mailboxes, grants: [], rules: capOf(40) }, 10), chosen, 'each time')
})

test('some come with whom they work, and of those alike whoever is tied least to the others', async () => {
  const mailboxes = named('p', 20)
  // p10, in the middle, works with everybody around it, p01 and p02 with each other alone.
  const grants = [
    ...[7, 8, 9, 11, 12, 13].map((at) => grantOf('p10', mailboxes[at]!.displayName)),
    grantOf('p01', 'p02'),
  ]
  assert.deepEqual(await pilotOf({ mailboxes, grants, rules: capOf(20) }, 2), ['p01', 'p02'])
})

test('those who are marked count, and whose night is fixed, VIPs, rooms and who moved are left out', async () => {
  const mailboxes = [
    mailboxNamed('asked', { pilot: true }),
    mailboxNamed('boss', { vip: true }),
    mailboxNamed('dated', { pinnedDay: day('2027-01-13') }),
    mailboxNamed('later', { notBeforeDay: day('2027-01-13') }),
    mailboxNamed('moved', { status: 'migrated', migratedDay: day('2026-12-01') }),
    mailboxNamed('plain'),
    mailboxNamed('room', { kind: 'room' }),
    mailboxNamed('told', { announcedDay: day('2027-01-13') }),
  ]
  const asked = { mailboxes, grants: [], rules: { ...capOf(8), pilotPauseDays: 1 } }
  assert.deepEqual(await pilotOf(asked, 5), ['asked', 'plain'])
})

test('caps hold for the pilot too', async () => {
  const mailboxes = named('p', 12, { sizeBytes: 10, server: 'EX01', database: 'DB1' })
  const caps = (bytes: number | null, most: number) => ({
    caps: { mailboxes: 6, bytes, perServer: { DB1: most } },
  })
  assert.equal((await pilotOf({ mailboxes, grants: [], rules: caps(30, 6) }, 6)).length, 3)
  assert.equal((await pilotOf({ mailboxes, grants: [], rules: caps(null, 2) }, 6)).length, 2)
})
