import { windowOf } from '../calendar.ts'
import { formatDay } from '../day.ts'
import { placementWords } from '../placement.ts'
import { planWaves, waveName } from '../plan-waves.ts'
import { planGrants } from './plan-grants.ts'
import { remedyWords } from './remedy-words.ts'
import type { PlanReport } from './report.ts'

/** The whole plan for programs, in pieces of some kilobytes. */
export function* formatJson(report: PlanReport): Generator<string> {
  const { plan, leftOut, untied, bookings } = report
  const { mailboxes, rules } = plan.problem.input
  const idOf = (mailbox: number) => mailboxes[mailbox]!.id
  const calendar = {
    ...rules.calendar,
    from: formatDay(rules.calendar.from),
    until: rules.calendar.until === null ? null : formatDay(rules.calendar.until),
    holidays: rules.calendar.holidays.map(formatDay),
  }
  const vipNotBefore = rules.vipNotBefore === null ? null : formatDay(rules.vipNotBefore)
  const head = {
    version: 1,
    madeAt: report.madeAt,
    rules: { ...rules, calendar, vipNotBefore },
    totals: plan.totals,
  }
  yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n`
  yield* list('notes', [...report.notes, ...(report.asides ?? [])])
  yield* list('sources', report.sources)
  yield* list(
    'batches',
    plan.batches.map((batch) => ({
      ...batch,
      day: formatDay(batch.day),
      ...windowOf(rules.calendar, batch.day),
      wave: waveName(rules.calendar, batch),
    })),
  )
  yield* list(
    'waves',
    planWaves(rules.calendar, plan.batches).map((wave) => ({
      ...wave,
      from: formatDay(wave.from),
      until: formatDay(wave.until),
    })),
  )
  yield* list(
    'mailboxes',
    lazily(plan.problem.waiting, (mailbox, number) => {
      const placement = plan.placementOf(number)
      return {
        id: idOf(mailbox),
        batch: plan.batchOf[mailbox]!,
        day: formatDay(plan.batches[plan.batchOf[mailbox]! - 1]!.day),
        why: placement.why,
        sentence: placementWords(placement, idOf),
        sizeBytes: mailboxes[mailbox]!.sizeBytes,
        items: mailboxes[mailbox]!.items,
        x500: mailboxes[mailbox]!.x500,
        database: mailboxes[mailbox]!.database,
        booking: bookings?.get(mailbox),
      }
    }),
  )
  yield* list(
    'cuts',
    lazily(plan.cuts, (cut) => ({
      owner: idOf(cut.owner),
      grantee: idOf(cut.grantee),
      right: cut.right,
      folder: cut.folder,
      group: cut.group,
      weight: cut.weight,
      ownerBatch: cut.fromBatch,
      granteeBatch: cut.toBatch,
      brokenFrom: formatDay(cut.brokenFrom),
      brokenUntil: formatDay(cut.brokenUntil),
      days: cut.days,
      remedy: {
        ...cut.remedy,
        ...('mailbox' in cut.remedy && { mailbox: idOf(cut.remedy.mailbox) }),
        ...('along' in cut.remedy && { along: cut.remedy.along?.map(idOf) }),
        ...('other' in cut.remedy && { other: idOf(cut.remedy.other) }),
      },
      sentence: remedyWords(plan, cut),
      where: cut.where,
    })),
  )
  yield* list(
    'staysBehind',
    lazily(plan.staysBehind, ({ owner, grantee, right, folder, group, where }) => ({
      ...{ owner: idOf(owner), grantee: idOf(grantee), right, folder, group, where },
    })),
  )
  const grants = planGrants(mailboxes, plan.problem.waiting, [plan.problem.input.grants, untied])
  yield* list('grants', grants.rows)
  yield `  "grantNames": ${JSON.stringify(grants.names)},\n`
  yield* list('ties', plan.ties)
  yield* list(
    'whatIf',
    report.whatIf.map((point) => ({ ...point, lastDay: formatDay(point.lastDay) })),
  )
  yield `  "leftOut": ${JSON.stringify({ counts: Object.fromEntries(leftOut.counts), first: leftOut.kept })}\n}\n`
}

function* list(name: string, rows: Iterable<unknown>): Generator<string> {
  let text = `  "${name}": [`
  let first = true
  for (const row of rows) {
    text += `${first ? '' : ','}\n    ${JSON.stringify(row)}`
    first = false
    if (text.length > 65_536) {
      yield text
      text = ''
    }
  }
  yield `${text}${first ? '' : '\n  '}],\n`
}

function* lazily<T, U>(rows: Iterable<T>, make: (row: T, at: number) => U): Generator<U> {
  let at = 0
  for (const row of rows) yield make(row, at++)
}
