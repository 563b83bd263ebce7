/** A task as the typed properties that CreateItem takes. */
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import type { TaskStatusType, TaskType } from '../schema-types.ts'
import { showRecurrence } from './recurrence.ts'
import { showRegeneration } from './regeneration.ts'
import { taskReminder } from './task-updates.ts'

export const taskStates = {
  'needs-action': 'NotStarted',
  'in-process': 'InProgress',
  completed: 'Completed',
  failed: 'Deferred',
  cancelled: 'Deferred',
} as const satisfies Record<NonNullable<CalendarObject['progress']>, TaskStatusType>

const kept: Readonly<Record<string, TaskStatusType>> = { '3': 'WaitingOnOthers', '4': 'Deferred' }

/** The state of a task; `said` is its PidLidTaskStatus, which tells what JSCalendar does not. */
export function taskStatus({ progress }: Pick<CalendarObject, 'progress'>, said: unknown): TaskStatusType {
  const state = taskStates[progress ?? 'needs-action']
  return state === 'NotStarted' || state === 'InProgress' ? (kept[String(said)] ?? state) : state
}

export const taskDay = (local: string | undefined): string | undefined =>
  local && `${local.slice(0, 10)}T00:00:00Z`

/**
 * State, share, days, recurrence and reminder of a task, and the names of what of it none of these says. State and share agree,
 * as a server works one out of the other.
 */
export function taskValues(
  task: CalendarObject,
  said: unknown,
): { values: TaskType; unsaid: readonly string[] } {
  const { start, due, percentComplete = 0, recurrenceRules = [], regenerates, recurrenceOverrides } = task
  const unsaid: string[] = []
  const named = taskStatus(task, said)
  const Status =
    task.progress === undefined && percentComplete >= 100
      ? 'Completed'
      : named === 'NotStarted' && percentComplete > 0
        ? 'InProgress'
        : named
  const PercentComplete = Status === 'Completed' ? 100 : Math.min(99, Math.round(percentComplete))
  const isKept = Status === named && PercentComplete === Math.round(percentComplete)
  // Where it says nothing of its state, its share says it.
  const isSaid = task.progress !== undefined && task.progress !== 'completed'
  if (task.progress === 'cancelled' || task.progress === 'failed' || (isSaid && !isKept))
    unsaid.push('status')
  const [rule] = recurrenceRules
  const from = start ?? due
  const Recurrence =
    from === undefined
      ? undefined
      : rule === undefined
        ? showRegeneration({ ...task, start: from })
        : recurrenceRules.length === 1
          ? showRecurrence(rule, from)
          : undefined
  if (Recurrence === undefined && (rule !== undefined || regenerates !== undefined)) unsaid.push('recurrence')
  if (Object.keys(recurrenceOverrides ?? {}).length > 0) unsaid.push('changed occurrence')
  const alerts = Object.values(task.alerts ?? {})
  const at = taskReminder(task)
  if (alerts.length > (at === undefined ? 0 : 1)) unsaid.push('reminder')
  if (Object.keys(task.participants ?? {}).length > 0) unsaid.push('participants')
  return {
    values: {
      ...(taskDay(start) && { StartDate: taskDay(start) }),
      ...(taskDay(due) && { DueDate: taskDay(due) }),
      ...(Status === 'Completed' &&
        task.progressUpdated !== undefined && { CompleteDate: task.progressUpdated }),
      ...{ Status, PercentComplete },
      ...(Recurrence !== undefined && { Recurrence: Recurrence as NonNullable<TaskType['Recurrence']> }),
      ...(at !== undefined && { ReminderIsSet: true, ReminderDueBy: at }),
    },
    unsaid,
  }
}
