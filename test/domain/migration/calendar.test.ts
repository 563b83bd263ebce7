import assert from 'node:assert/strict'
import { test } from 'node:test'
import { windowDays, windowOf } from '#src/domain/migration/calendar.ts'
import { formatDay, parseDay, readableDay, weekdayOf } from '#src/domain/migration/day.ts'
import { day, plainRules } from '#test/support/migration-plan.ts'

const { calendar } = plainRules

test('windows are on the nights of the week that were chosen, not on holidays, and not after the end', () => {
  const some = { ...calendar, weekdays: [2, 4], holidays: [day('2027-01-07')], until: day('2027-01-20') }
  assert.deepEqual(Array.from(windowDays(some, 9), formatDay), [
    '2027-01-05',
    '2027-01-12',
    '2027-01-14',
    '2027-01-19',
  ])
  const twice = { ...some, batchesPerWindow: 2 }
  assert.deepEqual(Array.from(windowDays(twice, 3), formatDay), ['2027-01-05', '2027-01-05', '2027-01-12'])
})

test('a window over the change of the clocks opens and closes on the clock (scenario 17)', () => {
  assert.deepEqual(windowOf(calendar, day('2027-03-27')), {
    opens: '2027-03-27T22:00:00+01:00',
    closes: '2027-03-28T06:00:00+02:00',
  })
  const noon = { ...calendar, begin: '10:00', end: '12:00' }
  assert.equal(windowOf(noon, day('2027-01-05')).closes, '2027-01-05T12:00:00+01:00')
})

test('days are dates, and dates that do not exist are none', () => {
  assert.equal(formatDay(parseDay('2028-02-29')!), '2028-02-29')
  for (const text of ['2027-02-29', '2027-13-01', '27-01-01', '2027-1-1', ''])
    assert.equal(parseDay(text), null)
  assert.equal(weekdayOf(day('2027-01-04')), 1)
  assert.equal(weekdayOf(day('1969-12-31')), 3)
  assert.equal(readableDay(day('2027-01-04')), 'Mon 4 Jan 2027')
})
