import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatCalendar, parseCalendar } from '#src/formats/ical/calendar.ts'
import { formatContentLine, parseContentLine } from '#src/formats/ical/content-line.ts'
import { formatText, parseText, parseTextList } from '#src/formats/ical/values.ts'
import { parseDuration } from '#src/formats/jscalendar/duration.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { occurrencesIn } from '#src/formats/jscalendar/occurrences.ts'
import { formatLocal } from '#src/formats/recurrence/civil.ts'

const fixture = (name: string): string =>
  readFileSync(new URL(`../../../fixtures/ical/${name}`, import.meta.url), 'utf8')
const calendar = (...lines: string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n')
const event = (...lines: string[]): CalendarObject =>
  parseCalendar(calendar('BEGIN:VEVENT', 'UID:1', ...lines, 'END:VEVENT')).objects[0]!

test('an invitation of Exchange to a series with a moved and two deleted occurrences', () => {
  const { method, prodId, objects } = parseCalendar(fixture('exchange-request.ics'))
  assert.equal(method, 'REQUEST')
  assert.equal(prodId, 'Microsoft Exchange Server 2010')
  assert.equal(objects.length, 1)
  const series = objects[0]!
  assert.equal(series.timeZone, 'Europe/Berlin', 'its definition and its Windows name agree')
  assert.equal(series.start, '2026-11-25T09:00:00')
  assert.equal(series.duration, 'PT1H')
  assert.deepEqual(series.recurrenceRules, [
    {
      frequency: 'weekly',
      firstDayOfWeek: 'mo',
      byDay: [{ day: 'we' }],
      until: '2027-03-31T09:00:00',
    },
  ])
  assert.equal(series.description, 'Agenda:\n1. Zahlen, Daten; Fakten\n')
  assert.equal(series.busyType, 'tentative')
  assert.deepEqual(series.alerts, { 1: { trigger: { offset: '-PT15M' } } })
  assert.deepEqual(
    Object.values(series.participants!).map(({ email, roles, kind }) => [
      email,
      Object.keys(roles).join(' '),
      kind,
    ]),
    [
      ['anna@corp.example', 'owner', undefined],
      ['bob@corp.example', 'attendee', undefined],
      ['eve@corp.example', 'attendee optional', undefined],
      ['room1@corp.example', 'attendee informational', 'resource'],
    ],
  )
  assert.equal(series.participants!['1']!.name, 'Müller, Anna')
  const window = { from: Date.UTC(2026, 10, 1), to: Date.UTC(2027, 0, 14) }
  assert.deepEqual(
    [...occurrencesIn(series, window)]
      .map(({ startMs }) => new Date(startMs).toISOString().slice(0, 16))
      .sort(),
    [
      '2026-11-25T08:00',
      '2026-12-02T08:00',
      '2026-12-09T13:00',
      '2026-12-16T08:00',
      '2027-01-06T08:00',
      '2027-01-13T08:00',
    ],
  )
  const again = parseCalendar(
    formatCalendar(objects, { method: 'REQUEST', stamp: Date.UTC(2026, 10, 21, 12) }),
  )
  assert.deepEqual(again.objects, objects)
})

test('what the model has no word for comes back as it was', () => {
  const lines = [
    'SUMMARY;LANGUAGE=en;ALTREP="cid:1":Talk',
    'DTSTART:20261125T090000Z',
    'DTEND:20261125T100000Z',
    'X-ALT-DESC;FMTTYPE=text/html:<b>Talk</b>',
    "CONTACT;X-A=^n^^^':Jim",
    'RRULE:RSCALE=CHINESE;FREQ=YEARLY',
    'ATTACH;VALUE=BINARY;ENCODING=BASE64:AAAA',
    'CLASS:X-SPECIAL',
    'BEGIN:VALARM',
    'ACTION:AUDIO',
    'TRIGGER:-PT5M',
    'END:VALARM',
  ]
  const first = event(...lines)
  const text = formatCalendar([first]).replace(/\r\n /g, '')
  for (const kept of lines.slice(3)) assert.ok(text.includes(kept), `${kept} is not in\n${text}`)
  assert.ok(text.includes('SUMMARY;LANGUAGE=en;ALTREP="cid:1":Talk'))
  assert.deepEqual(parseCalendar(text).objects[0]!.iCalendar, first.iCalendar)
})

test('whole days: a date, a midnight that says so, an end that is missing', () => {
  assert.deepEqual(pick(event('DTSTART;VALUE=DATE:20261224', 'DTEND;VALUE=DATE:20261227')), [
    '2026-12-24T00:00:00',
    'P3D',
    true,
    undefined,
  ])
  assert.deepEqual(pick(event('DTSTART;VALUE=DATE:20261224')), [
    '2026-12-24T00:00:00',
    'P1D',
    true,
    undefined,
  ])
  assert.deepEqual(
    pick(event('DTSTART:20261224T000000', 'DTEND:20261225T000000', 'X-MICROSOFT-CDO-ALLDAYEVENT:TRUE')),
    ['2026-12-24T00:00:00', 'P1D', true, undefined],
  )
  assert.deepEqual(pick(event('DTSTART:20261224T090000')), [
    '2026-12-24T09:00:00',
    undefined,
    undefined,
    undefined,
  ])
  function pick(one: CalendarObject) {
    return [one.start, one.duration, one.showWithoutTime, one.timeZone]
  }
})

test('a definition is trusted over its name', () => {
  const zone = (offset: string) => [
    'BEGIN:VTIMEZONE',
    'TZID:Europe/Berlin',
    'BEGIN:STANDARD',
    'DTSTART:19700101T000000',
    `TZOFFSETFROM:${offset}`,
    `TZOFFSETTO:${offset}`,
    'END:STANDARD',
    'END:VTIMEZONE',
  ]
  const text = calendar(
    ...zone('+0530'),
    'BEGIN:VEVENT',
    'UID:1',
    'DTSTART;TZID=Europe/Berlin:20261125T090000',
    'END:VEVENT',
  )
  const one = parseCalendar(text).objects[0]!
  assert.equal(one.timeZone, '/Europe/Berlin')
  const [only] = [...occurrencesIn(one, { from: 0, to: Date.UTC(2100) })]
  assert.equal(new Date(only!.startMs).toISOString(), '2026-11-25T03:30:00.000Z')
  assert.deepEqual(parseCalendar(formatCalendar([one])).objects[0]!.timeZones, one.timeZones)
})

test('zones by path, by Windows name without a definition, and unknown', () => {
  const at = (tzId: string) => event(`DTSTART;TZID=${tzId}:20261125T090000`).timeZone
  assert.equal(at('/freeassociation.sourceforge.net/Europe/Berlin'), 'Europe/Berlin')
  assert.equal(at('"Pacific Standard Time"'), 'America/Los_Angeles')
  assert.equal(at('My Own Zone'), undefined)
})

test('an occurrence that is not of its series is added, and one by itself stays by itself', () => {
  const series = parseCalendar(
    calendar(
      'BEGIN:VEVENT',
      'UID:1',
      'DTSTART:20260101T090000Z',
      'RRULE:FREQ=DAILY;COUNT=2',
      'RDATE:20260110T120000Z',
      'END:VEVENT',
    ),
  ).objects[0]!
  assert.deepEqual(series.recurrenceOverrides, { '2026-01-10T12:00:00': {} })
  assert.equal([...occurrencesIn(series, { from: 0, to: Date.UTC(2100) })].length, 3)
  assert.ok(formatCalendar([series]).includes('RDATE:20260110T120000Z'))
  const alone = event('RECURRENCE-ID:20260102T090000Z', 'DTSTART:20260102T100000Z')
  assert.equal(alone.recurrenceId, '2026-01-02T09:00:00')
})

const starts = (object: CalendarObject): string[] =>
  [...occurrencesIn(object, { from: Date.UTC(2027, 0), to: Date.UTC(2027, 2, 20) })]
    .map(
      ({ startMs, endMs }) => `${new Date(startMs).toISOString().slice(5, 16)}+${(endMs - startMs) / 60_000}`,
    )
    .sort()

test('a zone whose name has a comma, escaped or not', () => {
  for (const name of ['(UTC+01:00) Amsterdam\\, Berlin', '(UTC+01:00) Amsterdam, Berlin']) {
    const [object] = parseCalendar(
      calendar(
        'BEGIN:VTIMEZONE',
        `TZID:${name}`,
        ...[
          'BEGIN:STANDARD',
          'DTSTART:16010101T000000',
          'TZOFFSETFROM:+0100',
          'TZOFFSETTO:+0100',
          'END:STANDARD',
        ],
        'END:VTIMEZONE',
        'BEGIN:VEVENT',
        'UID:1',
        'DTSTART;TZID="(UTC+01:00) Amsterdam, Berlin":20270115T100000',
        'DURATION:PT1H',
        'END:VEVENT',
      ),
    ).objects
    assert.deepEqual(starts(object!), ['01-15T09:00+60'])
    const again = parseCalendar(formatCalendar([object!])).objects[0]!
    assert.deepEqual(starts(again), ['01-15T09:00+60'])
  }
})

const weekly = (...changed: string[]): CalendarObject =>
  parseCalendar(
    calendar(
      ...['BEGIN:VEVENT', 'UID:1', 'DTSTART;TZID=Europe/Berlin:20270115T100000', 'DURATION:PT1H'],
      ...['RRULE:FREQ=WEEKLY;COUNT=5', 'END:VEVENT'],
      ...['BEGIN:VEVENT', 'UID:1', ...changed, 'END:VEVENT'],
    ),
  ).objects[0]!

test('an exception that is named by its day alone', () => {
  const series = weekly('RECURRENCE-ID;VALUE=DATE:20270122', 'DTSTART:20270122T130000Z', 'DURATION:PT30M')
  assert.deepEqual(Object.keys(series.recurrenceOverrides!), ['2027-01-22T10:00:00'])
  assert.deepEqual(starts(series).slice(0, 3), ['01-15T09:00+60', '01-22T13:00+30', '01-29T09:00+60'])
})

test('what is said of this occurrence and all after it', () => {
  const id = 'RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20270129T100000'
  const changed = ['DTSTART;TZID=Europe/Berlin:20270130T140000', 'DURATION:PT2H', 'SUMMARY:Later']
  const series = weekly(id, ...changed)
  assert.deepEqual(starts(series), [
    ...['01-15T09:00+60', '01-22T09:00+60'],
    ...['01-30T13:00+120', '02-06T13:00+120', '02-13T13:00+120'],
  ])
  const alone = event(id, ...changed)
  assert.equal(alone.recurrenceRange, 'this-and-future')
  assert.match(
    formatCalendar([alone]),
    /^RECURRENCE-ID;TZID=Europe\/Berlin;RANGE=THISANDFUTURE:20270129T100000\r$/m,
  )
})

test('an exception in UTC of a series on another clock', () => {
  const series = parseCalendar(
    calendar(
      'BEGIN:VEVENT',
      'UID:1',
      'DTSTART;TZID=America/New_York:20260701T090000',
      'DURATION:PT1H',
      'RRULE:FREQ=DAILY;COUNT=5',
      'EXDATE:20260702T130000Z',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'UID:1',
      'RECURRENCE-ID:20260703T130000Z',
      'DTSTART;TZID=Asia/Tokyo:20260704T090000',
      'DURATION:PT2H',
      'END:VEVENT',
    ),
  ).objects[0]!
  assert.deepEqual(Object.keys(series.recurrenceOverrides!).sort(), [
    '2026-07-02T09:00:00',
    '2026-07-03T09:00:00',
  ])
  assert.deepEqual(
    [...occurrencesIn(series, { from: 0, to: Date.UTC(2100) })]
      .map(({ startMs }) => new Date(startMs).toISOString().slice(0, 16))
      .sort(),
    ['2026-07-01T13:00', '2026-07-04T00:00', '2026-07-04T13:00', '2026-07-05T13:00'],
  )
})

test('a task', () => {
  const task = parseCalendar(
    calendar(
      'BEGIN:VTODO',
      'UID:t',
      'SUMMARY:Taxes',
      'DUE;VALUE=DATE:20270531',
      'STATUS:IN-PROCESS',
      'PERCENT-COMPLETE:30',
      'END:VTODO',
    ),
  ).objects[0]!
  assert.deepEqual(
    [task['@type'], task.due, task.progress, task.percentComplete],
    ['Task', '2027-05-31T00:00:00', 'in-process', 30],
  )
  assert.deepEqual(parseCalendar(formatCalendar([task])).objects[0]!.due, task.due)
})

test('no value ends its line and begins another property', () => {
  const title = 'a\r\nATTENDEE:mailto:x@y.example\nB\rC'
  const text = formatCalendar([
    { '@type': 'Event', uid: 'x\r\nATTENDEE:y', start: '2026-01-01T00:00:00', title },
  ])
  assert.ok(!/^ATTENDEE/m.test(text))
  const line = formatContentLine({
    name: 'X',
    params: [{ name: 'Y', values: ['a\r\nATTENDEE:b";c'] }],
    value: 'v\r\nATTENDEE:z',
  })
  assert.ok(!/^ATTENDEE/m.test(line.replace(/\r\n /g, '')))
})

test('lines are folded after 75 octets and never within a character', () => {
  const line = formatContentLine({ name: 'SUMMARY', params: [], value: '日本語'.repeat(40) })
  for (const part of line.split('\r\n')) assert.ok(Buffer.byteLength(part) <= 75)
  assert.equal(parseContentLine(line.replace(/\r\n /g, '').trimEnd())!.value, '日本語'.repeat(40))
})

const aText = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/\p{Cc}/gu, ' '))

