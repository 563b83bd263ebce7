/**
 * Times at which people could meet, from what is known of when they are free (MS-OXWAVLS 3.1.4.1: SuggestionsViewOptions). A time
 * begins every half hour; how good it is says the share of those who must come and cannot.
 */
import { formatLocal } from '#src/formats/recurrence/civil.ts'
import { weekdays } from '#src/formats/recurrence/rule.ts'
import { findIanaZone } from '#src/formats/time-zone/iana-zone.ts'
import { type TimeZone, toEpoch, toLocal, utc } from '#src/formats/time-zone/zone.ts'
import type { BusyTime } from '../calendar/busy-time.ts'
import type { WorkingHours } from '../calendar/working-hours.ts'
import { type Busy, busyOrder } from '../mailbox/event-index.ts'
import type { FreeBusyAnswer } from './free-busy-source.ts'

/** From the best to the worst: nobody is kept; no more than the threshold are; fewer than half are; more. */
export const suggestionQualities = ['excellent', 'good', 'fair', 'poor'] as const
export type SuggestionQuality = (typeof suggestionQualities)[number]

/** `room`: of all rooms one must be free. */
export type AttendeeRole = 'required' | 'optional' | 'room'
export type Attendee = {
  role: AttendeeRole
  /** Times at which this one is taken are not suggested at all. */
  excludeConflicts: boolean
  answer: FreeBusyAnswer
}

export type SuggestionOptions = {
  /** Epoch milliseconds; whole days of `zone` are looked at. */
  from: number
  to: number
  zone: TimeZone
  durationMinutes: number
  /** In percent. */
  goodThreshold: number
  mostPerDay: number
  mostOutsideWork: number
  leastQuality: SuggestionQuality
  /** Where the meeting is now: it is among the suggestions of its day. */
  currentMs?: number
}

export type Conflict =
  | { kind: 'one'; busy: Busy }
  | { kind: 'group'; members: number; free: number; taken: number; unknown: number }
  | { kind: 'too-many-members' }
  | { kind: 'unknown' }

type Suggestion = {
  atMs: number
  workTime: boolean
  quality: SuggestionQuality
  /** Of each attendee, in their order. */
  conflicts: readonly Conflict[]
}
export type SuggestionDay = {
  startMs: number
  quality: SuggestionQuality
  suggestions: readonly Suggestion[]
}

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const STEP_MS = 30 * MINUTE_MS
/** From here on in `busyOrder` somebody cannot come. */
const TAKEN = busyOrder.indexOf('tentative')
const UNKNOWN = 0xff

export function suggestTimes(
  attendees: readonly Attendee[],
  options: SuggestionOptions,
): readonly SuggestionDay[] {
  const days = daysOf(options)
  const starts = days.flatMap(({ starts: some }) => some)
  const durationMs = options.durationMinutes * MINUTE_MS
  const known = attendees.map((attendee) => ({
    ...attendee,
    taken: takenOf(attendee.answer, starts, durationMs),
  }))
  const hours = attendees.flatMap(({ role, answer }) =>
    role === 'required' && 'freeBusy' in answer && answer.freeBusy.workingHours !== null
      ? [atWork(answer.freeBusy.workingHours)]
      : [],
  )
  let first = 0
  return days.map(({ startMs, starts: some }) => {
    const offered = some.flatMap((atMs, place) => {
      const conflicts = known.map(({ taken }) => taken(first + place))
      const quality = qualityOf(known, conflicts, options.goodThreshold)
      if (quality === undefined && atMs !== options.currentMs) return []
      const workTime = hours.every((works) => works(atMs, atMs + durationMs))
      const optional = known.filter(({ role }, at) => role === 'optional' && isTaken(conflicts[at]!)).length
      return [{ atMs, workTime, quality: quality ?? ('poor' as const), conflicts, optional }]
    })
    first += some.length
    const suggestions = theBest(offered, options)
    const best = Math.min(...suggestions.map(({ quality }) => suggestionQualities.indexOf(quality)))
    return { startMs, quality: suggestionQualities[best] ?? 'poor', suggestions }
  })
}

/** The days that the window touches, on the clock of `zone`, with the half hours that begin in the window and the meeting as it is. */
function daysOf({ from, to, zone, currentMs }: SuggestionOptions): { startMs: number; starts: number[] }[] {
  const days: { startMs: number; starts: number[] }[] = []
  const midnight = (localMs: number): number => Math.floor(localMs / DAY_MS) * DAY_MS
  for (let day = midnight(toLocal(zone, from)); ; day += DAY_MS) {
    const startMs = toEpoch(zone, day)
    if (startMs >= to) return days
    const endMs = toEpoch(zone, day + DAY_MS)
    const starts: number[] = []
    for (let at = startMs; at < endMs; at += STEP_MS) if (at >= from && at < to) starts.push(at)
    if (currentMs !== undefined && currentMs >= startMs && currentMs < endMs && !starts.includes(currentMs))
      starts.splice(firstAfter(starts, currentMs), 0, currentMs)
    days.push({ startMs, starts })
  }
}

