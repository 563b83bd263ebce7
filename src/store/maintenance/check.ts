import type { MailboxId, OrganizationId } from '#src/base/ids.ts'
import { KeyUnavailable } from '#src/domain/keys/key-unavailable.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { CheckResult } from '#src/domain/maintenance/store.ts'
import type { Report } from '#src/domain/organization/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Bodies } from '../bodies/bodies.ts'
import type { Segments } from '../bodies/segments.ts'
import { checkGateways } from '../delivery/check-gateways.ts'
import { checkQueue } from '../delivery/check-queue.ts'
import type { Driver } from '../driver/driver.ts'
import type { Keyring } from '../keyring.ts'
import { checkMailbox } from '../mailbox/check.ts'
import { readBodies } from '../mailbox/check-bodies.ts'
import type { CheckReport } from '../mailbox/checking.ts'
import { checkAccessKeys } from './check-access-keys.ts'
import { checkDirectory } from './check-directory.ts'
import { checkPlaces, checkWithoutKey } from './check-places.ts'
import { type CheckRun, yielding } from './check-run.ts'
import { checkNextSegment } from './check-segments.ts'
import { Findings, foreignKey, fromBackup, tellUs, tryOpen } from './findings.ts'
import type { Keepers } from './keepers.ts'

type Parts = { driver: Driver; keys: Keyring; bodies: Bodies; segments: Segments; keepers: Keepers }
type Counts = { organizations: number; mailboxes: number; items: number; bodies: number }
type OrganizationRow = { id: OrganizationId; alias: string; wrapped: number; sealed: Uint8Array }
type MailboxRow = {
  no: number
  organization: OrganizationId
  id: MailboxId
  state: string
  wrapped: number
  known: string | null
}

/** A look at one moment keeps the log from starting anew: after this long the next thing is looked at as it is then. */
const MOMENT_MS = 1_000

/** Does the next piece of work after `last`; undefined when there is none. */
type Step<C> = (run: CheckRun, last: C | undefined) => Promise<C | undefined>
type Moments = <C>(step: Step<C>) => Promise<void>

/**
 * Verifies every invariant of the store: each organisation, mailbox and segment file as it is at one moment. What cannot be opened because its
 * organisation's key is switched off or missing is checked as far as that goes without, and named.
 */
export async function check(
  parts: Parts,
  options: { bodies: boolean },
  report: Report | undefined,
  signal: AbortSignal,
): Promise<CheckResult> {
  const findings = new Findings()
  const moments = momentsOf(parts, findings, signal)
  report?.({ what: 'Checking files', done: 0, total: 0 })
  for (const line of await parts.driver.verify(signal)) findings.add('database file', line, fromBackup)
  const broken = findings.count > 0
  const withoutKey = new Map<OrganizationId, string>()
  const counts = { organizations: 0, mailboxes: 0, items: 0, bodies: 0 }
  try {
    await moments<number>((run, last) => checkNextSegment(run, parts.segments, last ?? 0))
    await checkOrganizations(moments, parts.keys, counts, withoutKey, report)
    await moments<never>(async (run) => {
      await checkAccessKeys(run, parts.keys)
      return undefined
    })
    await checkMailboxes(moments, parts, options, counts, withoutKey, report)
  } catch (error) {
    // Of a file that is broken not everything can be read; then that is what was found.
    if (!broken || signal.aborted) throw error
    findings.add('database file', `The check ended early: ${(error as Error).message}`, fromBackup)
  }
  return {
    ...counts,
    withoutKey: [...withoutKey].map(([organization, why]) => ({ organization, why })),
    findings: findings.listed,
    findingCount: findings.count,
  }
}

function momentsOf({ driver, keys, keepers }: Parts, findings: Findings, signal: AbortSignal): Moments {
  return async <C>(step: Step<C>) => {
    let last: C | undefined
    const oneMoment = () =>
      driver.snapshot(async (snapshot) => {
        const sql = yielding(snapshot, signal)
        const run: CheckRun = { sql, session: { sql, keys }, findings, signal }
        const until = performance.now() + MOMENT_MS
        do last = await step(run, last)
        while (last !== undefined && performance.now() < until)
      })
    // What rows of that moment refer to must not go before it is looked at.
    do await keepers.keeping(oneMoment)
    while (last !== undefined)
  }
}

async function checkOrganizations(
  moments: Moments,
  keys: Keyring,
  counts: Counts,
  withoutKey: Map<OrganizationId, string>,
  report: Report | undefined,
): Promise<void> {
  let total: number | undefined
  await moments<OrganizationId>(async (run, last) => {
    const { sql, findings } = run
    total ??= (await sql.get<{ rows: number }>('SELECT COUNT(*) AS rows FROM organization'))!.rows
    const row = await sql.get<OrganizationRow>(
      `SELECT id, alias, CASE WHEN wrapped_key IS NULL THEN 0 ELSE 1 END AS wrapped, sealed
      FROM organization WHERE id > ? ORDER BY id LIMIT 1`,
      last ?? '',
    )
    if (!row) return undefined
    const where = `organisation ${row.id}`
    if (row.wrapped === 0) findings.add(where, 'Its wrapped key is gone.', fromBackup)
    const key = await opened(run, where, keys.organization(row.id), row.id, withoutKey)
    if (key) tryOpen(findings, where, () => key.openJson(`organization:${row.id}`, row.sealed))
    await checkDirectory(run, row.id, key)
    await checkQueue(run, row.id, key)
    await checkGateways(run, row.id, key)
    counts.organizations++
    report?.({ what: 'Checking organisations', done: counts.organizations, total })
    return row.id
  })
}

