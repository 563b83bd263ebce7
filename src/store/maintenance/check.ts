import type { MailboxId, OrganizationId } from '#src/base/ids.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { CheckResult } from '#src/domain/maintenance/store.ts'
import type { Report } from '#src/domain/organization/store.ts'
import type { Bodies } from '../bodies/bodies.ts'
import type { Segments } from '../bodies/segments.ts'
import type { Dialect, Driver } from '../driver/driver.ts'
import type { Keyring } from '../keyring.ts'
import { checkMailbox } from '../mailbox/check.ts'
import { checkTies, readBodies } from '../mailbox/check-bodies.ts'
import { type CheckReport, mailboxFindings } from '../mailbox/checking.ts'
import { migrationOfMailbox } from '../migration/check.ts'
import { migrations } from '../migrations/index.ts'
import { checkAccessKeys } from './check-access-keys.ts'
import { checkDistinguished } from './check-distinguished.ts'
import { checkBetween, type Holder, mailboxHolder, organizationHolder } from './check-holders.ts'
import { checkOrganizations, checkTraces } from './check-organizations.ts'
import { checkBodyRows, checkSealedRows } from './check-places.ts'
import { type CheckRun, lookAt } from './check-run.ts'
import { checkSealed } from './check-sealed.ts'
import { checkNextSegment } from './check-segments.ts'
import { checkSequence } from './check-sequence.ts'
import { checkValues } from './check-values.ts'
import { Findings, fromBackup, tellUs } from './findings.ts'
import type { Keepers } from './keepers.ts'
import { type Moments, momentsOf, openedFor, type WithoutKey } from './moments.ts'

type Parts = {
  driver: Driver
  dialect: Dialect
  keys: Keyring
  bodies: Bodies
  segments: Segments
  keepers: Keepers
}
type Counts = { organizations: number; mailboxes: number; items: number; bodies: number }
type MailboxRow = {
  no: number
  organization: OrganizationId
  id: MailboxId
  state: string
  wrapped: number
  known: string | null
}

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
  findings.isBroken = findings.count > 0
  const withoutKey: WithoutKey = new Map()
  const closed = new Set<OrganizationId>()
  const counts = { organizations: 0, mailboxes: 0, items: 0, bodies: 0 }
  const columns = parts.dialect.columnsAfter(migrations.flatMap(({ up }) => up(parts.dialect)))
  const stages: readonly (() => Promise<unknown>)[] = [
    () => checkValues(moments, parts.dialect, columns, report),
    () => moments<number>((run, last) => checkNextSegment(run, parts.segments, last ?? 0)),
    async () => {
      const holder = organizationHolder(columns)
      counts.organizations = await checkOrganizations(moments, parts.keys, holder, withoutKey, closed, report)
    },
    () => checkTraces(moments, parts.keys, withoutKey, closed, report),
    () =>
      moments<never>(async (run) => {
        await checkAccessKeys(run, parts.keys)
        return undefined
      }),
    () => checkMailboxes(moments, parts, mailboxHolder(columns), options, counts, withoutKey, report),
    () => {
      report?.({ what: 'Checking bodies', done: 0, total: 0 })
      return moments<number>((run, last) => checkBodyRows(run, last ?? -1, counts))
    },
    () => moments<number>((run, last) => checkSealedRows(run, last ?? -1)),
  ]
  for (const stage of stages) {
    try {
      await stage()
    } catch (error) {
      // Of a database that is broken not everything can be read; then that is what was found.
      if (!findings.isBroken || signal.aborted) throw error
      findings.add('database file', `The check ended early: ${(error as Error).message}`, fromBackup)
    }
  }
  return {
    ...counts,
    withoutKey: [...withoutKey].map(([organization, why]) => ({ organization, why })),
    findings: findings.listed,
    findingCount: findings.count,
  }
}

/** The mailbox that was looked at last, and the item in it after which bodies are still to be read. */
type MailboxPlace = { no: number; at: MailboxRef; readAfter?: number }

async function checkMailboxes(
  moments: Moments,
  parts: Parts,
  holder: Holder<number>,
  options: { bodies: boolean },
  counts: Counts,
  withoutKey: WithoutKey,
  report: Report | undefined,
): Promise<void> {
  let total: number | undefined
  let done = 0
  let highest = 0
  await moments<MailboxPlace>(async (run, last) => {
    const { sql, findings, signal } = run
    const checking: CheckReport = {
      found: (finding) => findings.add(finding.where, finding.what, finding.remedy),
      checked: ({ items }) => {
        counts.items += items
      },
      signal,
    }
    if (last?.readAfter !== undefined) {
      const { no, at, readAfter } = last
      const reading = readBodies(run.session, at, parts.bodies, readAfter, checking)
      const to = await lookAt(run, whereOf(at), () =>
        openedFor(run, whereOf(at), reading, at.organization, withoutKey),
      )
      return to === undefined ? { no, at } : { no, at, readAfter: to }
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
    await checkBetween(run, holder, last?.no, row?.no)
    if (!row) {
      await checkSequence(run, highest)
      return undefined
    }
    done++
    highest = Math.max(highest, row.no)
    const at = { organization: row.organization, mailbox: row.id }
    const isOpen = await lookAt(run, whereOf(at), () =>
      checkOneMailbox(run, parts.keys, row, counts, withoutKey, checking),
    )
    return isOpen && options.bodies ? { no: row.no, at, readAfter: 0 } : { no: row.no, at }
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
  withoutKey: WithoutKey,
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
  await checkDistinguished(run, where, at, row.no)
  const { organization } = at
  const open =
    row.known === null ? undefined : await openedFor(run, where, keys.mailbox(at), organization, withoutKey)
  if (open) {
    await openedFor(run, where, checkMailbox(run.session, at, checking), organization, withoutKey)
    const { found } = mailboxFindings(at, checking)
    await checkSealed(run.sql, found, { column: 'mailbox', value: row.no, holder: open }, migrationOfMailbox)
    return true
  }
  counts.items += await checkTies(run.sql, row.no, (what) => findings.add(where, what, fromBackup))
  return false
}
