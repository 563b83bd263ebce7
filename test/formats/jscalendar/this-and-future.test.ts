import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CalendarObject, Patch } from '#src/formats/jscalendar/event.ts'
import { changedFrom } from '#src/formats/jscalendar/this-and-future.ts'
import { formatLocal, parseLocal } from '#src/formats/recurrence/civil.ts'

const daily = (recurrenceOverrides: Record<string, Patch>, count?: number): CalendarObject => ({
  '@type': 'Event',
  uid: 'u',
  start: '2030-01-01T09:00:00',
  recurrenceRules: [{ frequency: 'daily', ...(count !== undefined && { count }) }],
  recurrenceOverrides,
})
const day = (of: number) => `2030-01-${String(of).padStart(2, '0')}T09:00:00`
const overridesOf = (series: CalendarObject) => series.recurrenceOverrides ?? {}

test('each occurrence is as the last change before it says, unless it was changed by itself', () => {
  const series = daily(
    {
      [day(3)]: { title: 'first', start: '2030-01-03T10:00:00' },
      [day(4)]: { title: 'own' },
      [day(6)]: { title: 'second' },
    },
    8,
  )
  assert.deepEqual(overridesOf(changedFrom(series, [day(6), day(3)])), {
    [day(3)]: { title: 'first', start: '2030-01-03T10:00:00' },
    [day(4)]: { title: 'own' },
    [day(5)]: { title: 'first', start: '2030-01-05T10:00:00' },
    [day(6)]: { title: 'second' },
    [day(7)]: { title: 'second' },
    [day(8)]: { title: 'second' },
  })
})

test('a change of an occurrence that the series does not have goes for those after it', () => {
  const series = daily({ '2030-01-02T12:00:00': { title: 'x' } }, 3)
  assert.deepEqual(overridesOf(changedFrom(series, ['2030-01-02T12:00:00'])), {
    '2030-01-02T12:00:00': { title: 'x' },
    [day(3)]: { title: 'x' },
  })
})

test('without its patch a key changes nothing', () => {
  const series = daily({}, 3)
  assert.equal(changedFrom(series, [day(2)]), series)
})

test('a series without an end is written out for 300 occurrences', () => {
  assert.equal(
    Object.keys(overridesOf(changedFrom(daily({ [day(2)]: { title: 'x' } }), [day(2)]))).length,
    301,
  )
})

test('neither many changes nor a long one make it much', () => {
  const far = Array.from({ length: 200 }, (_, at) => formatLocal(parseLocal(day(2)) + at * 301 * 86_400_000))
  const every = daily(Object.fromEntries(far.map((key) => [key, { title: 'x' }])), 99_999)
  assert.ok(Object.keys(overridesOf(changedFrom(every, far))).length <= 1_000)
  const long = { [day(2)]: { title: 'x'.repeat(1024 * 1024) } }
  assert.ok(JSON.stringify(changedFrom(daily(long), [day(2)])).length < 10 * 1024 * 1024)
})
