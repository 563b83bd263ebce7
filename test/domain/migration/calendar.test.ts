import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isWindow, skippedNights, windowDays, windowOf } from '#src/domain/migration/calendar.ts'
import { formatDay, parseDay, readableDay, weekdayOf } from '#src/domain/migration/day.ts'
import { planNotes } from '#src/domain/migration/report/plan-notes.ts'
import { capOf, day, mailboxNamed, people, plainRules, planned } from '#test/support/migration-plan.ts'

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

test('a night whose window the clocks skip has none, and the plan says so', async () => {
  const early = {
    ...calendar,
    ...{ from: day('2027-03-27'), weekdays: [6, 7], begin: '02:00', end: '03:00' },
  }
  assert.deepEqual(Array.from(windowDays(early, 3), formatDay), ['2027-03-27', '2027-04-03', '2027-04-04'])
  assert.equal(isWindow(early, day('2027-03-28')), false)
  assert.deepEqual(skippedNights(early, day('2027-04-04')), [day('2027-03-28')])
  const longer = { ...early, end: '03:30' }
  assert.equal(isWindow(longer, day('2027-03-28')), true)
  assert.deepEqual(skippedNights({ ...early, zone: 'UTC' }, day('2027-04-04')), [])
  const rules = { ...capOf(1), calendar: early }
  const { report } = await planned({ mailboxes: people('ann', 'bea'), grants: [], rules })
  assert.deepEqual(
    Array.from(report.plan.batches, (batch) => formatDay(batch.day)),
    ['2027-03-27', '2027-04-03'],
  )
  assert.deepEqual(
    planNotes(report.plan).filter((note) => note.includes('clocks')),
    [
      'Nobody moves on Sun 28 Mar 2027: the clocks of Europe/Berlin go forward over all of the window from 02:00 to 03:00. ' +
        'Longer --hours would leave a part of it.',
    ],
  )
  await assert.rejects(
    planned({ mailboxes: [mailboxNamed('ann', { pinnedDay: day('2027-03-28') })], grants: [], rules }),
    /\(column MoveOn\), when there is no window for it: the clocks of Europe\/Berlin go forward over all of its window from 02:00 to 03:00 \(--hours\)\. The next one is Sat 3 Apr 2027/,
  )
})

test('days are dates, and dates that do not exist are none', () => {
  assert.equal(formatDay(parseDay('2028-02-29')!), '2028-02-29')
  for (const text of ['2027-02-29', '2027-13-01', '27-01-01', '2027-1-1', ''])
    assert.equal(parseDay(text), null)
  assert.equal(weekdayOf(day('2027-01-04')), 1)
  assert.equal(weekdayOf(day('1969-12-31')), 3)
  assert.equal(readableDay(day('2027-01-04')), 'Mon 4 Jan 2027')
})
