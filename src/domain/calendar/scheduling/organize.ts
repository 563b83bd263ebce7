import { randomUUID } from 'node:crypto'
import type { CalendarObject, Participant } from '#src/formats/jscalendar/event.ts'
import { occurrenceOf } from '#src/formats/jscalendar/patch.ts'
import type { ComposedPart } from '#src/formats/mime/compose.ts'
import { storedFiles } from '../../mailbox/files.ts'
import type { FolderNo, ItemNo, ItemState } from '../../mailbox/item.ts'
import { Refusal } from '../../refusal.ts'
import { addCalendarObject, changeCalendarObject, getEvent } from '../events.ts'
import {
  cancelledAs,
  type MeetingNote,
  type Named,
  namedOf,
  nextStamp,
  note,
  stampText,
  toldByOrganizer,
} from './meeting-objects.ts'
import { attendeesOf, everybodyOf, isPerson, organizerOf } from './people.ts'
import { planUpdate } from './plan-update.ts'
import {
  type Actor,
  type Letter,
  type MeetingPost,
  namedOwner,
  requireSendable,
  sendLetter,
  sentByOf,
} from './post.ts'
import { personOf } from './who.ts'

/** Who is told of a meeting: EWS CalendarItemCreateOrDeleteOperationType and CalendarItemUpdateOperationType. */
export type SendMeeting =
  | 'SendToNone'
  | 'SendOnlyToAll'
  | 'SendOnlyToChanged'
  | 'SendToAllAndSaveCopy'
  | 'SendToChangedAndSaveCopy'

/** Addresses that could not be written to; the meeting stands all the same. */
export type MeetingSent = { refused: readonly string[] }

type Sending = { send: SendMeeting; comment?: string }

const isSaved = (send: SendMeeting): boolean => send.endsWith('AndSaveCopy')

/**
 * The event with its owner as organizer where it invites somebody, a UID, and what scheduling counts by. An event without
 * attendees stays as it is.
 */
function asMeeting(event: CalendarObject, organizer: Named, now: number): CalendarObject {
  const uid = event.uid === '' ? randomUUID() : event.uid
  if (everybodyOf(event).size === 0) return { ...event, uid }
  const owner: Participant = {
    ...organizerOf(event),
    name: organizer.name,
    email: organizer.address,
    sendTo: { imip: `mailto:${organizer.address}` },
    roles: { owner: true, attendee: true },
    participationStatus: 'accepted',
  }
  const others = Object.entries(event.participants ?? {}).filter(
    ([, one]) => !one.roles.owner && !isPerson(one, new Set([organizer.address.toLowerCase()])),
  )
  return {
    ...event,
    uid,
    sequence: event.sequence ?? 0,
    updated: event.updated ?? stampText(nextStamp(event, now)),
    replyTo: { imip: `mailto:${organizer.address}` },
    participants: { organizer: owner, ...Object.fromEntries(others) },
  }
}

/** Puts an event into a calendar and invites whom it names (EWS CreateItem). Refuses as `addCalendarObject`, and what sending refuses. */
export async function createMeeting(
  deps: MeetingPost,
  actor: Actor,
  folder: FolderNo,
  event: CalendarObject,
  { send, ...sending }: Sending & { options?: Parameters<typeof addCalendarObject>[4] },
): Promise<MeetingSent & { item: ItemState; event: CalendarObject }> {
  const meeting = asMeeting(event, namedOwner(actor), deps.now())
  const { options, comment } = sending
  const notes = send === 'SendToNone' ? [] : invitationsTo(meeting, actor)
  await requireSendable(deps, actor, lettersOf(notes, { comment }), options?.files)
  const item = await addCalendarObject(deps.store, actor.at, folder, meeting, {
    receivedAt: deps.now(),
    ...options,
  })
  if (notes.length === 0) return { item, event: meeting, refused: [] }
  const { item: stored } = await getEvent(deps.store.mailboxes, actor.at, item.no)
  const files = storedFiles(deps.store.mailboxes, actor.at, stored)
  const { refused } = await sendNotes(deps, actor, notes, { send, comment, files })
  return { item, event: meeting, refused }
}

/** Everybody of a meeting is invited, those of single occurrences to these. */
function invitationsTo(event: CalendarObject, actor: Actor): MeetingNote[] {
  if (everybodyOf(event).size === 0) return []
  const [organizer, sentBy] = [namedOwner(actor), sentByOf(actor)]
  const all = namedOf(attendeesOf(event))
  const inSeries = new Set(all.map(({ address }) => address.toLowerCase()))
  return [
    ...note('REQUEST', toldByOrganizer(event, organizer, sentBy), all),
    ...Object.entries(event.recurrenceOverrides ?? {}).flatMap(([key, patch]) => {
      if (patch.excluded || patch.participants === undefined) return []
      const one = occurrenceOf(event, key)
      const guests = namedOf(attendeesOf(one)).filter(({ address }) => !inSeries.has(address.toLowerCase()))
      return note('REQUEST', toldByOrganizer(one, organizer, sentBy), guests)
    }),
  ]
}

/**
 * Changes a meeting and tells whom it concerns (EWS UpdateItem): SEQUENCE rises with time and place, answers to an old time
 * count no more, who is not invited any more gets a cancellation. Refuses as `changeCalendarObject`, `wrong-state` for a
 * meeting of somebody else that is to be sent, and what sending refuses.
 */
