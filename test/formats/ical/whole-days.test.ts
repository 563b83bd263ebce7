/** Whole days and the names of occurrences, in every way that calendars write them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatCalendar, parseCalendar } from '#src/formats/ical/calendar.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { occurrencesIn } from '#src/formats/jscalendar/occurrences.ts'
import { occurrenceOf } from '#src/formats/jscalendar/patch.ts'

const calendar = (...lines: string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n')
const event = (...lines: string[]): CalendarObject =>
  parseCalendar(calendar('BEGIN:VEVENT', 'UID:1', ...lines, 'END:VEVENT')).objects[0]!

const daysOf = (object: CalendarObject): string[] =>
  [...occurrencesIn(object, { from: Date.UTC(2026, 10, 1), to: Date.UTC(2027, 1, 1) })]
    .map(({ startMs }) => new Date(startMs).toISOString().slice(0, 10))
    .sort()

test('whole days that Exchange writes as midnights lose and move the days that they name', () => {
  const midnight = (name: string, day: string) => `${name};TZID=W. Europe Standard Time:202612${day}T000000`
  const times = ['BEGIN:VEVENT', 'UID:1', 'X-MICROSOFT-CDO-ALLDAYEVENT:TRUE']
  const text = (id: string) =>
    calendar(
      ...times,
      midnight('DTSTART', '01'),
      midnight('DTEND', '02'),
      // The last of them is the 5th in Berlin.
      'RRULE:FREQ=DAILY;UNTIL=20261204T230000Z',
      midnight('EXDATE', '03'),
      'END:VEVENT',
      ...times,
      id,
      midnight('DTSTART', '09'),
      midnight('DTEND', '10'),
      'END:VEVENT',
    )
  for (const id of [
    midnight('RECURRENCE-ID', '02'),
    'RECURRENCE-ID;VALUE=DATE:20261202',
    'RECURRENCE-ID:20261201T230000Z',
  ]) {
    const [series, ...more] = parseCalendar(text(id)).objects
    assert.deepEqual(more, [])
    const [again] = parseCalendar(formatCalendar([series!])).objects
    for (const one of [series!, again!])
      assert.deepEqual(daysOf(one), ['2026-12-01', '2026-12-04', '2026-12-05', '2026-12-09'], id)
  }
})

test('an occurrence that the clocks skip is deleted by its name', () => {
  // In Berlin 02:30 is skipped on the 28th; in Beirut midnight, which is when whole days of Exchange begin.
  for (const [zone, clock, more] of [
    ['Europe/Berlin', 'T023000', []],
    ['Asia/Beirut', 'T000000', ['X-MICROSOFT-CDO-ALLDAYEVENT:TRUE', 'DURATION:P1D']],
  ] as const) {
    const at = (name: string, day: string) => `${name};TZID=${zone}:202703${day}${clock}`
    const rule = ['RRULE:FREQ=DAILY;COUNT=3', ...more]
    const series = event(at('DTSTART', '27'), ...rule, at('EXDATE', '28'))
    const starts = [...occurrencesIn(series, { from: Date.UTC(2027, 2, 1), to: Date.UTC(2027, 3, 9) })]
    assert.deepEqual(
      starts.map(({ recurrenceId }) => recurrenceId!.slice(0, 10)),
      ['2027-03-27', '2027-03-29'],
      zone,
    )
  }
})

test('whole days last whole days, however their length is written', () => {
  assert.equal(event('DTSTART;VALUE=DATE:20261201', 'DURATION:PT26H').duration, 'P2D')
  assert.equal(event('DTSTART;VALUE=DATE:20261201', 'DURATION:P1W').duration, 'P7D')
})

test('an occurrence of whole days that has a time is named by its day', () => {
  const [series] = parseCalendar(
    calendar(
      'BEGIN:VEVENT',
      'UID:1',
      'DTSTART;VALUE=DATE:20261201',
      'RRULE:FREQ=DAILY;COUNT=3',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'UID:1',
      'RECURRENCE-ID:20261201T230000Z',
      'DTSTART;TZID=Europe/Berlin:20261202T140000',
      'DURATION:PT1H',
      'END:VEVENT',
    ),
  ).objects
  assert.deepEqual(Object.keys(series!.recurrenceOverrides!), ['2026-12-02T00:00:00'])
  const written = formatCalendar([series!])
  assert.match(written, /^RECURRENCE-ID;VALUE=DATE:20261202\r$/m)
  assert.deepEqual(parseCalendar(written).objects[0]!.recurrenceOverrides, series!.recurrenceOverrides)
})

const wholeDays: CalendarObject = {
  ...{ '@type': 'Event', uid: 'days', title: 'Days', start: '2026-12-01T00:00:00', duration: 'P1D' },
  ...{ showWithoutTime: true, timeZone: 'Europe/Berlin' },
  recurrenceRules: [{ frequency: 'daily', until: '2026-12-05T00:00:00' }],
  recurrenceOverrides: {
    '2026-12-02T00:00:00': { title: 'Changed' },
    '2026-12-03T00:00:00': { excluded: true },
    '2026-12-04T00:00:00': { showWithoutTime: null, start: '2026-12-04T09:00:00', duration: 'PT1H' },
    '2026-12-09T00:00:00': {},
  },
}
const written = (object: CalendarObject): string[] =>
  formatCalendar([object])
    .split('\r\n')
    .flatMap((line) => {
      const plain = /^(?:RECURRENCE-ID|EXDATE|RDATE)[;:]/.test(line)
      return plain ? line : (/^RRULE.*(UNTIL=.*)/.exec(line)?.[1] ?? [])
    })
    .toSorted()

test('the days of a series with a zone are named by dates, as its DTSTART is (RFC 5545 §3.8.4.4)', () => {
  assert.deepEqual(written(wholeDays), [
    'EXDATE;VALUE=DATE:20261203',
    'RDATE;VALUE=DATE:20261209',
    'RECURRENCE-ID;VALUE=DATE:20261202',
    'RECURRENCE-ID;VALUE=DATE:20261204',
    'UNTIL=20261205',
  ])
  assert.deepEqual(written(occurrenceOf(wholeDays, '2026-12-02T00:00:00')), [
    'RECURRENCE-ID;VALUE=DATE:20261202',
  ])
  const keys = (object: CalendarObject) => Object.keys(object.recurrenceOverrides ?? {}).toSorted()
  const text = formatCalendar([wholeDays])
  // As it was written before, and lies in stores.
  const before = text.replace(/RECURRENCE-ID;VALUE=DATE:(\d+)/g, 'RECURRENCE-ID;TZID=Europe/Berlin:$1T000000')
  assert.notEqual(before, text)
  for (const one of [text, before]) {
    const { objects } = parseCalendar(one)
    assert.equal(objects.length, 1)
    assert.deepEqual(keys(objects[0]!), keys(wholeDays))
    assert.equal(objects[0]!.recurrenceOverrides!['2026-12-02T00:00:00']!.title, 'Changed')
  }
})

test('a whole day of a series that has a time is named by that time', () => {
  const { showWithoutTime: _, ...timed } = wholeDays
  const recurrenceOverrides = {
    '2026-12-02T00:00:00': { showWithoutTime: true },
    '2026-12-03T00:00:00': { excluded: true as const },
  }
  const series = { ...timed, recurrenceOverrides }
  assert.deepEqual(written(series), [
    'EXDATE;TZID=Europe/Berlin:20261203T000000',
    'RECURRENCE-ID;TZID=Europe/Berlin:20261202T000000',
    'UNTIL=20261204T230000Z',
  ])
  const [again] = parseCalendar(formatCalendar([series])).objects
  assert.deepEqual(again!.recurrenceOverrides!['2026-12-02T00:00:00']!.showWithoutTime, true)
})
