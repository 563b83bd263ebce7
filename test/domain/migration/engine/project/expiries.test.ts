import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type KeptAlert, settleAlerts } from '#src/domain/migration/alerts/alert.ts'
import { expiriesOf, findAlerts } from '#src/domain/migration/alerts/find-alerts.ts'
import type { LiveServer } from '#src/domain/migration/engine/progress/live.ts'
import { alertDays, expiryLines, expiryWords } from '#src/domain/migration/engine/project/expiries.ts'
import { type Project, type ProjectId, usualSettings } from '#src/domain/migration/engine/project/project.ts'
import type { BatchState } from '#src/domain/migration/engine/project/state.ts'
import type { Expiry } from '#src/domain/migration/source.ts'
import { aBatch } from '#test/support/migrated-mailbox.ts'

const DAY_MS = 24 * 3_600_000
const now = Date.UTC(2027, 0, 1)
const certificate = (days: number): Expiry => ({
  what: 'certificate',
  of: 'old.example',
  endsAt: now + days * DAY_MS,
})

test('a pre-flight tells what ends within a month, or before the batch is to move', () => {
  const told = (days: number, completeAfter: number | null = null) =>
    expiryLines([certificate(days)], { now, completeAfter }).map(({ state, found }) => [state, found])
  assert.deepEqual(told(29), [
    ['warning', 'The certificate that old.example shows ends on 2027-01-30 00:00 UTC.'],
  ])
  assert.deepEqual(told(31), [])
  assert.equal(told(40, now + 50 * DAY_MS).length, 1)
  assert.deepEqual(told(60, now + 50 * DAY_MS), [])
})

test('that a whole service ends is told as such', () => {
  const end: Expiry = { what: 'service', of: 'Amazon WorkMail', endsAt: now + 5 * DAY_MS }
  assert.equal(
    expiryWords(end, now),
    'Amazon WorkMail ends on 2027-01-06 00:00 UTC, in 5 days: nothing is copied from then on. It is switched off for everybody: have all batches moved before.',
  )
})

test('alerts come two weeks and three days before the end', () => {
  assert.deepEqual(
    [15, 13, 4, 2, -1].map((days) => alertDays(certificate(days), now)),
    [undefined, 14, 14, 3, 3],
  )
})

test('each mark is told once, also where the server is not read for a while, and a renewed certificate is no news', () => {
  const id = 'p' as ProjectId
  const project = { id, name: 'move', settings: usualSettings } as Project
  const server = (expiries: readonly Expiry[]): LiveServer => ({
    ...{ server: 'old.example', projects: [id], inUse: 0, limit: 4, calls: 0, bytes: 0, breaches: 0 },
    ...{ trouble: null, cause: null, idle: {}, expiries },
  })
  const alerts = { addresses: ['it@corp.example'], webhook: null }
  let kept: Record<string, KeptAlert> = {}
  /** Told at that day, with what was seen of the server then. */
  const look = (day: number, expiries: readonly Expiry[]) => {
    const at = now + day * DAY_MS
    const live = { lanes: [], servers: [server(expiries)], rates: [], noRoom: null }
    const found = findAlerts({ project, batches: [], sums: new Map(), live, cameOnAt: new Map(), now: at })
    kept = settleAlerts(kept, found, alerts, at)
    const fresh = Object.values(kept).filter(({ open }) => open.length > 0)
    for (const [key, alert] of Object.entries(kept)) kept[key] = { ...alert, open: [] }
    return fresh.map(({ subject, sentence }) => `${subject}: ${sentence}`)
  }
  const ends = certificate(20)
  assert.deepEqual(look(0, [ends]), [])
  const [first] = look(7, [ends])
  assert.match(
    first!,
    /^Migration "move": a certificate of old\.example ends soon: .* in 13 days: nothing is copied/,
  )
  assert.deepEqual(look(8, [ends]), [])
  assert.deepEqual(look(9, []), [], 'nothing was read')
  assert.deepEqual(look(10, [ends]), [], 'and is again')
  assert.equal(look(18, [ends]).length, 1)
  assert.deepEqual(look(19, [ends]), [])
  assert.deepEqual(look(19, [certificate(400)]), [])
})

test('what was seen last counts as long as something is to be read there', () => {
  const id = 'p' as ProjectId
  const bare = { id, name: 'move', settings: usualSettings } as Project
  const project = { ...bare, expiries: [certificate(20)] }
  const live = { lanes: [], servers: [], rates: [], noRoom: null }
  const known = (state: BatchState) =>
    expiriesOf({ project, batches: [{ ...aBatch(id), state }], live }).length
  assert.deepEqual([known('planned'), known('synced'), known('cancelled'), known('done')], [1, 1, 0, 0])
})
