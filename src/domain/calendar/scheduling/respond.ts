import { tzIdOf } from '#src/formats/ical/event-to-ical.ts'
import { formatIcalTime } from '#src/formats/ical/values.ts'
import { freeBusyOf } from '#src/formats/jscalendar/busy-type.ts'
import { parseDuration } from '#src/formats/jscalendar/duration.ts'
import type { CalendarObject, Participant, RawProperty } from '#src/formats/jscalendar/event.ts'
import { occurrenceOf, patchBetween } from '#src/formats/jscalendar/patch.ts'
import { DAY_MS, parseLocal } from '#src/formats/recurrence/civil.ts'
import type { ItemNo } from '../../mailbox/item.ts'
import { Refusal } from '../../refusal.ts'
import { changeCalendarObject, getEvent } from '../events.ts'
import { intendedBusy } from './attendee-copy.ts'
import type { MeetingNote, Named } from './meeting-objects.ts'
import { nextStamp, stampText } from './meeting-objects.ts'
import {
  addressKey,
  findParticipant,
  freeKey,
  mailAddressOf,
  organizerOf,
  withParticipant,
} from './people.ts'
import {
  type Actor,
  type Letter,
  type MeetingPost,
  namedOwner,
  requireSendable,
  sendLetter,
  sentByOf,
} from './post.ts'
import { writeChanges } from './take-meeting.ts'
import { personOf } from './who.ts'

export type Answer = 'accepted' | 'declined' | 'tentative'

/** The event with the answer of one attendee in it, and its time counted accordingly. */
export function answered(
  event: CalendarObject,
  me: Named,
  addresses: ReadonlySet<string>,
  answer: Answer,
  at: number,
): CalendarObject {
  const [key, participant] = findParticipant(event, addresses) ?? [
    freeKey(event),
    {
      ...(me.name !== '' && { name: me.name }),
      email: me.address,
      sendTo: { imip: `mailto:${me.address}` },
      roles: { attendee: true as const },
    },
  ]
  const busy = answer === 'accepted' ? intendedBusy(event) : answer === 'tentative' ? 'tentative' : 'free'
  const { expectReply, ...rest } = participant as Participant
  return {
    ...withParticipant(event, key, { ...rest, participationStatus: answer, scheduleUpdated: stampText(at) }),
    ...freeBusyOf(intendedBusy(event) === 'free' ? 'free' : busy),
  }
}

/** What an answer repeats of the event, so that it can be told which one, and when, is answered. */
const answeredProperties = [
  'title',
  'start',
  'duration',
  'timeZone',
  'timeZones',
  'showWithoutTime',
  'recurrenceId',
  'recurrenceIdTimeZone',
  'locations',
] as const

/** What REPLY and COUNTER say: which meeting, who answers and what. */
export function replyObject(
  event: CalendarObject,
  me: Named,
  answer: Answer,
  {
    comment,
    sentBy,
    at,
    proposed,
  }: {
    comment?: string | undefined
    sentBy?: string | undefined
    at: number
    proposed?: Proposal | undefined
  },
): CalendarObject {
  const organizer = organizerOf(event)
  const properties: RawProperty[] = comment?.trim()
    ? [
        [
          'COMMENT',
          {},
          comment
            .trim()
            .replace(/[\\;,]/g, '\\$&')
            .replace(/\r?\n/g, '\\n'),
        ],
      ]
    : []
  if (proposed !== undefined) properties.push(...originalTimes(event))
  const mine: Participant = {
    ...(me.name !== '' && { name: me.name }),
    email: me.address,
    sendTo: { imip: `mailto:${me.address}` },
    roles: { attendee: true },
    participationStatus: answer,
    ...(sentBy !== undefined && { sentBy: `mailto:${sentBy}` }),
  }
  const kept = answeredProperties.filter((name) => event[name] !== undefined)
  return {
    '@type': event['@type'],
    uid: event.uid,
    sequence: event.sequence ?? 0,
    ...Object.fromEntries(kept.map((name) => [name, event[name]])),
    ...proposed,
    updated: stampText(at),
    ...(event.replyTo && { replyTo: event.replyTo }),
    participants: {
      ...(organizer && {
        organizer: {
          ...(organizer.name !== undefined && { name: organizer.name }),
          ...(organizer.email !== undefined && { email: organizer.email }),
          ...(organizer.sendTo && { sendTo: organizer.sendTo }),
          roles: { owner: true as const },
        },
      }),
      me: mine,
    },
    ...(properties.length > 0 && { iCalendar: { properties } }),
  }
}

