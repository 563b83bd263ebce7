import { isDeepStrictEqual } from 'node:util'
import { freeBusyOf } from '#src/formats/jscalendar/busy-type.ts'
import type { BusyType, CalendarObject, Participant, Patch } from '#src/formats/jscalendar/event.ts'
import { type Addresses, findParticipant, freeKey } from './people.ts'

/** The owner of a mailbox as an invitation names people. */
export type Invited = {
  addresses: Addresses
  /** Who is added when only a group of theirs was invited. */
  self: { name?: string; email: string }
}

const timing = [
  'start',
  'timeZone',
  'duration',
  'showWithoutTime',
  'recurrenceRules',
  'excludedRecurrenceRules',
] as const

/** Whether both take place at the same times, exceptions aside. */
export const isSameTime = (one: CalendarObject, other: CalendarObject): boolean =>
  timing.every((name) => isDeepStrictEqual(one[name] ?? null, other[name] ?? null))

const busyWords: Readonly<Record<string, BusyType>> = {
  FREE: 'free',
  TENTATIVE: 'tentative',
  BUSY: 'busy',
  OOF: 'outOfOffice',
  WORKINGELSEWHERE: 'workingElsewhere',
}

/** How the organizer wants the time to count once it is accepted: Exchange says it beside TENTATIVE (MS-OXCICAL §2.1.3.1.1.20.32). */
export function intendedBusy(event: CalendarObject): BusyType {
  const said = event.iCalendar?.properties?.find(([name]) => name === 'X-MICROSOFT-CDO-INTENDEDSTATUS')
  const word = said && busyWords[said[2].trim().toUpperCase()]
  if (word !== undefined) return word
  return event.busyType === 'tentative' ? 'busy' : (event.busyType ?? event.freeBusyStatus ?? 'busy')
}

/** What somebody set on the own copy, which an update does not touch. */
const own = ['alerts', 'useDefaultAlerts', 'keywords', 'color', 'created'] as const

/**
 * What the organizer sent as it stands in the calendar of somebody invited: tentative until answered; on an update the answer
 * stays unless the time has changed or the meeting was off. The stamp of the organizer's message is kept with the organizer.
 */
export function attendeeCopy(
  sent: CalendarObject,
  me: Invited,
  previous: CalendarObject | undefined,
): CalendarObject {
  const stands = previous !== undefined && previous.status !== 'cancelled' && isSameTime(sent, previous)
  const kept = stands ? previous : undefined
  const answer = kept && findParticipant(kept, me.addresses)?.[1]
  const busy = kept?.busyType ?? (intendedBusy(sent) === 'free' ? 'free' : 'tentative')
  const { method, alerts, useDefaultAlerts, keywords, color, ...rest } = sent
  const mine = previous ?? { alerts, useDefaultAlerts, keywords, color }
  const made = {
    ...rest,
    ...freeBusyOf(busy),
    participants: peopleOf(sent, me, answer),
    ...Object.fromEntries(
      own.flatMap((name) =>
        name in mine && (mine as CalendarObject)[name] !== undefined
          ? [[name, (mine as CalendarObject)[name]]]
          : [],
      ),
    ),
    ...(previous?.privacy === 'private' && { privacy: 'private' as const }),
  } as CalendarObject
  if (sent.recurrenceOverrides === undefined && kept?.recurrenceOverrides === undefined) return made
  return { ...made, recurrenceOverrides: overridesOf(sent, me, kept) }
}

function peopleOf(sent: CalendarObject, me: Invited, answer: Participant | undefined): People {
  const [key, invited] = findParticipant(sent, me.addresses) ?? [
    freeKey(sent),
    { ...me.self, sendTo: { imip: `mailto:${me.self.email}` }, roles: { attendee: true as const } },
  ]
  const mine: Participant = {
    ...invited,
    participationStatus: answer?.participationStatus ?? 'needs-action',
    ...(answer?.participationComment !== undefined && { participationComment: answer.participationComment }),
    ...(answer?.scheduleUpdated !== undefined && { scheduleUpdated: answer.scheduleUpdated }),
  }
  return stampedBy({ ...sent.participants, [key]: mine }, sent)
}

type People = NonNullable<CalendarObject['participants']>

/** With the sequence and the time of a message of the organizer noted at the organizer. */
export function stampedBy(people: People, { sequence = 0, updated }: CalendarObject): People {
  const stamp = { scheduleSequence: sequence, ...(updated !== undefined && { scheduleUpdated: updated }) }
  return Object.fromEntries(
    Object.entries(people).map(([key, one]) => [key, one.roles.owner ? { ...one, ...stamp } : one]),
  )
}

/**
 * Changed occurrences as they were sent, and those kept that the message does not speak of: answers to single ones, and what
 * came as a message of its own. None of these survive a new pattern: they would name occurrences that are no more.
 */
function overridesOf(
  sent: CalendarObject,
  me: Invited,
  kept: CalendarObject | undefined,
): Readonly<Record<string, Patch>> {
  const made: Record<string, Patch> = { ...kept?.recurrenceOverrides }
  for (const [key, patch] of Object.entries(sent.recurrenceOverrides ?? {})) {
    const { busyType, freeBusyStatus, alerts, ...rest } = patch
    if (rest.excluded || rest.participants === undefined) {
      made[key] = rest
      continue
    }
    const occurrence = {
      ...sent,
      participants: rest.participants as CalendarObject['participants'],
    } as CalendarObject
    const before = kept?.recurrenceOverrides?.[key]?.participants as CalendarObject['participants']
    const answer = before && findParticipant({ participants: before } as CalendarObject, me.addresses)?.[1]
    made[key] = {
      ...rest,
      participants: peopleOf(occurrence, me, rest.start === undefined ? answer : undefined),
    }
  }
  return made
}
