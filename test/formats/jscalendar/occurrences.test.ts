import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { extentOf, occurrencesIn } from '#src/formats/jscalendar/occurrences.ts'
import { applyPatch, occurrenceOf, patchBetween } from '#src/formats/jscalendar/patch.ts'
import { findIanaZone } from '#src/formats/time-zone/iana-zone.ts'

const event = (more: Partial<CalendarObject>): CalendarObject => ({
  '@type': 'Event',
  uid: 'u',
  start: '2026-03-23T02:30:00',
  timeZone: 'Europe/Berlin',
  duration: 'PT1H',
  ...more,
})
const all = { from: Date.UTC(2000), to: Date.UTC(2100) }
const times = (object: CalendarObject, window = all): string[] =>
  [...occurrencesIn(object, window)].map(
    ({ startMs, endMs }) =>
      `${new Date(startMs).toISOString().slice(5, 16)}/${new Date(endMs).toISOString().slice(11, 16)}`,
  )

test('a meeting at an hour that the clock leaps over takes place later that night and is counted', () => {
  const weekly = event({
    recurrenceRules: [{ frequency: 'weekly', byDay: [{ day: 'su' }], count: 3 }],
    start: '2026-03-22T02:30:00',
  })
  assert.deepEqual(times(weekly), ['03-22T01:30/02:30', '03-29T01:30/02:30', '04-05T00:30/01:30'])
})

test('an hour that comes twice is the first of both', () => {
  assert.deepEqual(times(event({ start: '2026-10-25T02:30:00' })), ['10-25T00:30/01:30'])
})

test('a day of the clock has 23 hours in spring', () => {
  const days = event({ start: '2026-03-28T12:00:00', duration: 'P1D' })
  assert.deepEqual(times(days), ['03-28T11:00/10:00'])
  assert.deepEqual(times({ ...days, duration: 'PT24H' }), ['03-28T11:00/11:00'])
})

test('whole days are those of who looks', () => {
  const day = event({ start: '2026-07-01T00:00:00', timeZone: null, showWithoutTime: true, duration: 'P1D' })
  const [tokyo] = [...occurrencesIn(day, all, findIanaZone('Asia/Tokyo'))]
  assert.equal(new Date(tokyo!.startMs).toISOString(), '2026-06-30T15:00:00.000Z')
})

test('an occurrence that was moved into the window is found, and one moved out of it is not', () => {
  const weekly = event({
    start: '2026-01-05T09:00:00',
    recurrenceRules: [{ frequency: 'weekly' }],
    recurrenceOverrides: {
      '2026-01-12T09:00:00': { start: '2026-06-01T15:00:00' },
      '2026-01-19T09:00:00': { excluded: true },
      '2026-01-26T09:00:00': { title: 'Other' },
    },
  })
  const january = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 1, 1) }
  assert.deepEqual(times(weekly, january), ['01-05T08:00/09:00', '01-26T08:00/09:00'])
  const june = { from: Date.UTC(2026, 5, 1), to: Date.UTC(2026, 5, 2) }
  assert.deepEqual(times(weekly, june), ['06-01T07:00/08:00', '06-01T13:00/14:00'])
})

test('excluded rules take away what they give', () => {
  const daily = event({
    start: '2026-01-05T09:00:00',
    recurrenceRules: [{ frequency: 'daily', count: 7 }],
    excludedRecurrenceRules: [{ frequency: 'daily', byDay: [{ day: 'sa' }, { day: 'su' }] }],
  })
  assert.equal(times(daily).length, 5)
})

test('what begins before the window and ends in it is found', () => {
  const long = event({
    start: '2026-01-01T00:00:00',
    duration: 'P20D',
    recurrenceRules: [{ frequency: 'monthly' }],
  })
  assert.equal(times(long, { from: Date.UTC(2026, 4, 15), to: Date.UTC(2026, 4, 16) }).length, 1)
})

