import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { counted } from '#src/base/figure-words.ts'
import { CalendarTooShort } from '#src/domain/migration/batching/order.ts'
import type { BatchProblem, BatchSolution, PlanProgress } from '#src/domain/migration/batching/solve.ts'
import { type Calendar, firstAnnounced } from '#src/domain/migration/calendar.ts'
import { calendarRefusal } from '#src/domain/migration/calendar-refusal.ts'
import { choosePilot } from '#src/domain/migration/choose-pilot.ts'
import type { Day } from '#src/domain/migration/day.ts'
import { formatDay } from '#src/domain/migration/day.ts'
import { leftOutWords, needsLook } from '#src/domain/migration/grant.ts'
import type { PlanMailbox } from '#src/domain/migration/mailbox.ts'
import { describePlan, type Plan } from '#src/domain/migration/plan.ts'
import { waveName } from '#src/domain/migration/plan-waves.ts'
import { type PlanProblem, planProblem } from '#src/domain/migration/problem.ts'
import { batchesCsv, cutsCsv, leftOutCsv, mailboxesCsv } from '#src/domain/migration/report/csv.ts'
import { formatJson } from '#src/domain/migration/report/json.ts'
import { formatPage } from '#src/domain/migration/report/page.ts'
import { planNotes } from '#src/domain/migration/report/plan-notes.ts'
import type { PlanReport } from '#src/domain/migration/report/report.ts'
import type { Right } from '#src/domain/migration/right.ts'
import {
  capsToTry,
  curveEdges,
  judge,
  moreBatchesNotes,
  neverWorse,
  smallerCapNotes,
  type WhatIf,
  withCap,
  withMoreBatches,
} from '#src/domain/migration/what-if.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { inParallel } from './demo/rounds.ts'
import { type PlanFiles, readPlanInputs } from './plan-inputs.ts'
import { noRules, readRules } from './plan-rules.ts'
import { ReportFiles } from './report-files.ts'
import { solveAside } from './solve-aside.ts'
import { makeFolder, requireWritable } from './writable-folder.ts'

export type PlanRequest = {
  files: PlanFiles & { rules: string | null }
  out: string
  caps: { mailboxes: number; bytes: number | null; perServer: Readonly<Record<string, number>> }
  calendar: Calendar
  /** Nobody said when to begin: nights that people were told come before `calendar.from`. */
  beginsByDefault?: boolean
  ignoredGrantees: readonly string[]
  unbroken: readonly Right[]
  keepWhole: readonly Right[]
  largestGroup: number
  /** So many people are chosen for the pilot; absent: those of column Pilot alone. */
  pilot?: number
  pilotPauseDays: number
  vipNotBefore: Day | null
  shared: 'tied' | 'last'
  objective: 'days' | 'cut'
  loyalty: number
  spareBatches: number | null
  seed: number
  today: Day
  /** `null`: when it does not take long. */
  whatIf: boolean | null
}

/** How far it is: `done` of `total`, or `total` 0 where nobody knows. */
export type PlanSeen = { what: string; done: number; total: number }
export type PlanWatch = { signal: AbortSignal; seen: (seen: PlanSeen) => void }

/** The plan in short, for whoever asked; all of it is in the files. */
export type PlanSummary = {
  totals: Plan['totals']
  batches: {
    number: number
    day: string
    mailboxes: number
    sizeBytes: number
    cutGrants: number
    pilot: boolean
    announcedAs: number | null
    wave: string
  }[]
  leftOut: { reason: string; rows: number; meaning: string; look: boolean }[]
  whatIf: readonly WhatIf[]
  notes: readonly string[]
  files: string[]
}

/** Other caps that are tried at once. */
const mostThreads = 4

function pilotNotes({ pilot }: PlanRequest, mailboxes: readonly PlanMailbox[]): string[] {
  const chosen = mailboxes.filter((each) => each.pilot && each.status === 'waiting').length
  if (pilot === undefined || chosen >= pilot) return []
  return [
    `The pilot has ${counted(chosen, 'mailbox', 'mailboxes')} and not the ${pilot} of --pilot: nobody else may be chosen. ` +
      'Chosen are people with no date, VIP mark or must-together rule of their own, within the caps.',
  ]
}

