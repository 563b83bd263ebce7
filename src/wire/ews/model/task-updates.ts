/** What clients set of tasks, put into them. */
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { utc } from '#src/formats/time-zone/zone.ts'
import type { TaskRecurrenceType, TaskStatusType } from '../schema-types.ts'
import { reminderMinutes, withText } from './event-fields.ts'
import { midnightOf, ruleOf } from './recurrence.ts'
import { regenerationOf } from './regeneration.ts'
import { epochOf, formatTime } from './time-zones.ts'
import { twins, twinsOf } from './twins.ts'
import type { ItemUpdates } from './updates.ts'

const states = {
  NotStarted: 'needs-action',
  InProgress: 'in-process',
  Completed: 'completed',
  WaitingOnOthers: 'in-process',
  Deferred: 'needs-action',
} as const satisfies Record<TaskStatusType, NonNullable<CalendarObject['progress']>>
/** PidLidTaskStatus, for the two states that JSCalendar does not have. */
export const STATUS_KEY = '{00062003-0000-0000-c000-000000000046}0x8101:Integer'
/** PidLidTaskStatus, of what JSCalendar does not tell apart. */
const kept: Partial<Record<TaskStatusType, string>> = { WaitingOnOthers: '3', Deferred: '4' }

type Changed = { task: CalendarObject; properties: ReturnType<typeof twinsOf> }

/** The task with what is set, and the extended properties that say what it cannot. Refuses as `ruleOf`. */
export function withTaskUpdates(before: CalendarObject, { values, appended }: ItemUpdates): Changed {
  const { ReminderIsSet, ReminderDueBy, ReminderMinutesBeforeStart, ...others } = values
  const task: Record<string, unknown> = { ...withText(before, others, appended) }
  const properties: Changed['properties'] = twinsOf(twins.task, values)
  const put = (name: keyof CalendarObject, value: unknown) => {
    if (value === undefined || value === null) delete task[name]
    else task[name] = value
  }
  put('alerts', alertsAfter(before, values))
  const day = (value: unknown) => (typeof value === 'string' ? midnightOf(value) : null)
  if (values.StartDate !== undefined) put('start', day(values.StartDate))
  if (values.DueDate !== undefined) put('due', day(values.DueDate))
  if (values.PercentComplete !== undefined)
    put('percentComplete', Math.round(Number(values.PercentComplete ?? 0)))
  const status = values.Status as TaskStatusType | null | undefined
  if (status !== undefined) {
    put('progress', states[status ?? 'NotStarted'])
    properties[STATUS_KEY] = (status && kept[status]) ?? null
  }
  if (values.PercentComplete === 100 && status === undefined) put('progress', 'completed')
  if (typeof values.CompleteDate === 'string') {
    put('progress', 'completed')
    put('progressUpdated', `${values.CompleteDate.slice(0, 10)}T00:00:00Z`)
  }
  if (task.progress === 'completed') put('percentComplete', 100)
  else delete task.progressUpdated
  if (values.Recurrence !== undefined) {
    const recurrence = values.Recurrence as TaskRecurrenceType | null
    delete task.recurrenceRules
    delete task.recurrenceOverrides
    delete task.regenerates
    if (recurrence !== null) {
      const range =
        recurrence.NoEndRecurrence ?? recurrence.EndDateRecurrence ?? recurrence.NumberedRecurrence
      task.start ??= midnightOf(range?.StartDate ?? '1970-01-01')
      const regenerates = regenerationOf(recurrence, String(task.start))
      if (regenerates === undefined) task.recurrenceRules = [ruleOf(recurrence, String(task.start))]
      else task.regenerates = regenerates
    }
  }
  return { task: task as CalendarObject, properties }
}

/** The reminder of a task rings at a moment, not before a start; who sets one without a moment is reminded at the day's beginning. */
function alertsAfter(
  { alerts, start, due }: CalendarObject,
  { ReminderIsSet: set, ReminderDueBy: at, StartDate, DueDate }: ItemUpdates['values'],
): CalendarObject['alerts'] {
  if (set === false || set === null || at === null) return undefined
  const rung = typeof at === 'string' ? epochOf(at, utc) : undefined
  if (rung !== undefined && (set === true || alerts !== undefined))
    return { '1': { trigger: { when: formatTime(rung) }, action: 'display' } }
  if (set !== true || alerts !== undefined) return alerts
  const day = [DueDate, due, StartDate, start].find((one) => typeof one === 'string') as string | undefined
  return day === undefined
    ? { '1': { trigger: { offset: 'PT0S' }, action: 'display' } }
    : { '1': { trigger: { when: `${day.slice(0, 10)}T00:00:00Z` }, action: 'display' } }
}

/** The moment at which a task's reminder rings; undefined without one, and for one before a day that is not known. */
export function taskReminder(task: CalendarObject): string | undefined {
  const { alerts, start, due } = task
  const all = Object.values(alerts ?? {})
  const said = all.flatMap(({ trigger }) => ('when' in trigger ? trigger.when : []))[0]
  const day = start ?? due
  if (said !== undefined || day === undefined) return said
  const minutes = reminderMinutes(task)
  return minutes === undefined ? undefined : formatTime(epochOf(day, utc) - minutes * 60_000)
}

/** A task that is done has a day on which it was: the one of `now` (epoch milliseconds) where nobody said another. */
export function withDayDone(task: CalendarObject, now: number): CalendarObject {
  if (task.progress !== 'completed' || task.progressUpdated !== undefined) return task
  return { ...task, progressUpdated: `${new Date(now).toISOString().slice(0, 10)}T00:00:00Z` }
}
