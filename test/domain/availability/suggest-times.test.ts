import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { FreeBusyAnswer } from '#src/domain/availability/free-busy-source.ts'
import {
  type Attendee,
  type SuggestionOptions,
  suggestionQualities,
  suggestTimes,
} from '#src/domain/availability/suggest-times.ts'
import type { BusyTime } from '#src/domain/calendar/busy-time.ts'
import { usualHours } from '#src/domain/calendar/working-hours.ts'
import { type Busy, busyOrder } from '#src/domain/mailbox/event-index.ts'
import { findIanaZone } from '#src/formats/time-zone/iana-zone.ts'
import { utc } from '#src/formats/time-zone/zone.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** A Monday. */
const MONDAY = Date.UTC(2026, 2, 2)
const busy = (from: number, to: number, kind: Busy = 'busy'): BusyTime => ({
  startMs: MONDAY + from * HOUR,
  endMs: MONDAY + to * HOUR,
  busy: kind,
  private: false,
})
const person = (...times: BusyTime[]): FreeBusyAnswer => ({
  address: 'somebody',
  freeBusy: { times, workingHours: usualHours('Etc/UTC'), detailed: false },
})
const attendee = (answer: FreeBusyAnswer, more: Partial<Attendee> = {}): Attendee => ({
  role: 'required',
  excludeConflicts: false,
  answer,
  ...more,
})
const options = (more: Partial<SuggestionOptions> = {}): SuggestionOptions => ({
  from: MONDAY,
  to: MONDAY + 24 * HOUR,
  zone: utc,
  durationMinutes: 60,
  goodThreshold: 25,
  mostPerDay: 48,
  mostOutsideWork: 0,
  leastQuality: 'poor',
  ...more,
})
const clock = (atMs: number): string => new Date(atMs).toISOString().slice(11, 16)
const qualityAt = (attendees: Attendee[], hour: number) =>
  suggestTimes(attendees, options())[0]!.suggestions.find(({ atMs }) => atMs === MONDAY + hour * HOUR)
    ?.quality

test('times of work alone, each half hour, in which the meeting fits', () => {
  const [day] = suggestTimes([attendee(person())], options())
  const times = day!.suggestions.map(({ atMs }) => clock(atMs))
  assert.equal(times[0], '08:00')
  assert.equal(times.at(-1), '16:00')
  assert.equal(times.length, 17)
  assert.equal(day!.quality, 'excellent')
})

test('the share of those who must come and cannot says how good a time is', () => {
  const taken = attendee(person(busy(9, 10)))
  const free = attendee(person())
  assert.equal(qualityAt([taken, free, free, free, free], 9), 'good')
  assert.equal(qualityAt([taken, free, free], 9), 'fair')
  assert.equal(qualityAt([taken, free], 9), 'poor')
  assert.equal(qualityAt([taken, free], 10), 'excellent')
  assert.equal(qualityAt([taken, free], 8.5), 'poor', 'the meeting would reach into it')
  const optional = attendee(person(busy(9, 10)), { role: 'optional' })
  assert.equal(qualityAt([optional, free], 9), 'excellent')
  for (const kind of busyOrder) {
    const conflict = ['tentative', 'busy', 'outOfOffice'].includes(kind)
    assert.equal(qualityAt([attendee(person(busy(9, 10, kind)))], 9), conflict ? 'poor' : 'excellent', kind)
  }
})

test('of several rooms one must be free', () => {
  const room = (...times: BusyTime[]) => attendee(person(...times), { role: 'room' })
  assert.equal(qualityAt([attendee(person()), room(busy(9, 10)), room()], 9), 'excellent')
  assert.equal(qualityAt([attendee(person()), room(busy(9, 10)), room(busy(9, 11))], 9), 'poor')
})

test('those whose conflicts are excluded are never asked for a time at which they are taken', () => {
  const boss = attendee(person(busy(8, 12)), { role: 'optional', excludeConflicts: true })
  const [day] = suggestTimes([attendee(person()), boss], options())
  assert.equal(clock(day!.suggestions[0]!.atMs), '12:00')
})

