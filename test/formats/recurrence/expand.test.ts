import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { civilOf, dayOf, formatLocal, parseLocal, weekdayOf } from '#src/formats/recurrence/civil.ts'
import { expandRule, lastOfRule } from '#src/formats/recurrence/expand.ts'
import { type RecurrenceRule, type Weekday, weekdays } from '#src/formats/recurrence/rule.ts'

const first = (start: string, rule: RecurrenceRule, count: number, from?: string): string[] => {
  const found: string[] = []
  for (const at of expandRule(parseLocal(start), rule, from ? { from: parseLocal(from) } : {})) {
    if (found.push(formatLocal(at)) === count) break
  }
  return found
}
const days = (found: readonly string[]): string[] => found.map((at) => at.slice(0, 10))

// Examples of RFC 5545 §3.8.5.3, all from 1997-09-02T09:00.
const cases: [string, string, RecurrenceRule, string[]][] = [
  [
    'every other day',
    '1997-09-02',
    { frequency: 'daily', interval: 2 },
    ['1997-09-02', '1997-09-04', '1997-09-06'],
  ],
  [
    'every Tuesday and Thursday, every other week from Sunday on',
    '1997-09-02',
    { frequency: 'weekly', interval: 2, firstDayOfWeek: 'su', byDay: [{ day: 'tu' }, { day: 'th' }] },
    ['1997-09-02', '1997-09-04', '1997-09-16', '1997-09-18'],
  ],
  [
    'the week start decides which weeks count: Monday',
    '1997-08-05',
    {
      frequency: 'weekly',
      interval: 2,
      count: 4,
      byDay: [{ day: 'tu' }, { day: 'su' }],
      firstDayOfWeek: 'mo',
    },
    ['1997-08-05', '1997-08-10', '1997-08-19', '1997-08-24'],
  ],
  [
    'the week start decides which weeks count: Sunday',
    '1997-08-05',
    {
      frequency: 'weekly',
      interval: 2,
      count: 4,
      byDay: [{ day: 'tu' }, { day: 'su' }],
      firstDayOfWeek: 'su',
    },
    ['1997-08-05', '1997-08-17', '1997-08-19', '1997-08-31'],
  ],
  [
    'the first Friday of the month',
    '1997-09-05',
    { frequency: 'monthly', byDay: [{ day: 'fr', nthOfPeriod: 1 }] },
    ['1997-09-05', '1997-10-03', '1997-11-07', '1997-12-05'],
  ],
  [
    'the second to last Monday of the month',
    '1997-09-22',
    { frequency: 'monthly', byDay: [{ day: 'mo', nthOfPeriod: -2 }] },
    ['1997-09-22', '1997-10-20', '1997-11-17', '1997-12-22'],
  ],
  [
    'the third to last day of the month',
    '1997-09-28',
    { frequency: 'monthly', byMonthDay: [-3] },
    ['1997-09-28', '1997-10-29', '1997-11-28', '1997-12-29'],
  ],
  [
    'the 31st leaves out short months',
    '1997-08-31',
    { frequency: 'monthly' },
    ['1997-08-31', '1997-10-31', '1997-12-31', '1998-01-31'],
  ],
  [
    'the 31st, or the last day of a short month (Exchange)',
    '1997-08-31',
    { frequency: 'monthly', skip: 'backward', byMonthDay: [31] },
    ['1997-08-31', '1997-09-30', '1997-10-31', '1997-11-30'],
  ],
  [
    'the 29th of February, or the first of March',
    '2020-02-29',
    { frequency: 'yearly', skip: 'forward' },
    ['2020-02-29', '2021-03-01', '2022-03-01'],
  ],
  [
    'every 18 months on the 10th to 12th',
    '1997-09-10',
    { frequency: 'monthly', interval: 18, byMonthDay: [10, 11, 12] },
    ['1997-09-10', '1997-09-11', '1997-09-12', '1999-03-10'],
  ],
  [
    'the 1st, 100th and 200th day every third year',
    '1997-01-01',
    { frequency: 'yearly', interval: 3, byYearDay: [1, 100, 200] },
    ['1997-01-01', '1997-04-10', '1997-07-19', '2000-01-01'],
  ],
  [
    'the 20th Monday of the year',
    '1997-05-19',
    { frequency: 'yearly', byDay: [{ day: 'mo', nthOfPeriod: 20 }] },
    ['1997-05-19', '1998-05-18', '1999-05-17'],
  ],
  [
    'Monday of week 20',
    '1997-05-12',
    { frequency: 'yearly', byWeekNo: [20], byDay: [{ day: 'mo' }] },
    ['1997-05-12', '1998-05-11', '1999-05-17'],
  ],
  [
    'Friday the 13th',
    '1998-02-13',
    { frequency: 'monthly', byDay: [{ day: 'fr' }], byMonthDay: [13] },
    ['1998-02-13', '1998-03-13', '1998-11-13', '1999-08-13', '2000-10-13'],
  ],
  [
    'election day of the United States',
    '1996-11-05',
    {
      frequency: 'yearly',
      interval: 4,
      byMonth: ['11'],
      byDay: [{ day: 'tu' }],
      byMonthDay: [2, 3, 4, 5, 6, 7, 8],
    },
    ['1996-11-05', '2000-11-07', '2004-11-02'],
  ],
  [
    'the last work day of the month',
    '1997-09-30',
    {
      frequency: 'monthly',
      byDay: (['mo', 'tu', 'we', 'th', 'fr'] as const).map((day) => ({ day })),
      bySetPosition: [-1],
    },
    ['1997-09-30', '1997-10-31', '1997-11-28', '1997-12-31'],
  ],
]

