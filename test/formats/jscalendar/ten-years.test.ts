/** Series of ten years against what an independent library made of them (`fixtures/recurrence`). */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { formatCalendar, parseCalendar } from '#src/formats/ical/calendar.ts'
import { occurrencesIn } from '#src/formats/jscalendar/occurrences.ts'
import {
  calendarText,
  type Expected,
  expectedFile,
  ourStarts,
  recurrenceCases,
  summed,
  window,
} from '#test/support/recurrence-cases.ts'

const expected = JSON.parse(readFileSync(expectedFile, 'utf8')) as Record<string, Expected>

test('there are at least 40 cases, each with its occurrences', () => {
  assert.ok(recurrenceCases.length >= 40)
  assert.deepEqual(Object.keys(expected).sort(), recurrenceCases.map(({ name }) => name).sort())
})

for (const one of recurrenceCases) {
  test(`ten years of ${one.name}`, () => {
    const starts = ourStarts(one)
    assert.deepEqual(summed(starts), expected[one.name])
    const [object] = parseCalendar(calendarText(one)).objects
    const [again] = parseCalendar(formatCalendar([object!])).objects
    const same = [...occurrencesIn(again!, window)]
      .map(({ startMs }) => startMs / 1_000)
      .filter((at) => at * 1_000 >= window.from)
    assert.deepEqual(
      same.sort((a, b) => a - b),
      starts,
      'written and read again',
    )
  })
}
