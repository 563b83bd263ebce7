/** Events, contacts, tasks and notes as CreateItem makes them. */
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { addCalendarObject } from '#src/domain/calendar/events.ts'
import { createMeeting, type SendMeeting } from '#src/domain/calendar/scheduling/organize.ts'
import { addContact } from '#src/domain/contacts/contacts.ts'
import { addItem } from '#src/domain/mailbox/add-item.ts'
import type { ItemNo } from '#src/domain/mailbox/item.ts'
import { parseCalendar } from '#src/formats/ical/calendar.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import type { Card } from '#src/formats/jscontact/card.ts'
import { htmlToText } from '#src/formats/text/html-text.ts'
import { parseCards } from '#src/formats/vcard/parse.ts'
import { newContact } from '#src/wire/ews/model/contact-fields.ts'
import { withContactUpdates } from '#src/wire/ews/model/contact-updates.ts'
import { withDayDone, withTaskUpdates } from '#src/wire/ews/model/task-updates.ts'
import { type ItemUpdates, updatesOfItem } from '#src/wire/ews/model/updates.ts'
import type {
  BodyType,
  CalendarItemType,
  ContactItemType,
  DistributionListType,
  MessageType,
  TargetFolderIdType,
  TaskType,
} from '#src/wire/ews/schema-types.ts'
import { gather } from '#src/wire/xml/octets.ts'
import { newEvent, withEventUpdates } from '../calendar/event-updates.ts'
import type { EwsCall } from '../call.ts'
import type { FolderPlace } from '../places.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { meetingActor, meetingPost } from './meeting-actor.ts'
import { marksOf } from './message-updates.ts'
import { targetFolder } from './save-message.ts'

export type MadeItem = { place: FolderPlace; no: ItemNo }

/** What is kept beside the content: categories are keywords, as for messages. */
function optionsOf(updates: ItemUpdates) {
  const { properties, keywords } = marksOf({ ...updates, values: withoutMarks(updates.values) }, [])
  const kept = Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null))
  return { properties: kept, ...(keywords && { keywords }) }
}

/** Importance and sensitivity have their places in the content. */
function withoutMarks({
  Importance,
  Sensitivity,
  ItemClass,
  ...values
}: ItemUpdates['values']): ItemUpdates['values'] {
  const usual =
    typeof ItemClass === 'string' && /^IPM\.(?:Appointment|Contact|Task|DistList|Note)$/i.test(ItemClass)
  return { ...values, ...(ItemClass !== undefined && !usual && { ItemClass }) }
}

/** An event, with invitations where it has attendees and they are to be sent. */
export async function createEvent(
  call: EwsCall,
  given: CalendarItemType,
  savedIn: TargetFolderIdType | undefined,
  send: SendMeeting,
): Promise<MadeItem> {
  const place = await targetFolder(call, savedIn, 'calendar')
  const updates = updatesOfItem(given)
  const event = await eventOf(call, given)
  const post = meetingPost(call)
  const actor = meetingActor(call, place.mailbox)
  const options = optionsOf(updates)
  if (event.participants === undefined || !isOwned(event)) {
    const { no } = await createMeeting(post, actor, place.folder.no, event, { send, options }).then(
      ({ item }) => item,
    )
    return { place, no }
  }
  // Somebody else holds it: a copy that came with its organizer is kept as it is.
  const { no } = await addCalendarObject(
    call.services.store,
    place.mailbox.at,
    place.folder.no,
    event,
    options,
  )
  return { place, no }
}

/** The event that a client describes, by its iCalendar or its properties. */
export async function eventOf(call: EwsCall, given: CalendarItemType): Promise<CalendarObject> {
  const updates = updatesOfItem(given)
  return given.MimeContent === undefined
    ? newEvent(call, updates)
    : withEventUpdates(call, await eventIn(given.MimeContent.Value), withoutMime(updates))
}

const isOwned = ({ participants }: CalendarObject): boolean =>
  Object.values(participants ?? {}).some(({ roles }) => roles.owner)

const withoutMime = ({ values, ...updates }: ItemUpdates): ItemUpdates => {
  const { MimeContent, ...others } = values
  return { ...updates, values: others }
}

const LARGEST_CALENDAR = 4 * 1024 * 1024

