/** Series of every kind, as Exchange would export them: those of fixtures/recurrence. */
import { readFileSync } from 'node:fs'
import { DOMAIN } from './people.ts'

type Series = { name: string; zone: string | null; start: string; lines: readonly string[] }
const cases = JSON.parse(
  readFileSync(new URL('../../fixtures/recurrence/cases.json', import.meta.url), 'utf8'),
) as Series[]
const stamped = (name: string, value: string, zone: string | null): string => {
  if (zone === null) return `${name};VALUE=DATE:${value}`
  return zone === 'Etc/UTC' ? `${name}:${value}Z` : `${name};TZID=${zone}:${value}`
}
/** A calendar for each. */
export const calendars = cases.map(({ name, zone, start, lines }, at) => {
  const length = zone === null ? 'DURATION:P1D' : 'DURATION:PT45M'
  const event = (...more: string[]) => [
    'BEGIN:VEVENT',
    `UID:series-${at + 1}@${DOMAIN}`,
    `SUMMARY:${name.replaceAll(',', '\\,')}`,
    ...more,
    length,
    'END:VEVENT',
  ]
  const moves = lines.filter((one) => one.startsWith('MOVED:')).map((one) => one.slice(6).split(' '))
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:-//${DOMAIN}//company//EN`,
    ...event(stamped('DTSTART', start, zone), ...lines.filter((one) => !one.startsWith('MOVED:'))),
    ...moves.flatMap(([id, to, tz]) =>
      event(stamped('RECURRENCE-ID', id!, zone), stamped('DTSTART', to!, tz!)),
    ),
    'END:VCALENDAR',
    '',
  ].join('\r\n')
})