const aSeries: fc.Arbitrary<CalendarObject> = fc
  .record(
    {
      timeZone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'),
      start: fc.constantFrom('2026-01-31T23:30:00', '2026-03-02T02:15:00', '2026-10-18T01:59:00'),
      duration: fc.constantFrom('PT30M', 'PT0S', 'P2D', 'PT50H'),
      recurrenceRules: fc.constantFrom<NonNullable<CalendarObject['recurrenceRules']>>(
        [{ frequency: 'daily', interval: 3 }],
        [{ frequency: 'weekly', byDay: [{ day: 'mo' }, { day: 'th' }] }],
        [
          { frequency: 'monthly', byMonthDay: [31] },
          { frequency: 'monthly', byMonthDay: [1] },
        ],
        [{ frequency: 'daily', count: 90 }],
      ),
      recurrenceOverrides: fc.constantFrom<NonNullable<CalendarObject['recurrenceOverrides']>>(
        {
          '2026-03-05T02:15:00': { start: '2026-08-01T10:00:00' },
          '2026-03-09T02:15:00': { excluded: true },
        },
        { '2026-05-05T05:05:00': {} },
      ),
    },
    { requiredKeys: ['timeZone', 'start', 'duration', 'recurrenceRules'], noNullPrototype: true },
  )
  .map((more) => event(more))

test('what a window shows is what the whole year shows of it', () => {
  fc.assert(
    fc.property(
      aSeries,
      fc.integer({ min: 0, max: 300 * 24 }),
      fc.integer({ min: 1, max: 60 * 24 }),
      (series, hour, hours) => {
        const year = { from: Date.UTC(2025), to: Date.UTC(2027, 6) }
        const window = {
          from: Date.UTC(2026) + hour * 3_600_000,
          to: Date.UTC(2026) + (hour + hours) * 3_600_000,
        }
        const expected = [...occurrencesIn(series, year)].filter(
          ({ startMs, endMs }) =>
            startMs < window.to && (endMs > window.from || (startMs === endMs && startMs >= window.from)),
        )
        assert.deepEqual([...occurrencesIn(series, window)], expected)
      },
    ),
    { numRuns: 300 },
  )
})

test('the extent of a series holds all its occurrences', () => {
  fc.assert(
    fc.property(aSeries, (series) => {
      const extent = extentOf(series)!
      for (const { startMs, endMs } of occurrencesIn(series, { from: Date.UTC(2025), to: Date.UTC(2028) })) {
        assert.ok(startMs >= extent.from)
        assert.ok(extent.to === null || endMs <= extent.to)
      }
    }),
  )
})

test('patches reach into an object, and nothing else', () => {
  const object = event({ participants: { '1': { roles: { attendee: true } } } })
  const made = applyPatch(object, {
    'participants/1/participationStatus': 'accepted',
    title: 'T',
    duration: null,
    'a/b': 1,
  })
  assert.deepEqual(made.participants, { '1': { roles: { attendee: true }, participationStatus: 'accepted' } })
  assert.equal(made.title, 'T')
  assert.ok(!('duration' in made) && !('a' in made))
  assert.deepEqual(object.participants, { '1': { roles: { attendee: true } } })
  applyPatch(object, JSON.parse('{"__proto__/polluted": 1, "constructor/prototype/polluted": 1}'))
  assert.equal(({} as Record<string, unknown>).polluted, undefined)
})

test('the patch between a series and an occurrence makes that occurrence', () => {
  const series = event({ title: 'A', recurrenceRules: [{ frequency: 'daily' }] })
  const { recurrenceRules, ...plain } = series
  const id = '2026-03-24T02:30:00'
  const other: CalendarObject = { ...plain, title: 'B', start: '2026-03-24T05:00:00', recurrenceId: id }
  delete other.duration
  const patch = patchBetween(series, other, id)
  assert.deepEqual(patch, { title: 'B', start: '2026-03-24T05:00:00', duration: null })
  const { recurrenceIdTimeZone, ...made } = occurrenceOf(
    { ...series, recurrenceOverrides: { [id]: patch } },
    id,
  )
  assert.deepEqual(made, other)
})