async function eventIn(octets: Parameters<typeof gather>[0]): Promise<CalendarObject> {
  const size = octets instanceof Uint8Array ? octets.length : (octets.sizeBytes ?? 0)
  const found =
    size > LARGEST_CALENDAR ? [] : parseCalendar(Buffer.from(await gather(octets)).toString()).objects
  const [event] = found
  if (event === undefined)
    throw new EwsRefusal('ErrorMimeContentInvalid', 'invalid-parameter', 'The MIME content holds no event.')
  return event
}

export async function createContact(
  call: EwsCall,
  given: ContactItemType | DistributionListType,
  savedIn: TargetFolderIdType | undefined,
): Promise<MadeItem> {
  const place = await targetFolder(call, savedIn, 'contacts')
  const updates = updatesOfItem(given)
  const { store } = call.services
  const { no } = await addContact(
    store,
    place.mailbox.at,
    place.folder.no,
    await contactIn(given),
    optionsOf(updates),
  )
  return { place, no }
}

/** The contact or list that a client describes, by its vCard and its properties; these count more. Refuses ErrorMimeContentInvalid. */
export async function contactIn(given: ContactItemType | DistributionListType): Promise<Card> {
  if (given.MimeContent === undefined) return contactOf(given)
  const { MimeContent, ...others } = given
  return contactOf(others, await cardIn(MimeContent.Value))
}

const LARGEST_CARD = 8 * 1024 * 1024

async function cardIn(octets: Parameters<typeof gather>[0]): Promise<Card> {
  const size = octets instanceof Uint8Array ? octets.length : (octets.sizeBytes ?? 0)
  const cards = size > LARGEST_CARD ? [] : cardsIn(Buffer.from(await gather(octets)).toString())
  const [card] = cards
  if (card === undefined || cards.length > 1)
    throw new EwsRefusal(
      'ErrorMimeContentInvalid',
      'invalid-parameter',
      'The MIME content of a contact is one vCard.',
    )
  return card
}

function cardsIn(text: string): readonly Card[] {
  try {
    return parseCards(text)
  } catch (error) {
    if (error instanceof SyntaxFault) return []
    throw error
  }
}

/** The contact or list that a client describes by its properties, on top of a card where it has one. */
function contactOf(given: ContactItemType | DistributionListType, card?: Card): Card {
  const isList = 'Members' in given && given.Members !== undefined
  const { uid, ...made } = newContact()
  const before = { ...made, ...card, uid: card?.uid || uid, ...(isList && { kind: 'group' }) }
  return withContactUpdates(before, updatesOfItem(given)) as unknown as Card
}

export async function createTask(
  call: EwsCall,
  given: TaskType,
  savedIn: TargetFolderIdType | undefined,
): Promise<MadeItem> {
  const place = await targetFolder(call, savedIn, 'tasks')
  const updates = updatesOfItem(given)
  const { task, properties } = taskOf(given)
  const options = optionsOf({ ...updates, extended: { ...updates.extended, ...properties } })
  const { no } = await addCalendarObject(
    call.services.store,
    place.mailbox.at,
    place.folder.no,
    withDayDone(task, call.services.now()),
    options,
  )
  return { place, no }
}

/** The task that a client describes, and what of it is kept beside it. */
export const taskOf = (given: TaskType) => withTaskUpdates({ '@type': 'Task', uid: '' }, updatesOfItem(given))

/** A sticky note, which EWS shows as a message of its class. */
export async function createNote(
  call: EwsCall,
  given: MessageType,
  savedIn: TargetFolderIdType | undefined,
): Promise<MadeItem> {
  const place = await targetFolder(call, savedIn, 'notes')
  const updates = updatesOfItem(given)
  const { no } = await addItem(call.services.store, place.mailbox.at, {
    ...optionsOf(updates),
    folder: place.folder.no,
    class: 'note',
    content: withNoteUpdates({}, updates),
  })
  return { place, no }
}

/** The note with what is set. */
export function withNoteUpdates(
  before: Readonly<Record<string, unknown>>,
  { values, appended }: ItemUpdates,
): Record<string, unknown> {
  const note = { ...before }
  if (values.Subject !== undefined) note.title = String(values.Subject ?? '')
  if (values.Body !== undefined) note.text = plain(values.Body as BodyType | null)
  if (appended.Body !== undefined) note.text = `${note.text ?? ''}${plain(appended.Body as BodyType)}`
  return note
}

const plain = (body: BodyType | null): string =>
  body === null ? '' : body.BodyType === 'HTML' ? htmlToText(body.Value) : body.Value