for (const [name, start, rule, expected] of cases) {
  test(name, () => assert.deepEqual(days(first(`${start}T09:00:00`, rule, expected.length)), expected))
}

test('every 20 minutes from 9:00 to 16:40 by hours and minutes', () => {
  const rule: RecurrenceRule = { frequency: 'daily', byHour: [9, 10], byMinute: [0, 20, 40], count: 7 }
  assert.deepEqual(
    first('1997-09-02T09:00:00', rule, 10).map((at) => at.slice(8, 16)),
    ['02T09:00', '02T09:20', '02T09:40', '02T10:00', '02T10:20', '02T10:40', '03T09:00'],
  )
})

test('every 90 minutes runs over midnight', () => {
  const rule: RecurrenceRule = { frequency: 'minutely', interval: 90 }
  assert.deepEqual(
    first('2026-01-01T22:30:00', rule, 3).map((at) => at.slice(8, 16)),
    ['01T22:30', '02T00:00', '02T01:30'],
  )
})

test('every second of one hour in a day is found though most of the day is left out', () => {
  const rule: RecurrenceRule = { frequency: 'secondly', byHour: [23], byMinute: [59], bySecond: [58, 59] }
  assert.deepEqual(first('2026-01-01T00:00:00', rule, 3), [
    '2026-01-01T23:59:58',
    '2026-01-01T23:59:59',
    '2026-01-02T23:59:58',
  ])
})

test('a rule that nothing fits ends', () => {
  assert.deepEqual(
    first('2026-01-01T09:00:00', { frequency: 'yearly', byMonth: ['2'], byMonthDay: [30] }, 1),
    [],
  )
  assert.deepEqual(first('2026-01-01T09:00:00', { frequency: 'daily', byMonth: ['13'] }, 1), [])
  assert.deepEqual(
    first('2026-01-01T09:00:00', { frequency: 'monthly', byDay: [{ day: 'mo', nthOfPeriod: 6 }] }, 1),
    [],
  )
})

test('until is the last moment at which one may begin', () => {
  const rule: RecurrenceRule = { frequency: 'daily', until: '2026-01-03T09:00:00' }
  assert.equal(first('2026-01-01T09:00:00', rule, 10).length, 3)
  assert.equal(first('2026-01-01T09:00:01', rule, 10).length, 2)
})

test('a window begins where it is asked for, and a count counts from the start', () => {
  const weekly: RecurrenceRule = { frequency: 'weekly', interval: 3 }
  const all = first('2020-01-06T09:00:00', weekly, 400)
  assert.deepEqual(
    first('2020-01-06T09:00:00', weekly, 5, '2031-05-01'),
    all.filter((at) => at >= '2031-05').slice(0, 5),
  )
  assert.deepEqual(
    first('2020-01-06T09:00:00', { ...weekly, count: 10 }, 5, '2020-06-01'),
    all.slice(0, 10).filter((at) => at >= '2020-06'),
  )
  assert.deepEqual(first('2020-01-06T09:00:00', { ...weekly, count: 10 }, 5, '2031-05-01'), [])
})

test('hours before 1970 are counted from the start too', () => {
  const rule: RecurrenceRule = { frequency: 'hourly', interval: 3, count: 3 }
  assert.deepEqual(first('1935-09-01T23:30:00', rule, 5), [
    '1935-09-01T23:30:00',
    '1935-09-02T02:30:00',
    '1935-09-02T05:30:00',
  ])
})

