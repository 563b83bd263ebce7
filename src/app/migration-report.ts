import type { Grade } from '#src/domain/migration/engine/project/grade.ts'
import { ownWords } from '#src/domain/migration/engine/project/setting-words.ts'
import { csvLine } from '#src/domain/migration/report/csv.ts'
import { closeBatch, formatMailbox, openBatch } from '#src/domain/migration/report/run-mailboxes.ts'
import { beginPage, endOfPage } from '#src/domain/migration/report/run-page.ts'
import {
  brokenMs,
  GrantTotals,
  LossCount,
  type RunBatch,
  type RunGrant,
  type RunIdle,
  type RunItem,
  type RunMailbox,
  type RunReport,
  type RunTimes,
  RunTotals,
  type RunWave,
} from '#src/domain/migration/report/run-report.ts'
import type { RunSettings } from '#src/domain/migration/report/run-settings.ts'
import type { Loss } from '#src/domain/migration/source.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { type ReportFile, ReportFiles } from './report-files.ts'
import {
  batchColumns,
  batchLine,
  itemColumns,
  itemLine,
  mailboxColumns,
  mailboxLine,
} from './report-lines.ts'

/** Calls of the administration, in one organisation. */
export type ReportCalls = {
  call(operation: string, input: JsonObject): Promise<JsonObject>
  pages(operation: string, member: string, input: JsonObject): AsyncIterable<readonly JsonObject[]>
}

export type ReportRequest = {
  project: string
  organization: string
  now: number
  /** Of one batch only. */
  batch?: number
  /** Of one wave only, by its name as the project has it. */
  wave?: string
  /** Files to be written; each is there whole or not at all. */
  html?: string
  csv?: string
  itemsCsv?: string
  batchesCsv?: string
}

/** What was written, and its sums. */
export type WrittenReport = {
  mailboxes: number
  /** Those of them that are at home here. */
  moved: number
  items: number
  totals: RunTotals['counts']
}

/** Of one mailbox on the page, and of all of them: the file of items has every one. */
const ITEMS_OF_ONE = 100
const ITEMS_OF_ALL = 5_000
/** Mailboxes on the page; of what comes after those only the ones to look at, as browsers open no page of 50,000 in good time. */
const MAILBOXES_OF_ALL = 5_000
const MOST_GRANTS = 2_000
const MOST_STANDING = 200

/**
 * Writes the reports of a migration, mailbox by mailbox: all files tell the same moment and the same sums. What is held does
 * not grow with mailboxes or items.
 */
export async function writeMigrationReport(
  calls: ReportCalls,
  request: ReportRequest,
): Promise<WrittenReport> {
  const files = new ReportFiles()
  try {
    const written = await writeAll(calls, request, files)
    await files.keep()
    return written
  } finally {
    await files.drop()
  }
}

