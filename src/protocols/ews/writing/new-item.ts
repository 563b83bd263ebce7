/** Events, contacts, tasks and notes as CreateItem makes them. */
import { addCalendarObject } from '#src/domain/calendar/events.ts'
import { createMeeting, type SendMeeting } from '#src/domain/calendar/scheduling/organize.ts'
import { addContact } from '#src/domain/contacts/contacts.ts'
import { addItem } from '#src/domain/mailbox/add-item.ts'
import type { ItemClass, ItemNo } from '#src/domain/mailbox/item.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { htmlToText } from '#src/formats/text/html-text.ts'
import { lineValue } from '#src/wire/ews/model/line-value.ts'
import { withDayDone } from '#src/wire/ews/model/task-updates.ts'
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
import type { EwsCall } from '../call.ts'
import type { FolderPlace } from '../places.ts'
import { photoApart, withPhoto } from '../properties/contact-photo.ts'
import { contactIn, eventOf, taskOf } from './described-item.ts'
import { newFiles } from './item-files.ts'
import { marksBeside } from './marks-beside.ts'
import { meetingActor, meetingPost } from './meeting-actor.ts'
import { targetFolder } from './save-message.ts'

export type MadeItem = { place: FolderPlace; no: ItemNo }

/** What is kept beside the content of a new item. */
function optionsOf(call: EwsCall, itemClass: ItemClass, updates: ItemUpdates) {
  const { properties, keywords, receivedAt = call.services.now() } = marksBeside(itemClass, updates, [])
  const kept = Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null))
  return { properties: kept, receivedAt, ...(keywords && { keywords }) }
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
  const options = { ...optionsOf(call, 'event', updates), ...(await newFiles(call, given.Attachments)) }
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

export async function createContact(
  call: EwsCall,
  given: ContactItemType | DistributionListType,
  savedIn: TargetFolderIdType | undefined,
  isList = false,
): Promise<MadeItem> {
  const place = await targetFolder(call, savedIn, 'contacts')
  const { photo, files } = await photoApart(given.Attachments)
  const list = isList ? { mailbox: place.mailbox, folder: place.folder.no } : undefined
  const card = withPhoto(await contactIn(call, given, list), photo)
  const options = { ...optionsOf(call, 'contact', updatesOfItem(given)), ...(await newFiles(call, files)) }
  const { no } = await addContact(call.services.store, place.mailbox.at, place.folder.no, card, options)
  return { place, no }
}

export async function createTask(
  call: EwsCall,
  given: TaskType,
  savedIn: TargetFolderIdType | undefined,
): Promise<MadeItem> {
  const place = await targetFolder(call, savedIn, 'tasks')
  const updates = updatesOfItem(given)
  const { task, properties } = taskOf(given)
  const kept = optionsOf(call, 'task', { ...updates, extended: { ...properties, ...updates.extended } })
  const options = { ...kept, ...(await newFiles(call, given.Attachments)) }
  const { no } = await addCalendarObject(
    call.services.store,
    place.mailbox.at,
    place.folder.no,
    withDayDone(task, call.services.now()),
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
    ...optionsOf(call, 'note', updates),
    ...(await newFiles(call, given.Attachments)),
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
  if (values.Subject !== undefined) note.title = lineValue('subject', values.Subject)
  if (values.Body !== undefined) note.text = plain(values.Body as BodyType | null)
  if (appended.Body !== undefined) note.text = `${note.text ?? ''}${plain(appended.Body as BodyType)}`
  return note
}

const plain = (body: BodyType | null): string =>
  body === null ? '' : body.BodyType === 'HTML' ? htmlToText(body.Value) : body.Value
