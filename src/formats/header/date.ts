import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { stripComments } from './comments.ts'

/** A moment and the clock it was told by. */
export interface MailDate {
  epochMs: number
  /** Minutes east of UTC, -1439 to 1439. */
  zoneMinutes: number
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Hours east of UTC of the zones of RFC 5322 §4.3; military letters and unknown names mean nothing and count as 0. */
const zones: Record<string, number> = {
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
}

const time = String.raw`(\d{1,2})\s*[:.]\s*(\d{1,2})(?:\s*[:.]\s*(\d{1,2}))?(?:[.,]\d+)?(?:\s*([ap]m)\b)?`
const internet = new RegExp(
  String.raw`^(?:[a-z]{2,9}\.?\s*,?\s*)?(\d{1,2})[\s-]+([a-z]{3})[a-z]*\.?,?[\s-]+(\d{2,4}),?\s+${time}\s*(.*)$`,
  'i',
)
/** `Mon Jan  2 15:04:05 2006 +0100`: ctime(3), seen in mail of old programs. */
const ctime = new RegExp(
  String.raw`^[a-z]{3,9},?\s+([a-z]{3})[a-z]*\s+(\d{1,2})\s+${time}\s+(.*?)\s*\b(\d{4})\s*(.*)$`,
  'i',
)
const iso = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(.*)$/i

function parseZone(text: string): number {
  const numeric = /^\(?(?:GMT|UTC|UT)?\s*([+-])(\d{1,2}):?(\d{2})\b/i.exec(text)
  if (!numeric) return (zones[/^[A-Z]{3}\b/i.exec(text)?.[0].toUpperCase() ?? ''] ?? 0) * 60
  const minutes = Number(numeric[2]) * 60 + Number(numeric[3])
  if (minutes >= 24 * 60) return 0
  return numeric[1] === '-' && minutes > 0 ? -minutes : minutes
}

/** RFC 5322 §4.3: two digits below 50 are 20xx, other two digits and all three digits count from 1900. */
function fullYear(digits: string): number {
  const year = Number(digits)
  if (digits.length >= 4) return year
  return digits.length === 2 && year < 50 ? 2000 + year : 1900 + year
}

interface Parts {
  year: number
  month: number
  day: number
  hour: string
  minute: string
  second: string | undefined
  half: string | undefined
  zone: string
}

function readParts(text: string): Parts | undefined {
  const month = (name: string) => months.findIndex((known) => known.toLowerCase() === name.toLowerCase())
  let match = internet.exec(text)
  if (match) {
    const [, day, name, year, hour, minute, second, half, zone] = match
    return {
      year: fullYear(year!),
      month: month(name!),
      day: Number(day),
      hour: hour!,
      minute: minute!,
      second,
      half,
      zone: zone!,
    }
  }
  match = iso.exec(text)
  if (match) {
    const [, year, number, day, hour, minute, second, zone] = match
    return {
      year: Number(year),
      month: Number(number) - 1,
      day: Number(day),
      hour: hour!,
      minute: minute!,
      second,
      half: undefined,
      zone: zone!,
    }
  }
  match = ctime.exec(text)
  if (!match) return undefined
  const [, name, day, hour, minute, second, half, before, year, after] = match
  return {
    year: Number(year),
    month: month(name!),
    day: Number(day),
    hour: hour!,
    minute: minute!,
    second,
    half,
    zone: before || after!,
  }
}

/**
 * A date of RFC 5322 §3.3 with the obsolete forms of §4.3 (named zones, short years, comments, no weekday), and the ctime
 * and ISO 8601 forms some programs write. The weekday is not checked. SyntaxFault when it is no date.
 */
export function parseDate(value: string): MailDate {
  const text = stripComments(value.slice(0, 200)).replace(/\s+/g, ' ').trim()
  const parts = readParts(text)
  if (!parts) throw new SyntaxFault('not a date')
  const { year, month, day } = parts
  let hour = Number(parts.hour)
  if (parts.half) hour = (hour % 12) + (parts.half.toLowerCase() === 'pm' ? 12 : 0)
  const minute = Number(parts.minute)
  const second = Number(parts.second ?? 0)
  if (month < 0 || month > 11 || day < 1 || hour > 23 || minute > 59 || second > 60) {
    throw new SyntaxFault('a date outside the calendar')
  }
  const date = new Date(0)
  date.setUTCFullYear(year, month, day)
  if (date.getUTCMonth() !== month) throw new SyntaxFault('a day its month does not have')
  // A leap second (60) is shown as the second before: the clock of computers has no other place for it.
  date.setUTCHours(hour, minute, Math.min(second, 59))
  const zoneMinutes = parseZone(parts.zone)
  return { epochMs: date.getTime() - zoneMinutes * 60_000, zoneMinutes }
}

/** The date as RFC 5322 §3.3 writes it, for example `Tue, 03 Mar 2026 09:05:00 +0100`. */
export function formatDate(epochMs: number, zoneMinutes = 0): string {
  const date = new Date(epochMs + zoneMinutes * 60_000)
  const year = date.getUTCFullYear()
  if (!(year >= 1900 && year <= 9999) || Math.abs(zoneMinutes) >= 24 * 60) {
    throw new SyntaxFault('a date that mail cannot write')
  }
  const two = (number: number) => String(number).padStart(2, '0')
  const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`
  const east = Math.abs(zoneMinutes)
  const zone = `${zoneMinutes < 0 ? '-' : '+'}${two(Math.floor(east / 60))}${two(east % 60)}`
  return `${days[date.getUTCDay()]}, ${two(date.getUTCDate())} ${months[date.getUTCMonth()]} ${year} ${clock} ${zone}`
}