async function writeAll(
  calls: ReportCalls,
  request: ReportRequest,
  files: ReportFiles,
): Promise<WrittenReport> {
  const ProjectId = request.project
  const found = await calls.call('DescribeMigration', { ProjectId })
  const times = await timesOf(calls, ProjectId)
  const batches = (found.Batches as readonly JsonObject[])
    .map((batch) => batchOf(batch, times))
    .filter(({ no }) => request.batch === undefined || no === request.batch)
    .filter(({ wave }) => request.wave === undefined || wave === request.wave)
  const waves = ((found.Waves ?? []) as readonly JsonObject[])
    .map(waveOf)
    .filter(({ name }) => request.wave === undefined || name === request.wave)
    .filter(({ batches: own }) => request.batch === undefined || own.includes(request.batch))
  if (batches.length === 0 && request.batch !== undefined)
    throw new Refusal(
      'no-such-item',
      `The project has no batch ${request.batch}. "landbridge migrate status" shows its batches.`,
    )
  const report: Writable = {
    name: String(found.Name),
    organization: request.organization,
    now: request.now,
    batches,
    waves,
    responsible: textOf(found.Responsible),
    totals: new RunTotals(),
    batchTotals: new Map(),
    losses: new LossCount(),
    grants: new GrantTotals(),
    listedGrants: [],
    goodGrants: [],
    told: toldOf(found),
    idle: idleOf(found),
    standing: [],
  }
  const { html } = request
  const page = await files.open(html, { passing: true })
  const csv = await files.open(request.csv)
  const itemsCsv = await files.open(request.itemsCsv)
  const batchesCsv = await files.open(request.batchesCsv)
  await csv.write(`\ufeff${csvLine(mailboxColumns)}`)
  await itemsCsv.write(`\ufeff${csvLine(itemColumns)}`)
  await batchesCsv.write(`\ufeff${csvLine(batchColumns)}`)
  const out: Outputs = {
    ...{ page, csv, itemsCsv, itemsLeft: ITEMS_OF_ALL, items: 0 },
    mailboxesLeft: MAILBOXES_OF_ALL,
  }
  for (const batch of batches) {
    await writeBatch(calls, ProjectId, batch, report, out)
    await batchesCsv.write(batchLine(batch, report.batchTotals.get(batch.no)!))
  }
  for await (const rows of calls.pages('ListMigrationGrants', 'Grants', { ProjectId }))
    for (const row of rows) addGrant(report, grantOf(row))
  report.listedGrants.push(...report.goodGrants.slice(0, MOST_GRANTS - report.listedGrants.length))
  await Promise.all([page, csv, itemsCsv, batchesCsv].map((file) => file.end()))
  const whole = await files.open(html)
  await whole.write(beginPage(report))
  await whole.append(page)
  await whole.write(endOfPage(report))
  await whole.end()
  const { mailboxes, moved, counts: totals } = report.totals
  return { mailboxes, moved, items: out.items, totals }
}

type Writable = RunReport & {
  batchTotals: Map<number, RunTotals>
  listedGrants: RunGrant[]
  goodGrants: RunGrant[]
  standing: { address: string; cause: string }[]
}
type Outputs = {
  page: ReportFile
  csv: ReportFile
  itemsCsv: ReportFile
  itemsLeft: number
  items: number
  mailboxesLeft: number
}

async function writeBatch(
  calls: ReportCalls,
  ProjectId: string,
  batch: RunBatch,
  report: Writable,
  out: Outputs,
): Promise<void> {
  const totals = new RunTotals()
  report.batchTotals.set(batch.no, totals)
  await out.page.write(openBatch(batch))
  let unlisted = 0
  const query = { ProjectId, BatchNumber: batch.no }
  for await (const rows of calls.pages('ListMigrationMailboxes', 'Mailboxes', query))
    for (const row of rows) {
      const mailbox = mailboxOf(row)
      totals.add(mailbox)
      report.totals.add(mailbox)
      if (mailbox.cause !== '' && report.standing.length < MOST_STANDING)
        report.standing.push({ address: mailbox.address, cause: mailbox.cause })
      const listed = out.mailboxesLeft > 0 || isToLookAt(mailbox)
      if (listed) out.mailboxesLeft--
      else unlisted++
      await writeMailbox(calls, ProjectId, { mailbox, batch }, report, out, listed)
    }
  await out.page.write(closeBatch(totals, unlisted))
}

async function writeMailbox(
  calls: ReportCalls,
  ProjectId: string,
  { mailbox, batch }: { mailbox: RunMailbox; batch: RunBatch },
  report: Writable,
  out: Outputs,
  listed: boolean,
): Promise<void> {
  const losses = new LossCount()
  // What a source tells of no mailbox stands in the table of all.
  for (const loss of mailbox.losses) (loss.ofSource ? report.losses : losses).add(loss)
  const kept: RunItem[] = []
  let more = 0
  if (hasTrouble(mailbox))
    for await (const rows of calls.pages('ListMigrationItems', 'Items', {
      ProjectId,
      Address: mailbox.address,
      WithReturned: true,
    }))
      for (const row of rows) {
        const item = itemOf(row)
        for (const loss of item.losses) losses.add(loss)
        out.items++
        await out.itemsCsv.write(itemLine(mailbox, item))
        // What was copied with losses is in the table of losses.
        if (item.state === 'copied' || isBackWhole(item)) continue
        if (listed && kept.length < ITEMS_OF_ONE && out.itemsLeft > 0) {
          kept.push(item)
          out.itemsLeft--
        } else more++
      }
  report.losses.addAll(losses)
  if (listed) await out.page.write(formatMailbox({ mailbox, losses, items: kept, more }))
  await out.csv.write(mailboxLine(mailbox, batch, losses))
}

