/** Which event an answer to an invitation is about, and whether the caller may give it. */
import { calendarObjectOf } from '#src/domain/calendar/events.ts'
import { type MeetingMark, meetingOf } from '#src/domain/calendar/scheduling/meeting-message.ts'
import { isPerson, organizerOf } from '#src/domain/calendar/scheduling/people.ts'
import type { Answer } from '#src/domain/calendar/scheduling/respond.ts'
import { eventOfMeeting, takeInvitation } from '#src/domain/calendar/scheduling/take-meeting.ts'
import { addressesOfEntry } from '#src/domain/calendar/scheduling/who.ts'
import { FolderRight, type FolderRights } from '#src/domain/directory/folder-permission.ts'
import type { Item, ItemNo } from '#src/domain/mailbox/item.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { occurrenceOf } from '#src/formats/jscalendar/patch.ts'
import type { ResponseCode } from '#src/wire/ews/message.ts'
import type { EwsCall } from '../call.ts'
import { accessDenied, type ItemPlace, type ReachedMailbox } from '../places.ts'
import { EwsRefusal } from '../refusal-codes.ts'

type AnsweredEvent = {
  /** Of whose calendar: the mailbox of the invitation, or the one it was copied to a delegate from. */
  mailbox: ReachedMailbox
  no: ItemNo
  event: CalendarObject
  recurrenceId: string | undefined
  /** The invitation, when it was that which was answered. */
  message: ItemPlace | undefined
}

const cancelledCodes = {
  accepted: 'ErrorCalendarIsCancelledForAccept',
  tentative: 'ErrorCalendarIsCancelledForTentative',
  declined: 'ErrorCalendarIsCancelledForDecline',
} as const satisfies Record<Answer, ResponseCode>

const organizerCodes = {
  accepted: 'ErrorCalendarIsOrganizerForAccept',
  tentative: 'ErrorCalendarIsOrganizerForTentative',
  declined: 'ErrorCalendarIsOrganizerForDecline',
} as const satisfies Record<Answer, ResponseCode>

/**
 * The event that is answered: the item itself, or what an invitation is about, which is put into the calendar when it is not
 * there. Refuses ErrorAccessDenied without the right to change the calendar, ErrorCalendarMeetingRequestIsOutOfDate,
 * ErrorCalendarIsCancelledFor…, ErrorCalendarIsOrganizerFor…, ErrorInvalidReferenceItem.
 */
export async function answeredEvent(call: EwsCall, place: ItemPlace, answer: Answer): Promise<AnsweredEvent> {
  const found = place.item.class === 'event' ? itself(place) : await invitedTo(call, place, answer)
  const { mailbox, event, recurrenceId } = found
  const one = recurrenceId === undefined ? event : occurrenceOf(event, recurrenceId)
  if (one.status === 'cancelled')
    throw new EwsRefusal(cancelledCodes[answer], 'wrong-state', 'The meeting was called off.')
  if (isHeldBy(one, mailbox))
    throw new EwsRefusal(
      organizerCodes[answer],
      'wrong-state',
      'The organizer of a meeting does not answer it.',
    )
  return found
}

function itself(place: ItemPlace): AnsweredEvent {
  const { mailbox, item, recurrenceId, rights } = place
  if ((rights & FolderRight.editAny) === 0) throw accessDenied()
  return { mailbox, no: item.no, event: calendarObjectOf(item)!, recurrenceId, message: undefined }
}

async function invitedTo(call: EwsCall, place: ItemPlace, answer: Answer): Promise<AnsweredEvent> {
  const mark = meetingOf(place.item)
  if (mark?.kind === 'cancellation')
    throw new EwsRefusal(cancelledCodes[answer], 'wrong-state', 'The meeting was called off.')
  if (mark?.kind !== 'request')
    throw new EwsRefusal(
      'ErrorInvalidReferenceItem',
      'invalid-parameter',
      'This is neither an invitation nor an event.',
    )
  if (mark.outcome === 'outdated') throw outOfDate()
  const mailbox = await invitedMailbox(call, place, mark)
  await needCalendar(call, mailbox, FolderRight.editAny)
  const { store, now } = call.services
  const message = mailbox.at.mailbox === place.mailbox.at.mailbox ? place.item : undefined
  const { item, event } = await takeInvitation(store, mailbox.at, mailbox.owner, mark, now(), message)
  const recurrenceId = event.recurrenceId === undefined ? mark.recurrenceId : undefined
  const one = recurrenceId === undefined ? event : occurrenceOf(event, recurrenceId)
  if ((mark.object.sequence ?? 0) < (one.sequence ?? 0)) throw outOfDate()
  return { mailbox, no: item.no, event, recurrenceId, message: place }
}

/** A delegate answers for whom the invitation was. */
async function invitedMailbox(
  { places }: EwsCall,
  { mailbox }: ItemPlace,
  { receivedFor }: MeetingMark,
): Promise<ReachedMailbox> {
  return receivedFor === undefined ? mailbox : places.byAddress(receivedFor.address)
}

/** Refuses ErrorAccessDenied without the right on the mailbox's calendar. */
export async function needCalendar(
  { places, services }: EwsCall,
  mailbox: ReachedMailbox,
  right: FolderRights,
) {
  const calendar = await services.store.mailboxes.findFolder(mailbox.at, { distinguished: 'calendar' })
  if (calendar === undefined || ((await places.rightsOn(mailbox, calendar)) & right) === 0)
    throw accessDenied()
}

/** Whether the owner of the mailbox holds the meeting; what invites nobody is its owner's. */
export function isHeldBy(event: CalendarObject, { owner }: ReachedMailbox): boolean {
  const organizer = organizerOf(event)
  return organizer === undefined || isPerson(organizer, new Set(addressesOfEntry(owner)))
}

/**
 * The event that a cancellation has ended, or the occurrence of it; undefined when it is not in the calendar (any more). Refuses
 * ErrorInvalidReferenceItem for other items.
 */
export async function endedEvent(
  call: EwsCall,
  { mailbox, item }: ItemPlace,
): Promise<{ item: Item; recurrenceId: string | undefined } | undefined> {
  const mark = meetingOf(item)
  if (mark?.kind !== 'cancellation')
    throw new EwsRefusal(
      'ErrorInvalidReferenceItem',
      'invalid-parameter',
      'This does not call a meeting off.',
    )
  const found = await eventOfMeeting(call.services.store.mailboxes, mailbox.at, mark)
  if (found === undefined || isHeldBy(found.event, mailbox)) return undefined
  return {
    item: found.item,
    recurrenceId: found.event.recurrenceId === undefined ? mark.recurrenceId : undefined,
  }
}

const outOfDate = () =>
  new EwsRefusal(
    'ErrorCalendarMeetingRequestIsOutOfDate',
    'wrong-state',
    'There is a newer invitation to this meeting. Answer that one.',
  )
