/** How a task stands that is there: of what JSCalendar does not tell of it (waiting, deferred) the content here says nothing. */
import type { Loss, SourceItem } from '#src/domain/migration/source.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { STATUS_KEY } from '#src/wire/ews/model/task-updates.ts'
import { taskValues } from '#src/wire/ews/model/task-values.ts'
import type { TaskType } from '#src/wire/ews/schema-types.ts'
import type { EwsSession } from './ews-session.ts'
import { readShown, updateThere } from './item-there.ts'

/** Sets it where it is otherwise there, and reads it again. Rejects with SourceFailure. */
export async function ensureStatus(
  session: EwsSession,
  { key, title }: { key: string; title: string },
  { task, properties }: { task: CalendarObject; properties: SourceItem['properties'] },
  signal: AbortSignal,
): Promise<readonly Loss[]> {
  const { Status } = taskValues(task, properties[STATUS_KEY]).values
  const isThere = async (): Promise<boolean> => {
    const ids = [{ ItemId: { Id: key } }]
    const [there] = await readShown(session, ids, ['task:Status'], `"${title}" again`, signal)
    return Status === undefined || (there as TaskType | undefined)?.Status === Status
  }
  if (await isThere()) return []
  const updates = [{ SetItemField: { FieldURI: { FieldURI: 'task:Status' }, Task: { Status } } }] as const
  const change = { updates }
  const { refused } = await updateThere(session, key, [change], 'Setting how the task stands', signal)
  if (await isThere()) return []
  const reason = `${refused.get(change) ?? 'The server was told and shows another one.'} Set it by hand.`
  return [{ property: 'status', reason, weight: 'visible' }]
}
