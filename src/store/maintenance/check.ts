import type { MailboxId, OrganizationId } from '#src/base/ids.ts'
import { KeyUnavailable } from '#src/domain/keys/key-unavailable.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { CheckResult } from '#src/domain/maintenance/store.ts'
import type { Report } from '#src/domain/organization/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Bodies } from '../bodies/bodies.ts'
import type { Segments } from '../bodies/segments.ts'
import type { Driver } from '../driver/driver.ts'
import type { Keyring } from '../keyring.ts'
import { checkMailbox } from '../mailbox/check.ts'
import type { CheckReport } from '../mailbox/checking.ts'
import { checkDirectory } from './check-directory.ts'
import { checkPlaces, checkWithoutKey } from './check-places.ts'
import { type CheckRun, PAGE, paged, yielding } from './check-run.ts'
import { checkSegments } from './check-segments.ts'
import { Findings, fromBackup, tellUs, tryOpen } from './findings.ts'
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

/**
 * Verifies every invariant of the store against one moment of it. What cannot be opened because its
 * organisation's key is switched off or missing is checked as far as that goes without, and named.
 */
export function check(
  parts: Parts,
  options: { bodies: boolean },
  report: Report | undefined,
  signal: AbortSignal,
): Promise<CheckResult> {
  return parts.keepers.keeping(() =>
    parts.driver.snapshot(async (snapshot) => {
      const findings = new Findings()
      const sql = yielding(snapshot, signal)
      const run: CheckRun = { sql, session: { sql, keys: parts.keys }, findings, signal }
      report?.({ what: 'Checking files', done: 0, total: 0 })
      for (const line of await untilAborted(parts.driver.verify(), signal)) {
        findings.add('database file', line, fromBackup)
      }
      const broken = findings.count > 0
      const withoutKey = new Map<OrganizationId, string>()
      const counts = { organizations: 0, mailboxes: 0, items: 0, bodies: 0 }
      try {
        await checkSegments(run, parts.segments)
        await checkOrganizations(run, parts.keys, counts, withoutKey, report)
        await checkMailboxes(run, parts, options, counts, withoutKey, report)
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
    }),
  )
}

async function checkOrganizations(
  run: CheckRun,
  keys: Keyring,
  counts: Counts,
  withoutKey: Map<OrganizationId, string>,
  report: Report | undefined,
): Promise<void> {
  const { sql, findings } = run
  const total = (await sql.get<{ rows: number }>('SELECT COUNT(*) AS rows FROM organization'))!.rows
  const rows = paged<OrganizationRow>((last) =>
    sql.all(
      `SELECT id, alias, CASE WHEN wrapped_key IS NULL THEN 0 ELSE 1 END AS wrapped, sealed
      FROM organization WHERE id > ? ORDER BY id LIMIT ${PAGE}`,
      last?.id ?? '',
    ),
  )
  for await (const row of rows) {
    const where = `organisation ${row.id}`
    if (row.wrapped === 0) findings.add(where, 'Its wrapped key is gone.', fromBackup)
    const key = await opened(run, where, keys.organization(row.id), row.id, withoutKey)
    if (key) tryOpen(findings, where, () => key.openJson(`organization:${row.id}`, row.sealed))
    await checkDirectory(run, row.id, key)
    counts.organizations++
    report?.({ what: 'Checking organisations', done: counts.organizations, total })
  }
}

async function checkMailboxes(
  run: CheckRun,
  { keys, bodies }: Parts,
  options: { bodies: boolean },
  counts: Counts,
  withoutKey: Map<OrganizationId, string>,
  report: Report | undefined,
): Promise<void> {
  const { sql, findings } = run
  const total = (await sql.get<{ rows: number }>('SELECT COUNT(*) AS rows FROM mailbox'))!.rows
  let done = 0
  const rows = paged<MailboxRow>((last) =>
    sql.all(
      `SELECT mailbox.no, mailbox.organization, mailbox.id, mailbox.state, organization.id AS known,
      CASE WHEN mailbox.wrapped_key IS NULL THEN 0 ELSE 1 END AS wrapped
      FROM mailbox LEFT JOIN organization ON organization.id = mailbox.organization
      WHERE mailbox.no > ? ORDER BY mailbox.no LIMIT ${PAGE}`,
      last?.no ?? -1,
    ),
  )
  for await (const row of rows) {
    report?.({ what: 'Checking mailboxes', done, total })
    done++
    const at: MailboxRef = { organization: row.organization, mailbox: row.id }
    const where = `organisation ${row.organization}, mailbox ${row.id}`
    if (row.state === 'destroyed') {
      // What is left of it goes in the background, and only its key matters.
      if (row.wrapped === 1) findings.add(where, 'It is destroyed, and its key is still there.', tellUs)
      continue
    }
    counts.mailboxes++
    if (row.known === null) findings.add(where, 'Its organisation is not there.', fromBackup)
    if (row.wrapped === 0) findings.add(where, 'Its wrapped key is gone.', fromBackup)
    const places = await checkPlaces(run, where, row.no)
    const open =
      row.known === null
        ? undefined
        : await opened(run, where, keys.mailbox(at), row.organization, withoutKey)
    const checking: CheckReport = {
      found: (finding) => findings.add(finding.where, finding.what, finding.remedy),
      checked: (count) => {
        counts.items += count.items ?? 0
        counts.bodies += count.bodies ?? 0
      },
      signal: run.signal,
    }
    if (open)
      await opened(
        run,
        where,
        checkMailbox(run.session, at, options.bodies ? bodies : null, checking),
        row.organization,
        withoutKey,
      )
    else {
      counts.items += await checkWithoutKey(run, where, row.no, places.refs)
      counts.bodies += places.bodies
    }
  }
  report?.({ what: 'Checking mailboxes', done, total })
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
      findings.add(where, message, fromBackup)
    else if (reason === 'key-unavailable') withoutKey.set(organization, message)
    // It was destroyed since the moment that is checked.
    else if (reason !== 'no-such-organization' && reason !== 'no-such-mailbox') throw error
    return undefined
  }
}

/** The engine's proof cannot be called off; nobody waits for it any longer. */
async function untilAborted<T>(working: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted()
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([working, promise])
  } finally {
    signal.removeEventListener('abort', abort)
    working.catch(() => undefined)
  }
}
