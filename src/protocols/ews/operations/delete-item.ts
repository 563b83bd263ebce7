import { changeCalendarObject } from '#src/domain/calendar/events.ts'
import { comesAgain, nextOccurrence } from '#src/domain/calendar/recurring-tasks.ts'
import { saidZone } from '#src/domain/calendar/working-hours.ts'
import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { deleteItems } from '#src/domain/mailbox/deletion.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import type { AffectedTaskOccurrencesType } from '#src/wire/ews/schema-types.ts'
import { invites } from '../calendar/show-event.ts'
import type { EwsCall } from '../call.ts'
import { deletionModes } from '../deletion-modes.ts'
import { deleteHidden } from '../hidden/change-hidden.ts'
import { hiddenKeyOf } from '../hidden/hidden-item.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import type { ItemPlace } from '../places.ts'
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
      const hidden = hiddenKeyOf(id)
      if (hidden !== undefined) return deleteHidden(call, hidden)
      const place = await readItem(call, await call.places.named(id), FolderRight.deleteAny)
      const { mailbox, item, recurrenceId } = place
      const mode = deletionModes[DeleteType]
      if (item.class === 'event' && send === undefined && recurrenceId === undefined && invites(item.content))
        throw new EwsRefusal(
          'ErrorSendMeetingCancellationsRequired',
          'invalid-parameter',
          'Say with SendMeetingCancellations who is told.',
        )
      if (item.class === 'task' && (await deleteOccurrence(call, place, tasks))) return {}
      const calledOff =
        item.class === 'event' && (recurrenceId !== undefined || (send ?? 'SendToNone') !== 'SendToNone')
      if (calledOff) await cancelAndDelete(call, place, send ?? 'SendToNone', mode)
      else await deleteItems(call.services.store, mailbox.at, [item.no], mode)
      return {}
    }),
  }),
})

/**
 * Takes the present occurrence out of a task that comes again, where that is what is asked for and it was not the last one. Refuses
 * to guess.
 */
async function deleteOccurrence(
  { services: { store, now } }: EwsCall,
  { mailbox: { at }, item }: ItemPlace,
  affected: AffectedTaskOccurrencesType | undefined,
): Promise<boolean> {
  const task = item.content as unknown as CalendarObject
  if (!comesAgain(task) || affected === 'AllOccurrences') return false
  if (affected === undefined)
    throw new EwsRefusal(
      'ErrorAffectedTaskOccurrencesRequired',
      'invalid-parameter',
      'Say with AffectedTaskOccurrences what is deleted.',
    )
  const zone = await saidZone(store.mailboxes, at)
  const next = nextOccurrence(task, new Date(now()).toISOString().slice(0, 10), zone)
  if (next === null) return false
  await changeCalendarObject(store, at, item.no, next)
  return true
}
