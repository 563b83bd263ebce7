import type { OrganizationId } from '#src/base/ids.ts'
import type { Report } from '#src/domain/organization/store.ts'
import type { DataKey } from '../data-key.ts'
import { checkGateways } from '../delivery/check-gateways.ts'
import { checkQueue } from '../delivery/check-queue.ts'
import { checkTrace, nextTraceDay, type TraceDay } from '../delivery/check-trace.ts'
import { availabilityOfOrganization } from '../directory/check-availability.ts'
import type { Keyring } from '../keyring.ts'
import { migrationOfOrganization } from '../migration/check.ts'
import { checkDirectory } from './check-directory.ts'
import { checkBetween, type Holder } from './check-holders.ts'
import { type CheckRun, lookAt } from './check-run.ts'
import { checkSealed } from './check-sealed.ts'
import { fromBackup, tryOpen } from './findings.ts'
import { type Moments, openedFor, type WithoutKey } from './moments.ts'

type OrganizationRow = { id: OrganizationId; wrapped: number; sealed: Uint8Array }
/** What is checked of an organisation, one after the other. */
type Part = (run: CheckRun, org: OrganizationId, key: DataKey | undefined) => Promise<void>
/** `next`: the first part that was not checked yet. */
type Place = { id: OrganizationId; next: number }

const parts: readonly Part[] = [checkDirectory, checkQueue, checkGateways, checkSealedRows]

/** Checks all that organisations have but for their mailboxes and traces; gives how many there are. */
export async function checkOrganizations(
  moments: Moments,
  keys: Keyring,
  holder: Holder<string>,
  withoutKey: WithoutKey,
  closed: Set<OrganizationId>,
  report: Report | undefined,
): Promise<number> {
  let total: number | undefined
  let done = 0
  const keyOf = (run: CheckRun, id: OrganizationId) =>
    openedFor(run, `organisation ${id}`, keys.organization(id), id, withoutKey)
  await moments<Place>(async (run, last) => {
    total ??= (await run.sql.get<{ rows: number }>('SELECT COUNT(*) AS rows FROM organization'))!.rows
    const part = last && parts[last.next]
    if (part) {
      // One that was destroyed meanwhile is emptied in the background.
      if (await isThere(run, last.id))
        await lookAt(run, `organisation ${last.id}`, async () =>
          part(run, last.id, closed.has(last.id) ? undefined : await keyOf(run, last.id)),
        )
      return { ...last, next: last.next + 1 }
    }
    const row = await run.sql.get<OrganizationRow>(
      `SELECT id, CASE WHEN wrapped_key IS NULL THEN 0 ELSE 1 END AS wrapped, sealed
      FROM organization WHERE id > ? ORDER BY id LIMIT 1`,
      last?.id ?? '',
    )
    if (last) done++
    report?.({ what: 'Checking organisations', done, total })
    await checkBetween(run, holder, last?.id, row?.id)
    if (!row) return undefined
    const where = `organisation ${row.id}`
    if (row.wrapped === 0) run.findings.add(where, 'Its wrapped key is gone.', fromBackup)
    const opened = await lookAt(run, where, async () => {
      const key = await keyOf(run, row.id)
      if (key) tryOpen(run.findings, where, () => key.openJson(`organization:${row.id}`, row.sealed))
      return key
    })
    if (!opened) closed.add(row.id)
    return { id: row.id, next: 0 }
  })
  return done
}

/** Checks the trace of every organisation, day after day; of those that are `closed` what can be seen without a key. */
export async function checkTraces(
  moments: Moments,
  keys: Keyring,
  withoutKey: WithoutKey,
  closed: ReadonlySet<OrganizationId>,
  report: Report | undefined,
): Promise<void> {
  let done = 0
  await moments<TraceDay>(async (run, last) => {
    const day = last?.left ? last : await nextTraceDay(run, last)
    if (!day) return undefined
    const { org } = day
    if (!(await isThere(run, org))) return { org, day: day.day }
    if (!day.left) report?.({ what: 'Checking days of the trace', done: ++done, total: 0 })
    const where = `organisation ${org}`
    const key = closed.has(org)
      ? undefined
      : await openedFor(run, where, keys.organization(org), org, withoutKey)
    return (await lookAt(run, where, () => checkTrace(run, day, key))) ?? { org, day: day.day }
  })
}

async function checkSealedRows(run: CheckRun, org: OrganizationId, key: DataKey | undefined): Promise<void> {
  if (!key) return
  const found = (what: string) => run.findings.add(`organisation ${org}`, what, fromBackup)
  const held = { column: 'org', value: org, holder: { org, key } } as const
  await checkSealed(run.sql, found, held, [availabilityOfOrganization, ...migrationOfOrganization])
}

async function isThere({ sql }: CheckRun, org: OrganizationId): Promise<boolean> {
  return (await sql.get('SELECT id FROM organization WHERE id = ?', org)) !== undefined
}
