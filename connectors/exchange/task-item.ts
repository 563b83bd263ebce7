import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { Loss } from '#src/domain/migration/source.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { withTaskUpdates } from '#src/wire/ews/model/task-updates.ts'
import type { TaskType } from '#src/wire/ews/schema-types.ts'
import type { Kept } from './extended-properties.ts'
import { utcOf } from './participants.ts'

/** What people see of a task and JSCalendar has no place for. */
const lost = ['Delegator', 'StatusDescription'] as const

/** A task as JSCalendar, and the extended properties that say what it cannot. */
export function taskOf(
  item: TaskType,
  uid: string,
  losses: Loss[],
): { task: CalendarObject; properties: Kept } {
  const { Body, ReminderIsSet, ReminderDueBy, ReminderMinutesBeforeStart, ...rest } = item
  const values: Record<string, unknown> = {
    ...rest,
    ...(Body?.Value && { Body }),
    ...(ReminderIsSet && !ReminderDueBy && { ReminderIsSet, ReminderMinutesBeforeStart }),
  }
  const before: CalendarObject = { '@type': 'Task', uid }
  let made: ReturnType<typeof withTaskUpdates>
  try {
    made = withTaskUpdates(before, { values, indexed: [], extended: {}, appended: {} })
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    losses.push({
      property: 'recurrence',
      reason: 'a task that is made anew when it is done: only this one is kept',
      weight: 'visible',
    })
    const { Recurrence, ...once } = values
    made = withTaskUpdates(before, { values: once, indexed: [], extended: {}, appended: {} })
  }
  for (const name of lost)
    if (item[name] && !(name === 'StatusDescription' && item.Status !== undefined))
      losses.push({ property: name, reason: 'tasks have no place for it here', weight: 'metadata' })
  const task: CalendarObject = {
    ...made.task,
    // The reminder of a task rings at a moment, not before a start.
    ...(ReminderIsSet &&
      ReminderDueBy && {
        alerts: { '1': { trigger: { when: utcOf(ReminderDueBy) }, action: 'display' as const } },
      }),
    ...(item.DateTimeCreated && { created: utcOf(item.DateTimeCreated) }),
    ...(item.LastModifiedTime && { updated: utcOf(item.LastModifiedTime) }),
    ...(item.CompleteDate &&
      made.task.progress === 'completed' && { progressUpdated: utcOf(item.CompleteDate) }),
  }
  const properties = Object.fromEntries(
    Object.entries(made.properties).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
  )
  return { task, properties }
}