/** The mailbox that was looked at last, and the body in it from which on its bodies are still to be read. */
type MailboxPlace = { no: number; at: MailboxRef; bodiesAfter?: number }

async function checkMailboxes(
  moments: Moments,
  parts: Parts,
  options: { bodies: boolean },
  counts: Counts,
  withoutKey: Map<OrganizationId, string>,
  report: Report | undefined,
): Promise<void> {
  let total: number | undefined
  let done = 0
  await moments<MailboxPlace>(async (run, last) => {
    const { sql, findings, signal } = run
    const checking: CheckReport = {
      found: (finding) => findings.add(finding.where, finding.what, finding.remedy),
      checked: (count) => {
        counts.items += count.items ?? 0
        counts.bodies += count.bodies ?? 0
      },
      signal,
    }
    if (last?.bodiesAfter !== undefined) {
      const { no, at, bodiesAfter } = last
      const reading = readBodies(run.session, at, parts.bodies, bodiesAfter, checking)
      const to = await opened(run, whereOf(at), reading, at.organization, withoutKey)
      return to === undefined ? { no, at } : { no, at, bodiesAfter: to }
    }
    total ??= (await sql.get<{ rows: number }>('SELECT COUNT(*) AS rows FROM mailbox'))!.rows
    report?.({ what: 'Checking mailboxes', done, total })
    const row = await sql.get<MailboxRow>(
      `SELECT mailbox.no, mailbox.organization, mailbox.id, mailbox.state, organization.id AS known,
      CASE WHEN mailbox.wrapped_key IS NULL THEN 0 ELSE 1 END AS wrapped
      FROM mailbox LEFT JOIN organization ON organization.id = mailbox.organization
      WHERE mailbox.no > ? ORDER BY mailbox.no LIMIT 1`,
      last?.no ?? -1,
    )
    if (!row) return undefined
    done++
    const at = { organization: row.organization, mailbox: row.id }
    const isOpen = await checkOneMailbox(run, parts.keys, row, counts, withoutKey, checking)
    return isOpen && options.bodies ? { no: row.no, at, bodiesAfter: -1 } : { no: row.no, at }
  })
  report?.({ what: 'Checking mailboxes', done, total: done })
}

const whereOf = (at: MailboxRef): string => `organisation ${at.organization}, mailbox ${at.mailbox}`

/** True when it could be opened. */
async function checkOneMailbox(
  run: CheckRun,
  keys: Keyring,
  row: MailboxRow,
  counts: Counts,
  withoutKey: Map<OrganizationId, string>,
  checking: CheckReport,
): Promise<boolean> {
  const { findings } = run
  const at: MailboxRef = { organization: row.organization, mailbox: row.id }
  const where = whereOf(at)
  if (row.state === 'destroyed') {
    // What is left of it goes in the background, and only its key matters.
    if (row.wrapped === 1) findings.add(where, 'It is destroyed, and its key is still there.', tellUs)
    return false
  }
  counts.mailboxes++
  if (row.known === null) findings.add(where, 'Its organisation is not there.', fromBackup)
  if (row.wrapped === 0) findings.add(where, 'Its wrapped key is gone.', fromBackup)
  const places = await checkPlaces(run, where, row.no)
  const { organization } = at
  const open =
    row.known === null ? undefined : await opened(run, where, keys.mailbox(at), organization, withoutKey)
  if (open) {
    await opened(run, where, checkMailbox(run.session, at, checking), organization, withoutKey)
    return true
  }
  counts.items += await checkWithoutKey(run, where, row.no, places.refs)
  counts.bodies += places.bodies
  return false
}

/** What needs a key, or undefined where it cannot be used: then `withoutKey` says why. */
async function opened<T>(
  { findings }: CheckRun,
  where: string,
  opening: Promise<T>,
  organization: OrganizationId,
  withoutKey: Map<OrganizationId, string>,
): Promise<T | undefined> {
  try {
    return await opening
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { cause, reason, message } = error
    if (cause instanceof KeyUnavailable && cause.reason === 'damaged')
      findings.add(where, foreignKey, fromBackup)
    else if (reason === 'key-unavailable') withoutKey.set(organization, message)
    // It was destroyed since the moment that is checked.
    else if (reason !== 'no-such-organization' && reason !== 'no-such-mailbox') throw error
    return undefined
  }
}
