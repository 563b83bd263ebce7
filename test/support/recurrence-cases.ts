import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parseCalendar } from '#src/formats/ical/calendar.ts'
import { occurrencesIn } from '#src/formats/jscalendar/occurrences.ts'

/** A series of `fixtures/recurrence/cases.json`. */
export type RecurrenceCase = { name: string; zone: string | null; start: string; lines: readonly string[] }
export type Expected = { count: number; first: string; last: string; sha256: string }

const folder = new URL('../../fixtures/recurrence/', import.meta.url)
export const recurrenceCases = JSON.parse(
  readFileSync(new URL('cases.json', folder), 'utf8'),
) as RecurrenceCase[]
export const expectedFile = new URL('expected.json', folder)
export const window = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2036, 0, 1) }

/** The case as an iCalendar text: zones by name alone. */
export function calendarText({ zone, start, lines }: RecurrenceCase): string {
  const at = (name: string, value: string, tzId: string | null) =>
    tzId === null
      ? `${name};VALUE=DATE:${value}`
      : tzId === 'Etc/UTC'
        ? `${name}:${value}Z`
        : `${name};TZID=${tzId}:${value}`
  const length = zone === null ? 'DURATION:P1D' : 'DURATION:PT45M'
  const event = (...more: string[]) => ['BEGIN:VEVENT', 'UID:case', ...more, length, 'END:VEVENT']
  const moved = lines
    .filter((one) => one.startsWith('MOVED:'))
    .map((one) => one.slice(6).split(' ') as [string, string, string])
  return [
    'BEGIN:VCALENDAR',
    ...event(at('DTSTART', start, zone), ...lines.filter((one) => !one.startsWith('MOVED:'))),
    ...moved.flatMap(([id, to, tzId]) => event(at('RECURRENCE-ID', id, zone), at('DTSTART', to, tzId))),
    'END:VCALENDAR',
    '',
  ].join('\r\n')
}

/** Starts within the ten years in epoch seconds, ascending. */
export function ourStarts(one: RecurrenceCase): number[] {
  const [object] = parseCalendar(calendarText(one)).objects
  const found = [...occurrencesIn(object!, window)].filter(({ startMs }) => startMs >= window.from)
  return found.map(({ startMs }) => startMs / 1_000).sort((a, b) => a - b)
}

export const summed = (starts: readonly number[]): Expected => {
  const text = (seconds: number | undefined) =>
    seconds === undefined ? '' : new Date(seconds * 1_000).toISOString().slice(0, 19)
  return {
    count: starts.length,
    first: text(starts[0]),
    last: text(starts.at(-1)),
    sha256: createHash('sha256').update(starts.join('\n')).digest('hex'),
  }
}
