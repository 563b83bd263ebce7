import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { MailDate } from '#src/formats/header/date.ts'

/** A day of the calendar, in nobody's time zone; `month` from 1. */
export type CalendarDate = { year: number; month: number; day: number }

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const monthNumber = new Map(months.map((name, index) => [name.toLowerCase(), index + 1]))

const dateText = /^(\d{1,2})-([A-Za-z]{3})-(\d{4})$/
const dateTimeText = /^([ \d]?\d)-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/

function calendarDate(day: string, name: string, year: string): CalendarDate {
  const month = monthNumber.get(name.toLowerCase())
  if (month === undefined) throw new SyntaxFault('Not a month')
  const date = { year: Number(year), month, day: Number(day) }
  const daysInMonth = new Date(Date.UTC(2000 + (date.year % 400), month, 0)).getUTCDate()
  if (date.day < 1 || date.day > daysInMonth) throw new SyntaxFault('A day its month does not have')
  return date
}

/** The years 0 to 9999, in UTC. */
const first = Date.parse('0000-01-01T00:00:00Z')
const last = Date.parse('9999-12-31T23:59:59Z')

const two = (number: number) => String(number).padStart(2, '0')
const four = (number: number) => String(number).padStart(4, '0')

/** `1-Feb-1994` (RFC 9051 §9 date-text). SyntaxFault when it is no day. */
export function parseCalendarDate(text: string): CalendarDate {
  const match = dateText.exec(text)
  if (match === null) throw new SyntaxFault('Not a date')
  return calendarDate(match[1]!, match[2]!, match[3]!)
}

export function formatCalendarDate({ year, month, day }: CalendarDate): string {
  return `${day}-${months[month - 1]}-${four(year)}`
}

/** Days since 1970-01-01, for comparing. */
export function dayNumber({ year, month, day }: CalendarDate): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getTime() / 86_400_000
}

/** `17-Jul-1996 02:44:25 -0700` (RFC 9051 §9 date-time) without its quotes. SyntaxFault when it is no moment. */
export function parseDateTime(text: string): MailDate {
  const match = dateTimeText.exec(text)
  if (match === null) throw new SyntaxFault('Not a date and time')
  const { year, month, day } = calendarDate(match[1]!.trim(), match[2]!, match[3]!)
  const [hour, minute, second] = [Number(match[4]), Number(match[5]), Number(match[6])]
  const [zoneHour, zoneMinute] = [Number(match[8]), Number(match[9])]
  if (hour > 23 || minute > 59 || second > 60 || zoneHour > 23 || zoneMinute > 59)
    throw new SyntaxFault('Not a time of day')
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, Math.min(second, 59))
  const east = zoneHour * 60 + zoneMinute
  const zoneMinutes = match[7] === '-' && east !== 0 ? -east : east
  const epochMs = date.getTime() - zoneMinutes * 60_000
  if (epochMs < first || epochMs > last) throw new SyntaxFault('Not a moment of the years 0 to 9999')
  return { epochMs, zoneMinutes }
}

/**
 * The date-time with its quotes, day in two places: `" 1-Feb-1994 00:00:00 +0000"`. Milliseconds are lost. What lies outside
 * the years that IMAP can write is told as the nearest moment within them: for one message others are not left out.
 */
export function formatDateTime(epochMs: number, zoneMinutes = 0): string {
  const date = new Date(Math.min(last, Math.max(first, epochMs + zoneMinutes * 60_000)))
  const year = date.getUTCFullYear()
  const day = String(date.getUTCDate()).padStart(2)
  const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
  const east = Math.abs(zoneMinutes)
  const zone = `${zoneMinutes < 0 ? '-' : '+'}${two(Math.floor(east / 60))}${two(east % 60)}`
  return `"${day}-${months[date.getUTCMonth()]}-${four(year)} ${clock} ${zone}"`
}