/** Of that there is nothing to look at: the file of items alone names it. */
const isBackWhole = ({ state, change, losses }: RunItem): boolean =>
  state === 'returned' && losses.length === 0 && (change === 'arrived' || change === 'marked')

/** Something of it is not as it should be, or a person may miss something. */
const isToLookAt = ({ counts, cause, grade, returned }: RunMailbox): boolean =>
  cause !== '' ||
  counts.skipped > 0 ||
  grade === 'investigate' ||
  grade === 'poor' ||
  (returned?.left ?? 0) > 0

/** A perfect copy has no item to ask for. */
const hasTrouble = ({ counts, grade, state, returned }: RunMailbox): boolean =>
  state === 'returning' ||
  returned !== null ||
  (grade !== null && grade !== 'perfect') ||
  counts.skipped + counts.kept + counts.deleted + counts.gone + counts.pending > 0

function addGrant(report: Writable, grant: RunGrant): void {
  report.grants.add(grant, report.now)
  const cut = (brokenMs(grant, report.now) ?? 0) > 0
  const into = cut || grant.state === 'unresolved' ? report.listedGrants : report.goodGrants
  if (into.length < MOST_GRANTS) into.push(grant)
}

/** When a batch came to its states; the newest event comes first. */
async function timesOf(calls: ReportCalls, ProjectId: string): Promise<ReadonlyMap<number, RunTimes>> {
  const all = new Map<number, RunTimes>()
  const ends = new Set(['done', 'done-with-skips', 'cancelled', 'rolled-back'])
  for await (const rows of calls.pages('ListMigrationEvents', 'Events', { ProjectId }))
    for (const { BatchNumber, Kind, Date: seconds } of rows) {
      if (typeof BatchNumber !== 'number') continue
      const times = all.get(BatchNumber) ?? { ...noTimes }
      all.set(BatchNumber, times)
      const at = Number(seconds) * 1_000
      if (Kind === 'initial-sync') times.begun = at
      else if (Kind === 'synced') times.copied = at
      else if (ends.has(String(Kind))) times.ended ??= at
    }
  return all
}

const noTimes: RunTimes = { begun: null, copied: null, approved: null, moved: null, ended: null }
const momentOf = (value: JsonObject[string] | undefined): number | null =>
  typeof value === 'number' ? value * 1_000 : null
const textOf = (value: JsonObject[string] | undefined): string => (typeof value === 'string' ? value : '')

function batchOf(row: JsonObject, times: ReadonlyMap<number, RunTimes>): RunBatch {
  const no = Number(row.BatchNumber)
  const state = row.State as RunBatch['state']
  const known = times.get(no) ?? noTimes
  const ended = ['done', 'done-with-skips', 'cancelled', 'rolled-back'].includes(state)
  return {
    no,
    name: textOf(row.Name),
    state,
    paused: row.Paused === true,
    pilot: row.Pilot === true,
    grade: (row.Grade as Grade | undefined) ?? null,
    approval:
      row.ApprovedBy === undefined
        ? null
        : { by: textOf(row.ApprovedBy), grade: row.ApprovedGrade as Grade, note: textOf(row.ApprovalNote) },
    completeAfter: momentOf(row.CompleteAfter),
    cause: textOf(row.Cause),
    times: {
      ...known,
      approved: momentOf(row.ApprovedDate),
      moved: momentOf(row.FlippedDate),
      ended: ended ? known.ended : null,
    },
    copied: copiedOf(row),
    wave: textOf(row.Wave),
    responsible: textOf(row.Responsible),
  }
}

function copiedOf(row: JsonObject): RunBatch['copied'] {
  const about = momentOf(row.DoneDate)
  const earliest = momentOf(row.EarliestDoneDate)
  const latest = momentOf(row.LatestDoneDate)
  const isCopied = Number(row.ItemsLeft ?? 0) + Number(row.BytesLeft ?? 0) === 0
  if (about === null || earliest === null || latest === null || isCopied) return null
  return { about, earliest, latest, mailboxes: Number(row.MailboxesMeasured ?? 0) }
}

