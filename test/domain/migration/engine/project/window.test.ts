import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WindowRules } from '#src/domain/migration/engine/project/project.ts'
import { endOfWork, windowAt, workingTime } from '#src/domain/migration/engine/project/window.ts'

const zone = 'Europe/Berlin'
const night: WindowRules = {
  begin: '22:00',
  end: '06:00',
  zone,
  weekdays: [1, 2, 3, 4, 5, 6, 7],
  holidays: [],
}
const at = (text: string) => Temporal.ZonedDateTime.from(`${text}[${zone}]`).epochMilliseconds
const HOUR = 3_600_000

test('a window that crosses midnight is open on both sides of it', () => {
  assert.equal(windowAt(night, at('2026-12-07T21:59'))!.opens, at('2026-12-07T22:00'))
  for (const time of ['2026-12-07T22:00', '2026-12-08T00:00', '2026-12-08T05:59'])
    assert.deepEqual(workingTime(night, at(time)), { from: at(time), until: at('2026-12-08T06:00') })
  assert.equal(workingTime(night, at('2026-12-08T06:00'))!.from, at('2026-12-08T22:00'))
})

test('the night the clocks change is an hour shorter or longer', () => {
  const length = (evening: string) => {
    const { opens, closes } = windowAt(night, at(evening))!
    return (closes - opens) / HOUR
  }
  assert.equal(length('2027-03-27T22:00'), 7)
  assert.equal(length('2027-10-30T22:00'), 9)
  assert.equal(length('2027-06-01T22:00'), 8)
})

test('a window in the hour that the clocks skip does not open that day', () => {
  const short = { ...night, begin: '02:30', end: '03:00' }
  assert.equal(windowAt(short, at('2027-03-28T01:00'))!.opens, at('2027-03-29T02:30'))
  assert.equal(windowAt(short, at('2027-03-27T01:00'))!.opens, at('2027-03-27T02:30'))
})

test('weekdays and holidays are those on which a window opens', () => {
  const workdays = { ...night, weekdays: [1, 2, 3, 4], holidays: ['2026-12-24'] }
  // Friday 2026-12-11 at noon: the next one opens on Monday.
  assert.equal(windowAt(workdays, at('2026-12-11T12:00'))!.opens, at('2026-12-14T22:00'))
  // The one of Thursday is still open on Friday morning.
  assert.equal(windowAt(workdays, at('2026-12-11T05:00'))!.opens, at('2026-12-10T22:00'))
  assert.equal(windowAt(workdays, at('2026-12-24T12:00'))!.opens, at('2026-12-28T22:00'))
  assert.equal(windowAt({ ...night, weekdays: [] }, at('2026-12-07T12:00')), null)
})

test('whole days join the nights beside them, and a holiday opens nothing', () => {
  const weekdays = [1, 2, 3, 4, 5]
  const weekend = { ...night, weekdays, wholeDays: [6, 7], holidays: ['2026-12-26'] }
  // Friday night, Saturday and Sunday are one window; on Sunday evening no night begins.
  assert.deepEqual(windowAt(weekend, at('2026-12-11T12:00')), {
    opens: at('2026-12-11T22:00'),
    closes: at('2026-12-14T00:00'),
  })
  for (const time of ['2026-12-12T06:00', '2026-12-12T12:00', '2026-12-13T00:00', '2026-12-13T23:59'])
    assert.equal(workingTime(weekend, at(time))!.from, at(time), time)
  assert.equal(workingTime(weekend, at('2026-12-14T00:00'))!.from, at('2026-12-14T22:00'))
  // The Saturday is a holiday: the night of Friday ends as usual, Sunday is open.
  assert.equal(windowAt(weekend, at('2026-12-25T23:00'))!.closes, at('2026-12-26T06:00'))
  assert.deepEqual(windowAt(weekend, at('2026-12-26T07:00')), {
    opens: at('2026-12-27T00:00'),
    closes: at('2026-12-28T00:00'),
  })
})

test('a whole day on which the clocks change has 23 or 25 hours', () => {
  const sundays = { ...night, weekdays: [], wholeDays: [7] }
  const length = (noon: string) => {
    const { opens, closes } = windowAt(sundays, at(noon))!
    return (closes - opens) / HOUR
  }
  assert.equal(length('2027-03-28T12:00'), 23)
  assert.equal(length('2027-10-31T12:00'), 25)
})

test('days that are all open are one window that is said to be long, and not looked through for ever', () => {
  const always = { ...night, wholeDays: [1, 2, 3, 4, 5, 6, 7] }
  const { from, until } = workingTime(always, at('2026-12-07T12:00'))!
  assert.equal(from, at('2026-12-07T12:00'))
  assert.ok(until! - from > 7 * 24 * HOUR && until! - from < 30 * 24 * HOUR)
})

test('a window from an hour to the same hour is always open', () => {
  const always = { ...night, begin: '00:00', end: '00:00' }
  assert.equal(workingTime(always, at('2026-12-07T12:00'))!.from, at('2026-12-07T12:00'))
  assert.deepEqual(workingTime(null, 5), { from: 5, until: null })
})

test('the end of work counts windows alone', () => {
  assert.equal(endOfWork(null, 10, 100), 110)
  assert.equal(endOfWork(night, at('2026-12-07T12:00'), 3 * HOUR), at('2026-12-08T01:00'))
  // Eight hours tonight, two in the next night.
  assert.equal(endOfWork(night, at('2026-12-07T12:00'), 10 * HOUR), at('2026-12-09T00:00'))
  // Seven in the short night, one in the next.
  assert.equal(endOfWork(night, at('2027-03-27T12:00'), 8 * HOUR), at('2027-03-28T23:00'))
  assert.equal(endOfWork({ ...night, weekdays: [] }, at('2026-12-07T12:00'), 1), null)
})

test('clocks that change elsewhere: New York, half an hour at Lord Howe, and the day that Apia left out', () => {
  const inZone = (zone: string) => {
    const rules = { ...night, zone }
    const at = (text: string) => Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds
    const length = (evening: string) => {
      const { opens, closes } = windowAt(rules, at(evening))!
      return (closes - opens) / HOUR
    }
    return { rules, at, length }
  }
  const { length: newYork } = inZone('America/New_York')
  assert.deepEqual([newYork('2027-03-13T22:00'), newYork('2027-11-06T22:00')], [7, 9])
  const { length: lordHowe } = inZone('Australia/Lord_Howe')
  assert.deepEqual([lordHowe('2027-10-02T22:00'), lordHowe('2027-04-03T22:00')], [7.5, 8.5])
  const { length: berlin } = inZone('Europe/Berlin')
  assert.deepEqual([berlin('2027-03-26T22:00'), berlin('2027-03-27T22:00')], [8, 7])
  // 2011-12-30 never was.
  const apia = inZone('Pacific/Apia')
  assert.equal(apia.length('2011-12-29T22:00'), 8)
  assert.equal(windowAt(apia.rules, apia.at('2011-12-31T07:00'))!.opens, apia.at('2011-12-31T22:00'))
  assert.equal(endOfWork(apia.rules, apia.at('2011-12-29T22:00'), 9 * HOUR), apia.at('2011-12-31T23:00'))
  const closed = { ...apia.rules, holidays: ['2011-12-30', '2011-12-31'] }
  assert.equal(windowAt(closed, apia.at('2011-12-31T07:00'))!.opens, apia.at('2012-01-01T22:00'))
})
