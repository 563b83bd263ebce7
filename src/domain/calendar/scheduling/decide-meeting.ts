import { isDeepStrictEqual } from 'node:util'
import type { CalendarObject, Participant, Patch } from '#src/formats/jscalendar/event.ts'
import { isOfSeries } from '#src/formats/jscalendar/occurrences.ts'
import { occurrenceOf, patchBetween } from '#src/formats/jscalendar/patch.ts'
import { attendeeCopy, type Invited } from './attendee-copy.ts'
import { type MeetingText, occurrenceKey } from './meeting-message.ts'
import {
  type Addresses,
  addressKey,
  attendeesOf,
  findParticipant,
  freeKey,
  isPerson,
  organizerOf,
  withParticipant,
} from './people.ts'

/** What was made of a meeting message. */
export type Outcome =
  | 'added'
  | 'updated'
  | 'cancelled'
  /** An answer stands in the list of attendees. */
  | 'recorded'
  /** For the reader alone: counter-proposals that were declined, and invitations while new ones are not added by themselves. */
  | 'shown'
  /** The organizer is asked for the invitation again. */
  | 'asked-again'
  /** What is here says it already, or something newer. */
  | 'unchanged'
  | 'outdated'
  /** It is about an event that is not in the calendar. */
  | 'unknown-meeting'
  /** It speaks for the organizer of a meeting that somebody else holds. */
  | 'not-organizer'
  /** An answer by somebody who was not invited. */
  | 'not-invited'
  /** An invitation that came back to who sent it. */
  | 'own-meeting'

/** An event of the same UID that is in the calendar. */
export type Kept<T> = { item: T; event: CalendarObject }

export type MeetingFacts<T> = {
  meeting: MeetingText
  /** Who sent the message, by From, under every address that is known; and the groups that person is in. */
  sender: Addresses
  senderGroups: Addresses
  owner: Invited
  kept: readonly Kept<T>[]
  /** Whether new invitations go into the calendar by themselves. */
  addRequests: boolean
}

export type Change<T> =
  | { do: 'add'; event: CalendarObject }
  | { do: 'change'; item: T; event: CalendarObject }
  | { do: 'remove'; item: T }

export type MeetingDecision<T> = { outcome: Outcome; changes: readonly Change<T>[] }

type State<T> = readonly { item: T | null; event: CalendarObject }[]
type Step<T> = { outcome: Outcome; state: State<T> }

/**
 * What a meeting message does to the calendar it comes to (RFC 5546, exchange-interop 4.8). Pure: nobody but the organizer
 * changes a meeting, nobody who was not invited gets into its list, and what is older than what is here changes nothing.
 */
export function decideMeeting<T>(facts: MeetingFacts<T>): MeetingDecision<T> {
  let state: State<T> = facts.kept
  let outcome: Outcome | undefined
  for (const object of facts.meeting.objects) {
    const step = steps[facts.meeting.method](facts, state, object)
    // Of several occurrences in one message the first one that did something says what it was.
    if (outcome === undefined || step.state !== state) outcome = step.outcome
    state = step.state
  }
  return { outcome: outcome!, changes: changesBetween(facts.kept, state) }
}

function changesBetween<T>(before: readonly Kept<T>[], after: State<T>): Change<T>[] {
  const changes: Change<T>[] = []
  for (const { item, event } of before) {
    const now = after.find((one) => one.item === item)
    if (now === undefined) changes.push({ do: 'remove', item })
    else if (!isDeepStrictEqual(now.event, event)) changes.push({ do: 'change', item, event: now.event })
  }
  for (const { item, event } of after) if (item === null) changes.push({ do: 'add', event })
  return changes
}

type Decide = <T>(facts: MeetingFacts<T>, state: State<T>, object: CalendarObject) => Step<T>

const steps: Readonly<Record<MeetingText['method'], Decide>> = {
  REQUEST: decideRequest,
  ADD: decideAdd,
  REPLY: decideReply,
  COUNTER: decideReply,
  CANCEL: decideCancel,
  DECLINECOUNTER: decideDeclinedCounter,
  REFRESH: decideRefresh,
}

const seriesOf = <T>(state: State<T>) => state.find(({ event }) => event.recurrenceId === undefined)

