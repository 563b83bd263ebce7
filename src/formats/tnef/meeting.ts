import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { Mailbox } from '../address/mailbox-list.ts'
import { foldLine, formatParamValue } from '../ical/content-line.ts'
import { formatIcalClock, formatIcalDay, formatText } from '../ical/values.ts'
import { type MeetingIdentity, readGlobalObjectId } from './global-object-id.ts'
import { formatRecurrence, type MeetingRecurrence, readRecurrence } from './meeting-recurrence.ts'
import { formatZone, type MeetingZone, momentOf, readMeetingZone, wallClock } from './meeting-zone.ts'
import type { TnefMessage } from './message.ts'
import { type KnownPeople, recipientsOf, senderOf } from './person.ts'
import { appointment, meeting, set, tag } from './property-ids.ts'

type MeetingMethod = 'REQUEST' | 'REPLY' | 'CANCEL' | 'COUNTER'

/** An iCalendar object for a text/calendar part; `method` goes into its Content-Type too (RFC 6047 §2.4). */
interface CalendarPart {
  method: MeetingMethod
  text: string
}

interface Kind {
  method: MeetingMethod
  /** What a reply says. */
  partstat?: 'ACCEPTED' | 'DECLINED' | 'TENTATIVE'
}

/** MS-OXOCAL §2.2.5 to §2.2.8: message classes of meetings; forms of their own may follow after a dot. */
const kinds: readonly (readonly [messageClass: string, kind: Kind])[] = [
  ['ipm.schedule.meeting.request', { method: 'REQUEST' }],
  ['ipm.schedule.meeting.canceled', { method: 'CANCEL' }],
  ['ipm.schedule.meeting.resp.pos', { method: 'REPLY', partstat: 'ACCEPTED' }],
  ['ipm.schedule.meeting.resp.neg', { method: 'REPLY', partstat: 'DECLINED' }],
  ['ipm.schedule.meeting.resp.tent', { method: 'REPLY', partstat: 'TENTATIVE' }],
]

const busyWords = ['FREE', 'TENTATIVE', 'BUSY', 'OOF', 'WORKINGELSEWHERE']
/** PidTagSensitivity and PidTagImportance as iCalendar says them (MS-OXCICAL §2.1.3.1.1.20.4, .17). */
const classes = ['PUBLIC', 'X-PERSONAL', 'PRIVATE', 'CONFIDENTIAL']
const priorities = [9, 5, 1]
const DAY = 86_400_000
const HALF_DAY = DAY / 2

/** What a meeting message says, from its properties. */
interface Meeting {
  kind: Kind
  identity: MeetingIdentity
  startMs: number
  endMs: number
  /** Of an exception to a series: the start it had by the series. */
  replacedMs?: number
  allDay: boolean
  zone?: MeetingZone
  recurrence?: MeetingRecurrence
}

/**
 * The meeting request, reply or cancellation in a message of class IPM.Schedule.Meeting.… (MS-OXOCAL, MS-OXCICAL), with
 * `plain` as its description. Undefined for other classes and for messages without UID or start. `known` stands in for
 * people whom the TNEF names by X500 alone.
 */
export function calendarOf(message: TnefMessage, known: KnownPeople, plain = ''): CalendarPart | undefined {
  const read = readMeeting(message)
  if (!read) return undefined
  const { method } = read.kind
  const lines = [
    'BEGIN:VCALENDAR',
    'PRODID:-//Landbridge//TNEF//EN',
    'VERSION:2.0',
    `METHOD:${method}`,
    ...(read.zone ? formatZone(read.zone) : []),
    'BEGIN:VEVENT',
    ...eventLines(message, read, plain),
    ...peopleLines(message, read.kind, known),
    'END:VEVENT',
    'END:VCALENDAR',
  ]
  return { method, text: lines.map(foldLine).join('') }
}

const numberOf = (value: unknown) => (typeof value === 'number' ? value : undefined)
const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
const bytesOf = (value: unknown) => (value instanceof Uint8Array ? value : undefined)

const inAppointment = ({ properties }: TnefMessage, id: number) =>
  properties.findNamed(set.appointment, id)?.values[0]
const inMeeting = ({ properties }: TnefMessage, id: number) =>
  properties.findNamed(set.meeting, id)?.values[0]

