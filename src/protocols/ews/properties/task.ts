import { comesAgain } from '#src/domain/calendar/recurring-tasks.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { showRecurrence } from '#src/wire/ews/model/recurrence.ts'
import { showRegeneration } from '#src/wire/ews/model/regeneration.ts'
import { STATUS_KEY } from '#src/wire/ews/model/task-updates.ts'
import { taskDay as day, taskStates, taskStatus } from '#src/wire/ews/model/task-values.ts'
import type { FieldTable, ItemField } from './field.ts'

const ofTask = (read: (task: CalendarObject) => unknown, shape: ItemField['in'] = 'Default'): ItemField => ({
  in: shape,
  read: ({ item, object }) => (item.class === 'task' && object ? read(object) : undefined),
})

/** Properties of tasks. */
export const taskFields: FieldTable = {
  StartDate: ofTask(({ start }) => day(start)),
  DueDate: ofTask(({ due }) => day(due)),
  CompleteDate: ofTask(({ progress, progressUpdated, updated }) =>
    progress === 'completed' ? (progressUpdated ?? updated) : undefined,
  ),
  IsComplete: ofTask(({ progress }) => progress === 'completed'),
  IsRecurring: {
    in: 'AllProperties',
    read: ({ item, object }) => (item.class === 'task' && object ? comesAgain(object) : undefined),
  },
  PercentComplete: ofTask(
    ({ percentComplete, progress }) => percentComplete ?? (progress === 'completed' ? 100 : 0),
  ),
  Status: {
    in: 'Default',
    read: (view) => {
      if (view.item.class !== 'task' || !view.object) return undefined
      return taskStatus(view.object, view.property(STATUS_KEY))
    },
  },
  StatusDescription: ofTask(({ progress = 'needs-action' }) => taskStates[progress], 'AllProperties'),
  Recurrence: ofTask((task) => {
    const { recurrenceRules: [rule] = [], start } = task
    return rule && start ? showRecurrence(rule, start) : showRegeneration(task)
  }),
}