/** What keeps somebody from meetings that begin at those times. */
function takenOf(
  answer: FreeBusyAnswer,
  starts: readonly number[],
  durationMs: number,
): (place: number) => Conflict {
  if ('failure' in answer) {
    const kind = answer.failure.reason === 'too-many-members' ? 'too-many-members' : 'unknown'
    return () => ({ kind })
  }
  const { times, unknown = [], members } = answer.freeBusy
  const ranksOf = (some: readonly BusyTime[]) => ranksAt(some, unknown, starts, durationMs)
  if (members === undefined) {
    const ranks = ranksOf(times)
    return (place) => oneAt(ranks[place]!)
  }
  const all = members.map((some) => some && ranksOf(some))
  return (place) => {
    const ranks = all.map((some) => (some === null ? UNKNOWN : some[place]!))
    const without = ranks.filter((rank) => rank === UNKNOWN).length
    const taken = ranks.filter((rank) => rank !== UNKNOWN && rank >= TAKEN).length
    return {
      kind: 'group',
      members: ranks.length,
      free: ranks.length - taken - without,
      taken,
      unknown: without,
    }
  }
}

const oneAt = (rank: number): Conflict =>
  rank === UNKNOWN ? { kind: 'unknown' } : { kind: 'one', busy: busyOrder[rank]! }

type Stretch = { startMs: number; endMs: number }

/** The most that a meeting from each start on meets with, by place in `busyOrder`. */
function ranksAt(
  times: readonly BusyTime[],
  unknown: readonly Stretch[],
  starts: readonly number[],
  durationMs: number,
): Uint8Array {
  const ranks = new Uint8Array(starts.length)
  const mark = ({ startMs, endMs }: Stretch, rank: number): void => {
    for (let at = firstAfter(starts, startMs - durationMs); at < starts.length && starts[at]! < endMs; at++)
      if (ranks[at]! < rank) ranks[at] = rank
  }
  for (const time of times) mark(time, busyOrder.indexOf(time.busy))
  for (const stretch of unknown) mark(stretch, UNKNOWN)
  return ranks
}

/** The place of the first that is greater. */
function firstAfter(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! > value) high = middle
    else low = middle + 1
  }
  return low
}

function isTaken(conflict: Conflict): boolean {
  if (conflict.kind === 'group') return conflict.taken > 0
  return conflict.kind === 'one' && busyOrder.indexOf(conflict.busy) >= TAKEN
}

/** Of members each counts. Undefined for a time that is not suggested at all. */
function qualityOf(
  attendees: readonly Attendee[],
  conflicts: readonly Conflict[],
  goodThreshold: number,
): SuggestionQuality | undefined {
  let [all, taken, rooms, freeRooms] = [0, 0, 0, 0]
  for (const [at, { role, excludeConflicts }] of attendees.entries()) {
    const conflict = conflicts[at]!
    if (excludeConflicts && isTaken(conflict)) return undefined
    if (role === 'room') {
      rooms++
      if (!isTaken(conflict)) freeRooms++
    }
    if (role !== 'required') continue
    all += conflict.kind === 'group' ? conflict.members : 1
    taken += conflict.kind === 'group' ? conflict.taken : isTaken(conflict) ? 1 : 0
  }
  if (rooms > 0 && freeRooms === 0) return 'poor'
  const percent = all === 0 ? 0 : (100 * taken) / all
  if (percent === 0) return 'excellent'
  if (percent <= goodThreshold) return 'good'
  return percent < 50 ? 'fair' : 'poor'
}

type Offered = Suggestion & { optional: number }

/** As many of a day as are asked for: the better before the worse, then with more who may come, then the earlier; told by time. */
function theBest(
  offered: readonly Offered[],
  { leastQuality, mostPerDay, mostOutsideWork, currentMs }: SuggestionOptions,
): Suggestion[] {
  const rank = ({ quality }: Suggestion): number => suggestionQualities.indexOf(quality)
  const least = suggestionQualities.indexOf(leastQuality)
  const better = (a: Offered, b: Offered): number =>
    rank(a) - rank(b) || a.optional - b.optional || a.atMs - b.atMs
  const current = offered.filter(({ atMs }) => atMs === currentMs)
  const others = offered.filter((one) => one.atMs !== currentMs && rank(one) <= least).sort(better)
  const inside = others.filter(({ workTime }) => workTime)
  const outside = others.filter(({ workTime }) => !workTime).slice(0, mostOutsideWork)
  return [...current, ...[...inside, ...outside].slice(0, Math.max(0, mostPerDay - current.length))]
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ optional: _, ...suggestion }) => suggestion)
}

/** Whether a stretch lies in somebody's working hours, on their clock. */
function atWork({ timeZone, periods }: WorkingHours): (startMs: number, endMs: number) => boolean {
  const zone = findIanaZone(timeZone) ?? utc
  return (startMs, endMs) => {
    const local = toLocal(zone, startMs)
    const day = weekdays[(Math.floor(local / DAY_MS) + 3) % 7]!
    const start = (local % DAY_MS) / MINUTE_MS
    const end = start + (endMs - startMs) / MINUTE_MS
    return periods.some(
      ({ days, startMinutes, endMinutes }) =>
        days.includes(day) && start >= startMinutes && end <= endMinutes,
    )
  }
}

/** For its date in answers. */
export const localDay = (startMs: number, zone: TimeZone): string => formatLocal(toLocal(zone, startMs))