test('texts come back from their escapes', () => {
  fc.assert(
    fc.property(fc.array(aText, { minLength: 1 }), (texts) => {
      for (const text of texts) assert.equal(parseText(formatText(text)), text)
      assert.deepEqual(parseTextList(texts.map(formatText).join(',')), texts)
    }),
  )
})

test('parameters come back from quotes and circumflexes', () => {
  fc.assert(
    fc.property(aText, aText, (one, value) => {
      const line = { name: 'X-A', params: [{ name: 'B', values: [one, 'c'] }], value }
      assert.deepEqual(parseContentLine(formatContentLine(line).replace(/\r\n /g, '').slice(0, -2)), line)
    }),
  )
})

const aZone = fc.constantFrom(
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Africa/Casablanca',
  'Australia/Lord_Howe',
  'Etc/UTC',
)
const aLocal = fc
  .integer({ min: Date.UTC(2020, 0, 1) / 60_000, max: Date.UTC(2032, 0, 1) / 60_000 })
  .map((n) => formatLocal(n * 60_000))
const anObject: fc.Arbitrary<CalendarObject> = fc.record(
  {
    '@type': fc.constant('Event' as const),
    uid: fc.uuid(),
    title: aText.filter((text) => text !== ''),
    description: aText.filter((text) => text !== ''),
    start: aLocal,
    timeZone: aZone,
    duration: fc.constantFrom('PT30M', 'PT1H', 'PT25H'),
    busyType: fc.constantFrom('tentative' as const, 'busy' as const, 'outOfOffice' as const),
    freeBusyStatus: fc.constant('busy' as const),
    privacy: fc.constantFrom('public' as const, 'private' as const, 'secret' as const),
    sequence: fc.nat({ max: 100 }),
    recurrenceRules: fc.constantFrom(
      [{ frequency: 'weekly' as const, byDay: [{ day: 'mo' as const }, { day: 'fr' as const }], count: 20 }],
      [{ frequency: 'monthly' as const, byMonthDay: [31], skip: 'backward' as const }],
    ),
  },
  {
    noNullPrototype: true,
    requiredKeys: ['@type', 'uid', 'start', 'timeZone', 'duration', 'freeBusyStatus', 'busyType'],
  },
)