/** What Outlook shows beside the times proposed (MS-OXCICAL §2.1.3.1.1.20.60, .61). */
function originalTimes(event: CalendarObject): RawProperty[] {
  const { days, ms } = parseDuration(event.duration ?? 'PT0S') ?? { days: 0, ms: 0 }
  const start = parseLocal(event.start!)
  const zone: RawProperty[1] = event.timeZone == null ? {} : { TZID: [tzIdOf(event.timeZone)] }
  const text = (localMs: number): string => formatIcalTime({ localMs, isUtc: false, isDate: false })
  return [
    ['X-MS-OLK-ORIGINALSTART', zone, text(start)],
    ['X-MS-OLK-ORIGINALEND', zone, text(start + days * DAY_MS + ms)],
  ]
}

/** Other times that an attendee asks for, on the clock of the meeting. */
export type Proposal = { start: string; duration: string; timeZone?: string | null }

type MeetingResponse = {
  answer: Answer
  comment?: string
  /** COUNTER instead of REPLY. */
  proposed?: Proposal
  /** One occurrence of a series, as the series names it. */
  recurrenceId?: string
  /** Whether the organizer is told, and a copy kept in Sent Items (EWS MessageDisposition). */
  send: 'none' | 'only' | 'and-save'
}

/**
 * Answers an invitation that is in the calendar (EWS AcceptItem, TentativelyAcceptItem, DeclineItem): the own copy says so,
 * what is declined goes to Deleted Items or out of its series, and the organizer hears of it. Refuses `no-such-item`,
 * `wrong-state` for a meeting of one's own or without an organizer, and what sending refuses.
 */
export async function respondToMeeting(
  deps: MeetingPost,
  actor: Actor,
  item: ItemNo,
  response: MeetingResponse,
): Promise<{ item: ItemNo | null }> {
  const { store } = deps
  const { event } = await getEvent(store.mailboxes, actor.at, item)
  const { answer, recurrenceId, comment, proposed } = response
  const me = namedOwner(actor)
  const { addresses } = await personOf(store.directory, actor.at.organization, me.address, actor.owner)
  const organizer = organizerOf(event)
  if (
    organizer === undefined ||
    [...addresses].some((one) => one === addressKey(mailAddressOf(organizer) ?? ''))
  )
    throw new Refusal(
      'wrong-state',
      'Only somebody who was invited can answer; this event has no other organizer.',
    )
  const one = recurrenceId === undefined ? event : occurrenceOf(event, recurrenceId)
  const at = nextStamp({} as CalendarObject, deps.now())
  const said = answered(one, me, addresses, answer, at)
  const note: MeetingNote = {
    method: proposed === undefined ? 'REPLY' : 'COUNTER',
    object: replyObject(one, me, answer, { comment, sentBy: sentByOf(actor), at, proposed }),
    to: organizerNamed(event),
  }
  const letters: Letter[] =
    response.send === 'none' || note.to.length === 0
      ? []
      : [{ note, response: answer, ...(comment && { comment }) }]
  const sender = await answeringActor(deps, actor)
  await requireSendable(deps, sender, letters)
  const moved = await keepAnswer(deps, actor, item, { event, said, recurrenceId, answer, addresses })
  for (const letter of letters) await sendLetter(deps, sender, letter, { save: response.send === 'and-save' })
  return { item: moved }
}

/** Delegates of a resource answer for it whether or not they may send in its name (DIR-19): the service sends what they decide. */
async function answeringActor({ store }: MeetingPost, actor: Actor): Promise<Actor> {
  const { owner, at, login } = actor
  if (login === null || owner.kind !== 'resource') return actor
  const decides = await store.directory.isDelegate(at.organization, owner.id, login.user.id)
  return decides ? { ...actor, login: null } : actor
}

export function organizerNamed(event: CalendarObject): Named[] {
  const organizer = organizerOf(event)
  const address = organizer && mailAddressOf(organizer)
  return address === undefined ? [] : [{ name: organizer?.name ?? '', address }]
}

type Kept = {
  event: CalendarObject
  said: CalendarObject
  recurrenceId: string | undefined
  answer: Answer
  addresses: ReadonlySet<string>
}

async function keepAnswer(
  { store, now }: MeetingPost,
  { at }: Actor,
  item: ItemNo,
  { event, said, recurrenceId, answer }: Kept,
): Promise<ItemNo | null> {
  if (recurrenceId !== undefined) {
    const patch = answer === 'declined' ? { excluded: true } : patchBetween(event, said, recurrenceId)
    await changeCalendarObject(store, at, item, {
      ...event,
      recurrenceOverrides: { ...event.recurrenceOverrides, [recurrenceId]: patch },
    })
    return item
  }
  if (answer !== 'declined') {
    await changeCalendarObject(store, at, item, said)
    return item
  }
  // Killed in between, what was declined must not stay in the calendar.
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  return store.transact(scope, async ({ mailboxes }) => {
    const calendar = (await getEvent(mailboxes, at, item)).item.folder
    const change = { do: 'change', item, event: said } as const
    await writeChanges(mailboxes, at, calendar, [change, { do: 'remove', item }], now())
    return item
  })
}
