import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { repeats } from '#src/formats/jscalendar/occurrences.ts'
import type { TaskStatusType } from '#src/wire/ews/schema-types.ts'
import { showRecurrence } from '../calendar/recurrence.ts'
import type { FieldTable, ItemField } from './field.ts'

export const taskStates = {
  'needs-action': 'NotStarted',
  'in-process': 'InProgress',
  completed: 'Completed',
  failed: 'Deferred',
  cancelled: 'Deferred',
} as const satisfies Record<NonNullable<CalendarObject['progress']>, TaskStatusType>

/** PidLidTaskStatus, for the two states that JSCalendar does not have. */
export const STATUS_KEY = '{00062003-0000-0000-c000-000000000046}0x8101:Integer'
const kept: Readonly<Record<string, TaskStatusType>> = { '3': 'WaitingOnOthers', '4': 'Deferred' }

const day = (local: string | undefined): string | undefined => local && `${local.slice(0, 10)}T00:00:00Z`

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
    read: ({ item, object }) => (item.class === 'task' && object ? repeats(object) : undefined),
  },
  PercentComplete: ofTask(
    ({ percentComplete, progress }) => percentComplete ?? (progress === 'completed' ? 100 : 0),
  ),
  Status: {
    in: 'Default',
    read: (view) => {
      if (view.item.class !== 'task' || !view.object) return undefined
      const state = taskStates[view.object.progress ?? 'needs-action']
      return state === 'NotStarted' || state === 'InProgress'
        ? (kept[String(view.property(STATUS_KEY))] ?? state)
        : state
    },
  },
  StatusDescription: ofTask(({ progress = 'needs-action' }) => taskStates[progress], 'AllProperties'),
  Recurrence: ofTask(
    ({ recurrenceRules: [rule] = [], start }) => rule && start && showRecurrence(rule, start),
  ),
}
