/** What real calendars have is found whole, however much of it there is: limits are for rules of strangers. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { occurrencesIn } from '#src/formats/jscalendar/occurrences.ts'
import { parseLocal } from '#src/formats/recurrence/civil.ts'
import { SharedEffort } from '#src/formats/recurrence/effort.ts'
import type { RecurrenceRule } from '#src/formats/recurrence/rule.ts'
import { utc } from '#src/formats/time-zone/zone.ts'

const workdays = (['mo', 'tu', 'we', 'th', 'fr'] as const).map((day) => ({ day }))
const until = '2030-01-01T00:00:00'

/** The most that Exchange shows of a calendar at once. */
const twoYears = { from: Date.UTC(2024, 0), to: Date.UTC(2026, 0) }
const DAYS = 731

/** With their occurrences in `twoYears`. */
const ordinary: [what: string, start: string, rule: RecurrenceRule, occurrences: number][] = [
  ['every day since 1996', '1996-01-01', { frequency: 'daily', until }, DAYS],
  ['every day of 30 years', '1996-01-01', { frequency: 'daily', count: 11_000 }, DAYS],
  ['999 days', '2023-06-01', { frequency: 'daily', count: 999 }, DAYS],
  ['twice a day', '2020-01-01', { frequency: 'daily', byHour: [9, 17] }, 2 * DAYS],
  ['workdays', '2016-01-01', { frequency: 'weekly', count: 5_000, byDay: workdays }, 523],
  ['999 weeks', '2010-01-04', { frequency: 'weekly', count: 999 }, 105],
  ['a birthday since 1900', '1900-05-05', { frequency: 'yearly' }, 2],
  ['200 years', '1900-05-05', { frequency: 'yearly', count: 200 }, 2],
  [
    'the last workday of a month',
    '1990-01-31',
    { frequency: 'monthly', count: 999, byDay: workdays, bySetPosition: [-1] },
    24,
  ],
  [
    'Thanksgiving',
    '1942-11-26',
    { frequency: 'yearly', byMonth: ['11'], byDay: [{ day: 'th', nthOfPeriod: 4 }] },
    2,
  ],
]

const seriesOf = (start: string, rule: RecurrenceRule): CalendarObject => ({
  '@type': 'Event',
  uid: 'x',
  start: `${start}T09:00:00`,
  duration: 'PT1H',
  timeZone: 'Europe/Berlin',
  recurrenceRules: [rule],
})

test('2,000 series of a mailbox are each whole in a view of two years', () => {
  const efforts = new SharedEffort()
  for (let at = 0; at < 2_000; at++) {
    const [what, start, rule, wanted] = ordinary[at % ordinary.length]!
    const found = [...occurrencesIn(seriesOf(start, rule), twoYears, utc, { effort: efforts.next() })]
    assert.equal(found.length, wanted, `${what}, the ${at}. series`)
  }
})

const heavy: [what: string, start: string, rule: RecurrenceRule, to: string, occurrences: number][] = [
  ['every day of 30 years', '1996-01-01', { frequency: 'daily' }, '2026-01-01', 10_958],
  ['every hour of a year', '2025-01-01', { frequency: 'hourly', count: 8_751 }, '2026-01-01', 8_751],
]
for (const [what, start, rule, to, wanted] of heavy)
  test(`${what} is seen at once`, () => {
    const window = { from: parseLocal(`${start}T00:00:00`), to: parseLocal(`${to}T00:00:00`) }
    assert.equal([...occurrencesIn(seriesOf(start, rule), window)].length, wanted)
  })