/**
 * Reads, plans, and writes the reports into a folder. Nothing is left there when it fails. Who aborts while other caps are tried has the
 * plan without the rest of them.
 */
export async function planMigration(request: PlanRequest, { signal, seen }: PlanWatch): Promise<PlanSummary> {
  await requireWritable(request.out)
  const listed = request.files.rules === null ? noRules : await readRules(request.files.rules)
  const ignoredGrantees = [...request.ignoredGrantees, ...listed.ignoreGrantees]
  const { together, apart } = listed
  const inputs = await readPlanInputs(
    request.files,
    { ignoredGrantees, unbroken: request.unbroken, largestGroup: request.largestGroup },
    [...together, ...apart].flat(),
    { signal, today: request.today, seen: (what, done) => seen({ what, done, total: 0 }) },
  )
  const told = request.beginsByDefault ? firstAnnounced(inputs.mailboxes, request.today) : null
  const calendar = { ...request.calendar, from: told ?? request.calendar.from }
  const asked = {
    mailboxes: inputs.mailboxes,
    identities: inputs.identities,
    grants: inputs.collected.grants,
    today: request.today,
    rules: { ...rulesOf(request), calendar, together, apart },
  }
  const begun = planProblem(asked)
  const problem =
    request.pilot === undefined
      ? begun
      : planProblem({ ...asked, mailboxes: choosePilot(begun, request.pilot) }, begun.graph)
  const show = ({ what, done }: PlanProgress) => seen({ what, done: Math.round(done * 100), total: 100 })
  const solution = await inTime(solveAside(problem.batches, { signal, seen: show }), problem)
  const edges = problem.batches.graph.targets.length
  const whatIf: WhatIf[] = []
  const hints: string[] = []
  let writing: AbortSignal | undefined = signal
  if (request.whatIf ?? edges <= curveEdges) {
    const planned = judge(problem.batches, solution)
    // Beyond, a second problem beside the first would take its memory twice.
    const atOnce = edges <= curveEdges ? Math.min(mostThreads, availableParallelism()) : 1
    const tried = await otherCaps(problem, planned, { atOnce, signal, seen })
    whatIf.push(...tried.curve)
    hints.push(...tried.hints)
    if (signal.aborted) writing = undefined
  }
  // All that is cut, in words: not beside other plans.
  const plan = describePlan(problem, solution)
  const report: PlanReport = {
    plan,
    leftOut: inputs.collected.leftOut,
    untied: inputs.collected.untied,
    bookings: inputs.collected.bookings,
    whatIf,
    notes: [...planNotes(plan), ...pilotNotes(request, problem.input.mailboxes), ...hints, ...inputs.notes],
    asides: inputs.asides,
    sources: inputs.sources,
    madeAt: `${formatDay(request.today)}`,
  }
  seen({ what: 'Writing the reports', done: 0, total: 0 })
  const files = await writeReports(report, request.out, writing)
  return summaryOf(report, files)
}

const rulesOf = (request: PlanRequest) => ({
  caps: request.caps,
  keepWhole: request.keepWhole,
  pilotPauseDays: request.pilotPauseDays,
  vipNotBefore: request.vipNotBefore,
  shared: request.shared,
  objective: request.objective,
  loyalty: request.loyalty,
  spareBatches: request.spareBatches,
  seed: request.seed,
})

/** One problem that is solved beside the plan, made when its turn comes. */
type Try = { problem: () => BatchProblem; take: (point: WhatIf) => void }

/**
 * The plan's own point and those of other caps, some at once, and what more batches would save: what each is depends on none of the
 * others. A cap with which a run is refused, as it needs more windows than there are, is no point of the curve. Aborted, it ends with
 * those that it has.
 */
