import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { deleteItems } from '#src/domain/mailbox/deletion.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { repeats } from '#src/formats/jscalendar/occurrences.ts'
import type { AffectedTaskOccurrencesType } from '#src/wire/ews/schema-types.ts'
import { invites } from '../calendar/show-event.ts'
import { deletionModes } from '../deletion-modes.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { readItem } from '../read-items.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { cancelAndDelete } from '../writing/responses.ts'

/** DeleteItem. An event that invited somebody is called off when the request says so; an occurrence goes out of its series. */
export const deleteItem = operation({
  name: 'DeleteItem',
  writes: true,
  count: ({ ItemIds }) => ItemIds.length,
  run: (call, { ItemIds, DeleteType, SendMeetingCancellations: send, AffectedTaskOccurrences: tasks }) => ({
    messages: eachMessage(call, 'DeleteItem', ItemIds, async (id) => {
      const place = await readItem(call, await call.places.named(id), FolderRight.deleteAny)
      const { mailbox, item, recurrenceId } = place
      const mode = deletionModes[DeleteType]
      if (item.class === 'event' && send === undefined && recurrenceId === undefined && invites(item.content))
        throw new EwsRefusal(
          'ErrorSendMeetingCancellationsRequired',
          'invalid-parameter',
          'Say with SendMeetingCancellations who is told.',
        )
      if (item.class === 'task') checkTask(item.content, tasks)
      const calledOff =
        item.class === 'event' && (recurrenceId !== undefined || (send ?? 'SendToNone') !== 'SendToNone')
      if (calledOff) await cancelAndDelete(call, place, send ?? 'SendToNone', mode)
      else await deleteItems(call.services.store, mailbox.at, [item.no], mode)
      return {}
    }),
  }),
})

/** A task that comes again is deleted as a whole, and only for who says so. */
function checkTask(content: unknown, affected: AffectedTaskOccurrencesType | undefined): void {
  if (!repeats(content as CalendarObject) || affected === 'AllOccurrences') return
  throw affected === undefined
    ? new EwsRefusal(
        'ErrorAffectedTaskOccurrencesRequired',
        'invalid-parameter',
        'Say with AffectedTaskOccurrences what is deleted.',
      )
    : new EwsRefusal(
        'ErrorInvalidOperation',
        'not-supported',
        'One occurrence of a task is not deleted by itself. Move the start of the task, or delete all of it.',
      )
}