const waveOf = (row: JsonObject): RunWave => ({
  name: textOf(row.Wave),
  state: row.State as RunWave['state'],
  batches: row.BatchNumbers as readonly number[],
  responsible: textOf(row.Responsible),
  begun: momentOf(row.BegunDate),
  from: momentOf(row.FlippedFrom) ?? momentOf(row.MovesFrom),
  until: momentOf(row.MovesUntil) ?? momentOf(row.FlippedUntil),
  done: momentOf(row.DoneDate),
})

const mailboxOf = (row: JsonObject): RunMailbox => ({
  address: textOf(row.Address),
  batch: Number(row.BatchNumber),
  state: row.State as RunMailbox['state'],
  counts: {
    copied: Number(row.Copied),
    bytes: Number(row.CopiedBytes),
    skipped: Number(row.Skipped),
    kept: Number(row.Kept),
    deleted: Number(row.DeletedHere),
    gone: Number(row.GoneThere),
    pending: Number(row.Pending),
  },
  grade: (row.Grade as Grade | undefined) ?? null,
  cause: textOf(row.Cause),
  moved: momentOf(row.FlippedDate),
  returned:
    typeof row.Returned === 'number' ? { returned: row.Returned, left: Number(row.LeftHere ?? 0) } : null,
  late:
    typeof row.ArrivedLate === 'number'
      ? {
          items: row.ArrivedLate,
          bytes: Number(row.ArrivedLateBytes),
          lookedAt: momentOf(row.LateLookDate),
          trouble: textOf(row.LateTrouble),
        }
      : null,
  lastPass: momentOf(row.PassDate),
  own: ownWords((row.OwnSettings ?? {}) as Parameters<typeof ownWords>[0]),
  losses: lossesOf(row.Losses),
})

const lossesOf = (rows: JsonObject[string] | undefined): readonly Loss[] =>
  ((rows ?? []) as readonly JsonObject[]).map(({ Property, Reason, Weight, OfSource }) => ({
    property: textOf(Property),
    reason: textOf(Reason),
    weight: Weight as Loss['weight'],
    ...(OfSource === true && { ofSource: true }),
  }))

const itemOf = (row: JsonObject): RunItem => ({
  key: textOf(row.Key),
  state: row.State as RunItem['state'],
  change: (row.Change as RunItem['change'] | undefined) ?? null,
  title: textOf(row.Subject),
  folder: textOf(row.Folder),
  receivedAt: momentOf(row.ReceivedDate),
  code: textOf(row.Code),
  problem: textOf(row.Problem),
  attempts: Number(row.Attempts),
  sizeBytes: Number(row.SizeBytes),
  losses: lossesOf(row.Losses),
})

const grantOf = (row: JsonObject): RunGrant => ({
  owner: textOf(row.Owner),
  grantee: textOf(row.Grantee),
  right: row.Right as RunGrant['right'],
  folder: typeof row.Folder === 'string' ? row.Folder : null,
  state: row.State as RunGrant['state'],
  brokenFrom: momentOf(row.BrokenFrom),
  appliedAt: momentOf(row.AppliedDate),
  cause: textOf(row.Cause),
})

const toldOf = ({ Settings, Sources }: JsonObject): RunSettings => ({
  settings: Settings as unknown as RunSettings['settings'],
  sources: ((Sources ?? []) as readonly JsonObject[]).map(({ Name, Kind, Url, With }) => ({
    name: textOf(Name),
    kind: textOf(Kind),
    url: textOf(Url),
    parts: textOf(With),
  })),
})

const idleOf = (found: JsonObject): readonly RunIdle[] =>
  ((found.Servers ?? []) as readonly JsonObject[]).flatMap(({ Server, IdleMs }) =>
    Object.entries((IdleMs ?? {}) as Record<string, number>).map(([cause, ms]) => ({
      server: textOf(Server),
      cause,
      ms,
    })),
  )
