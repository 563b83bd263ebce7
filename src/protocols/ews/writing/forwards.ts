/** ForwardItem of events and of meeting requests. */
import { calendarObjectOf } from '#src/domain/calendar/events.ts'
import {
  forwardedObject,
  forwardInvitation,
  type Invitation,
  tellOfForward,
} from '#src/domain/calendar/scheduling/forward.ts'
import { findCalendarPart, meetingOf, readMeeting } from '#src/domain/calendar/scheduling/meeting-message.ts'
import type { Named } from '#src/domain/calendar/scheduling/meeting-objects.ts'
import { eventOfMeeting } from '#src/domain/calendar/scheduling/take-meeting.ts'
import { fileForOthers, filesOf } from '#src/domain/mailbox/files.ts'
import { formatCalendar } from '#src/formats/ical/calendar.ts'
import type { ComposedPart } from '#src/formats/mime/compose.ts'
import { htmlToText } from '#src/formats/text/html-text.ts'
import type { BodyType, EmailAddressType, SmartResponseType } from '#src/wire/ews/schema-types.ts'
import { addressText, mailboxesOf, recipientsOf } from '../addresses.ts'
import type { EwsCall } from '../call.ts'
import type { ItemView } from '../item-view.ts'
import { nameAt } from '../people/address-book-name.ts'
import type { ItemPlace } from '../places.ts'
import { meetingActor, meetingPost } from './meeting-actor.ts'

/** The invitation that an item is: an event, or a request, as the calendar has its meeting, else as it says it. */
export async function invitationOf(
  call: EwsCall,
  { mailbox: { at }, item, recurrenceId }: ItemPlace,
): Promise<Invitation | undefined> {
  const { mailboxes } = call.services.store
  const parts = filesOf(item, recurrenceId)
  const read = (range: { start: number; end: number }) => mailboxes.readBody(at, item.body!, range)
  const files = await Promise.all(parts.map(async (part) => ({ stored: await fileForOthers(part, read) })))
  const one = (id: string | undefined) => (id === undefined ? {} : { recurrenceId: id })
  const event = item.class === 'event' ? calendarObjectOf(item) : undefined
  if (event !== undefined) return { event, files, ...one(recurrenceId) }
  const mark = meetingOf(item)
  if (mark?.kind !== 'request') return undefined
  const found = await eventOfMeeting(mailboxes, at, mark)
  const isOfSeries = found !== undefined && found.event.recurrenceId === undefined
  return { event: found?.event ?? mark.object, files, ...one(isOfSeries ? mark.recurrenceId : undefined) }
}

/** Sends it to whom the client names. Refuses what sending refuses. */
export async function passOn(
  call: EwsCall,
  { mailbox }: ItemPlace,
  invitation: Invitation,
  given: SmartResponseType,
  disposition: 'SendOnly' | 'SendAndSaveCopy',
): Promise<void> {
  const comment = commentOf(given.NewBodyContent ?? given.Body)
  await forwardInvitation(meetingPost(call), meetingActor(call, mailbox), invitation, {
    to: await namedIn(call, [...(given.ToRecipients ?? []), ...(given.CcRecipients ?? [])]),
    ...(comment && { comment }),
    send: disposition === 'SendOnly' ? 'SendOnlyToAll' : 'SendToAllAndSaveCopy',
  })
}

/** Its calendar, for a draft that is sent later. */
export async function invitationPart(
  call: EwsCall,
  { mailbox }: ItemPlace,
  invitation: Invitation,
): Promise<ComposedPart> {
  const object = await forwardedObject(meetingPost(call), meetingActor(call, mailbox), invitation)
  const text = formatCalendar([object], { method: 'REQUEST', stamp: call.services.now() })
  return { text, subtype: 'calendar', params: { method: 'REQUEST' } }
}

/**
 * How the organizer of the invitation that a draft passes on is told of it; of other mail nobody is. Read before the draft goes, done
 * after it.
 */
export async function tellingOf(
  call: EwsCall,
  { mailbox }: ItemPlace,
  view: ItemView,
): Promise<() => Promise<void>> {
  const part = view.root && findCalendarPart(view.root)
  const meeting = part && readMeeting((await view.partText(part)).text, part.params.method)
  if (meeting?.method !== 'REQUEST') return async () => undefined
  const { to, cc } = view.envelope
  const named = [...mailboxesOf(to), ...mailboxesOf(cc)].map((one) => ({
    name: one.name ?? '',
    address: addressText(one),
  }))
  return () => tellOfForward(meetingPost(call), meetingActor(call, mailbox), meeting.objects[0], named)
}

async function namedIn(call: EwsCall, given: readonly EmailAddressType[]): Promise<Named[]> {
  const named: Named[] = []
  for (const one of await recipientsOf(call, given)) {
    const address = addressText(one)
    named.push({ name: (await nameAt(call, address, one.name)) ?? '', address })
  }
  return named
}

/** What is written beside an answer, as text; undefined for nothing. */
export function commentOf(body: BodyType | undefined): string | undefined {
  if (body === undefined) return undefined
  const text = body.BodyType === 'HTML' ? htmlToText(body.Value) : body.Value
  return text.trim() === '' ? undefined : text.trim()
}
