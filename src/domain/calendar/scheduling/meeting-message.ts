import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { type Calendar, onClockOf, parseCalendar } from '#src/formats/ical/calendar.ts'
import { type Component, formatComponent, parseComponents } from '#src/formats/ical/component.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { keptZone } from '#src/formats/jscalendar/kept-zone.ts'
import type { MimePart } from '#src/formats/mime/part.ts'
import { parseLocal } from '#src/formats/recurrence/civil.ts'
import { type TimeZone, toEpoch } from '#src/formats/time-zone/zone.ts'
import type { Item } from '../../mailbox/item.ts'
import type { Outcome } from './meeting-facts.ts'
import type { MeetingNote } from './meeting-objects.ts'

/** RFC 5546 §1.4, of those that concern events between people. */
export const meetingMethods = [
  'REQUEST',
  'REPLY',
  'CANCEL',
  'COUNTER',
  'DECLINECOUNTER',
  'REFRESH',
  'ADD',
] as const
export type MeetingMethod = (typeof meetingMethods)[number]

/** What a meeting message is to who reads it. */
export type MeetingKind = 'request' | 'response' | 'cancellation' | 'counter' | 'counter-declined' | 'refresh'

export const kindOfMethod: Readonly<Record<MeetingMethod, MeetingKind>> = {
  REQUEST: 'request',
  ADD: 'request',
  REPLY: 'response',
  CANCEL: 'cancellation',
  COUNTER: 'counter',
  DECLINECOUNTER: 'counter-declined',
  REFRESH: 'refresh',
}

/** What a calendar part says: one UID, as a series or as occurrences of it. */
export type MeetingText = {
  method: MeetingMethod
  objects: readonly [CalendarObject, ...CalendarObject[]]
}

/** As it was read; `unknownZones`: time zones that it names and nobody knows, so that its times have no place yet. */
export type ReadMeeting = MeetingText & { unknownZones: readonly string[] }

/** Kept as the content of the message's item: what it is, what it said, and what was made of it. */
export type MeetingMark = {
  '@type': 'MeetingMessage'
  kind: MeetingKind
  method: MeetingMethod
  uid: string
  /** Of one occurrence: as the series names it, on its own clock. */
  recurrenceId?: string
  /** Of responses and counters. */
  response?: 'accepted' | 'declined' | 'tentative'
  comment?: string
  outcome: Outcome | 'sent' | 'booked' | 'turned-down' | 'to-delegates'
  /** What the message says of the event; of a counter the times that are proposed. */
  object: CalendarObject
  /** Of a counter: when the meeting was as it came, in UTC; absent where it was in no calendar. */
  countered?: { start: string; end: string }
  /** In the mailbox of a resource: what it answers, until that was sent and the message put away. */
  owed?: readonly OwedAnswer[]
  /** A copy for a delegate: whose message it is. */
  receivedFor?: { name: string; address: string }
}

/**
 * PidTagReceivedRepresentingSmtpAddress, PidTagReceivedRepresentingName: kept of a delegate's copy that came with a mailbox from elsewhere
 * ([MS-OXOMSG] §2.2.1.25, §2.2.1.27).
 */
export const receivedForKeys = { address: '0x5d08:String', name: '0x0044:String' } as const

/** As properties beside an item say it; undefined where they do not. */
export function receivedForIn(properties: Readonly<Record<string, unknown>>): MeetingMark['receivedFor'] {
  const { [receivedForKeys.address]: address, [receivedForKeys.name]: name } = properties
  if (typeof address !== 'string' || address === '') return undefined
  return { name: typeof name === 'string' && name !== '' ? name : address, address }
}

/** An answer of a resource that was decided with the request and is sent after it. */
export type OwedAnswer = { note: MeetingNote; response: 'accepted' | 'declined'; sentence: string }

/** The meeting message that an item is; undefined for other mail. The item must have been read with its content. */
export function meetingOf({
  class: itemClass,
  content,
}: Pick<Item, 'class' | 'content'>): MeetingMark | undefined {
  return itemClass === 'message' && content?.['@type'] === 'MeetingMessage'
    ? (content as unknown as MeetingMark)
    : undefined
}

const responseClasses = { accepted: 'Pos', declined: 'Neg', tentative: 'Tent' } as const

/** PidTagMessageClass of a meeting message (MS-OXOCAL §2.2.5 to §2.2.9). */
export function messageClassOf({ kind, response = 'tentative' }: MeetingMark): string {
  if (kind === 'request' || kind === 'refresh') return 'IPM.Schedule.Meeting.Request'
  if (kind === 'cancellation') return 'IPM.Schedule.Meeting.Canceled'
  return kind === 'counter-declined'
    ? 'IPM.Schedule.Meeting.Request'
    : `IPM.Schedule.Meeting.Resp.${responseClasses[response]}`
}

