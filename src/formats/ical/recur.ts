import { formatLocal, parseLocal } from '../recurrence/civil.ts'
import { type Frequency, type RecurrenceRule, type Weekday, weekdays } from '../recurrence/rule.ts'
import { formatIcalTime, parseIcalTime } from './values.ts'

const frequencies: readonly string[] = [
  'yearly',
  'monthly',
  'weekly',
  'daily',
  'hourly',
  'minutely',
  'secondly',
]
const dayText = /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/

/** How UNTIL becomes the series' local time and back. */
type UntilZone = { toLocal(epochMs: number): number; toEpoch(localMs: number): number }

/**
 * Reads an RRULE or EXRULE (RFC 5545 §3.3.10, RFC 7529). Undefined for a rule that cannot be followed: no or unknown
 * FREQ, another calendar than the Gregorian, a part out of its range.
 */
export function parseRecur(value: string, zone: UntilZone): RecurrenceRule | undefined {
  const parts = new Map<string, string>()
  for (const part of value.trim().split(';')) {
    const at = part.indexOf('=')
    if (at > 0) parts.set(part.slice(0, at).toUpperCase(), part.slice(at + 1).toUpperCase())
  }
  const frequency = parts.get('FREQ')?.toLowerCase()
  const calendar = parts.get('RSCALE')
  if (frequency === undefined || !frequencies.includes(frequency)) return undefined
  if (calendar !== undefined && calendar !== 'GREGORIAN') return undefined
  try {
    return {
      frequency: frequency as Frequency,
      ...(parts.get('INTERVAL') !== '1' &&
        one(parts, 'INTERVAL', 'interval', (text) => number(text, 1, 100_000))),
      ...one(parts, 'SKIP', 'skip', skipOf),
      ...one(parts, 'WKST', 'firstDayOfWeek', weekdayOf),
      ...one(parts, 'BYDAY', 'byDay', (text) => text.split(',').map(dayOf)),
      ...one(parts, 'BYMONTHDAY', 'byMonthDay', (text) => numbers(text, -31, 31)),
      ...one(parts, 'BYMONTH', 'byMonth', (text) => numbers(text, 1, 12).map(String)),
      ...one(parts, 'BYYEARDAY', 'byYearDay', (text) => numbers(text, -366, 366)),
      ...one(parts, 'BYWEEKNO', 'byWeekNo', (text) => numbers(text, -53, 53)),
      ...one(parts, 'BYHOUR', 'byHour', (text) => numbers(text, 0, 23)),
      ...one(parts, 'BYMINUTE', 'byMinute', (text) => numbers(text, 0, 59)),
      ...one(parts, 'BYSECOND', 'bySecond', (text) => numbers(text, 0, 59)),
      ...one(parts, 'BYSETPOS', 'bySetPosition', (text) => numbers(text, -366, 366)),
      ...one(parts, 'COUNT', 'count', (text) => number(text, 1, 100_000)),
      ...one(parts, 'UNTIL', 'until', (text) => untilOf(text, zone)),
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function one<K extends string, T>(
  parts: ReadonlyMap<string, string>,
  name: string,
  key: K,
  read: (text: string) => T,
): { [P in K]?: T } {
  const text = parts.get(name)
  return (text === undefined || text === '' ? {} : { [key]: read(text) }) as { [P in K]?: T }
}

function number(text: string, min: number, max: number): number {
  if (!/^[+-]?\d{1,7}$/.test(text)) throw new RangeError(text)
  const value = Number(text)
  if (value < min || value > max) throw new RangeError(text)
  return value
}

const numbers = (text: string, min: number, max: number): number[] =>
  text.split(',').map((part) => number(part, min, max))

function dayOf(text: string): { day: Weekday; nthOfPeriod?: number } {
  const found = dayText.exec(text.trim())
  if (found === null) throw new RangeError(text)
  const day = weekdayOf(found[2]!)
  return found[1] === undefined ? { day } : { day, nthOfPeriod: number(found[1], -53, 53) }
}

function weekdayOf(text: string): Weekday {
  const day = text.toLowerCase() as Weekday
  if (!weekdays.includes(day)) throw new RangeError(text)
  return day
}

function skipOf(text: string): 'omit' | 'backward' | 'forward' {
  if (text !== 'OMIT' && text !== 'BACKWARD' && text !== 'FORWARD') throw new RangeError(text)
  return text.toLowerCase() as 'omit' | 'backward' | 'forward'
}

/** A date alone means the whole day: Outlook and Exchange write it for series with a time of day too. */
function untilOf(text: string, zone: UntilZone): string {
  const time = parseIcalTime(text)
  if (time === undefined) throw new RangeError(text)
  if (time.isDate) return formatLocal(time.localMs + 86_399_000)
  return formatLocal(time.isUtc ? zone.toLocal(time.localMs) : time.localMs)
}

/**
 * Writes a rule. `until` as a date for whole days, as UTC for a series with a zone, as it stands for a floating one
 * (RFC 5545 §3.3.10).
 */
export function formatRecur(rule: RecurrenceRule, zone: UntilZone | null, isDate: boolean): string {
  const parts: string[] = []
  // RFC 7529: SKIP stands only beside RSCALE.
  if (rule.skip !== undefined && rule.skip !== 'omit') parts.push('RSCALE=GREGORIAN')
  parts.push(`FREQ=${rule.frequency.toUpperCase()}`)
  if (rule.until !== undefined) {
    const localMs = parseLocal(rule.until)
    const isUtc = zone !== null && !isDate
    parts.push(`UNTIL=${formatIcalTime({ localMs: isUtc ? zone.toEpoch(localMs) : localMs, isUtc, isDate })}`)
  }
  if (rule.count !== undefined) parts.push(`COUNT=${rule.count}`)
  if (rule.interval !== undefined && rule.interval !== 1) parts.push(`INTERVAL=${rule.interval}`)
  const lists: [string, readonly (string | number)[] | undefined][] = [
    ['BYSECOND', rule.bySecond],
    ['BYMINUTE', rule.byMinute],
    ['BYHOUR', rule.byHour],
    ['BYDAY', rule.byDay?.map(({ day, nthOfPeriod }) => `${nthOfPeriod ?? ''}${day.toUpperCase()}`)],
    ['BYMONTHDAY', rule.byMonthDay],
    ['BYYEARDAY', rule.byYearDay],
    ['BYWEEKNO', rule.byWeekNo],
    ['BYMONTH', rule.byMonth],
    ['BYSETPOS', rule.bySetPosition],
  ]
  for (const [name, values] of lists) if (values?.length) parts.push(`${name}=${values.join(',')}`)
  if (rule.firstDayOfWeek !== undefined) parts.push(`WKST=${rule.firstDayOfWeek.toUpperCase()}`)
  if (rule.skip !== undefined && rule.skip !== 'omit') parts.push(`SKIP=${rule.skip.toUpperCase()}`)
  return parts.join(';')
}
