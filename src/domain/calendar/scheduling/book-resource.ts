import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { occurrenceOf, patchBetween } from '#src/formats/jscalendar/patch.ts'
import { findIanaZone } from '#src/formats/time-zone/iana-zone.ts'
import { utc } from '#src/formats/time-zone/zone.ts'
import type { Resource } from '../../directory/entry.ts'
import type { ItemNo } from '../../mailbox/item.ts'
import type { MailboxReader, MailboxRef } from '../../mailbox/store.ts'
import { type BookingDecision, bookingWindow, decideBooking } from '../booking.ts'
import { busyTimes } from '../busy-times.ts'
import type { BookingSettings } from '../settings.ts'
import { workingHours } from '../working-hours.ts'
import type { Change, Kept, MeetingDecision } from './meeting-facts.ts'
import { type MeetingText, type OwedAnswer, occurrenceKey } from './meeting-message.ts'
import { type MeetingNote, type Named, nextStamp } from './meeting-objects.ts'
import { answered, organizerNamed, replyObject } from './respond.ts'

export type BookingRequest = {
  resource: Resource
  self: Named
  addresses: ReadonlySet<string>
  meeting: MeetingText
  /** What the message would do to the calendar of a person. */
  decision: MeetingDecision<ItemNo>
  kept: readonly Kept<ItemNo>[]
  settings: BookingSettings
  now: number
}

/** What a resource does with a message, and what it answers. */
export type Booked = {
  answer: BookingDecision['answer'] | 'released' | 'nothing'
  changes: readonly Change<ItemNo>[]
  replies: readonly OwedAnswer[]
}

/** Most of a series that is answered occurrence by occurrence. */
const MOST_REPLIES = 100

/**
 * Books a resource, within the transaction that stores the request, so that two requests never both find it free
 * (DIR-17 to DIR-19, exchange-interop 4.8). What is cancelled is taken out of the calendar.
 */
export async function bookResource(
  mailboxes: MailboxReader,
  at: MailboxRef,
  request: BookingRequest,
): Promise<Booked> {
  const { decision, meeting } = request
  if (meeting.method === 'CANCEL') return released(request)
  const changed = decision.changes.find((one) => one.do !== 'remove')
  const isRequest = meeting.method === 'REQUEST' || meeting.method === 'ADD'
  if (!isRequest || changed === undefined) return { answer: 'nothing', changes: [], replies: [] }
  const { event } = changed
  const [object] = meeting.objects
  const occurrence = event.recurrenceId === undefined ? occurrenceKey(event, object) : undefined
  const { timeZone } = await workingHours(mailboxes, at)
  const zone = findIanaZone(timeZone) ?? utc
  const { settings, now, resource } = request
  const facts = {
    options: resource.bookingOptions,
    settings,
    event,
    now,
    zone,
    ...(occurrence !== undefined && { occurrence }),
  }
  const window = bookingWindow(facts, zone)
  const without = new Set(request.kept.map(({ item }) => item))
  const taken =
    window === undefined ? [] : await busyTimes(mailboxes, at, { ...window, zone, details: false, without })
  const answer = decideBooking({ ...facts, taken })
  if (answer.answer === 'delegates') return { answer: 'delegates', changes: decision.changes, replies: [] }
  return answer.answer === 'accept'
    ? accepted(request, changed, occurrence, answer.declined)
    : declined(request, event, occurrence, answer)
}

function accepted(
  { self, addresses, decision, now }: BookingRequest,
  changed: Exclude<Change<ItemNo>, { do: 'remove' }>,
  occurrence: string | undefined,
  clashing: readonly string[],
): Booked {
  const { event } = changed
  const at = nextStamp({} as CalendarObject, now)
  const accept = (one: CalendarObject) => answered(one, self, addresses, 'accepted', at)
  const booked =
    occurrence === undefined ? everyAccepted(event, accept) : oneAccepted(event, occurrence, accept)
  const made: CalendarObject =
    clashing.length === 0
      ? booked
      : {
          ...booked,
          recurrenceOverrides: {
            ...booked.recurrenceOverrides,
            ...Object.fromEntries(clashing.map((key) => [key, { excluded: true }])),
          },
        }
  const changes = decision.changes.map((one) => (one === changed ? { ...one, event: made } : one))
  const about = occurrence === undefined ? event : occurrenceOf(event, occurrence)
  const sentence =
    clashing.length === 0
      ? 'Your request was accepted.'
      : `Your request was accepted, but not for ${clashing.length} ${clashing.length === 1 ? 'occurrence' : 'occurrences'} at which ${self.name} is taken: ${listed(clashing)}.`
  const one = { self, at, response: 'accepted' as const }
  return {
    answer: 'accept',
    changes,
    replies: [
      reply(one, event, about, sentence),
      ...clashing
        .slice(0, MOST_REPLIES)
        .map((key) =>
          reply(
            { ...one, response: 'declined' },
            event,
            occurrenceOf(event, key),
            `${self.name} is taken at that time.`,
          ),
        ),
    ],
  }
}

