/** Series by random rules, computed here and by Python's dateutil. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatLocal, parseLocal } from '#src/formats/recurrence/civil.ts'
import { expandRule } from '#src/formats/recurrence/expand.ts'
import { type RecurrenceRule, weekdays } from '#src/formats/recurrence/rule.ts'
import { peer } from '#test/support/peers.ts'

const python = '/usr/bin/python3'
const dateutil = peer(
  'dateutil',
  () => (spawnSync(python, ['-c', 'import dateutil']).status === 0 ? python : undefined),
  'install python3-dateutil',
)

const RULES = Number(process.env.LANDBRIDGE_RULES ?? 100)
const OCCURRENCES = 25

const program = `
import json, sys
from datetime import datetime
from dateutil import rrule
for line in sys.stdin:
    case = json.loads(line)
    r = case['rule']
    days = [getattr(rrule, d['day'].upper()) for d in r.get('byDay', [])]
    days = [w(d['nthOfPeriod']) if 'nthOfPeriod' in d else w for w, d in zip(days, r.get('byDay', []))]
    made = rrule.rrule(
        getattr(rrule, r['frequency'].upper()), dtstart=datetime.fromisoformat(case['start']),
        interval=r.get('interval', 1), wkst=getattr(rrule, r.get('firstDayOfWeek', 'mo').upper()),
        count=r.get('count'), until=datetime(2040, 1, 1), byweekday=days or None, bymonthday=r.get('byMonthDay'), byyearday=r.get('byYearDay'),
        bymonth=[int(m) for m in r['byMonth']] if 'byMonth' in r else None, byweekno=r.get('byWeekNo'),
        byhour=r.get('byHour'), byminute=r.get('byMinute'), bysetpos=r.get('bySetPosition'))
    found = []
    for at in made:
        if len(found) == case['limit']: break
        found.append(at.isoformat())
    print(json.dumps(found), flush=True)
`

const some = <T>(of: fc.Arbitrary<T>, maxLength = 3) => fc.uniqueArray(of, { minLength: 1, maxLength })
const nonZero = (max: number) => fc.integer({ min: -max, max }).filter((n) => n !== 0)
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined, freq: 2 })
const day = fc.record({ day: fc.constantFrom(...weekdays) })
const numbered = (max: number) => fc.record({ day: fc.constantFrom(...weekdays), nthOfPeriod: nonZero(max) })
const common = {
  interval: maybe(fc.integer({ min: 1, max: 5 })),
  firstDayOfWeek: maybe(fc.constantFrom(...weekdays)),
  count: maybe(fc.integer({ min: 1, max: 20 })),
  byMonth: maybe(some(fc.integer({ min: 1, max: 12 }).map(String), 5)),
}
const times = {
  byHour: maybe(some(fc.integer({ min: 0, max: 23 }))),
  byMinute: maybe(some(fc.constantFrom(0, 15, 30, 45))),
}
const positions = maybe(some(nonZero(4)))

/** What RFC 5545 allows for each frequency; positions only beside another part. */
const aRule: fc.Arbitrary<RecurrenceRule> = fc
  .oneof(
    fc.record({ frequency: fc.constantFrom('daily' as const), ...common, ...times, byDay: maybe(some(day)) }),
    fc.record({
      frequency: fc.constantFrom('weekly' as const),
      ...common,
      ...times,
      // No positions: dateutil counts those of the first week from the start on, not from the week's first day.
      byDay: maybe(some(day)),
    }),
    fc.record({
      frequency: fc.constantFrom('monthly' as const),
      ...common,
      byDay: maybe(fc.oneof(some(day), some(numbered(5)))),
      byMonthDay: maybe(some(nonZero(31))),
      bySetPosition: positions,
    }),
    fc.record({
      frequency: fc.constantFrom('yearly' as const),
      ...common,
      byDay: maybe(fc.oneof(some(day), some(numbered(5)))),
      byMonthDay: maybe(some(nonZero(31))),
      bySetPosition: positions,
    }),
    fc.record({
      frequency: fc.constantFrom('yearly' as const),
      ...common,
      byYearDay: some(nonZero(366), 5),
    }),
    fc.record({
      frequency: fc.constantFrom('yearly' as const),
      ...common,
      // Negative weeks that reach over New Year are told differently by dateutil from what ISO 8601 says.
      byWeekNo: some(nonZero(50)),
      // Without a weekday dateutil takes the whole week; RFC 5545 takes what is missing from the start.
      byDay: some(day),
    }),
  )
  .map((made) => {
    const rule = Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined))
    if (!rule.byDay && !rule.byMonthDay) delete rule.bySetPosition
    // dateutil counts numbered weekdays within the month only when months are named; so do we, but not with days of the month.
    if (rule.byMonthDay && rule.byDay)
      rule.byDay = (rule.byDay as { day: string }[]).map((one) => ({ day: one.day }))
    return rule as RecurrenceRule
  })

const aStart = fc
  .integer({ min: Date.UTC(1999, 0, 1) / 900_000, max: Date.UTC(2030, 0, 1) / 900_000 })
  .map((quarters) => formatLocal(quarters * 900_000))

test(`${RULES} random rules give what dateutil gives`, { skip: dateutil.skip }, () => {
  const seed = Number(process.env.LANDBRIDGE_SEED ?? Math.floor(Math.random() * 2 ** 31))
  const cases = fc.sample(fc.record({ start: aStart, rule: aRule }), { numRuns: RULES, seed })
  const input = cases.map((one) => JSON.stringify({ ...one, limit: OCCURRENCES })).join('\n')
  const run = spawnSync(dateutil.found, ['-c', program], {
    input,
    encoding: 'utf8',
    timeout: 300_000,
    maxBuffer: 1 << 26,
  })
  assert.equal(run.status, 0, run.stderr)
  const theirs = run.stdout.trim().split('\n')
  assert.equal(theirs.length, cases.length)
  cases.forEach(({ start, rule }, at) => {
    const ours: string[] = []
    for (const local of expandRule(parseLocal(start), rule)) {
      if (local > Date.UTC(2040, 0, 1) || ours.length === OCCURRENCES) break
      ours.push(formatLocal(local))
    }
    assert.deepEqual(ours, JSON.parse(theirs[at]!), `seed ${seed}: ${start} ${JSON.stringify(rule)}`)
  })
})
