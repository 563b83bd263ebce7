/** Events, contacts, tasks and notes as CreateItem makes them. */
import { addCalendarObject } from '#src/domain/calendar/events.ts'
import { createMeeting, type SendMeeting } from '#src/domain/calendar/scheduling/organize.ts'
import { addContact } from '#src/domain/contacts/contacts.ts'
import { addItem } from '#src/domain/mailbox/add-item.ts'
import type { ItemNo } from '#src/domain/mailbox/item.ts'
import { parseCalendar } from '#src/formats/ical/calendar.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import type { Card } from '#src/formats/jscontact/card.ts'
import { htmlToText } from '#src/formats/text/html-text.ts'
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
import { withTaskUpdates } from '../calendar/task-updates.ts'
import type { EwsCall } from '../call.ts'
import { newContact } from '../contact-fields.ts'
import type { FolderPlace } from '../places.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { withContactUpdates } from './contact-updates.ts'
import { meetingActor, meetingPost } from './meeting-actor.ts'
import { marksOf } from './message-updates.ts'
import { targetFolder } from './save-message.ts'
import { type ItemUpdates, updatesOfItem } from './updates.ts'

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
  const event =
    given.MimeContent === undefined
      ? await newEvent(call, updates)
      : await withEventUpdates(call, await eventIn(given.MimeContent.Value), withoutMime(updates))
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
  const isList = 'Members' in given && given.Members !== undefined
  const card = withContactUpdates(
    { ...newContact(), ...(isList && { kind: 'group' }) },
    updates,
  ) as unknown as Card
  const { store } = call.services
  const { no } = await addContact(store, place.mailbox.at, place.folder.no, card, optionsOf(updates))
  return { place, no }
}

export async function createTask(
  call: EwsCall,
  given: TaskType,
  savedIn: TargetFolderIdType | undefined,
): Promise<MadeItem> {
  const place = await targetFolder(call, savedIn, 'tasks')
  const updates = updatesOfItem(given)
  const { task, properties } = withTaskUpdates({ '@type': 'Task', uid: '' }, updates)
  const options = optionsOf({ ...updates, extended: { ...updates.extended, ...properties } })
  const { no } = await addCalendarObject(
    call.services.store,
    place.mailbox.at,
    place.folder.no,
    task,
    options,
  )
  return { place, no }
}

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
