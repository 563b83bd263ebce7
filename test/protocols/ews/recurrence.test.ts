/** Patterns of EWS become rules of the model and come back as the same patterns. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseLocal } from '#src/formats/recurrence/civil.ts'
import { expandRule } from '#src/formats/recurrence/expand.ts'
import { InvalidValue } from '#src/wire/ews/invalid-value.ts'
import { ruleOf, showRecurrence } from '#src/wire/ews/model/recurrence.ts'
import { monthNames } from '#src/wire/ews/model/time-zones.ts'
import type { RecurrenceType } from '#src/wire/ews/schema-types.ts'

const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
const index = fc.constantFrom('First', 'Second', 'Third', 'Fourth', 'Last')
const someDay = fc.constantFrom(...days, 'Weekday' as const, 'WeekendDay' as const)
const interval = fc.integer({ min: 1, max: 99 })
const month = fc.constantFrom(...monthNames)
const dayOfMonth = fc.integer({ min: 1, max: 31 })

const pattern = fc.oneof(
  fc.record({ DailyRecurrence: fc.record({ Interval: interval }) }),
  fc.record({
    WeeklyRecurrence: fc.record({
      Interval: interval,
      DaysOfWeek: fc.subarray([...days], { minLength: 1 }),
      FirstDayOfWeek: fc.constantFrom(...days),
    }),
  }),
  fc.record({ AbsoluteMonthlyRecurrence: fc.record({ Interval: interval, DayOfMonth: dayOfMonth }) }),
  fc.record({
    RelativeMonthlyRecurrence: fc.record({ Interval: interval, DaysOfWeek: someDay, DayOfWeekIndex: index }),
  }),
  fc.record({ AbsoluteYearlyRecurrence: fc.record({ DayOfMonth: dayOfMonth, Month: month }) }),
  fc.record({
    RelativeYearlyRecurrence: fc.record({ DaysOfWeek: someDay, DayOfWeekIndex: index, Month: month }),
  }),
)
const range = fc.oneof(
  fc.constant({ NoEndRecurrence: { StartDate: '2026-11-21' } }),
  fc.constant({ EndDateRecurrence: { StartDate: '2026-11-21', EndDate: '2031-01-01' } }),
  fc.integer({ min: 1, max: 999 }).map((NumberOfOccurrences) => ({
    NumberedRecurrence: { StartDate: '2026-11-21', NumberOfOccurrences },
  })),
)

test('every pattern comes back as it was', () => {
  fc.assert(
    fc.property(pattern, range, (one, other) => {
      const given = JSON.parse(JSON.stringify({ ...one, ...other })) as RecurrenceType
      assert.deepEqual(showRecurrence(ruleOf(given, '2026-11-21T09:00:00'), '2026-11-21T09:00:00'), given)
    }),
  )
})

test('the 31st is the last day of a short month, as in Exchange', () => {
  const rule = ruleOf(
    {
      AbsoluteMonthlyRecurrence: { Interval: 1, DayOfMonth: 31 },
      NumberedRecurrence: { StartDate: '2027-01-31', NumberOfOccurrences: 4 },
    },
    '2027-01-31T09:00:00',
  )
  const found = [...expandRule(parseLocal('2027-01-31T09:00:00'), rule)].map((ms) =>
    new Date(ms).toISOString().slice(0, 10),
  )
  assert.deepEqual(found, ['2027-01-31', '2027-02-28', '2027-03-31', '2027-04-30'])
})

test('numbers that no calendar has are refused', () => {
  const end = { NoEndRecurrence: { StartDate: '2027-01-01' } }
  for (const wrong of [
    { DailyRecurrence: { Interval: 0 }, ...end },
    { AbsoluteMonthlyRecurrence: { Interval: 1, DayOfMonth: 32 }, ...end },
    {
      DailyRecurrence: { Interval: 1 },
      NumberedRecurrence: { StartDate: '2027-01-01', NumberOfOccurrences: 0 },
    },
    {
      DailyRecurrence: { Interval: 1 },
      EndDateRecurrence: { StartDate: '2027-01-01', EndDate: '2026-01-01' },
    },
  ] as RecurrenceType[])
    assert.throws(() => ruleOf(wrong, '2027-01-01T09:00:00'), InvalidValue)
})

test('what EWS has no pattern for is not made up', () => {
  assert.equal(showRecurrence({ frequency: 'hourly' }, '2027-01-01T09:00:00'), undefined)
  assert.equal(showRecurrence({ frequency: 'yearly', byWeekNo: [3] }, '2027-01-01T09:00:00'), undefined)
  assert.equal(
    showRecurrence({ frequency: 'monthly', byMonthDay: [1, 15] }, '2027-01-01T09:00:00'),
    undefined,
  )
})
