import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { ItemContent } from '#src/domain/mailbox/content.ts'
import type { Loss } from '#src/domain/migration/source.ts'
import { parseRecur } from '#src/formats/ical/recur.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { readRecurrence } from '#src/formats/tnef/meeting-recurrence.ts'
import type { PropertyBag } from '#src/formats/tnef/property.ts'
import { set, tag } from '#src/formats/tnef/property-ids.ts'
import { textOf } from './item-text.ts'
import { subjectOf } from './message-header.ts'
import type { StoredMessage } from './stored-message.ts'

/** Of set.task (MS-OXOTASK §2.2.2). */
const RECURRENCE = 0x8116
/** SlidingFlag of a RecurrencePattern (MS-OXOCAL §2.2.1.44.1). */
const SLIDING_AT = 18
const IS_RECURRING = 0x8126
/** Of set.common. */
const REMINDER_SET = 0x8503
const REMINDER_TIME = 0x8502
const SIGNAL_TIME = 0x8560
const progress = ['needs-action', 'in-process', 'completed', 'needs-action', 'cancelled'] as const

/** A task as JSCalendar (RFC 8984). Days are whole. */
export function taskContent(stored: StoredMessage, key: string, losses: Loss[]): ItemContent {
  const { bag } = stored
  const value = (id: number) => bag.findNamed(set.task, id)?.values[0]
  const number = (id: number) => (typeof value(id) === 'number' ? (value(id) as number) : undefined)
  const day = (id: number) => {
    const at = number(id)
    return at === undefined || Math.abs(at) > 8e15 || at > Date.UTC(4500, 0, 1)
      ? undefined
      : `${new Date(at).toISOString().slice(0, 10)}T00:00:00`
  }
  const [start, due] = [day(0x8104), day(0x8105)]
  const complete = number(0x8102)
  const done = day(0x810f)
  const state = progress[number(0x8101) ?? 0] ?? 'needs-action'
  return {
    '@type': 'Task',
    uid: `pst:${key}`,
    title: subjectOf(bag),
    ...textOf(stored, losses),
    ...(start !== undefined && { start }),
    ...(due !== undefined && { due }),
    ...((start ?? due) !== undefined && { showWithoutTime: true }),
    ...(complete !== undefined && { percentComplete: Math.round(Math.min(1, Math.max(0, complete)) * 100) }),
    progress: state,
    ...(state === 'completed' && done !== undefined && { progressUpdated: `${done}Z` }),
    priority: [9, 5, 1][bag.number(tag.importance) ?? 1] ?? 5,
    ...seriesOf(bag, start ?? due, losses),
    ...alertsOf(bag),
  }
}

/** A task that comes again (MS-OXOTASK §2.2.2.2.15), from the day of this one on. */
function seriesOf(bag: PropertyBag, first: string | undefined, losses: Loss[]): Partial<CalendarObject> {
  const octets = bag.findNamed(set.task, RECURRENCE)?.values[0]
  const isSeries = bag.findNamed(set.task, IS_RECURRING)?.values[0]
  if (!(octets instanceof Uint8Array) || octets.length === 0 || isSeries === false) return {}
  const lose = (reason: string) => {
    losses.push({ property: 'recurrence', reason, weight: 'visible' })
    return {}
  }
  if (octets.length > SLIDING_AT && octets[SLIDING_AT] !== 0)
    return lose('a task that is made anew when it is done: only this one is kept')
  if (first === undefined) return lose('it has no day to begin with')
  try {
    const { rule, untilDay } = readRecurrence(octets)
    const read = parseRecur(rule, { toLocal: (at) => at, toEpoch: (at) => at })
    if (read === undefined) return lose('it is of a kind that no rule says')
    const until = untilDay === undefined ? {} : { until: new Date(untilDay).toISOString().slice(0, 19) }
    return { start: first, recurrenceRules: [{ ...read, ...until }] }
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    return lose(`it is damaged: ${error.message}`)
  }
}

/** The reminder of a task rings at a moment. */
function alertsOf(bag: PropertyBag): Partial<CalendarObject> {
  const value = (id: number) => bag.findNamed(set.common, id)?.values[0]
  const at = value(SIGNAL_TIME) ?? value(REMINDER_TIME)
  if (value(REMINDER_SET) !== true || typeof at !== 'number' || Math.abs(at) > 8e15) return {}
  const when = `${new Date(at).toISOString().slice(0, 19)}Z`
  return { alerts: { '1': { trigger: { when }, action: 'display' } } }
}
