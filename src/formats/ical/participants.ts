import type { CalendarObject, Participant } from '../jscalendar/event.ts'
import { type ContentLine, paramOf } from './content-line.ts'
import { rawParameters } from './raw.ts'

const statuses = {
  'NEEDS-ACTION': 'needs-action',
  ACCEPTED: 'accepted',
  DECLINED: 'declined',
  TENTATIVE: 'tentative',
  DELEGATED: 'delegated',
  // Of tasks.
  'IN-PROCESS': 'accepted',
  COMPLETED: 'accepted',
} as const
const kinds = { INDIVIDUAL: 'individual', GROUP: 'group', RESOURCE: 'resource', ROOM: 'location' } as const
const known = [
  'CN',
  'CUTYPE',
  'ROLE',
  'PARTSTAT',
  'RSVP',
  'SENT-BY',
  'EMAIL',
  'DELEGATED-TO',
  'DELEGATED-FROM',
  'MEMBER',
]

/** `mailto:Ann@corp.example` without its scheme; undefined for another scheme. */
function emailOf(address: string): string | undefined {
  return /^mailto:/i.test(address.trim()) ? decodeAddress(address.trim().slice(7)) : undefined
}

function decodeAddress(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** One participant for each calendar address; the organizer's line and its line as an attendee become one. */
export function readParticipants(
  organizer: ContentLine | undefined,
  attendees: readonly ContentLine[],
): Pick<CalendarObject, 'participants' | 'replyTo'> {
  const byAddress = new Map<string, Participant>()
  for (const line of attendees) byAddress.set(keyOf(line.value), readAttendee(line))
  if (organizer !== undefined) {
    const key = keyOf(organizer.value)
    const asAttendee = byAddress.get(key)
    const { roles, ...person } = readPerson(organizer, ['CN', 'EMAIL', 'SENT-BY'])
    byAddress.delete(key)
    const { iCalendarParameters, ...rest } = asAttendee ?? { roles: {} }
    const merged = { ...iCalendarParameters, ...person.iCalendarParameters }
    const owner: Participant = {
      ...person,
      ...rest,
      ...(Object.keys(merged).length > 0 && { iCalendarParameters: merged }),
      roles: { ...asAttendee?.roles, ...roles, owner: true },
    }
    const all = [owner, ...byAddress.values()]
    return { replyTo: { imip: organizer.value.trim() }, participants: numbered(all) }
  }
  return byAddress.size > 0 ? { participants: numbered([...byAddress.values()]) } : {}
}

const numbered = (all: readonly Participant[]): Record<string, Participant> =>
  Object.fromEntries(all.map((participant, at) => [String(at + 1), participant]))

const keyOf = (address: string): string => address.trim().toLowerCase()

function readPerson(line: ContentLine, without: readonly string[]): Participant {
  const name = paramOf(line, 'CN')
  const email = emailOf(line.value) ?? paramOf(line, 'EMAIL')
  const sentBy = paramOf(line, 'SENT-BY')
  const rest = rawParameters(line, without)
  return {
    ...(name !== undefined && { name }),
    ...(email !== undefined && { email }),
    sendTo: { imip: line.value.trim() },
    ...(sentBy !== undefined && { sentBy }),
    ...(Object.keys(rest).length > 0 && { iCalendarParameters: rest }),
    roles: {},
  }
}

function readAttendee(line: ContentLine): Participant {
  const role = paramOf(line, 'ROLE')?.toUpperCase()
  const status = statuses[paramOf(line, 'PARTSTAT')?.toUpperCase() as keyof typeof statuses]
  const kind = kinds[paramOf(line, 'CUTYPE')?.toUpperCase() as keyof typeof kinds]
  const set = (name: string): Record<string, true> | undefined => {
    const values = line.params.filter((param) => param.name === name).flatMap((param) => param.values)
    return values.length > 0 ? Object.fromEntries(values.map((value) => [value, true as const])) : undefined
  }
  const delegatedTo = set('DELEGATED-TO')
  const delegatedFrom = set('DELEGATED-FROM')
  const memberOf = set('MEMBER')
  return {
    ...readPerson(line, known),
    roles: {
      attendee: true,
      ...(role === 'OPT-PARTICIPANT' && { optional: true as const }),
      ...(role === 'NON-PARTICIPANT' && { informational: true as const }),
      ...(role === 'CHAIR' && { chair: true as const }),
    },
    ...(status && { participationStatus: status }),
    ...(kind && { kind }),
    ...repliesIn(paramOf(line, 'RSVP')),
    ...(delegatedTo && { delegatedTo }),
    ...(delegatedFrom && { delegatedFrom }),
    ...(memberOf && { memberOf }),
  }
}

/** ORGANIZER and ATTENDEE lines of an object. */
export function formatParticipants(object: CalendarObject): ContentLine[] {
  const lines: ContentLine[] = []
  const all = Object.values(object.participants ?? {})
  const owner = all.find(({ roles }) => roles.owner)
  const organizer = object.replyTo?.imip ?? (owner && addressOf(owner))
  if (organizer !== undefined) {
    const person = owner && keyOf(addressOf(owner) ?? '') === keyOf(organizer) ? owner : undefined
    lines.push({ name: 'ORGANIZER', params: personParams(person), value: organizer })
  }
  for (const participant of all) {
    const value = addressOf(participant)
    if (
      value !== undefined &&
      (participant.roles.attendee || participant.roles.optional || !participant.roles.owner)
    )
      lines.push({ name: 'ATTENDEE', params: attendeeParams(participant), value })
  }
  return lines
}

function addressOf({ sendTo, email }: Participant): string | undefined {
  return sendTo?.imip ?? (email === undefined ? undefined : `mailto:${email}`)
}

type Params = { name: string; values: readonly string[] }[]

function personParams(person: Participant | undefined): Params {
  if (person === undefined) return []
  const params: Params = []
  if (person.name !== undefined) params.push({ name: 'CN', values: [person.name] })
  if (person.sentBy !== undefined) params.push({ name: 'SENT-BY', values: [person.sentBy] })
  return params
}

function attendeeParams(participant: Participant): Params {
  const { roles, kind, participationStatus: status } = participant
  const params = personParams(participant)
  const add = (name: string, value: string): void => {
    params.push({ name, values: [value] })
  }
  const nameIn = (table: Readonly<Record<string, string>>, value: string | undefined): string | undefined =>
    Object.keys(table).find((name) => table[name] === value)
  const type = nameIn(kinds, kind)
  if (type !== undefined) add('CUTYPE', type)
  if (roles.chair) add('ROLE', 'CHAIR')
  else if (roles.optional) add('ROLE', 'OPT-PARTICIPANT')
  else if (roles.informational) add('ROLE', 'NON-PARTICIPANT')
  else if (roles.attendee) add('ROLE', 'REQ-PARTICIPANT')
  if (status !== undefined) add('PARTSTAT', nameIn(statuses, status)!)
  if (participant.expectReply !== undefined) add('RSVP', participant.expectReply ? 'TRUE' : 'FALSE')
  const lists = [
    ['DELEGATED-TO', participant.delegatedTo],
    ['DELEGATED-FROM', participant.delegatedFrom],
    ['MEMBER', participant.memberOf],
  ] as const
  for (const [name, set] of lists) if (set !== undefined) params.push({ name, values: Object.keys(set) })
  for (const [name, values] of Object.entries(participant.iCalendarParameters ?? {}))
    params.push({ name, values })
  return params
}

const repliesIn = (rsvp: string | undefined): Pick<Participant, 'expectReply'> =>
  /^(?:true|false)$/i.test(rsvp ?? '') ? { expectReply: rsvp!.toUpperCase() === 'TRUE' } : {}
