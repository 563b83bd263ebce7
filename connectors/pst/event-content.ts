import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { Loss } from '#src/domain/migration/source.ts'
import { parseCalendar } from '#src/formats/ical/calendar.ts'
import type { CalendarObject, Participant } from '#src/formats/jscalendar/event.ts'
import { codepageCharset } from '#src/formats/tnef/codepage.ts'
import { calendarOf } from '#src/formats/tnef/meeting.ts'
import { type Property, PropertyBag, type PropertyValue } from '#src/formats/tnef/property.ts'
import { appointment, meeting, set, tag } from '#src/formats/tnef/property-ids.ts'
import { ringing } from './changed-occurrences.ts'
import { textOf } from './item-text.ts'
import type { StoredMessage } from './stored-message.ts'

const STATE_FLAGS = 0x8217
const REMINDER_SET = 0x8503
const REMINDER_MINUTES = 0x8501
/** PidTagRecipientTrackStatus. */
const TRACK_STATUS = 0x5fff
const statuses: Readonly<Record<number, Participant['participationStatus']>> = {
  2: 'tentative',
  3: 'accepted',
  4: 'declined',
}

/** People and class of an appointment that is read as a meeting request; the others say nothing of its times. */
const authors: ReadonlySet<number> = new Set([
  ...[
    tag.sentRepresentingName,
    tag.sentRepresentingAddress,
    tag.sentRepresentingAddressType,
    tag.sentRepresentingSmtpAddress,
  ],
  ...[tag.senderName, tag.senderAddress, tag.senderAddressType, tag.senderSmtpAddress],
])

/** An appointment as JSCalendar (MS-OXOCAL, by way of MS-OXCICAL). SyntaxFault without a start. */
export function eventContent(stored: StoredMessage, key: string, losses: Loss[]): CalendarObject {
  const { bag, codepage, recipients } = stored
  const isMeeting = (numberOf(bag.findNamed(set.appointment, STATE_FLAGS)) & 1) !== 0
  const charset = codepageCharset(codepage)
  const properties = new PropertyBag()
  for (const property of bag.all)
    if (!isOfRequest(property) && (isMeeting || !authors.has(property.id))) properties.add(property)
  if (bag.findNamed(set.meeting, meeting.globalObjectId) === undefined)
    properties.add({
      id: 0,
      type: 0x102,
      name: { set: set.meeting, id: meeting.globalObjectId },
      values: [Buffer.from(`pst:${key}`)],
    })
  const people = isMeeting ? [...recipients] : []
  const message = {
    messageClass: 'IPM.Schedule.Meeting.Request',
    charset,
    properties,
    recipients: people,
    attachments: [],
  }
  const calendar = calendarOf(message, { from: [], to: [], cc: [] })
  const [event] = calendar === undefined ? [] : parseCalendar(calendar.text).objects
  if (event === undefined) throw new SyntaxFault('an appointment without a start')
  const { method: _, ...content } = event
  return { ...content, ...textOf(stored, losses), ...alertsOf(bag), ...answersOf(content, recipients) }
}

/** What a request says of the time is what it will be once it is accepted. */
const isOfRequest = ({ name }: Property): boolean =>
  name?.set === set.appointment && name.id === appointment.intendedBusyStatus

const numberOf = (property: Property | undefined): number => {
  const value: PropertyValue | undefined = property?.values[0]
  return typeof value === 'number' ? value : 0
}

function alertsOf(bag: PropertyBag): Pick<CalendarObject, 'alerts'> {
  if (bag.findNamed(set.common, REMINDER_SET)?.values[0] !== true) return {}
  return { alerts: ringing(Math.max(0, numberOf(bag.findNamed(set.common, REMINDER_MINUTES)))) }
}

/** What everybody answered, as the organizer's copy knows it. */
function answersOf(
  { participants }: CalendarObject,
  recipients: readonly PropertyBag[],
): Pick<CalendarObject, 'participants'> {
  if (participants === undefined) return {}
  const answers = new Map<string, Participant['participationStatus']>()
  for (const row of recipients) {
    const address = row.text(tag.smtpAddress) ?? row.text(tag.emailAddress)
    const status = statuses[row.number(TRACK_STATUS) ?? 0]
    if (address !== undefined && status !== undefined) answers.set(address.toLowerCase(), status)
  }
  const answered = Object.entries(participants).map(([id, participant]) => {
    const participationStatus = answers.get(participant.email?.toLowerCase() ?? '')
    return [id, participationStatus === undefined ? participant : { ...participant, participationStatus }]
  })
  return { participants: Object.fromEntries(answered) }
}
