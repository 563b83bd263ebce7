import { isDeepStrictEqual } from 'node:util'
import { onClockOf } from '#src/formats/ical/calendar.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { occurrenceOf, patchBetween } from '#src/formats/jscalendar/patch.ts'
import { changedFrom, endedBefore } from '#src/formats/jscalendar/this-and-future.ts'
import { attendeeCopy, stampedBy } from './attendee-copy.ts'
import { decideReply } from './decide-reply.ts'
import {
  type Change,
  isHeldBy,
  type Kept,
  loneOf,
  type MeetingDecision,
  type MeetingFacts,
  type Outcome,
  personKeys,
  replaced,
  type State,
  type Step,
  takesPlace,
  withOverride,
} from './meeting-facts.ts'
import { type MeetingText, occurrenceKey } from './meeting-message.ts'
import { type Addresses, addressKey, findParticipant, isPerson, organizerOf } from './people.ts'

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

/** What makes the one of the other; what has no number is added. */
export function changesBetween<T>(before: readonly Kept<T>[], after: State<T>): Change<T>[] {
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
  const before = key === undefined ? series : loneOf(state, object)
  if (before === undefined && (state.length === 0 || key !== undefined)) {
    const isTheirs = ({ event }: State<T>[number]): boolean =>
      isSpokenFor(event, facts.sender) || sameOrganizer(event, object, new Set())
    if (!state.every(isTheirs)) return { outcome: 'not-organizer', state }
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
  const whole = object.recurrenceRange === undefined ? event : changedFrom(event, [key])
  return { outcome: 'updated', state: replaced(state, series, whole) }
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
  // The same as that of the series is right: many organizers count an addition as no revision of it (RFC 5546 §3.2.4).
  if (compareStamps(object, stampOf(series.event)) < 0) return { outcome: 'outdated', state }
  const { start, timeZone = null } = object
  const key = onClockOf(series.event, { ...object, recurrenceId: start, recurrenceIdTimeZone: timeZone })
  if (series.event.recurrenceOverrides?.[key] !== undefined) return { outcome: 'unchanged', state }
  const copy = attendeeCopy(object, facts.owner, undefined)
  const repeated = series.event.recurrenceRules === undefined ? { recurrenceOverrides: {} } : {}
  const event = withOverride({ ...series.event, ...repeated }, key, patchBetween(series.event, copy, key))
  return { outcome: 'updated', state: replaced(state, series, event) }
}

function decideCancel<T>(facts: MeetingFacts<T>, state: State<T>, object: CalendarObject): Step<T> {
  if (state.length === 0) return { outcome: 'unknown-meeting', state }
  const theirs = state.filter(({ event }) => isSpokenFor(event, facts.sender))
  if (theirs.length === 0) return { outcome: 'not-organizer', state }
  const series = seriesOf(theirs)
  const key = occurrenceKey(series?.event, object)
  const outdated = (kept: CalendarObject): boolean => (object.sequence ?? 0) < stampOf(kept).sequence
  const off = (one: State<T>[number]) => ({ ...one, event: cancelled(one.event, object) })
  const lone = key === undefined ? undefined : loneOf(theirs, object)
  const whole = key === undefined ? theirs : lone && [lone]
  if (whole !== undefined) {
    if (whole.every(({ event }) => event.status === 'cancelled')) return { outcome: 'unchanged', state }
    if (outdated(whole[0]!.event)) return { outcome: 'outdated', state }
    return { outcome: 'cancelled', state: state.map((one) => (whole.includes(one) ? off(one) : one)) }
  }
  if (series === undefined || !takesPlace(series.event, key!)) return { outcome: 'unknown-meeting', state }
  const patch = series.event.recurrenceOverrides?.[key!]
  if (object.recurrenceRange !== undefined)
    return { outcome: 'cancelled', state: replaced(state, series, endedBefore(series.event, key!)) }
  if (patch?.status === 'cancelled') return { outcome: 'unchanged', state }
  const before = occurrenceOf(series.event, key!)
  // Only what the organizer has said of this occurrence can be newer: many count occurrences apart from their series.
  if (patch?.participants !== undefined && outdated(before)) return { outcome: 'outdated', state }
  const event = withOverride(series.event, key!, patchBetween(series.event, cancelled(before, object), key!))
  return { outcome: 'cancelled', state: replaced(state, series, event) }
}

/** Called off as of that message: an invitation from before it that comes late changes nothing. */
function cancelled(event: CalendarObject, by: CalendarObject): CalendarObject {
  const sequence = Math.max(by.sequence ?? 0, stampOf(event).sequence)
  return {
    ...event,
    status: 'cancelled',
    freeBusyStatus: 'free',
    busyType: 'free',
    ...(event.participants && { participants: stampedBy(event.participants, { ...by, sequence }) }),
    ...(by.sequence !== undefined && { sequence: Math.max(by.sequence, event.sequence ?? 0) }),
  }
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
