import { counted, figure } from '#src/base/figure-words.ts'
import { skippedNights } from '../calendar.ts'
import { forecastCopies } from '../copy-forecast.ts'
import { readableDay } from '../day.ts'
import type { Plan } from '../plan.ts'
import { isLast } from '../plan-dates.ts'

/** What whoever reads the head of a plan has to know of it. */
export function planNotes(plan: Plan): string[] {
  const { rules, mailboxes } = plan.problem.input
  const notes: string[] = []
  const forecasts = forecastCopies(plan)
  const late = forecasts.filter(({ isLate }) => isLate).length
  if (late > 0)
    notes.push(
      `At the pace that is assumed, ${figure(late)} of ${counted(forecasts.length, 'batch', 'batches')} would not be copied ` +
        'when the window closes in which it moves: see "How long the copies may take" in plan.html.',
    )
  notes.push(...clockNotes(plan))
  if (rules.vipNotBefore !== null && !mailboxes.some(({ vip, status }) => vip && status === 'waiting'))
    notes.push('--vip-not-before holds for nobody: no mailbox that moves has yes in a column Vip.')
  notes.push(...displacedNotes(plan))
  if (rules.shared === 'last') notes.push(...sharedNotes(plan))
  return notes
}

/** Nights in between on which nobody moves, as they have no window. */
function clockNotes({ problem, batches }: Plan): string[] {
  const { calendar } = problem.input.rules
  const { begin, end, zone } = calendar
  return skippedNights(calendar, batches.at(-1)!.day)
    .filter((day) => !calendar.holidays.includes(day))
    .map(
      (day) =>
        `Nobody moves on ${readableDay(day)}: the clocks of ${zone} go forward over all of the window from ${begin} to ${end}. ` +
        'Longer --hours would leave a part of it.',
    )
}

/** So many are named. */
const mostNamed = 20

/** Who was told a night that somebody else is pinned to now, and has another one: by night. */
function displacedNotes({ problem, batchOf, batches }: Plan): string[] {
  const { mailboxes } = problem.input
  const pinned = new Map<number, number[]>()
  for (const mailbox of problem.waiting) {
    const { pinnedDay, announcedDay } = mailboxes[mailbox]!
    if (pinnedDay !== null && pinnedDay !== announcedDay) pinned.getOrInsert(pinnedDay, []).push(mailbox)
  }
  const displaced = new Map<number, number[]>()
  for (const mailbox of problem.waiting) {
    const { pinnedDay, announcedDay } = mailboxes[mailbox]!
    if (announcedDay === null || pinnedDay !== null || !pinned.has(announcedDay)) continue
    if (batches[batchOf[mailbox]! - 1]!.day !== announcedDay)
      displaced.getOrInsert(announcedDay, []).push(mailbox)
  }
  const named = (some: readonly number[], tell: (mailbox: number) => string) =>
    some.slice(0, mostNamed).map(tell).join(', ') +
    (some.length > mostNamed ? ` and ${figure(some.length - mostNamed)} others` : '')
  return [...displaced].map(
    ([day, some]) =>
      `${counted(some.length, 'mailbox', 'mailboxes')} told ${readableDay(day)} ${some.length === 1 ? 'moves' : 'move'} on another ` +
      `night now: ${named(some, (at) => `${mailboxes[at]!.id} (${readableDay(batches[batchOf[at]! - 1]!.day)})`)}. A column MoveOn ` +
      `says that ${named(pinned.get(day)!, (at) => mailboxes[at]!.id)} ${pinned.get(day)!.length === 1 ? 'has' : 'have'} to move ` +
      'that night: tell them, or raise the cap, or allow more batches a window with --per-window.',
  )
}

/** Who is not the last, by name: a date of its own, or a hard rule or a cap that keeps others behind. */
function sharedNotes({ problem, batchOf, batches }: Plan): string[] {
  const { mailboxes } = problem.input
  const dayOf = (mailbox: number) => batches[batchOf[mailbox]! - 1]!.day
  let last = 0
  for (const mailbox of problem.waiting)
    if (mailboxes[mailbox]!.kind !== 'shared') last = Math.max(last, dayOf(mailbox))
  const early = [...problem.waiting].filter(
    (mailbox) => mailboxes[mailbox]!.kind === 'shared' && dayOf(mailbox) < last,
  )
  const dated = early.filter((mailbox) => !isLast(mailboxes[mailbox]!))
  const kept = early.filter((mailbox) => isLast(mailboxes[mailbox]!))
  const named = (some: readonly number[]) => {
    const names = some
      .slice(0, mostNamed)
      .map((mailbox) => `${mailboxes[mailbox]!.id} (${readableDay(dayOf(mailbox))})`)
    const others = some.length - names.length
    return `${names.join(', ')}${others > 0 ? ` and ${figure(others)} others, see mailboxes.csv` : ''}`
  }
  const who = (some: readonly number[]) =>
    `${counted(some.length, 'shared mailbox moves', 'shared mailboxes move')} before the last of the others, who ` +
    `move until ${readableDay(last)}`
  return [
    ...(dated.length === 0
      ? []
      : [
          `${who(dated)}, as a column Pilot, MoveOn or Announced says and in spite of --shared last: ${named(dated)}.`,
        ]),
    ...(kept.length === 0
      ? []
      : [
          `${who(kept)}: --shared last reckons with full batches, and a rule or a cap keeps some of the others later. ` +
            `Write that day as NotBefore of the shared mailboxes: ${named(kept)}.`,
        ]),
  ]
}
