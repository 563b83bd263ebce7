/** Rules that anybody may send in an invitation: whoever looks at that calendar must not be kept waiting, minutes or for ever. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCalendar } from '#src/formats/ical/calendar.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { extentOf, spansIn } from '#src/formats/jscalendar/occurrences.ts'
import { SharedEffort, seriesEffort } from '#src/formats/recurrence/effort.ts'
import type { RecurrenceRule } from '#src/formats/recurrence/rule.ts'
import { utc } from '#src/formats/time-zone/zone.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at).join(',')
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at)
const everySecond = `BYHOUR=${numbers(24)};BYMINUTE=${numbers(60)};BYSECOND=${numbers(60)}`

/** The first starts of a series from 1 December 2026 10:00 UTC within two years. */
function starts(rules: string, most = 3): string[] {
  const text = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'BEGIN:VEVENT',
    'UID:hostile',
    'DTSTAMP:20261122T100000Z',
    'DTSTART:20261201T100000Z',
    'DURATION:PT1S',
    rules,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n')
  const [object] = parseCalendar(text).objects
  assert.ok(object)
  extentOf(object)
  const found: string[] = []
  for (const { startMs } of spansIn(object, { from: Date.UTC(2026, 10, 1), to: Date.UTC(2028, 10, 1) })) {
    found.push(new Date(startMs).toISOString().slice(0, 19))
    if (found.length === most) break
  }
  return found
}

const first = '2026-12-01T10:00:00'
const cases: [what: string, rules: string, starts: string[]][] = [
  ['what one rule gives and another takes away', 'RRULE:FREQ=SECONDLY\r\nEXRULE:FREQ=SECONDLY', []],
  ['the second of the one moment in a second', 'RRULE:FREQ=SECONDLY;BYSETPOS=2', [first]],
  ['odd seconds of every second one', 'RRULE:FREQ=SECONDLY;INTERVAL=2;BYSECOND=5', [first]],
  ['30 February', 'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', [first]],
  [
    'thousands of rules',
    Array(5_000).fill('RRULE:FREQ=YEARLY;BYMONTHDAY=2;BYMONTH=12').join('\r\n'),
    [first, '2026-12-02T10:00:00', '2027-12-02T10:00:00'],
  ],
  [
    'every second of a year',
    `RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;${everySecond}`,
    [first, '2026-12-01T10:00:01', '2026-12-01T10:00:02'],
  ],
  [
    'the last second of a year',
    `RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;${everySecond};BYSETPOS=-1`,
    [first, '2026-12-31T23:59:59', '2027-12-31T23:59:59'],
  ],
  [
    'a second a day, a hundred thousand times',
    'RRULE:FREQ=SECONDLY;BYHOUR=10;BYMINUTE=0;BYSECOND=0;COUNT=100000',
    [first, '2026-12-02T10:00:00', '2026-12-03T10:00:00'],
  ],
]
for (const [what, rules, wanted] of cases)
  test(`${what}: told at once`, () => assert.deepEqual(starts(rules), wanted))

test('no rule, and no five with five that take away, cost more than the effort of a series', () => {
  const day = { byHour: upTo(24), byMinute: upTo(60), bySecond: upTo(60) }
  const rules: RecurrenceRule[] = [
    { frequency: 'secondly' },
    { frequency: 'secondly', count: 1_000_000_000 },
    { frequency: 'secondly', byHour: [5], byMinute: [61] },
    { frequency: 'hourly', ...day, bySetPosition: [1, -1] },
    { frequency: 'daily', ...day },
    { frequency: 'daily', ...day, count: 1_000_000_000, bySetPosition: [-1] },
    { frequency: 'daily', count: 10_000_000 },
  ]
  for (const rule of rules) {
    for (const times of [1, 5]) {
      const series: CalendarObject = {
        '@type': 'Event',
        uid: 'x',
        start: '2000-01-01T00:00:00',
        duration: 'PT1S',
        timeZone: 'Europe/Berlin',
        recurrenceRules: Array(times).fill(rule),
        ...(times > 1 && { excludedRecurrenceRules: Array(times).fill(rule) }),
      }
      const effort = seriesEffort()
      const given = effort.left
      let found = 0
      for (const _ of spansIn(series, { from: Date.UTC(2026, 10), to: Date.UTC(2028, 10) }, utc, { effort }))
        found++
      assert.ok(found <= given / 4)
      assert.ok(effort.left > -4 * given, `${JSON.stringify(rule)} ${times}: ${effort.left}`)
    }
  }
})

test('hostile series of a question leave every other one its effort', () => {
  const efforts = new SharedEffort()
  let used = 0
  for (let at = 0; at < 1_000; at++) {
    const effort = efforts.next()
    used += effort.left
    effort.left = -1_000
  }
  assert.ok(used < 9_000_000, `${used}`)
  const daily: CalendarObject = {
    '@type': 'Event',
    uid: 'd',
    start: '2020-01-01T09:00:00',
    recurrenceRules: [{ frequency: 'daily', count: 3_650 }],
  }
  const window = { from: Date.UTC(2026, 10, 1), to: Date.UTC(2026, 10, 8) }
  assert.equal([...spansIn(daily, window, utc, { effort: efforts.next() })].length, 7)
})

test('a zone whose clocks change every second, or by thousands of rules, has an offset at once', () => {
  const observance = (rule: string) =>
    `BEGIN:STANDARD\r\nDTSTART:20000101T000000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n${rule}\r\nEND:STANDARD\r\n`
  for (const zone of [
    observance('RRULE:FREQ=SECONDLY'),
    observance(`RRULE:FREQ=DAILY;${everySecond}`),
    observance('RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30').repeat(5_000),
    observance(Array(5_000).fill('RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30').join('\r\n')),
  ]) {
    const text = `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\r\nTZID:odd\r\n${zone}END:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:z\r\nDTSTAMP:20261122T100000Z\r\nDTSTART;TZID=odd:20261201T100000\r\nDURATION:PT1H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`
    const [object] = parseCalendar(text).objects
    const [span] = spansIn(object!, { from: Date.UTC(2026, 10, 1), to: Date.UTC(2026, 11, 31) })
    assert.equal(new Date(span!.startMs).toISOString(), '2026-12-01T08:00:00.000Z')
  }
})
