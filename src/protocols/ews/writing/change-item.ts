import { changeCalendarObject } from '#src/domain/calendar/events.ts'
import {
  advanceTask,
  comesAgain,
  nextOccurrence,
  presentOccurrence,
} from '#src/domain/calendar/recurring-tasks.ts'
import { type SendMeeting, updateMeeting } from '#src/domain/calendar/scheduling/organize.ts'
import { saidZone } from '#src/domain/calendar/working-hours.ts'
import { changeContact } from '#src/domain/contacts/contacts.ts'
import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { contentSummary } from '#src/domain/mailbox/add-item.ts'
import { changeMessage } from '#src/domain/mailbox/change-message.ts'
import { fileNames } from '#src/domain/mailbox/files.ts'
import { Flag, type ItemClass, type ItemNo } from '#src/domain/mailbox/item.ts'
import { requireUnchanged } from '#src/domain/mailbox/unchanged.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import type { Card } from '#src/formats/jscontact/card.ts'
import type { ContactContent } from '#src/wire/ews/model/contact-fields.ts'
import { withContactUpdates } from '#src/wire/ews/model/contact-updates.ts'
import { keptOfOccurrence } from '#src/wire/ews/model/occurrence-properties.ts'
import { withDayDone, withTaskUpdates } from '#src/wire/ews/model/task-updates.ts'
import { twins, twinsOf } from '#src/wire/ews/model/twins.ts'
import type { ItemUpdates } from '#src/wire/ews/model/updates.ts'
import { withEventUpdates } from '../calendar/event-updates.ts'
import type { EwsCall } from '../call.ts'
import { withKnownMembers } from '../people/list-members.ts'
import { accessDenied, type ItemPlace } from '../places.ts'
import { readItem, viewOf } from '../read-items.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { withOccurrence } from './exceptions.ts'
import { marksBeside } from './marks-beside.ts'
import { meetingActor, meetingPost } from './meeting-actor.ts'
import { draftOf } from './message-draft.ts'
import { type Marks, marksOf, touchesMessage, updateDraft } from './message-updates.ts'
import { withNoteUpdates } from './new-item.ts'
import { rewriteDraft } from './rewrite-draft.ts'
import { undisturbed } from './undisturbed.ts'

const shape = { BaseShape: 'IdOnly' } as const

/** What AppendToItemField is for. */
const appendable: Readonly<Record<ItemClass, readonly string[]>> = {
  message: ['Body', 'ToRecipients', 'CcRecipients', 'BccRecipients', 'ReplyTo'],
  event: ['Body', 'RequiredAttendees', 'OptionalAttendees', 'Resources'],
  contact: ['Body', 'Members'],
  task: ['Body'],
  note: ['Body'],
}

/**
 * Changes an item of any class. Invitations go out as `send` says, where the item is a meeting of the mailbox's owner. Of a task that
 * comes again, and whose present occurrence is done or moved, the item that it became.
 */
export async function changeItem(
  call: EwsCall,
  place: ItemPlace,
  updates: ItemUpdates,
  { send, overwrites }: { send: SendMeeting; overwrites: boolean },
): Promise<ItemNo | undefined> {
  if ((place.rights & FolderRight.editAny) === 0) throw accessDenied()
  for (const name of Object.keys(updates.appended))
    if (!appendable[place.item.class].includes(name))
      throw new EwsRefusal(
        'ErrorInvalidPropertyAppend',
        'not-supported',
        `Nothing can be appended to ${name}.`,
      )
  let read: ItemPlace | undefined = place
  return undisturbed(
    async () => {
      const present = read ?? (await readItem(call, { ...place, modseq: undefined }, FolderRight.editAny))
      read = undefined
      return changeByClass(call, present, updates, send)
    },
    overwrites ? undefined : 1,
  )
}

/** Refuses `ChangedMeanwhile`. */
async function changeByClass(
  call: EwsCall,
  place: ItemPlace,
  updates: ItemUpdates,
  send: SendMeeting,
): Promise<ItemNo | undefined> {
  switch (place.item.class) {
    case 'task':
      return changeTask(call, place, updates)
    case 'message':
      await changeMail(call, place, updates)
      break
    case 'event':
      await changeEvent(call, place, updates, send)
      break
    case 'contact':
      await changeCard(call, place, updates)
      break
    case 'note':
      await changeNote(call, place, updates)
  }
  return undefined
}

/** Extended properties as they are from now on. */
function propertiesAfter(
  { item }: ItemPlace,
  { properties }: Pick<Marks, 'properties'>,
): Record<string, unknown> {
  const all = { ...item.properties, ...properties }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null))
}

