import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { comesAgain, nextOccurrence, presentOccurrence } from '#src/domain/calendar/recurring-tasks.ts'
import { formatCalendar, parseCalendar } from '#src/formats/ical/calendar.ts'
import type { CalendarObject, Regeneration } from '#src/formats/jscalendar/event.ts'
import { findIanaZone } from '#src/formats/time-zone/iana-zone.ts'

const task = (more: Partial<CalendarObject>): CalendarObject => ({
  '@type': 'Task',
  uid: 'u',
  title: 'Task',
  start: '2026-01-31T00:00:00',
  due: '2026-02-02T00:00:00',
  ...more,
})

test('deleted occurrences are passed over, changed ones to come are kept, and reminders move along', () => {
  const daily = task({
    recurrenceRules: [{ frequency: 'daily', count: 6 }],
    recurrenceOverrides: {
      '2026-02-01T00:00:00': { excluded: true },
      '2026-02-03T00:00:00': { title: 'other' },
    },
    alerts: { a: { trigger: { when: '2026-01-30T08:00:00Z' }, acknowledged: '2026-01-30T08:00:01Z' } },
    progress: 'in-process',
    percentComplete: 50,
  })
  const next = nextOccurrence(daily, '2030-01-01')!
  assert.equal(next.start, '2026-02-02T00:00:00')
  assert.equal(next.due, '2026-02-04T00:00:00')
  assert.deepEqual(next.recurrenceRules, [{ frequency: 'daily', count: 4 }])
  assert.deepEqual(Object.keys(next.recurrenceOverrides!), ['2026-02-03T00:00:00'])
  assert.deepEqual(next.alerts, { a: { trigger: { when: '2026-02-01T08:00:00Z' } } })
  assert.equal(next.progress ?? next.percentComplete, undefined)
})

test('a reminder keeps its time of day where the clocks have changed in between', () => {
  const weekly = task({
    start: '2026-03-23T00:00:00',
    due: '2026-03-23T00:00:00',
    recurrenceRules: [{ frequency: 'weekly' }],
    alerts: { a: { trigger: { when: '2026-03-23T08:00:00Z' } } },
  })
  const ringsAt = (one: CalendarObject) => Object.values(one.alerts!).map(({ trigger }) => trigger)
  const berlin = findIanaZone('Europe/Berlin')!
  assert.deepEqual(ringsAt(nextOccurrence(weekly, '2026-03-23', berlin)!), [{ when: '2026-03-30T07:00:00Z' }])
  assert.deepEqual(ringsAt(nextOccurrence({ ...weekly, timeZone: 'Europe/Berlin' }, '2026-03-23')!), [
    { when: '2026-03-30T07:00:00Z' },
  ])
  assert.deepEqual(ringsAt(nextOccurrence(weekly, '2026-03-23')!), [{ when: '2026-03-30T08:00:00Z' }])
})

test('a series that is done again and again ends after as many occurrences as it has', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('daily', 'weekly', 'monthly', 'yearly'),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      (frequency, count, interval, anew) => {
        const rule = { frequency: frequency as Regeneration['frequency'], count, interval }
        let at: CalendarObject | null = task(anew ? { regenerates: rule } : { recurrenceRules: [rule] })
        let occurrences = 0
        for (let before = ''; at !== null; at = nextOccurrence(at, at.start!.slice(0, 10))) {
          assert.ok(at.start! > before)
          assert.equal(Date.parse(`${at.due}Z`) - Date.parse(`${at.start}Z`), 2 * 86_400_000)
          before = at.start!
          occurrences++
        }
        // A month that is too short has no such day, and the rule then has it skip one.
        assert.ok(occurrences <= count)
        if (anew || frequency === 'daily' || frequency === 'weekly') assert.equal(occurrences, count)
      },
    ),
  )
})

test('a single occurrence is a task of its own', () => {
  const anew = task({ regenerates: { frequency: 'weekly' } })
  const once = presentOccurrence({ ...anew, progress: 'completed' })
  assert.equal(comesAgain(anew), true)
  assert.equal(comesAgain(once), false)
  assert.notEqual(once.uid, anew.uid)
  assert.equal(once.progress, 'completed')
})

test('a task without a day has no next one', () => {
  const { start: _, due: __, ...dateless } = task({ regenerates: { frequency: 'daily' } })
  assert.equal(nextOccurrence(dateless, '2026-01-01'), null)
})

test('what is made anew travels as iCalendar and comes back', () => {
  for (const regenerates of [
    { frequency: 'weekly', interval: 2, count: 3 },
    { frequency: 'yearly', until: '2030-12-31' },
    { frequency: 'daily' },
  ] as const) {
    const [back] = parseCalendar(formatCalendar([task({ regenerates })], { stamp: 0 })).objects
    assert.deepEqual(back!.regenerates, regenerates)
  }
})