async function otherCaps(
  problem: PlanProblem,
  planned: WhatIf,
  { atOnce, signal, seen }: PlanWatch & { atOnce: number },
): Promise<{ curve: WhatIf[]; hints: string[] }> {
  const caps = capsToTry(problem.batches, largestSet(problem.batches))
  const curve = [planned]
  const hints: string[] = []
  const tries: Try[] = caps
    .filter((cap) => cap !== planned.cap)
    .map((cap) => ({ problem: () => withCap(problem, cap), take: (point) => curve.push(point) }))
  const more = planned.brokenDays > 0 ? withMoreBatches(problem) : null
  if (more !== null)
    tries.push({
      problem: () => more,
      take: (point) => hints.push(...moreBatchesNotes(planned, point, more.spareBatches!)),
    })
  const shares = new Map<Try, number>()
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const solveOne = async (each: Try) => {
    const batches = each.problem()
    const show = ({ done }: { done: number }) => {
      shares.set(each, done)
      const all = [...shares.values()].reduce((sum, share) => sum + share, 0)
      seen({
        what: 'Other caps (Ctrl-C skips them)',
        done: Math.round((all / tries.length) * 100),
        total: 100,
      })
    }
    const solution = await inTime(solveAside(batches, { signal: either, seen: show }), problem)
    each.take(judge(batches, solution))
  }
  const tryOne = async (each: Try) => {
    try {
      await solveOne(each)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
    } finally {
      shares.set(each, 1)
    }
  }
  try {
    await inParallel(tries, atOnce, tryOne, either)
  } catch (error) {
    // The others end too.
    stop.abort(error)
    if (!signal.aborted) throw error
    hints.push('Not all other caps were tried: that was ended early.')
  }
  curve.sort((a, b) => a.cap - b.cap)
  hints.push(...smallerCapNotes(curve, planned))
  return { curve: neverWorse(curve, planned.cap), hints }
}

async function inTime(solving: Promise<BatchSolution>, problem: PlanProblem): Promise<BatchSolution> {
  try {
    return await solving
  } catch (error) {
    throw error instanceof CalendarTooShort ? calendarRefusal(error, problem) : error
  }
}

function largestSet({ together, pinned }: BatchProblem): number {
  const sets = new Map<number, Set<number>>()
  for (let at = 0; at < together.length; at += 2) {
    const a = sets.get(together[at]!) ?? new Set([together[at]!])
    const b = sets.get(together[at + 1]!) ?? new Set([together[at + 1]!])
    for (const member of b) a.add(member)
    for (const member of a) sets.set(member, a)
  }
  const perDay = new Map<number, number>()
  for (const day of pinned) if (day !== -1) perDay.set(day, (perDay.get(day) ?? 0) + 1)
  let largest = 1
  for (const { size } of sets.values()) largest = Math.max(largest, size)
  for (const count of perDay.values()) largest = Math.max(largest, count)
  return largest
}

/** Writes them all, piece by piece; answers the names of the files. Nothing is left when it fails. */
export async function writeReports(
  report: PlanReport,
  folder: string,
  signal?: AbortSignal,
): Promise<string[]> {
  await makeFolder(folder)
  const files: [name: string, text: Iterable<string>][] = [
    ['plan.html', [formatPage(report)]],
    ['plan.json', formatJson(report)],
    ['batches.csv', batchesCsv(report)],
    ['mailboxes.csv', mailboxesCsv(report)],
    ['cuts.csv', cutsCsv(report)],
    ['left-out.csv', leftOutCsv(report)],
  ]
  const reports = new ReportFiles()
  try {
    for (const [name, text] of files) {
      const file = await reports.open(join(folder, name))
      // Excel takes a CSV without this mark for the code page of the machine.
      if (name.endsWith('.csv')) await file.write('\ufeff')
      for (const line of text) {
        signal?.throwIfAborted()
        await file.write(line)
      }
      await file.end()
    }
    await reports.keep()
  } finally {
    await reports.drop()
  }
  return files.map(([name]) => join(folder, name))
}

function summaryOf({ plan, leftOut, whatIf, notes, asides }: PlanReport, files: string[]): PlanSummary {
  return {
    totals: plan.totals,
    batches: plan.batches.map(({ number, day, mailboxes, sizeBytes, cutGrants, pilot, announcedAs }) => ({
      ...{ number, day: formatDay(day), mailboxes, sizeBytes, cutGrants, pilot, announcedAs },
      wave: waveName(plan.problem.input.rules.calendar, { number, day, pilot }),
    })),
    leftOut: [...leftOut.counts].map(([reason, rows]) => ({
      ...{ reason, rows, meaning: leftOutWords[reason], look: needsLook.has(reason) },
    })),
    whatIf,
    notes: [...notes, ...(asides ?? [])],
    files,
  }
}