function kindOf(message: TnefMessage): Kind | undefined {
  const given = message.messageClass.toLowerCase()
  const kind = kinds.find(([name]) => given === name || given.startsWith(`${name}.`))?.[1]
  const counters = inAppointment(message, appointment.counterProposal) === true
  return kind?.method === 'REPLY' && counters ? { ...kind, method: 'COUNTER' } : kind
}

function readMeeting(message: TnefMessage): Meeting | undefined {
  const kind = kindOf(message)
  const identity = readGlobalObjectId(
    bytesOf(inMeeting(message, meeting.globalObjectId)) ?? new Uint8Array(0),
  )
  const counters = kind?.method === 'COUNTER'
  const time = (proposed: number, whole: number, old: number) =>
    (counters ? numberOf(inAppointment(message, proposed)) : undefined) ??
    numberOf(inAppointment(message, whole)) ??
    message.properties.number(old)
  const startMs = time(appointment.proposedStart, appointment.startWhole, tag.startDate)
  const endMs = time(appointment.proposedEnd, appointment.endWhole, tag.endDate)
  if (!kind || !identity || startMs === undefined || !writable(startMs)) return undefined
  const zone = readMeetingZone(
    bytesOf(inAppointment(message, appointment.timeZone)),
    textOf(inAppointment(message, appointment.timeZoneName)),
  )
  const recurrence = identity.instance ? undefined : recurrenceOf(message)
  const replacedMs = numberOf(inAppointment(message, appointment.exceptionReplaceTime))
  return {
    kind,
    identity,
    startMs,
    endMs: endMs !== undefined && endMs >= startMs && writable(endMs) ? endMs : startMs,
    allDay: inAppointment(message, appointment.allDay) === true,
    ...(replacedMs !== undefined && writable(replacedMs) && { replacedMs }),
    ...(zone && { zone }),
    ...(recurrence && { recurrence }),
  }
}

/** Times outside these years are a property's way to say "none" (MS-OXOCAL writes 4501). */
const writable = (epochMs: number) => epochMs > Date.UTC(1601, 0, 2) && epochMs < Date.UTC(4500, 0, 1)

function recurrenceOf(message: TnefMessage): MeetingRecurrence | undefined {
  const octets = bytesOf(inAppointment(message, appointment.recurrence))
  if (!octets) return undefined
  try {
    return readRecurrence(octets)
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined
    throw error
  }
}

function eventLines(message: TnefMessage, read: Meeting, plain: string): string[] {
  const { properties } = message
  const { identity, kind, startMs, zone, recurrence, allDay } = read
  const stamp =
    [
      numberOf(
        inMeeting(message, kind.partstat ? meeting.attendeeCriticalChange : meeting.ownerCriticalChange),
      ),
      numberOf(inAppointment(message, appointment.replyTime)),
      properties.number(tag.clientSubmitTime),
    ].find((ms) => ms !== undefined && writable(ms)) ?? startMs
  const location =
    textOf(inAppointment(message, appointment.location)) ?? textOf(inMeeting(message, meeting.where))
  const subject = subjectOf(message)
  const busy =
    (kind.method === 'REQUEST'
      ? numberOf(inAppointment(message, appointment.intendedBusyStatus))
      : undefined) ?? numberOf(inAppointment(message, appointment.busyStatus))
  const clock = zone ? (ms: number) => wallClock(zone, ms) : (ms: number) => ms
  const series = recurrence
    ? formatRecurrence(
        recurrence,
        clock(startMs),
        (wall) => (zone ? momentOf(zone, wall) : wall),
        zone?.name ?? '',
        allDay,
      )
    : []
  return [
    `UID:${formatText(identity.uid)}`,
    `DTSTAMP:${formatIcalClock(stamp)}Z`,
    `SEQUENCE:${Math.max(0, numberOf(inAppointment(message, appointment.sequence)) ?? 0)}`,
    ...(subject ? [`SUMMARY:${formatText(subject)}`] : []),
    ...(location ? [`LOCATION:${formatText(location)}`] : []),
    ...(plain.trim() ? [`DESCRIPTION:${formatText(plain.trim())}`] : []),
    ...timeLines(read),
    ...series,
    ...instanceLines(read),
    `CLASS:${classes[properties.number(tag.sensitivity) ?? 0] ?? 'PUBLIC'}`,
    `PRIORITY:${priorities[properties.number(tag.importance) ?? 1] ?? 5}`,
    `STATUS:${kind.method === 'CANCEL' ? 'CANCELLED' : kind.method === 'REQUEST' ? 'CONFIRMED' : 'TENTATIVE'}`,
    `TRANSP:${busy === 0 ? 'TRANSPARENT' : 'OPAQUE'}`,
    ...(busy !== undefined && busyWords[busy] ? [`X-MICROSOFT-CDO-BUSYSTATUS:${busyWords[busy]}`] : []),
    ...(allDay ? ['X-MICROSOFT-CDO-ALLDAYEVENT:TRUE'] : []),
  ]
}

