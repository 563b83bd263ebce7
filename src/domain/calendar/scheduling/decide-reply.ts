import { isDeepStrictEqual } from 'node:util'
import type { CalendarObject, Participant, Patch } from '#src/formats/jscalendar/event.ts'
import { occurrenceOf, patchBetween } from '#src/formats/jscalendar/patch.ts'
import { timesOfOne } from './counter-times.ts'
import {
  isHeldBy,
  type MeetingFacts,
  type Outcome,
  personKeys,
  replaced,
  type State,
  type Step,
  takesPlace,
  withOverride,
} from './meeting-facts.ts'
import { occurrenceKey } from './meeting-message.ts'
import {
  type Addresses,
  addressKey,
  attendeesOf,
  findParticipant,
  freeKey,
  isPerson,
  withParticipant,
} from './people.ts'

/** What an answer or a counter-proposal does to the list of those invited (RFC 5546 §3.2.3, §3.2.7). */
export function decideReply<T>(facts: MeetingFacts<T>, state: State<T>, object: CalendarObject): Step<T> {
  const held = state.find(({ event }) => event.recurrenceId === undefined)
  if (held === undefined) return { outcome: 'unknown-meeting', state }
  if (!isHeldBy(held.event, facts.owner.addresses)) return { outcome: 'not-organizer', state }
  const key = occurrenceKey(held.event, object)
  let event = held.event
  let outcome: Outcome | undefined
  const take = (said: CalendarObject, at: string | undefined): void => {
    const step = recorded(facts, event, said, at)
    if (outcome === undefined || step.outcome === 'recorded') outcome = step.outcome
    event = step.event
  }
  take(object, key)
  for (const [at, patch] of Object.entries(object.recurrenceOverrides ?? {})) {
    if (patch.participants !== undefined)
      take(
        { ...object, participants: patch.participants as CalendarObject['participants'] } as CalendarObject,
        at,
      )
  }
  return { outcome: outcome!, state: event === held.event ? state : replaced(state, held, event) }
}

/** An answer in the list of the series, or of one occurrence. */
function recorded<T>(
  facts: MeetingFacts<T>,
  series: CalendarObject,
  said: CalendarObject,
  key: string | undefined,
): { outcome: Outcome; event: CalendarObject } {
  const kept = (outcome: Outcome) => ({ outcome, event: series })
  if (key !== undefined && !takesPlace(series, key)) return kept('unknown-meeting')
  const event = key === undefined ? series : occurrenceOf(series, key)
  const answer = answerOf(said, facts.sender)
  const counters = facts.meeting.method === 'COUNTER'
  if (answer === undefined) return kept(counters ? 'shown' : 'unchanged')
  const status = answer.participationStatus ?? 'needs-action'
  // Who only asks for another time has not answered; the times are noted all the same.
  if (status === 'needs-action' && !counters) return kept('unchanged')
  const found = attendeeFor(facts, event, answer)
  if (found === undefined) return kept('not-invited')
  const [at, attendee] = found
  // A counter or an answer to times that are no more says nothing about those of now.
  if (said.sequence !== undefined && said.sequence < (event.sequence ?? 0)) return kept('outdated')
  const stamp = said.updated ?? ''
  if (attendee.scheduleUpdated !== undefined && stamp !== '' && stamp < attendee.scheduleUpdated)
    return kept('outdated')
  const comment = commentOf(said)
  // An answer takes the place of what was proposed before.
  const { proposed: before, ...rest } = attendee
  const proposed = counters ? timesOfOne(said) : undefined
  const answered: Participant = {
    ...rest,
    ...(status !== 'needs-action' && { participationStatus: status }),
    ...(proposed && { proposed }),
    ...(comment !== undefined && { participationComment: comment }),
    ...(stamp !== '' && { scheduleUpdated: stamp }),
    ...(said.sequence !== undefined && { scheduleSequence: said.sequence }),
    ...(answer.delegatedTo && { delegatedTo: answer.delegatedTo }),
  }
  const made = withParticipant(event, at, answered)
  if (key === undefined) return { outcome: 'recorded', event: throughSeries(made, at, attendee, answered) }
  return { outcome: 'recorded', event: withOverride(series, key, patchBetween(series, made, key)) }
}

/** An answer to the series is one to its changed occurrences as well, where these had no answer of their own. */
function throughSeries(
  series: CalendarObject,
  at: string,
  before: Participant,
  answered: Participant,
): CalendarObject {
  if (series.recurrenceOverrides === undefined) return series
  const overrides = Object.entries(series.recurrenceOverrides).map(([key, patch]): [string, Patch] => {
    const participants = patch.participants as Record<string, Participant> | undefined
    const there = participants?.[at]
    if (there === undefined || !isDeepStrictEqual(there, before)) return [key, patch]
    return [key, { ...patch, participants: { ...participants, [at]: answered } }]
  })
  return { ...series, recurrenceOverrides: Object.fromEntries(overrides) }
}

/** The line of the answer that is the sender's own, or that the sender was entitled to write; one line alone stands for the sender. */
function answerOf(said: CalendarObject, sender: Addresses): Participant | undefined {
  const lines = attendeesOf(said)
  return (
    lines.find((one) => isPerson(one, sender)) ??
    lines.find(({ sentBy }) => sentBy !== undefined && sender.has(addressKey(sentBy))) ??
    (lines.length === 1 ? lines[0] : undefined)
  )
}

/** Who of the list answers: by the sender's addresses first, because ORGANIZER and ATTENDEE are rewritten on the way. */
function attendeeFor<T>(
  { sender, senderGroups }: MeetingFacts<T>,
  event: CalendarObject,
  answer: Participant,
): [string, Participant] | undefined {
  const isOther = ([, one]: [string, Participant]): boolean => one.roles.owner !== true
  const known = findParticipant(event, sender)
  if (known !== undefined) return isOther(known) ? known : undefined
  const named = findParticipant(event, new Set(personKeys(answer)))
  // Somebody who sends for an attendee must be known to do so from the invitation.
  if (named !== undefined && isOther(named))
    return named[1].sentBy !== undefined && sender.has(addressKey(named[1].sentBy)) ? named : undefined
  const invited = attendeesOf(event)
  const from = Object.keys(answer.delegatedFrom ?? {}).map(addressKey)
  const delegator = invited.find(
    (one) => one.participationStatus === 'delegated' && personKeys(one).some((key) => from.includes(key)),
  )
  const namesSender =
    delegator && Object.keys(delegator.delegatedTo ?? {}).some((one) => sender.has(addressKey(one)))
  const throughGroup = invited.find((one) => isPerson(one, senderGroups))
  if (!namesSender && throughGroup === undefined) return undefined
  const { scheduleUpdated, scheduleSequence, ...person } = answer
  return [freeKey(event), { ...person, roles: { attendee: true } }]
}

function commentOf({ iCalendar }: CalendarObject): string | undefined {
  const said = iCalendar?.properties?.find(([name]) => name === 'COMMENT')?.[2]
  return (
    said?.replace(/\\([\\;,nN])/g, (_, mark: string) => (/n/i.test(mark) ? '\n' : mark)).trim() || undefined
  )
}