export async function updateMeeting(
  deps: MeetingPost,
  actor: Actor,
  item: ItemNo,
  changed: CalendarObject,
  { send, options, ...sending }: Sending & { options?: Parameters<typeof changeCalendarObject>[4] },
): Promise<MeetingSent & { item: ItemState; event: CalendarObject }> {
  const { event: before, item: held } = await getEvent(deps.store.mailboxes, actor.at, item)
  const organizer = namedOwner(actor)
  const invites = everybodyOf(before).size > 0 || everybodyOf(changed).size > 0
  if (!invites || !(await isOwn(deps, actor, before))) {
    if (send !== 'SendToNone' && invites)
      throw new Refusal('wrong-state', 'Only the organizer of a meeting can send updates of it.')
    return {
      item: await changeCalendarObject(deps.store, actor.at, item, changed, options),
      event: changed,
      refused: [],
    }
  }
  const now = deps.now()
  const sentBy = sentByOf(actor)
  const plan = planUpdate(before, asMeeting(changed, organizer, now), {
    organizer,
    ...(sentBy !== undefined && { sentBy }),
    now,
    changedOnly: send === 'SendOnlyToChanged' || send === 'SendToChangedAndSaveCopy',
  })
  const notes = send === 'SendToNone' ? [] : plan.notes
  const files = storedFiles(deps.store.mailboxes, actor.at, held)
  await requireSendable(deps, actor, lettersOf(notes, { ...sending, files }))
  const state = await changeCalendarObject(deps.store, actor.at, item, plan.event, options)
  const { refused } = await sendNotes(deps, actor, notes, { send, ...sending, files })
  return { item: state, event: plan.event, refused }
}

/**
 * Calls a meeting off, or one occurrence of it (EWS CancelCalendarItem, DeleteItem): everybody invited gets a cancellation.
 * A series loses the occurrence; a whole meeting stays in the calendar, marked, for the caller to delete. Of a meeting of
 * somebody else nothing is sent. Refuses `no-such-item`, and what sending refuses.
 */
export async function cancelMeeting(
  deps: MeetingPost,
  actor: Actor,
  item: ItemNo,
  { send, comment, recurrenceId }: Sending & { recurrenceId?: string },
): Promise<MeetingSent & { item: ItemState }> {
  const { event } = await getEvent(deps.store.mailboxes, actor.at, item)
  const now = deps.now()
  const updated = stampText(nextStamp(event, now))
  const own = await isOwn(deps, actor, event)
  const one = recurrenceId === undefined ? event : occurrenceOf(event, recurrenceId)
  const sequence = (one.sequence ?? 0) + 1
  const kept: CalendarObject =
    recurrenceId === undefined
      ? { ...event, status: 'cancelled', sequence, updated }
      : {
          ...event,
          updated,
          recurrenceOverrides: { ...event.recurrenceOverrides, [recurrenceId]: { excluded: true } },
        }
  const told = recurrenceId === undefined ? [...everybodyOf(event).values()] : attendeesOf(one)
  const notes =
    send === 'SendToNone' || !own
      ? []
      : note(
          'CANCEL',
          { ...cancelledAs(one, namedOwner(actor), sentByOf(actor)), sequence, updated },
          namedOf(told),
        )
  await requireSendable(deps, actor, lettersOf(notes, { comment }))
  const state = await changeCalendarObject(deps.store, actor.at, item, kept)
  const { refused } = await sendNotes(deps, actor, notes, { send, comment })
  return { item: state, refused }
}

/** Tells an attendee that other times which were proposed are not taken. */
export async function declineProposal(
  deps: MeetingPost,
  actor: Actor,
  item: ItemNo,
  { to, comment, recurrenceId }: { to: Named; comment?: string; recurrenceId?: string },
): Promise<MeetingSent> {
  const { event } = await getEvent(deps.store.mailboxes, actor.at, item)
  const one = recurrenceId === undefined ? event : occurrenceOf(event, recurrenceId)
  const object = toldByOrganizer(one, namedOwner(actor), sentByOf(actor))
  return sendNotes(deps, actor, note('DECLINECOUNTER', object, [to]), { send: 'SendOnlyToAll', comment })
}

/** Whether the meeting is held by whom the actor acts for; what invites nobody is its owner's. */
export async function isOwn(
  { store }: Pick<MeetingPost, 'store'>,
  { owner, at }: Actor,
  event: CalendarObject,
): Promise<boolean> {
  const organizer = organizerOf(event)
  if (organizer === undefined) return true
  const address = owner.addresses.find(({ kind }) => kind === 'primary')?.address ?? ''
  const { addresses } = await personOf(store.directory, at.organization, address, owner)
  return isPerson(organizer, addresses)
}

type Said = {
  comment?: string | undefined
  files?: readonly ComposedPart[] | undefined
  subject?: string
}

const lettersOf = (notes: readonly MeetingNote[], { comment, files, subject }: Said): Letter[] =>
  notes.map((note) => ({
    note,
    ...(comment && { comment }),
    ...(subject !== undefined && { subject: subject.replace(/[\r\n\0]+/g, ' ').slice(0, 500) }),
    ...(files && note.method === 'REQUEST' && { files }),
  }))

/** Sends messages of a meeting, one after the other. Refuses what sending refuses. */
export async function sendNotes(
  deps: MeetingPost,
  actor: Actor,
  notes: readonly MeetingNote[],
  { send, ...said }: Said & { send: SendMeeting },
): Promise<MeetingSent> {
  const refused = new Set<string>()
  for (const letter of lettersOf(notes, said)) {
    for (const address of (await sendLetter(deps, actor, letter, { save: isSaved(send) })).refused)
      refused.add(address)
  }
  return { refused: [...refused] }
}
