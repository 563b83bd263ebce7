import { sizeWords } from '#src/base/figure-words.ts'
import { Refusal } from '../refusal.ts'
import { fewestBatches } from './batching/pack.ts'
import { noDay } from './batching/units.ts'
import { type Calendar, isSkipped, isWindow, windowDays } from './calendar.ts'
import { type Day, formatDay, readableDay, weekdayOf } from './day.ts'
import { type Dates, pinnedBy, waitsBy } from './hard-sets.ts'
import { loadsOf } from './loads.ts'
import { liesOn, type PlanMailbox } from './mailbox.ts'
import type { PlanRules } from './rules.ts'

const mostWindows = 20_000

/** What each mailbox, the pilot and the VIPs say about days. */
export function datesOf(
  mailboxes: readonly PlanMailbox[],
  rules: PlanRules,
): { dates: Dates; windows: Int32Array; pilotDay: Day | null } {
  const { calendar } = rules
  const notBefore = new Int32Array(mailboxes.length)
  const pinned = new Int32Array(mailboxes.length).fill(noDay)
  const first = windowDays(fromPilot(mailboxes, calendar), 1)[0]
  if (first === undefined) {
    throw new Refusal(
      'invalid-parameter',
      `There is no window from ${formatDay(calendar.from)} on: the weekdays, the holidays and the last day leave none.`,
    )
  }
  const hasPilot = mailboxes.some(({ pilot, status }) => pilot && status === 'waiting')
  const pilotDay = hasPilot ? first : null
  const after = pilotDay === null ? calendar.from : behindPilot(mailboxes, rules, pilotDay)
  const windows = Int32Array.from([
    ...(pilotDay === null ? [] : Array<Day>(calendar.batchesPerWindow).fill(pilotDay)),
    ...windowDays({ ...calendar, from: after }, mostWindows),
  ])
  const sharedDay = rules.shared === 'last' ? dayOfLast(mailboxes, rules, windows, pilotDay) : 0
  mailboxes.forEach((mailbox, at) => {
    if (mailbox.status !== 'waiting') return
    const late = isLast(mailbox) ? sharedDay : 0
    const wait = Math.max(mailbox.notBeforeDay ?? 0, mailbox.vip ? (rules.vipNotBefore ?? 0) : 0, late)
    notBefore[at] = wait <= first ? 0 : wait
    if (mailbox.pilot && mailbox.pinnedDay !== null && mailbox.pinnedDay !== pilotDay) {
      throw new Refusal(
        'invalid-parameter',
        `${mailbox.id} is of the pilot (column Pilot), which moves on ${readableDay(first)}, and is to move on ` +
          `${readableDay(mailbox.pinnedDay)} (column MoveOn). Change one of the two.`,
      )
    }
    const day = mailbox.pinnedDay ?? (mailbox.pilot ? pilotDay : null)
    if (day === null) {
      refuseBeyond(mailbox, wait, windows, rules)
      return
    }
    if (!isWindow(calendar, day) || (pilotDay !== null && day !== pilotDay && day < after)) {
      const next = windowDays({ ...calendar, from: Math.max(day, after) }, 1)[0]
      throw new Refusal(
        'invalid-parameter',
        `${mailbox.id} is to move on ${readableDay(day)} (${pinnedBy(mailbox)}), when there is no window for it: ${noWindowWords(calendar, day, after)}. ` +
          (next === undefined ? 'There is none later either.' : `The next one is ${readableDay(next)}.`),
      )
    }
    if (wait > day) {
      throw new Refusal(
        'invalid-parameter',
        `${mailbox.id} is to move on ${readableDay(day)}${mailbox.pinnedDay === null ? ' with the pilot (column Pilot)' : ' (column MoveOn)'}, ` +
          `but not before ${readableDay(wait)} (${waitsBy(mailbox, wait, rules.vipNotBefore)}). Change one of the two.`,
      )
    }
    pinned[at] = day
  })
  checkPinned(mailboxes, pinned, rules)
  return { dates: { notBefore, pinned }, windows, pilotDay }
}

/** Whoever may not move before a day needs a window behind it. */
function refuseBeyond(
  mailbox: PlanMailbox,
  wait: Day,
  windows: Int32Array,
  { calendar, vipNotBefore }: PlanRules,
): void {
  const last = windows.at(-1)!
  if (calendar.until === null || wait <= last) return
  throw new Refusal(
    'invalid-parameter',
    `${mailbox.id} is to move not before ${readableDay(wait)} (${waitsBy(mailbox, wait, vipNotBefore)}), and the last night on ` +
      `which batches move is ${readableDay(last)} (--until ${formatDay(calendar.until)}). Change one of the two.`,
  )
}