test('a counted weekday narrows days of the month down by its count', () => {
  // Friday the 13th is the second Friday, and never the third.
  const friday = (nthOfPeriod: number): RecurrenceRule => ({
    frequency: 'monthly',
    byMonthDay: [13],
    byDay: [{ day: 'fr', nthOfPeriod }],
  })
  assert.deepEqual(first('2026-01-01T09:00:00', friday(2), 2), ['2026-02-13T09:00:00', '2026-03-13T09:00:00'])
  assert.deepEqual(first('2026-01-01T09:00:00', friday(3), 2), [])
  const ofYear: RecurrenceRule = { ...friday(7), frequency: 'yearly' }
  assert.deepEqual(first('2026-01-01T09:00:00', ofYear, 1), ['2026-02-13T09:00:00'], 'within the year')
})

test('the end of a series', () => {
  const start = parseLocal('2026-01-31T09:00:00')
  assert.equal(lastOfRule(start, { frequency: 'monthly' }), null)
  assert.equal(formatLocal(lastOfRule(start, { frequency: 'monthly', count: 2 })!), '2026-03-31T09:00:00')
})

test('a window a thousand years on costs no more than one at the start', () => {
  const rule: RecurrenceRule = { frequency: 'daily' }
  let looked = 0
  for (const _ of expandRule(0, rule, { from: parseLocal('3026-01-01') })) if (++looked === 3) break
  assert.equal(looked, 3)
})

test('what is looked for up to a moment is what begins up to it', () => {
  const start = parseLocal('2024-01-31T09:00:00')
  const rules: RecurrenceRule[] = [
    { frequency: 'yearly', byWeekNo: [1, 53], byDay: [{ day: 'mo' }] },
    { frequency: 'yearly', byMonth: ['2'], byMonthDay: [30], skip: 'forward' },
    { frequency: 'monthly', skip: 'forward' },
    { frequency: 'monthly', skip: 'backward', byMonthDay: [31] },
    { frequency: 'weekly', byDay: [{ day: 'su' }, { day: 'we' }], interval: 2 },
    { frequency: 'daily', byHour: [9, 17], bySetPosition: [-1] },
    { frequency: 'hourly', byMinute: [0, 30], interval: 5 },
    { frequency: 'monthly', count: 30 },
  ]
  for (const rule of rules) {
    const all: number[] = []
    for (const at of expandRule(start, rule)) if (all.push(at) === 60) break
    for (const [index, to] of all.entries()) {
      for (const moment of [to - 1, to, to + 1]) {
        const told = [...expandRule(start, rule, { to: moment })]
        assert.deepEqual(told, all.slice(0, moment < to ? index : index + 1), formatLocal(moment))
      }
    }
  }
})

test('dates and day numbers are the same for every day that Date knows', () => {
  fc.assert(
    fc.property(fc.integer({ min: -719_528, max: 2_932_896 }), (day) => {
      const date = new Date(day * 86_400_000)
      const civil = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
      assert.deepEqual(civilOf(day), civil)
      assert.equal(dayOf(civil.year, civil.month, civil.day), day)
      assert.equal(weekdayOf(day), (date.getUTCDay() + 6) % 7)
    }),
  )
})

test('what is no local date-time is none', () => {
  for (const text of [
    '',
    '2026-13-01',
    '2026-02-29',
    '2026-01-01T24:00:00',
    '2026-1-1',
    '2026-01-01T09:00:00Z',
  ])
    assert.ok(Number.isNaN(parseLocal(text)), text)
})

const someDays = fc.uniqueArray(fc.constantFrom<Weekday>(...weekdays), { minLength: 1, maxLength: 7 })
const counted = fc.record({
  frequency: fc.constantFrom<'daily' | 'weekly'>('daily', 'weekly'),
  count: fc.integer({ min: 1, max: 300 }),
  interval: fc.constantFrom(undefined, 1, 2, 3, 13),
  firstDayOfWeek: fc.constantFrom<Weekday | undefined>(undefined, 'su', 'we'),
  byDay: fc.option(
    someDays.map((days) => days.map((day) => ({ day }))),
    { nil: undefined },
  ),
  byMonth: fc.constantFrom(undefined, undefined, ['3', '12']),
})

test('a counted series is the same from anywhere as from its start', () => {
  fc.assert(
    fc.property(
      counted,
      fc.integer({ min: -30_000_000, max: 30_000_000 }),
      fc.integer({ min: -3_000, max: 500_000 }),
      (parts, startMinutes, laterMinutes) => {
        const rule: RecurrenceRule = JSON.parse(JSON.stringify(parts))
        const start = startMinutes * 60_000
        const from = start + laterMinutes * 60_000
        const whole = [...expandRule(start, rule)]
        assert.equal(whole.length, parts.count)
        assert.deepEqual(
          [...expandRule(start, rule, { from })],
          whole.filter((at) => at >= from),
        )
      },
    ),
  )
})
