import { randomUUID } from 'node:crypto'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { keptZone } from '#src/formats/jscalendar/kept-zone.ts'
import { seriesFrom } from '#src/formats/jscalendar/occurrences.ts'
import {
  civilOf,
  DAY_MS,
  dayOf,
  daysInMonth,
  formatLocal,
  parseLocal,
  splitLocal,
} from '#src/formats/recurrence/civil.ts'
import { expandRule } from '#src/formats/recurrence/expand.ts'
import type { RecurrenceRule } from '#src/formats/recurrence/rule.ts'
import { type TimeZone, toEpoch, toLocal, utc } from '#src/formats/time-zone/zone.ts'
import { contentSummary } from '../mailbox/add-item.ts'
import type { FolderNo, ItemNo, ItemState } from '../mailbox/item.ts'
import type { MailboxRef } from '../mailbox/store.ts'
import { requireUnchanged } from '../mailbox/unchanged.ts'
import type { Store } from '../store.ts'
import { requireCalendarObject } from './events.ts'

/** Occurrences looked at for the next one: more in a row are deleted in no task that people have. */
const MOST_LOOKED_AT = 10_000

/** Whether another one comes after a task: by the calendar, or once it is done. */
export const comesAgain = (task: CalendarObject): boolean =>
  (task.recurrenceRules?.length ?? 0) > 0 || task.regenerates !== undefined

/**
 * A task that comes again as it is after its present occurrence, on `today` (local date); null when that was the last one. What comes
 * by the calendar has its next day there, what is made anew counts from today, as in Outlook. The due day keeps its distance, and
 * a reminder its time on the clock of `zone`, the owner's.
 */
export function nextOccurrence(
  task: CalendarObject,
  today: string,
  zone: TimeZone = utc,
): CalendarObject | null {
  const anchor = task.start ?? task.due
  if (anchor === undefined) return null
  const was = parseLocal(anchor)
  const next = task.regenerates === undefined ? nextInSeries(task, was) : nextAnew(task.regenerates, today)
  if (next === null) return null
  const by = next - was
  const { progress: _, progressUpdated: __, percentComplete: ___, ...rest } = task
  const later = (local: string): string => formatLocal(parseLocal(local) + by)
  return {
    ...rest,
    ...(task.start !== undefined && { start: later(task.start) }),
    ...(task.due !== undefined && { due: later(task.due) }),
    ...(task.alerts && {
      alerts: alertsLater(task.alerts, by, keptZone(task.timeZone, task.timeZones) ?? zone),
    }),
    ...(task.recurrenceRules && {
      recurrenceRules: task.recurrenceRules.map((rule) => withoutPast(rule, was, next)),
    }),
    ...(task.recurrenceOverrides && {
      recurrenceOverrides: Object.fromEntries(
        Object.entries(task.recurrenceOverrides).filter(([local]) => parseLocal(local) >= next),
      ),
    }),
    ...(task.regenerates && { regenerates: oneFewer(task.regenerates) }),
  }
}

/** The present occurrence as a task of its own, as which it goes on when it is done or has another day. */
export function presentOccurrence(task: CalendarObject): CalendarObject {
  const { recurrenceRules: _, excludedRecurrenceRules: __, recurrenceOverrides: ___, ...rest } = task
  const { regenerates: ____, ...once } = rest
  return { ...once, uid: randomUUID() }
}

function nextInSeries(task: CalendarObject, was: number): number | null {
  let looked = 0
  for (const local of seriesFrom({ ...task, start: formatLocal(was) }, was + 1)) {
    if (++looked > MOST_LOOKED_AT) return null
    if (local > was && !task.recurrenceOverrides?.[formatLocal(local)]?.excluded) return local
  }
  return null
}

/** A count is of what is still to come. */
function withoutPast(rule: RecurrenceRule, was: number, next: number): RecurrenceRule {
  if (rule.count === undefined) return rule
  let past = 0
  for (const local of expandRule(was, rule)) {
    if (local >= next) break
    past++
  }
  return { ...rule, count: Math.max(1, rule.count - past) }
}

function nextAnew(
  { frequency, interval = 1, count, until }: NonNullable<CalendarObject['regenerates']>,
  today: string,
): number | null {
  if (count !== undefined && count <= 1) return null
  const { day } = splitLocal(parseLocal(`${today}T00:00:00`))
  const next = frequency === 'daily' || frequency === 'weekly' ? day + interval * days[frequency] : null
  const local = (next ?? monthsLater(day, interval * (frequency === 'yearly' ? 12 : 1))) * DAY_MS
  return until !== undefined && formatLocal(local).slice(0, 10) > until.slice(0, 10) ? null : local
}

const days = { daily: 1, weekly: 7 } as const

/** The same day of a later month, or its last. */
function monthsLater(from: number, months: number): number {
  const { year, month, day } = civilOf(from)
  const at = month - 1 + months
  const [toYear, toMonth] = [year + Math.floor(at / 12), (at % 12) + 1]
  return dayOf(toYear, toMonth, Math.min(day, daysInMonth(toYear, toMonth)))
}

function oneFewer(
  regenerates: NonNullable<CalendarObject['regenerates']>,
): NonNullable<CalendarObject['regenerates']> {
  return regenerates.count === undefined ? regenerates : { ...regenerates, count: regenerates.count - 1 }
}

/** A reminder at a moment rings so many days later, whatever the clocks did in between. */
function alertsLater(
  alerts: NonNullable<CalendarObject['alerts']>,
  by: number,
  zone: TimeZone,
): NonNullable<CalendarObject['alerts']> {
  return Object.fromEntries(
    Object.entries(alerts).map(([id, { acknowledged: _, ...alert }]) => {
      const { trigger } = alert
      if (!('when' in trigger)) return [id, alert]
      const at = toEpoch(zone, toLocal(zone, Date.parse(trigger.when)) + by)
      const when = new Date(at).toISOString().replace('.000Z', 'Z')
      return [id, { ...alert, trigger: { when } }]
    }),
  )
}

type Kept = { properties?: Readonly<Record<string, unknown>>; keywords?: readonly string[] }

/**
 * Puts the next occurrence in the place of a task and stores the one that was present beside it, in one transaction; the item of
 * the latter. Refuses as `changeCalendarObject`.
 */
export async function advanceTask(
  store: Store,
  at: MailboxRef,
  { item, folder }: { item: ItemNo; folder: FolderNo },
  { next, present }: { next: CalendarObject; present: CalendarObject },
  kept: Kept & { now: number; unchangedSince?: number },
): Promise<ItemState> {
  const { now, unchangedSince, ...marks } = kept
  const [later, once] = [requireCalendarObject(next), requireCalendarObject(present)]
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  return store.transact(scope, async ({ mailboxes }) => {
    await requireUnchanged(mailboxes, at, item, unchangedSince)
    await mailboxes.changeItem(at, item, {
      ...marks,
      content: later,
      summary: contentSummary('task', later),
    })
    return mailboxes.appendItem(at, {
      ...marks,
      folder,
      class: 'task',
      receivedAt: now,
      content: once,
      summary: contentSummary('task', once),
    })
  })
}