/** The rule that is in the way of a window on that day; `after` is the first day behind the pilot and its pause. */
function noWindowWords(calendar: Calendar, day: Day, after: Day): string {
  const { from, until, weekdays, holidays, begin, end, zone } = calendar
  if (day < from) return `the first night is ${readableDay(from)} (--from)`
  if (until !== null && day > until) return `the last night is ${readableDay(until)} (--until)`
  if (holidays.includes(day)) return 'none moves that night (--holidays)'
  if (!weekdays.includes(weekdayOf(day))) return 'batches move on other days of the week (--days)'
  if (isSkipped(calendar, day))
    return `the clocks of ${zone} go forward over all of its window from ${begin} to ${end} (--hours)`
  return `after the pilot the first night is ${readableDay(after)} (--pilot-pause)`
}

/** A pilot keeps the night that it was told, and nobody moves before it. */
function fromPilot(mailboxes: readonly PlanMailbox[], calendar: Calendar): Calendar {
  let from = Number.POSITIVE_INFINITY
  for (const { status, announcedPilot, announcedDay } of mailboxes)
    if (status === 'waiting' && announcedPilot === true) from = Math.min(from, announcedDay!)
  return {
    ...calendar,
    from: from === Number.POSITIVE_INFINITY ? calendar.from : Math.max(calendar.from, from),
  }
}

/** The first day behind the pilot and its pause; nights that were announced with the pilot's, sooner, stay as they are. */
function behindPilot(mailboxes: readonly PlanMailbox[], { pilotPauseDays }: PlanRules, pilotDay: Day): Day {
  let after = pilotDay + Math.max(1, pilotPauseDays)
  if (!mailboxes.some(({ announcedPilot }) => announcedPilot === true)) return after
  for (const { status, announcedDay } of mailboxes)
    if (status === 'waiting' && announcedDay !== null && announcedDay > pilotDay)
      after = Math.min(after, announcedDay)
  return after
}

/** Whoever was told a day keeps it. */
export const isLast = ({ kind, pilot, pinnedDay, announcedDay }: PlanMailbox): boolean =>
  kind === 'shared' && !pilot && pinnedDay === null && announcedDay === null

/** The night behind the last that is needed, asked for or announced for those who are not to be the last. */
function dayOfLast(
  mailboxes: readonly PlanMailbox[],
  rules: PlanRules,
  windows: Int32Array,
  pilotDay: Day | null,
): Day {
  const others = Int32Array.from(
    mailboxes.flatMap((mailbox, at) =>
      mailbox.status === 'waiting' && !isLast(mailbox) && (pilotDay === null || !mailbox.pilot) ? [at] : [],
    ),
  )
  const { loads, caps } = loadsOf(mailboxes, rules.caps, others)
  const after = pilotDay === null ? 0 : rules.calendar.batchesPerWindow
  const filled = windows[Math.min(windows.length, after + fewestBatches(loads, caps)) - 1] ?? 0
  let asked = 0
  for (const at of others) {
    const { pinnedDay, announcedDay, notBeforeDay, vip } = mailboxes[at]!
    const wait = Math.max(notBeforeDay ?? 0, vip ? (rules.vipNotBefore ?? 0) : 0)
    asked = Math.max(asked, pinnedDay ?? Math.max(announcedDay ?? 0, wait))
  }
  const last = Math.max(filled, windows.find((day) => day >= asked) ?? windows.at(-1) ?? 0)
  return windows.find((day) => day > last) ?? last
}

/** What is pinned to a day has to fit into the batches of that night. */
function checkPinned(mailboxes: readonly PlanMailbox[], pinned: Int32Array, rules: PlanRules): void {
  const perDay = new Map<Day, PlanMailbox[]>()
  mailboxes.forEach((mailbox, at) => {
    if (pinned[at] !== noDay) perDay.getOrInsert(pinned[at]!, []).push(mailbox)
  })
  const { batchesPerWindow } = rules.calendar
  const { caps } = rules
  for (const [day, there] of perDay) {
    const refuse = (what: string, most: string) => {
      const some = there.slice(0, 3).map(({ id }) => id)
      throw new Refusal(
        'invalid-parameter',
        `${what} are to move on ${readableDay(day)} (${some.join(', ')} …) and that night takes ${most}. Raise the cap or ` +
          'give some another day.',
      )
    }
    const most = caps.mailboxes * batchesPerWindow
    if (there.length > most) refuse(`${there.length} mailboxes`, String(most))
    const bytes = there.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    if (caps.bytes !== null && bytes > caps.bytes * batchesPerWindow)
      refuse(`${there.length} mailboxes with ${sizeWords(bytes)}`, sizeWords(caps.bytes * batchesPerWindow))
    for (const [server, cap] of Object.entries(caps.perServer)) {
      const count = there.filter((mailbox) => liesOn(mailbox, server)).length
      if (count > cap * batchesPerWindow)
        refuse(`${count} mailboxes of ${server}`, `${cap * batchesPerWindow} of them`)
    }
  }
}