test('what we write we can read back', () => {
  fc.assert(
    fc.property(anObject, (object) => {
      const [back] = parseCalendar(formatCalendar([object], { stamp: 0 })).objects
      const { updated, ...rest } = back!
      assert.deepEqual(rest, object)
    }),
    { numRuns: 300 },
  )
})

test('what ends in the hour that the clock goes through twice keeps its length', () => {
  const event = { '@type': 'Event', uid: 'u', timeZone: 'Europe/Berlin', freeBusyStatus: 'busy' } as const
  for (const [start, duration, said] of [
    ['2026-10-25T01:30:00', 'PT1H', 'DTEND;TZID=Europe/Berlin:20261025T023000'],
    ['2026-10-25T02:00:00', 'PT1H', 'DURATION:PT1H'],
    ['2026-10-25T01:30:00', 'PT2H', 'DURATION:PT2H'],
    ['2026-10-25T02:00:00', 'PT2H', 'DTEND;TZID=Europe/Berlin:20261025T030000'],
  ] as const) {
    const text = formatCalendar([{ ...event, start, duration }], { stamp: 0 })
    assert.ok(text.includes(`\r\n${said}\r\n`), text)
    assert.equal(parseCalendar(text).objects[0]!.duration, duration)
  }
})

test('any text gives a calendar or a SyntaxFault', () => {
  const piece = fc.constantFrom(
    ...fixture('exchange-request.ics').split('\n'),
    'END:VCALENDAR',
    'BEGIN:VEVENT',
    'RRULE:FREQ=YEARLY;BYDAY=99XX',
    'DTSTART:x',
    'EXDATE:99999999',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string())), (lines) => {
      try {
        for (const object of parseCalendar(lines.join('\r\n')).objects) {
          let count = 0
          for (const _ of occurrencesIn(object, { from: 0, to: Date.UTC(2030) })) if (++count > 50) break
          formatCalendar([object])
        }
      } catch (error) {
        assert.ok(error instanceof SyntaxFault, String((error as Error).stack))
      }
    }),
    { numRuns: 200 },
  )
})

test('durations', () => {
  assert.deepEqual(parseDuration('P1W'), { sign: 1, days: 7, ms: 0 })
  assert.deepEqual(parseDuration('-P1DT2H3M4S'), { sign: -1, days: 1, ms: 7_384_000 })
  for (const text of ['', 'P', 'PT', '1H', 'P1H', 'PT1D', 'P-1D'])
    assert.equal(parseDuration(text), undefined, text)
})