function decideRequest<T>(facts: MeetingFacts<T>, state: State<T>, object: CalendarObject): Step<T> {
  const { owner } = facts
  const organizer = organizerOf(object)
  if (organizer === undefined) return { outcome: 'shown', state }
  if (isPerson(organizer, owner.addresses)) return { outcome: 'own-meeting', state }
  if (state.some(({ event }) => isHeldBy(event, owner.addresses))) return { outcome: 'own-meeting', state }
  const series = seriesOf(state)
  const key = occurrenceKey(series?.event, object)
  if (key !== undefined && series !== undefined)
    return decideOccurrence(facts, state, object, { series, key })
  const before = key === undefined ? series : loneOf(state, key)
  if (before === undefined && (state.length === 0 || key !== undefined)) {
    if (!facts.addRequests) return { outcome: 'shown', state }
    return {
      outcome: 'added',
      state: [...state, { item: null, event: attendeeCopy(object, owner, undefined) }],
    }
  }
  const compared = before?.event ?? state[0]!.event
  const held = standing(facts, compared, object)
  if (held !== undefined && !(before === undefined && held !== 'not-organizer'))
    return { outcome: held, state }
  const event = attendeeCopy(object, owner, before?.event)
  if (before !== undefined) return { outcome: 'updated', state: replaced(state, before, event) }
  // Single occurrences were here before their series: they become part of it.
  return { outcome: 'updated', state: [{ item: null, event: state.reduce(withLone, event) }] }
}

function withLone(series: CalendarObject, { event: lone }: { event: CalendarObject }): CalendarObject {
  const key = occurrenceKey(series, lone)!
  if (series.recurrenceOverrides?.[key] !== undefined) return series
  return withOverride(series, key, patchBetween(series, lone, key))
}

function decideOccurrence<T>(
  facts: MeetingFacts<T>,
  state: State<T>,
  object: CalendarObject,
  { series, key }: { series: State<T>[number]; key: string },
): Step<T> {
  const known = series.event.recurrenceOverrides?.[key]
  const before = known?.excluded ? undefined : occurrenceOf(series.event, key)
  const held = standing(facts, before ?? series.event, object)
  if (held !== undefined) return { outcome: held, state }
  const copy = attendeeCopy(object, facts.owner, before)
  const event = withOverride(series.event, key, patchBetween(series.event, copy, key))
  return { outcome: 'updated', state: replaced(state, series, event) }
}

/** Why a message of the organizer changes nothing, or undefined when it does. */
function standing<T>(
  { sender }: MeetingFacts<T>,
  kept: CalendarObject,
  object: CalendarObject,
): 'not-organizer' | 'outdated' | 'unchanged' | undefined {
  if (!isSpokenFor(kept, sender) || !sameOrganizer(kept, object, sender)) return 'not-organizer'
  const order = compareStamps(object, stampOf(kept))
  return order < 0 ? 'outdated' : order === 0 ? 'unchanged' : undefined
}

/** Whether the sender is the organizer, or whom the organizer has said to send on behalf. What the message says of that counts nothing. */
function isSpokenFor(kept: CalendarObject, sender: Addresses): boolean {
  const organizer = organizerOf(kept)
  if (organizer === undefined) return false
  return (
    isPerson(organizer, sender) ||
    (organizer.sentBy !== undefined && sender.has(addressKey(organizer.sentBy)))
  )
}

function sameOrganizer(kept: CalendarObject, object: CalendarObject, sender: Addresses): boolean {
  const said = organizerOf(object)
  const held = organizerOf(kept)
  if (said === undefined || held === undefined) return true
  return isPerson(said, sender) || isPerson(said, new Set(personKeys(held)))
}

const personKeys = ({ email, sendTo }: Participant): string[] =>
  [email, sendTo?.imip].flatMap((one) => (one === undefined ? [] : addressKey(one)))

type Stamp = { sequence: number; updated: string }

/** Of the organizer's last message about it. */
function stampOf(kept: CalendarObject): Stamp {
  const organizer = organizerOf(kept)
  return {
    sequence: organizer?.scheduleSequence ?? kept.sequence ?? 0,
    updated: organizer?.scheduleUpdated ?? kept.updated ?? '',
  }
}

/** SEQUENCE first, then DTSTAMP (RFC 5546 §2.1.5). Without a stamp a message is as new as can be. */
function compareStamps({ sequence = 0, updated }: CalendarObject, kept: Stamp): number {
  if (sequence !== kept.sequence) return sequence - kept.sequence
  if (updated === undefined || updated === kept.updated) return updated === undefined ? 1 : 0
  return updated < kept.updated ? -1 : 1
}

function decideAdd<T>(facts: MeetingFacts<T>, state: State<T>, object: CalendarObject): Step<T> {
  const series = seriesOf(state)
  if (series === undefined || object.start === undefined) return { outcome: 'unknown-meeting', state }
  if (!isSpokenFor(series.event, facts.sender)) return { outcome: 'not-organizer', state }
  const key = object.start
  if (series.event.recurrenceOverrides?.[key] !== undefined) return { outcome: 'unchanged', state }
  const copy = attendeeCopy(object, facts.owner, undefined)
  const repeated = series.event.recurrenceRules === undefined ? { recurrenceOverrides: {} } : {}
  const event = withOverride({ ...series.event, ...repeated }, key, patchBetween(series.event, copy, key))
  return { outcome: 'updated', state: replaced(state, series, event) }
}