async function changeMail(call: EwsCall, place: ItemPlace, updates: ItemUpdates): Promise<unknown> {
  const { item, mailbox } = place
  const isDraft = (item.flags & Flag.draft) !== 0
  const known = twinsOf(twins.message, updates.values)
  const marks = marksOf({ ...updates, extended: { ...known, ...updates.extended } }, item.keywords)
  const patch = {
    ...(marks.keywords !== undefined && { keywords: marks.keywords }),
    ...(Object.keys(marks.properties).length > 0 && { properties: propertiesAfter(place, marks) }),
    ...(marks.receivedAt !== undefined && { receivedAt: marks.receivedAt }),
  }
  const flags = { addFlags: marks.addFlags, removeFlags: marks.removeFlags }
  const { store } = call.services
  if (!touchesMessage(updates, isDraft)) {
    // Flags alone are one cheap write, and the most frequent.
    if (Object.keys(patch).length === 0) {
      const { at } = mailbox
      return store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
        mailboxes.changeFlags(at, [item.no], { add: flags.addFlags, remove: flags.removeFlags }),
      )
    }
    return changeMessage(store, mailbox.at, item.no, { ...flags, patch, unchangedSince: item.modseq })
  }
  const draft = await draftOf(viewOf(call, place, shape))
  await updateDraft(call, draft, updates)
  return rewriteDraft(call, place, draft, { ...flags, patch })
}

async function changeEvent(
  call: EwsCall,
  place: ItemPlace,
  updates: ItemUpdates,
  send: SendMeeting,
): Promise<void> {
  const { item, mailbox, recurrenceId } = place
  const view = viewOf(call, place, shape)
  const marks = marksBeside('event', updates, item.keywords)
  const series = view.series
  const properties =
    series === undefined ? marks.properties : keptOfOccurrence(marks.properties, recurrenceId!)
  const options = {
    ...(Object.keys(properties).length > 0 && { properties: propertiesAfter(place, { properties }) }),
    // Categories of one occurrence are in its own content.
    ...(marks.keywords !== undefined && series === undefined && { keywords: marks.keywords }),
    unchangedSince: item.modseq,
  }
  const event = view.object!
  const changed = await withEventUpdates(call, event, updates, { occurrence: series !== undefined })
  const whole = series === undefined ? changed : withOccurrence(series, changed, recurrenceId!)
  await updateMeeting(meetingPost(call), meetingActor(call, mailbox), item.no, whole, { send, options })
}

async function changeTask(
  call: EwsCall,
  place: ItemPlace,
  updates: ItemUpdates,
): Promise<ItemNo | undefined> {
  const { item, mailbox } = place
  const before = item.content as unknown as CalendarObject
  const { task, properties } = withTaskUpdates(before, updates)
  const extended = { ...properties, ...updates.extended }
  const marks = marksBeside('task', { ...updates, extended }, item.keywords)
  const { store } = call.services
  const now = call.services.now()
  const changed = withDayDone(task, now)
  const kept = {
    properties: propertiesAfter(place, marks),
    ...(marks.keywords !== undefined && { keywords: marks.keywords }),
  }
  const { modseq: unchangedSince } = item
  const of = { item: item.no, folder: item.folder }
  const isDone = before.progress !== 'completed' && changed.progress === 'completed'
  if (!comesAgain(changed) || !(isDone || hasOtherDay(before, changed, updates))) {
    await changeCalendarObject(store, mailbox.at, item.no, changed, { ...kept, unchangedSince })
    return undefined
  }
  const present = presentOccurrence(changed)
  const zone = await saidZone(store.mailboxes, mailbox.at)
  const next = nextOccurrence(isDone ? changed : before, (changed.progressUpdated ?? '').slice(0, 10), zone)
  if (next === null) {
    const last = { ...present, uid: changed.uid }
    await changeCalendarObject(store, mailbox.at, item.no, last, { ...kept, unchangedSince })
    return undefined
  }
  return (await advanceTask(store, mailbox.at, of, { next, present }, { ...kept, unchangedSince, now })).no
}

/** Who moves a task of the calendar moves its present occurrence (UpdateItem operation (task), as in Exchange). */
const hasOtherDay = (
  before: CalendarObject,
  { start, due }: CalendarObject,
  { values }: ItemUpdates,
): boolean =>
  before.recurrenceRules !== undefined &&
  values.Recurrence === undefined &&
  (before.start !== start || before.due !== due)

async function changeCard(call: EwsCall, place: ItemPlace, updates: ItemUpdates): Promise<void> {
  const { item, mailbox } = place
  const known = await withKnownMembers(call, updates, { mailbox, folder: item.folder })
  const card = withContactUpdates(item.content as ContactContent, known) as unknown as Card
  const marks = marksBeside('contact', updates, item.keywords)
  await changeContact(call.services.store, mailbox.at, item.no, card, {
    properties: propertiesAfter(place, marks),
    ...(marks.keywords !== undefined && { keywords: marks.keywords }),
    unchangedSince: item.modseq,
  })
}

async function changeNote(call: EwsCall, place: ItemPlace, updates: ItemUpdates): Promise<void> {
  const { item, mailbox } = place
  const content = withNoteUpdates(item.content ?? {}, updates)
  const marks = marksBeside('note', updates, item.keywords)
  const { at } = mailbox
  await call.services.store.transact(
    { organization: at.organization, mailboxes: [at.mailbox] },
    async ({ mailboxes }) => {
      await requireUnchanged(mailboxes, at, item.no, item.modseq)
      await mailboxes.changeItem(at, item.no, {
        content,
        summary: { ...contentSummary('note', content), ...(await fileNames(mailboxes, at, item.no)) },
        properties: propertiesAfter(place, marks),
        ...(marks.keywords !== undefined && { keywords: marks.keywords }),
      })
    },
  )
}
