import type { CalendarObject, Participant, Patch } from '#src/formats/jscalendar/event.ts'
import { isOfSeries } from '#src/formats/jscalendar/occurrences.ts'
import type { Invited } from './attendee-copy.ts'
import { isSameOccurrence, type MeetingText } from './meeting-message.ts'
import { type Addresses, addressKey, isPerson, organizerOf } from './people.ts'

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

export type State<T> = readonly { item: T | null; event: CalendarObject }[]
export type Step<T> = { outcome: Outcome; state: State<T> }

export const isHeldBy = (event: CalendarObject, addresses: Addresses): boolean => {
  const organizer = organizerOf(event)
  return organizer !== undefined && isPerson(organizer, addresses)
}

/** The same occurrence, kept by itself and without its series. */
export const loneOf = <T>(state: State<T>, occurrence: CalendarObject) =>
  state.find(({ event }) => isSameOccurrence(event, occurrence))

export function replaced<T>(state: State<T>, one: State<T>[number], event: CalendarObject): State<T> {
  return state.map((each) => (each === one ? { ...each, event } : each))
}

export const withOverride = (series: CalendarObject, key: string, patch: Patch): CalendarObject => ({
  ...series,
  recurrenceOverrides: { ...series.recurrenceOverrides, [key]: patch },
})

export function takesPlace(series: CalendarObject, key: string): boolean {
  const patch = series.recurrenceOverrides?.[key]
  return patch === undefined ? isOfSeries(series, key) : patch.excluded !== true
}

export const personKeys = ({ email, sendTo }: Participant): string[] =>
  [email, sendTo?.imip].flatMap((one) => (one === undefined ? [] : addressKey(one)))