function decideCancel<T>(facts: MeetingFacts<T>, state: State<T>, object: CalendarObject): Step<T> {
  const [any] = state
  if (any === undefined) return { outcome: 'unknown-meeting', state }
  if (!isSpokenFor(any.event, facts.sender)) return { outcome: 'not-organizer', state }
  const series = seriesOf(state)
  const key = occurrenceKey(series?.event, object)
  const outdated = (kept: CalendarObject): boolean => (object.sequence ?? 0) < stampOf(kept).sequence
  if (key === undefined) {
    if (state.every(({ event }) => event.status === 'cancelled')) return { outcome: 'unchanged', state }
    if (outdated(any.event)) return { outcome: 'outdated', state }
    return {
      outcome: 'cancelled',
      state: state.map((one) => ({ ...one, event: cancelled(one.event, object) })),
    }
  }
  const lone = loneOf(state, key)
  if (lone !== undefined)
    return { outcome: 'cancelled', state: replaced(state, lone, cancelled(lone.event, object)) }
  const patch = series?.event.recurrenceOverrides?.[key]
  if (series === undefined || !takesPlace(series.event, key)) return { outcome: 'unknown-meeting', state }
  if (patch?.status === 'cancelled') return { outcome: 'unchanged', state }
  const occurrence = cancelled(occurrenceOf(series.event, key), object)
  const event = withOverride(series.event, key, patchBetween(series.event, occurrence, key))
  return { outcome: 'cancelled', state: replaced(state, series, event) }
}

function cancelled(event: CalendarObject, by: CalendarObject): CalendarObject {
  const { sequence } = by
  return {
    ...event,
    status: 'cancelled',
    freeBusyStatus: 'free',
    busyType: 'free',
    ...(sequence !== undefined && { sequence: Math.max(sequence, event.sequence ?? 0) }),
  }
}

function decideReply<T>(facts: MeetingFacts<T>, state: State<T>, object: CalendarObject): Step<T> {
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
  const status = answer?.participationStatus
  if (answer === undefined || status === undefined || status === 'needs-action')
    return kept(facts.meeting.method === 'COUNTER' ? 'shown' : 'unchanged')
  const found = attendeeFor(facts, event, answer)
  if (found === undefined) return kept('not-invited')
  const [at, attendee] = found
  // A counter or an answer to times that are no more says nothing about those of now.
  if (said.sequence !== undefined && said.sequence < (event.sequence ?? 0)) return kept('outdated')
  const stamp = said.updated ?? ''
  if (attendee.scheduleUpdated !== undefined && stamp !== '' && stamp < attendee.scheduleUpdated)
    return kept('outdated')
  const comment = commentOf(said)
  const answered: Participant = {
    ...attendee,
    participationStatus: status,
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

function decideDeclinedCounter<T>({ sender }: MeetingFacts<T>, state: State<T>): Step<T> {
  const [any] = state
  if (any === undefined) return { outcome: 'unknown-meeting', state }
  return { outcome: isSpokenFor(any.event, sender) ? 'shown' : 'not-organizer', state }
}

function decideRefresh<T>({ sender, owner }: MeetingFacts<T>, state: State<T>): Step<T> {
  const held = seriesOf(state)
  if (held === undefined) return { outcome: 'unknown-meeting', state }
  if (!isHeldBy(held.event, owner.addresses)) return { outcome: 'not-organizer', state }
  return { outcome: findParticipant(held.event, sender) ? 'asked-again' : 'not-invited', state }
}

const isHeldBy = (event: CalendarObject, addresses: Addresses): boolean => {
  const organizer = organizerOf(event)
  return organizer !== undefined && isPerson(organizer, addresses)
}

const loneOf = <T>(state: State<T>, key: string) => state.find(({ event }) => event.recurrenceId === key)

function replaced<T>(state: State<T>, one: State<T>[number], event: CalendarObject): State<T> {
  return state.map((each) => (each === one ? { ...each, event } : each))
}

const withOverride = (series: CalendarObject, key: string, patch: Patch): CalendarObject => ({
  ...series,
  recurrenceOverrides: { ...series.recurrenceOverrides, [key]: patch },
})

function takesPlace(series: CalendarObject, key: string): boolean {
  const patch = series.recurrenceOverrides?.[key]
  return patch === undefined ? isOfSeries(series, key) : patch.excluded !== true
}