test('the best of a day are told by time, outside of work only as many as are asked for', () => {
  const some = attendee(person(busy(8, 10)))
  const best = suggestTimes([some, attendee(person())], options({ mostPerDay: 2 }))[0]!
  assert.deepEqual(
    best.suggestions.map(({ atMs }) => clock(atMs)),
    ['10:00', '10:30'],
  )
  const outside = suggestTimes([some], options({ mostOutsideWork: 1, leastQuality: 'excellent' }))[0]!
  assert.deepEqual(
    outside.suggestions.filter(({ workTime }) => !workTime).map(({ atMs }) => clock(atMs)),
    ['00:00'],
  )
  const full = suggestTimes([attendee(person(busy(0, 24)))], options({ leastQuality: 'fair' }))[0]!
  assert.deepEqual([full.quality, full.suggestions], ['poor', []])
})

test('a meeting that is moved is told where it is, however bad that is', () => {
  const currentMs = MONDAY + 9.25 * HOUR
  const [day] = suggestTimes(
    [attendee(person(busy(0, 24)))],
    options({ leastQuality: 'excellent', currentMs }),
  )
  assert.deepEqual(
    day!.suggestions.map(({ atMs, quality }) => [atMs, quality]),
    [[currentMs, 'poor']],
  )
})

test('groups count by their members, and nobody is taken for free of whom nothing is known', () => {
  const group: FreeBusyAnswer = {
    address: 'team',
    freeBusy: { times: [], workingHours: null, detailed: false, members: [[busy(9, 10)], [], null] },
  }
  const failed: FreeBusyAnswer = { address: 'x', failure: { reason: 'timeout', message: 'late' } }
  const tooBig: FreeBusyAnswer = { address: 'x', failure: { reason: 'too-many-members', message: 'many' } }
  const half: FreeBusyAnswer = {
    address: 'x',
    freeBusy: {
      times: [],
      workingHours: null,
      detailed: false,
      unknown: [{ startMs: MONDAY + 9 * HOUR, endMs: MONDAY + 10 * HOUR }],
    },
  }
  const [day] = suggestTimes(
    [group, failed, tooBig, half].map((one) => attendee(one)),
    options(),
  )
  const nine = day!.suggestions.find(({ atMs }) => atMs === MONDAY + 9 * HOUR)!
  assert.deepEqual(nine.conflicts, [
    { kind: 'group', members: 3, free: 1, taken: 1, unknown: 1 },
    { kind: 'unknown' },
    { kind: 'too-many-members' },
    { kind: 'unknown' },
  ])
  assert.equal(nine.quality, 'good')
  assert.deepEqual(day!.suggestions[0]!.conflicts[3], { kind: 'one', busy: 'free' })
})

test('days are those of the clock of whoever asks, also when it changes', () => {
  const zone = findIanaZone('Europe/Berlin')!
  const from = Date.UTC(2026, 2, 27, 23)
  const days = suggestTimes([], options({ from, to: from + 71 * HOUR, zone, mostOutsideWork: 48 }))
  assert.deepEqual(
    days.map(({ suggestions }) => suggestions.length),
    [48, 46, 48],
  )
})

const anyTimes = fc.array(
  fc.record({
    from: fc.integer({ min: 0, max: 95 }),
    quarters: fc.integer({ min: 1, max: 40 }),
    kind: fc.constantFrom(...busyOrder),
  }),
  { maxLength: 6 },
)
test('each conflict is the most that overlaps the meeting', () => {
  fc.assert(
    fc.property(anyTimes, fc.integer({ min: 1, max: 300 }), (given, durationMinutes) => {
      const times = given
        .map(({ from, quarters, kind }) => busy(from / 4, (from + quarters) / 4, kind))
        .sort((a, b) => a.startMs - b.startMs)
      const wanted = options({ durationMinutes, mostOutsideWork: 48 })
      const [day] = suggestTimes([attendee(person(...times), { role: 'optional' })], wanted)
      assert.equal(day!.suggestions.length, 48)
      for (const { atMs, conflicts } of day!.suggestions) {
        const met = times.filter(
          ({ startMs, endMs }) => startMs < atMs + durationMinutes * MINUTE && endMs > atMs,
        )
        const most = Math.max(0, ...met.map((one) => busyOrder.indexOf(one.busy)))
        assert.deepEqual(conflicts, [{ kind: 'one', busy: busyOrder[most] }])
      }
    }),
    { numRuns: 100 },
  )
  assert.equal(suggestionQualities.length, 4)
})