type Accept = (event: CalendarObject) => CalendarObject

/** The answer to a message about one occurrence is that occurrence's own: the series keeps the one it has. */
const oneAccepted = (series: CalendarObject, key: string, accept: Accept): CalendarObject => ({
  ...series,
  recurrenceOverrides: {
    ...series.recurrenceOverrides,
    [key]: patchBetween(series, accept(occurrenceOf(series, key)), key),
  },
})

/** A series with every occurrence of it that says for itself who takes part. */
function everyAccepted(series: CalendarObject, accept: Accept): CalendarObject {
  let made = accept(series)
  for (const [key, patch] of Object.entries(series.recurrenceOverrides ?? {}))
    if (!patch.excluded && patch.participants !== undefined && patch.status !== 'cancelled')
      made = {
        ...made,
        recurrenceOverrides: {
          ...made.recurrenceOverrides,
          [key]: patchBetween(made, accept(occurrenceOf(series, key)), key),
        },
      }
  return made
}

const listed = (keys: readonly string[]): string =>
  `${keys
    .slice(0, 20)
    .map((key) => key.replace('T', ' ').slice(0, 16))
    .join(', ')}${keys.length > 20 ? ', …' : ''}`

const sentences = {
  taken: (name: string) => `Your request was declined: ${name} is taken at that time.`,
  recurring: (name: string) => `Your request was declined: ${name} takes no recurring meetings.`,
  'too-often': (name: string) => `Your request was declined: it would take ${name} too often.`,
  'too-far': (name: string) => `Your request was declined: it is further ahead than ${name} can be booked.`,
}

/** What was booked before under this UID is let go too: its organizer does not want those times any more. */
function declined(
  { self, kept, now }: BookingRequest,
  event: CalendarObject,
  occurrence: string | undefined,
  { because, conflicts }: Extract<BookingDecision, { answer: 'decline' }>,
): Booked {
  const at = nextStamp({} as CalendarObject, now)
  const about = occurrence === undefined ? event : occurrenceOf(event, occurrence)
  const times = conflicts.filter((key) => key !== '')
  const sentence = `${sentences[because](self.name)}${occurrence === undefined && times.length > 0 ? ` It clashes at ${listed(times)}.` : ''}`
  const changes: Change<ItemNo>[] =
    occurrence === undefined
      ? kept
          .filter((one) => event.recurrenceId === undefined || one.event.recurrenceId === event.recurrenceId)
          .map(({ item }) => ({ do: 'remove', item }))
      : kept.flatMap((one) => (one.event.recurrenceId === undefined ? [without(one, occurrence)] : []))
  return {
    answer: 'decline',
    changes,
    replies: [reply({ self, at, response: 'declined' }, event, about, sentence)],
  }
}

const without = ({ item, event }: Kept<ItemNo>, occurrence: string): Change<ItemNo> => ({
  do: 'change',
  item,
  event: {
    ...event,
    recurrenceOverrides: { ...event.recurrenceOverrides, [occurrence]: { excluded: true } },
  },
})

function reply(
  { self, at, response }: { self: Named; at: number; response: 'accepted' | 'declined' },
  event: CalendarObject,
  about: CalendarObject,
  sentence: string,
): OwedAnswer {
  const note: MeetingNote = {
    method: 'REPLY',
    object: replyObject(about, self, response, { at, comment: sentence }),
    to: organizerNamed(event),
  }
  return { note, response, sentence }
}

function released({ decision, kept, meeting }: BookingRequest): Booked {
  if (decision.outcome !== 'cancelled') return { answer: 'nothing', changes: [], replies: [] }
  const series = kept.find(({ event }) => event.recurrenceId === undefined)
  const keys = meeting.objects.map((object) => occurrenceKey(series?.event, object))
  if (keys.includes(undefined))
    return { answer: 'released', changes: kept.map(({ item }) => ({ do: 'remove', item })), replies: [] }
  const changes = decision.changes.flatMap((one): Change<ItemNo>[] => {
    if (one.do !== 'change') return [one]
    if (one.event.recurrenceId !== undefined) return [{ do: 'remove', item: one.item }]
    const gone = Object.fromEntries(keys.map((key) => [key!, { excluded: true }]))
    return [
      { ...one, event: { ...one.event, recurrenceOverrides: { ...one.event.recurrenceOverrides, ...gone } } },
    ]
  })
  return { answer: 'released', changes, replies: [] }
}
