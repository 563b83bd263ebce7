import type { Loss } from '#src/domain/migration/source.ts'
import type { CalendarObject, Participant } from '#src/formats/jscalendar/event.ts'
import type {
  AttendeeType,
  CalendarItemType,
  EmailAddressType,
  ResponseTypeType,
} from '#src/wire/ews/schema-types.ts'

const answers: Partial<Record<ResponseTypeType, Participant['participationStatus']>> = {
  Accept: 'accepted',
  Decline: 'declined',
  Tentative: 'tentative',
}

type Kind = 'required' | 'optional' | 'resource'

/**
 * Organizer and attendees of a meeting, in whichever calendar it lies (MS-OXWSMTGS); nobody where nobody is invited. In an
 * attendee's copy the owner of the mailbox is there with the own answer, so that an update finds it.
 */
export function peopleOf(
  item: CalendarItemType,
  mailbox: string,
  losses: Loss[],
): Pick<CalendarObject, 'participants' | 'replyTo'> {
  const organizer = item.Organizer?.Mailbox
  const attendees: [AttendeeType, Kind][] = [
    ...(item.RequiredAttendees ?? []).map((one): [AttendeeType, Kind] => [one, 'required']),
    ...(item.OptionalAttendees ?? []).map((one): [AttendeeType, Kind] => [one, 'optional']),
    ...(item.Resources ?? []).map((one): [AttendeeType, Kind] => [one, 'resource']),
  ]
  const invited = item.MyResponseType !== undefined && !['Organizer', 'Unknown'].includes(item.MyResponseType)
  if (attendees.length === 0 && !(item.IsMeeting && invited)) return {}
  const participants: Record<string, Participant> = {}
  let number = 0
  const add = (one: Participant): void => {
    participants[String(++number)] = one
  }
  const address = organizer && addressOf(organizer)
  if (organizer !== undefined && address !== undefined)
    add({ ...personOf(organizer, address), roles: { owner: true }, ...stampOf(item) })
  let found = false
  for (const [attendee, kind] of attendees) {
    const to = addressOf(attendee.Mailbox)
    if (to === undefined) {
      losses.push({
        property: 'attendee',
        reason: `"${attendee.Mailbox.Name ?? ''}" has no address`,
        weight: 'visible',
      })
      continue
    }
    const own = to.toLowerCase() === mailbox.toLowerCase()
    found ||= own
    const answer = own && invited ? item.MyResponseType : attendee.ResponseType
    add({
      ...personOf(attendee.Mailbox, to),
      kind: kind === 'resource' ? 'resource' : 'individual',
      roles: { attendee: true, ...(kind === 'optional' && { optional: true as const }) },
      participationStatus: (answer && answers[answer]) ?? 'needs-action',
      expectReply: item.IsResponseRequested !== false,
      ...(attendee.LastResponseTime &&
        !attendee.LastResponseTime.startsWith('0001') && {
          scheduleUpdated: utcOf(attendee.LastResponseTime),
        }),
    })
    if (attendee.ProposedStart !== undefined)
      losses.push({
        property: 'proposed time',
        reason: `${to} proposed ${attendee.ProposedStart}`,
        weight: 'metadata',
      })
  }
  // Invited through a group: the list has the group, and the answer is one's own.
  if (invited && !found)
    add({
      ...personOf({}, mailbox),
      kind: 'individual',
      roles: { attendee: true },
      participationStatus: answers[item.MyResponseType!] ?? 'needs-action',
      expectReply: item.IsResponseRequested !== false,
    })
  return { participants, ...(address !== undefined && { replyTo: { imip: uriOf(address) } }) }
}

const uriOf = (address: string): string => (address.includes('@') ? `mailto:${address}` : address)

/** An X500 name has no `@`: it is kept as it is, and later found to be somebody. */
function personOf({ Name }: EmailAddressType, address: string): Omit<Participant, 'roles'> {
  return {
    ...(Name && Name !== address && { name: Name }),
    ...(address.includes('@') && { email: address }),
    sendTo: { imip: uriOf(address) },
  }
}

/** SMTP, or the legacyExchangeDN of somebody who has no SMTP address any more. */
function addressOf({ EmailAddress }: EmailAddressType): string | undefined {
  const text = EmailAddress?.trim().replace(/^smtp:/i, '')
  return text === undefined || text === '' ? undefined : text
}

/** Which of the organizer's messages this copy is made of: older ones are told by it. */
const stampOf = (item: CalendarItemType): Partial<Participant> => ({
  scheduleSequence: item.AppointmentSequenceNumber ?? 0,
  ...(item.DateTimeStamp && { scheduleUpdated: utcOf(item.DateTimeStamp) }),
})

/** A UTC date-time of JSCalendar, without fractions. */
export function utcOf(text: string): string {
  const at = new Date(text)
  return Number.isNaN(at.getTime()) ? text : `${at.toISOString().slice(0, 19)}Z`
}
