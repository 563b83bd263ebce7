import { addressesOf, addressKey, attendeesOf } from '#src/domain/calendar/scheduling/people.ts'
import type { CalendarObject, Participant } from '#src/formats/jscalendar/event.ts'
import { kindOfAttendee } from '#src/wire/ews/model/attendee-kind.ts'
import type { ItemUpdates } from '#src/wire/ews/model/updates.ts'
import { without } from '#src/wire/ews/model/without.ts'
import type { AttendeeType } from '#src/wire/ews/schema-types.ts'
import { addressText, recipientsOf } from '../addresses.ts'
import type { EwsCall } from '../call.ts'
import { nameAt } from '../people/address-book-name.ts'

type Values = ItemUpdates['values']

const lists = { RequiredAttendees: 'required', OptionalAttendees: 'optional', Resources: 'resource' } as const

/** The event with the attendees of each kind that is set. Refuses ErrorInvalidRecipients. */
export async function withAttendees(
  call: EwsCall,
  before: CalendarObject,
  values: Values,
  appended: Values,
): Promise<CalendarObject> {
  let event = before
  for (const [name, kind] of Object.entries(lists)) {
    const set = values[name] as readonly AttendeeType[] | null | undefined
    const more = appended[name] as readonly AttendeeType[] | undefined
    if (set === undefined && more === undefined) continue
    const kept = more === undefined ? [] : attendeesOf(event).filter((one) => kindOfAttendee(one) === kind)
    const given = await participantsOf(call, event, [...(set ?? []), ...(more ?? [])], kind)
    event = replaced(event, kind, [...kept, ...given])
  }
  return values.IsResponseRequested === undefined
    ? event
    : withReplies(event, values.IsResponseRequested !== false)
}

/** Whether those invited are asked for an answer. */
function withReplies(event: CalendarObject, expectReply: boolean): CalendarObject {
  if (event.participants === undefined) return event
  const participants = Object.entries(event.participants).map(([key, one]): [string, Participant] => [
    key,
    one.roles.owner ? one : { ...one, expectReply },
  ])
  return { ...event, participants: Object.fromEntries(participants) }
}

async function participantsOf(
  call: EwsCall,
  event: CalendarObject,
  attendees: readonly AttendeeType[],
  kind: (typeof lists)[keyof typeof lists],
): Promise<Participant[]> {
  const made: Participant[] = []
  const mailboxes = await recipientsOf(
    call,
    attendees.map(({ Mailbox }) => Mailbox),
  )
  for (const mailbox of mailboxes) {
    const email = addressText(mailbox)
    const name = await nameAt(call, email, mailbox.name)
    const known = attendeesOf(event).find((one) => addressesOf(one).includes(addressKey(email)))
    made.push({
      participationStatus: 'needs-action',
      expectReply: true,
      ...known,
      ...(name !== undefined && { name }),
      email,
      sendTo: { imip: `mailto:${email}` },
      kind: kind === 'resource' ? 'resource' : 'individual',
      roles: { attendee: true, ...(kind === 'optional' && { optional: true as const }) },
    })
  }
  return made
}

/** The event with exactly these attendees of one kind. */
function replaced(event: CalendarObject, kind: string, attendees: readonly Participant[]): CalendarObject {
  const others = Object.entries(event.participants ?? {}).filter(
    ([, one]) => one.roles.owner || kindOfAttendee(one) !== kind,
  )
  const taken = new Set(others.map(([key]) => key))
  const added: [string, Participant][] = []
  let number = 1
  for (const one of attendees) {
    while (taken.has(String(number))) number++
    taken.add(String(number))
    added.push([String(number), one])
  }
  const participants = Object.fromEntries([...others, ...added])
  if (Object.values(participants).every((one) => one.roles.owner))
    return without(event, 'participants', 'replyTo')
  return { ...event, participants }
}
