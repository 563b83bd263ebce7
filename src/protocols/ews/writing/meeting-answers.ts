/** What CreateItem does with answers to invitations and with what calls meetings off. */

import { calendarObjectOf } from '#src/domain/calendar/events.ts'
import { type Answer, type Proposal, respondToMeeting } from '#src/domain/calendar/scheduling/respond.ts'
import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { deleteItems } from '#src/domain/mailbox/deletion.ts'
import type { ItemNo } from '#src/domain/mailbox/item.ts'
import { formatDuration } from '#src/formats/jscalendar/duration.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { zoneOfEvent } from '#src/wire/ews/model/event-times.ts'
import { epochOf, localOf } from '#src/wire/ews/model/time-zones.ts'
import type { AcceptItemType, ItemIdType, SmartResponseType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { viewParts } from '../item-view.ts'
import { accessDenied, type ItemPlace, itemNotFound } from '../places.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { answeredEvent, endedEvent, isHeldBy, needCalendar } from './answered-event.ts'
import { commentOf } from './forwards.ts'
import { meetingActor, meetingPost } from './meeting-actor.ts'
import type { Disposition, MadeMessage } from './new-message.ts'
import { cancelAndDelete, referred } from './responses.ts'

const told = { SaveOnly: 'none', SendOnly: 'only', SendAndSaveCopy: 'and-save' } as const

/**
 * AcceptItem, TentativelyAcceptItem, DeclineItem. The invitation goes to Deleted Items, as Exchange has it. Refuses as
 * `answeredEvent`.
 */
export async function answerMeeting(
  call: EwsCall,
  given: AcceptItemType,
  answer: Answer,
  { disposition }: Disposition,
): Promise<MadeMessage> {
  const place = await referred(call, given.ReferenceItemId)
  const { mailbox, no, event, recurrenceId, message } = await answeredEvent(call, place, answer)
  const comment = commentOf(given.Body)
  const proposed = proposedTimes(call, event, given)
  const { item } = await respondToMeeting(meetingPost(call), meetingActor(call, mailbox), no, {
    answer,
    send: told[disposition],
    ...(comment && { comment }),
    ...(recurrenceId !== undefined && { recurrenceId }),
    ...(proposed && { proposed }),
  })
  if (message && (message.rights & FolderRight.deleteAny) !== 0)
    await deleteItems(call.services.store, message.mailbox.at, [message.item.no], 'trash')
  return item === null ? undefined : shownIn(call, mailbox, item)
}

/** Other times that are proposed, on the clock of the meeting. Refuses ErrorCalendarEndDateIsEarlierThanStartDate. */
function proposedTimes(
  call: EwsCall,
  event: CalendarObject,
  { ProposedStart, ProposedEnd }: AcceptItemType,
): Proposal | undefined {
  if (ProposedStart === undefined || ProposedEnd === undefined) return undefined
  const [from, to] = [epochOf(ProposedStart, call.zone), epochOf(ProposedEnd, call.zone)]
  if (to < from)
    throw new EwsRefusal(
      'ErrorCalendarEndDateIsEarlierThanStartDate',
      'invalid-parameter',
      'The proposed time ends before it begins.',
    )
  const start = localOf(from, zoneOfEvent(event, call.zone))
  return { start, duration: formatDuration({ ms: Math.round((to - from) / 1_000) * 1_000 }) }
}

async function shownIn(call: EwsCall, mailbox: ItemPlace['mailbox'], no: ItemNo): Promise<MadeMessage> {
  const [item] = await call.services.store.mailboxes.getItems(mailbox.at, [no], viewParts)
  if (item === undefined) return undefined
  const folder = (await call.places.tree(mailbox)).byNo.get(item.folder)
  if (folder === undefined) throw itemNotFound()
  return { place: { mailbox, folder, rights: await call.places.rightsOn(mailbox, folder) }, no }
}

const sent = {
  SaveOnly: 'SendToNone',
  SendOnly: 'SendOnlyToAll',
  SendAndSaveCopy: 'SendToAllAndSaveCopy',
} as const

/**
 * CancelCalendarItem: the organizer calls a meeting off, or one occurrence of it. Answers with the event, or the series of the
 * occurrence, as it is now; clients expect one. Refuses ErrorCalendarIsNotOrganizer,
 * ErrorAccessDenied without the right to delete it.
 */
export async function cancelEvent(
  call: EwsCall,
  given: SmartResponseType,
  { disposition }: Disposition,
): Promise<MadeMessage> {
  const place = await referred(call, given.ReferenceItemId)
  if ((place.rights & FolderRight.deleteAny) === 0) throw accessDenied()
  const event = place.item.class === 'event' ? calendarObjectOf(place.item) : undefined
  if (event === undefined)
    throw new EwsRefusal('ErrorInvalidReferenceItem', 'invalid-parameter', 'This is no event.')
  if (!isHeldBy(event, place.mailbox))
    throw new EwsRefusal(
      'ErrorCalendarIsNotOrganizer',
      'wrong-state',
      'Only its organizer calls a meeting off.',
    )
  const comment = commentOf(given.NewBodyContent ?? given.Body)
  await cancelAndDelete(call, place, sent[disposition], 'trash', comment)
  return shownIn(call, place.mailbox, place.item.no)
}

/** RemoveItem: the event of a cancellation, and the cancellation itself. Refuses as `endedEvent`, ErrorAccessDenied. */
export async function removeCancelled(call: EwsCall, id: ItemIdType | undefined): Promise<MadeMessage> {
  const place = await referred(call, id)
  if ((place.rights & FolderRight.deleteAny) === 0) throw accessDenied()
  const { mailbox } = place
  const ended = await endedEvent(call, place)
  if (ended !== undefined) {
    await needCalendar(call, mailbox, FolderRight.deleteAny)
    const { item, recurrenceId } = ended
    if (recurrenceId === undefined) await deleteItems(call.services.store, mailbox.at, [item.no], 'trash')
    else await cancelAndDelete(call, { ...place, item, recurrenceId }, 'SendToNone', 'trash')
  }
  await deleteItems(call.services.store, mailbox.at, [place.item.no], 'trash')
  return shownIn(call, mailbox, (ended?.item ?? place.item).no)
}
