import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { extentOf, type Occurrence, occurrencesIn, repeats } from '#src/formats/jscalendar/occurrences.ts'
import { occurrenceOf } from '#src/formats/jscalendar/patch.ts'
import type { TimeZone } from '#src/formats/time-zone/zone.ts'
import type { BookingOptions } from '../directory/entry.ts'
import { busyOf } from './event-entry.ts'
import type { BookingSettings } from './settings.ts'

const DAY_MS = 86_400_000
/** More than any meeting has within the window: each is compared with what is booked, while others wait. */
const MOST_OCCURRENCES = 5_000

/** A stretch in which the resource is taken; epoch milliseconds. */
type Taken = { startMs: number; endMs: number }

type BookingFacts = {
  options: BookingOptions
  settings: BookingSettings
  /** As it would stand in the calendar of the resource. */
  event: CalendarObject
  /** Only this occurrence of it is asked for. */
  occurrence?: string
  /** By start, and without the event itself. */
  taken: readonly Taken[]
  /** Whose clock whole days are on. */
  zone: TimeZone
  now: number
}

export type BookingDecision =
  /** Occurrences that find the resource taken are declined each; there are none but in a series. */
  | { answer: 'accept'; declined: readonly string[] }
  | {
      answer: 'decline'
      because: 'taken' | 'recurring' | 'too-far' | 'too-often'
      conflicts: readonly string[]
    }
  | { answer: 'delegates' }

/** The window in which a request must be compared with what is booked; undefined when nothing of it lies ahead. */
export function bookingWindow(
  { event, occurrence, settings, now }: Pick<BookingFacts, 'event' | 'occurrence' | 'settings' | 'now'>,
  zone: TimeZone,
): { from: number; to: number } | undefined {
  const one = occurrence === undefined ? event : occurrenceOf(event, occurrence)
  const extent = extentOf(one, zone)
  if (extent === null) return undefined
  const from = Math.max(extent.from, now - DAY_MS)
  const to = Math.min(extent.to ?? Number.POSITIVE_INFINITY, now + (settings.bookingWindowDays + 1) * DAY_MS)
  return from < to ? { from, to } : undefined
}

/**
 * What a resource answers (DIR-18). Of a series that finds it taken now and then, the whole is declined when more
 * occurrences than its settings allow do, in percent or in number, as Exchange has it; else those occurrences alone are.
 */
export function decideBooking(facts: BookingFacts): BookingDecision {
  const { options, settings, event, occurrence, now, zone } = facts
  const series = occurrence === undefined && repeats(event)
  if (series && options.autoDeclineRecurringRequests)
    return { answer: 'decline', because: 'recurring', conflicts: [] }
  const window = bookingWindow(facts, zone)
  const first = extentOf(occurrence === undefined ? event : occurrenceOf(event, occurrence), zone)
  if (first !== null && first.from > now + settings.bookingWindowDays * DAY_MS)
    return { answer: 'decline', because: 'too-far', conflicts: [] }
  const { conflicts, total } = window === undefined ? { conflicts: [], total: 0 } : compare(facts, window)
  if (total > MOST_OCCURRENCES) return { answer: 'decline', because: 'too-often', conflicts: [] }
  if (conflicts.length > 0 && options.autoDeclineConflictingRequests) {
    const percentage = (conflicts.length / total) * 100
    const tolerable =
      series &&
      conflicts.length < total &&
      percentage <= settings.conflictPercentageAllowed &&
      conflicts.length <= settings.maximumConflictInstances
    if (!tolerable) return { answer: 'decline', because: 'taken', conflicts }
    return options.autoAcceptRequests ? { answer: 'accept', declined: conflicts } : { answer: 'delegates' }
  }
  return options.autoAcceptRequests ? { answer: 'accept', declined: [] } : { answer: 'delegates' }
}

/** Occurrences that find the resource taken, of so many. Both sides by start, so that each is looked at once. */
function compare(
  { event, occurrence, taken, zone }: BookingFacts,
  window: { from: number; to: number },
): { conflicts: string[]; total: number } {
  const single = occurrence === undefined ? event : occurrenceOf(event, occurrence)
  const occurrences: Occurrence[] = []
  for (const one of occurrencesIn(single, window, zone)) {
    if (occurrences.length > MOST_OCCURRENCES) break
    if (takesRoom(single, one)) occurrences.push(one)
  }
  occurrences.sort((a, b) => a.startMs - b.startMs)
  const conflicts: string[] = []
  let open: Taken[] = []
  let next = 0
  for (const { recurrenceId, startMs, endMs } of occurrences) {
    while (next < taken.length && taken[next]!.startMs < endMs) open.push(taken[next++]!)
    open = open.filter((one) => one.endMs > startMs)
    if (open.some((one) => one.startMs < endMs && one.endMs > startMs))
      conflicts.push(recurrenceId ?? occurrence ?? '')
  }
  return { conflicts, total: occurrences.length }
}

function takesRoom(event: CalendarObject, { recurrenceId, startMs, endMs }: Occurrence): boolean {
  if (endMs <= startMs) return false
  const changed = recurrenceId !== null && event.recurrenceOverrides?.[recurrenceId] !== undefined
  return busyOf(changed ? occurrenceOf(event, recurrenceId) : event) !== 'free'
}