/** The subject without "Accepted:" and the like, which the class says already. */
function subjectOf({ properties }: TnefMessage): string | undefined {
  const normalized = properties.text(tag.normalizedSubject)
  const subject = properties.text(tag.subject)
  const prefix = properties.text(tag.subjectPrefix)
  if (normalized !== undefined || subject === undefined) return normalized
  return prefix && subject.startsWith(prefix) ? subject.slice(prefix.length) : subject
}

/** The day an all-day event means; without its zone, the midnight that is nearest. */
const dayOf = (epochMs: number, zone: MeetingZone | undefined) =>
  Math.floor((zone ? wallClock(zone, epochMs) : epochMs + HALF_DAY) / DAY) * DAY

function timeLines({ startMs, endMs, allDay, zone }: Meeting): string[] {
  const line = (name: string, epochMs: number) =>
    zone
      ? `${name};TZID=${zone.name}:${formatIcalClock(wallClock(zone, epochMs))}`
      : `${name}:${formatIcalClock(epochMs)}Z`
  if (!allDay) return [line('DTSTART', startMs), line('DTEND', endMs)]
  const first = dayOf(startMs, zone)
  const last = Math.max(dayOf(endMs, zone), first + DAY)
  return [`DTSTART;VALUE=DATE:${formatIcalDay(first)}`, `DTEND;VALUE=DATE:${formatIcalDay(last)}`]
}

/** RECURRENCE-ID of an exception: when it would have begun; when that is not told, on the day of its id at its own hour. */
function instanceLines({ identity, startMs, replacedMs, allDay, zone }: Meeting): string[] {
  if (!identity.instance) return []
  const { year, month, day } = identity.instance
  const midnight = Date.UTC(year, month - 1, day)
  if (allDay) return [`RECURRENCE-ID;VALUE=DATE:${formatIcalDay(midnight)}`]
  const start = replacedMs ?? startMs
  const wall = zone ? wallClock(zone, start) : start
  const time = midnight + (wall - Math.floor(wall / DAY) * DAY)
  return [
    zone
      ? `RECURRENCE-ID;TZID=${zone.name}:${formatIcalClock(time)}`
      : `RECURRENCE-ID:${formatIcalClock(time)}Z`,
  ]
}

function peopleLines(message: TnefMessage, kind: Kind, known: KnownPeople): string[] {
  const sender = senderOf(message.properties) ?? known.from[0]
  const named = recipientsOf(message.recipients)
  const recipients =
    named.length > 0
      ? named
      : [
          ...known.to.map((mailbox) => ({ ...mailbox, kind: 'to' as const })),
          ...known.cc.map((mailbox) => ({ ...mailbox, kind: 'cc' as const })),
        ]
  if (kind.partstat) {
    const organizer = recipients.find((recipient) => recipient.kind === 'to')
    return [
      ...(organizer ? [`ORGANIZER${person(organizer)}`] : []),
      ...(sender ? [`ATTENDEE;PARTSTAT=${kind.partstat}${person(sender)}`] : []),
    ]
  }
  const roles = {
    to: ';ROLE=REQ-PARTICIPANT',
    cc: ';ROLE=OPT-PARTICIPANT',
    bcc: ';CUTYPE=RESOURCE;ROLE=NON-PARTICIPANT',
  }
  const status = kind.method === 'REQUEST' ? ';PARTSTAT=NEEDS-ACTION;RSVP=TRUE' : ''
  return [
    ...(sender ? [`ORGANIZER${person(sender)}`] : []),
    ...recipients.map((recipient) => `ATTENDEE${roles[recipient.kind]}${status}${person(recipient)}`),
  ]
}

const person = ({ name, mailbox, host }: Mailbox) =>
  `${name ? `;CN=${formatParamValue(name)}` : ''}:mailto:${`${mailbox}@${host}`.replace(/[\x00-\x20\x7f]/g, '')}`