const LARGEST_CALENDAR_BYTES = 2 * 1024 * 1024

/**
 * The part that says what a meeting message means: the calendar among the alternatives before any that is attached, because
 * Exchange writes the former anew and lets pass an attached one that says something older (exchange-interop 4.8).
 */
export function findCalendarPart(root: MimePart): MimePart | undefined {
  const parts = [...calendarParts(root, false)].filter(
    ({ part }) => part.bodyEnd - part.bodyOffset <= LARGEST_CALENDAR_BYTES,
  )
  const rank = ({ part, alternative }: Found): number =>
    (alternative ? 2 : 0) + (part.disposition === 'attachment' ? 0 : 1)
  const [best] = parts.toSorted((a, b) => rank(b) - rank(a))
  // An attached file is a meeting only when it says that it is one.
  if (best === undefined || (rank(best) === 0 && best.part.params.method === undefined)) return undefined
  return best.part
}

type Found = { part: MimePart; alternative: boolean }

/** Not into messages that are attached: those were to somebody else. */
function* calendarParts(part: MimePart, alternative: boolean): Generator<Found> {
  if (part.type === 'text' && part.subtype === 'calendar') yield { part, alternative }
  for (const child of part.parts) yield* calendarParts(child, part.subtype === 'alternative')
}

/** More single occurrences than a message of people is about; each is decided by itself. */
const MOST_OBJECTS = 100

/**
 * Reads a calendar part. Undefined for what is no meeting: published calendars, tasks, methods nobody has, more than can be
 * decided. `elsewhere`: the zone of times whose zone nobody knows.
 */
export function readMeeting(
  text: string,
  methodParam?: string,
  elsewhere?: TimeZone,
): ReadMeeting | undefined {
  const calendar = parseTolerantly(text, elsewhere)
  const method = (calendar?.method ?? methodParam ?? '').toUpperCase()
  const events = (calendar?.objects ?? []).filter((one) => one['@type'] === 'Event' && one.uid !== '')
  const [first] = events
  if (first === undefined || !isMethod(method)) return undefined
  // Several UIDs in one message are not iTIP (RFC 5546 §3.2): the first is taken, as everybody does.
  const [one, ...more] = events.filter(({ uid }) => uid === first.uid)
  if (more.length >= MOST_OBJECTS) return undefined
  return { method, objects: [one!, ...more], unknownZones: calendar!.unknownZones }
}

const isMethod = (word: string): word is MeetingMethod => (meetingMethods as readonly string[]).includes(word)

function parseTolerantly(text: string, elsewhere: TimeZone | undefined): Calendar | undefined {
  try {
    const whole = parseComponents(text).map(withStarts).map(formatComponent).join('')
    return parseCalendar(whole, elsewhere && { elsewhere })
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined
    throw error
  }
}

/** Replies may leave out DTSTART (RFC 5546 §3.2.3), without which no event can be placed; what they are about is found by UID. */
function withStarts(calendar: Component): Component {
  return {
    ...calendar,
    components: calendar.components.map((one) => {
      if (one.name !== 'VEVENT' || one.properties.some(({ name }) => name === 'DTSTART')) return one
      const occurrence = one.properties.find(({ name }) => name === 'RECURRENCE-ID')
      const start = occurrence ?? { name: 'DTSTART', params: [], value: '19700101T000000Z' }
      return { ...one, properties: [...one.properties, { ...start, name: 'DTSTART' }] }
    }),
  }
}

/** Whether both are the same occurrence of a series, on whichever clocks they name it. */
export function isSameOccurrence(
  one: Pick<CalendarObject, 'recurrenceId' | 'recurrenceIdTimeZone' | 'timeZones'>,
  other: Pick<CalendarObject, 'recurrenceId' | 'recurrenceIdTimeZone' | 'timeZones'>,
): boolean {
  if (one.recurrenceId === undefined || other.recurrenceId === undefined) return false
  const [zone, theirs] = [one, other].map((each) => keptZone(each.recurrenceIdTimeZone, each.timeZones))
  return zone === undefined || theirs === undefined
    ? one.recurrenceId === other.recurrenceId
    : toEpoch(zone, parseLocal(one.recurrenceId)) === toEpoch(theirs, parseLocal(other.recurrenceId))
}

/** How the series names the occurrence that `object` is; undefined when it is no single one. */
export function occurrenceKey(
  series: CalendarObject | undefined,
  object: CalendarObject,
): string | undefined {
  if (object.recurrenceId === undefined) return undefined
  return series === undefined ? object.recurrenceId : onClockOf(series, object)
}
