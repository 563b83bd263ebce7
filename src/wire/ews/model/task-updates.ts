/** What clients set of tasks, put into them. */
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import type { TaskRecurrenceType, TaskStatusType } from '../schema-types.ts'
import { withText } from './event-fields.ts'
import { midnightOf, ruleOf } from './recurrence.ts'
import { regenerationOf } from './regeneration.ts'
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

type Changed = { task: CalendarObject; properties: Record<string, string | null> }

/** The task with what is set, and the extended properties that say what it cannot. Refuses as `ruleOf`. */
export function withTaskUpdates(before: CalendarObject, { values, appended }: ItemUpdates): Changed {
  const task: Record<string, unknown> = { ...withText(before, values, appended) }
  const properties: Changed['properties'] = {}
  const put = (name: keyof CalendarObject, value: unknown) => {
    if (value === undefined || value === null) delete task[name]
    else task[name] = value
  }
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

/** A task that is done has a day on which it was: the one of `now` (epoch milliseconds) where nobody said another. */
export function withDayDone(task: CalendarObject, now: number): CalendarObject {
  if (task.progress !== 'completed' || task.progressUpdated !== undefined) return task
  return { ...task, progressUpdated: `${new Date(now).toISOString().slice(0, 10)}T00:00:00Z` }
}
