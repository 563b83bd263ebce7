import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatIcalClock, formatIcalDay } from '../ical/values.ts'
import { OctetReader } from './octet-reader.ts'

/** A series: its RRULE, and the days that fell out of it. Days are milliseconds that read as UTC, at midnight. */
export interface MeetingRecurrence {
  /** Without UNTIL; `untilDay` says it. */
  rule: string
  untilDay?: number
  deletedDays: number[]
  /** Days at which the series has an occurrence that was changed; those that stay on their day are none of `deletedDays`. */
  replacedDays: number[]
  /** So many days that are not as the rule says stand before those that are told. */
  cutDays: number
}

const daily = 0x200a
const weekly = 0x200b
const monthly = 0x200c
const yearly = 0x200d
const endsAfterCount = 0x2022
const endsByDate = 0x2021
const DAY_MINUTES = 24 * 60
/** Days that are not as the rule says, of one series: the latest of them. */
export const MOST_EXCEPTIONS = 2_000

/** Milliseconds that read as UTC, of minutes since 1601. */
export const dayOf = (minutes: number) => minutes * 60_000 + Date.UTC(1601, 0, 1)

const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']

const daysOf = (bits: number) => weekdays.filter((_, day) => (bits & (1 << day)) !== 0).join(',')

/**
 * Reads the RecurrencePattern of PidLidAppointmentRecur (MS-OXOCAL §2.2.1.44.1). SyntaxFault when it is cut off, and for
 * patterns of other calendars than the Gregorian, which no RRULE can say.
 */
export const readRecurrence = (octets: Uint8Array): MeetingRecurrence =>
  readRecurrencePattern(new OctetReader(octets))

/** As `readRecurrence`; the reader stands behind the pattern then. */
export function readRecurrencePattern(reader: OctetReader): MeetingRecurrence {
  reader.uint32()
  const frequency = reader.uint16()
  const pattern = reader.uint16()
  const calendar = reader.uint16()
  if (calendar > 1) throw new SyntaxFault('a recurrence of a calendar that is not Gregorian', 8)
  const firstDateTime = reader.uint32()
  const period = reader.uint32()
  reader.uint32()
  const parts = readPattern(reader, frequency, pattern, period, firstDateTime)
  const end = reader.uint32()
  const count = reader.uint32()
  const weekStart = weekdays[reader.uint32()]
  const { days: deleted, cut: cutDays } = readDays(reader)
  // Changed instances stand among the deleted ones too, and travel as messages of their own.
  const modified = new Set(readDays(reader).days)
  reader.uint32()
  const endDay = dayOf(reader.uint32())
  if (end === endsAfterCount) parts.push(`COUNT=${Math.max(count, 1)}`)
  if (frequency === weekly && period > 1 && weekStart) parts.push(`WKST=${weekStart}`)
  return {
    rule: parts.join(';'),
    ...(end === endsByDate && { untilDay: endDay }),
    deletedDays: deleted.filter((day) => !modified.has(day)),
    replacedDays: deleted,
    cutDays,
  }
}

/** In order of time, so that those that are cut are the oldest. */
function readDays(reader: OctetReader): { days: number[]; cut: number } {
  const count = reader.uint32()
  const cut = Math.max(0, count - MOST_EXCEPTIONS)
  reader.octets(cut * 4)
  return { days: Array.from({ length: count - cut }, () => dayOf(reader.uint32())), cut }
}

function readPattern(
  reader: OctetReader,
  frequency: number,
  pattern: number,
  period: number,
  firstDateTime: number,
): string[] {
  const interval = (count: number) => (count > 1 ? [`INTERVAL=${count}`] : [])
  if (pattern === 0) return ['FREQ=DAILY', ...interval(Math.round(period / DAY_MINUTES))]
  if (pattern === 1) {
    const days = daysOf(reader.uint32())
    // "Every weekday" is said as a daily series with a weekly pattern.
    return ['FREQ=WEEKLY', ...interval(frequency === daily ? 1 : period), `BYDAY=${days || 'MO'}`]
  }
  if (pattern < 2 || pattern > 4) throw new SyntaxFault('a recurrence of an unknown pattern', 6)
  const inYear = frequency === yearly
  if (!inYear && frequency !== monthly) throw new SyntaxFault('a recurrence of an unknown frequency', 4)
  const freq = inYear
    ? ['FREQ=YEARLY', ...interval(Math.round(period / 12)), `BYMONTH=${monthOf(firstDateTime)}`]
    : ['FREQ=MONTHLY', ...interval(period)]
  if (pattern === 3) {
    const days = daysOf(reader.uint32())
    const place = reader.uint32()
    return [...freq, `BYDAY=${days || 'MO'}`, `BYSETPOS=${place >= 5 ? -1 : Math.max(place, 1)}`]
  }
  const day = reader.uint32()
  return [...freq, `BYMONTHDAY=${day >= 31 || pattern === 4 ? -1 : Math.max(day, 1)}`]
}

/** FirstDateTime (§2.2.1.44.1.1) of a yearly series: minutes from 1601 to the first day of its month. */
const monthOf = (firstDateTime: number) => new Date(dayOf(firstDateTime)).getUTCMonth() + 1

/** RRULE and EXDATE lines for a series that starts at `startWall`, in the zone whose moments `momentOf` gives. */
export function formatRecurrence(
  { rule, untilDay, deletedDays }: MeetingRecurrence,
  startWall: number,
  momentOf: (wallMs: number) => number,
  zoneName: string,
  allDay: boolean,
): string[] {
  const time = startWall - Math.floor(startWall / 86_400_000) * 86_400_000
  const until =
    untilDay === undefined
      ? ''
      : `;UNTIL=${allDay ? formatIcalDay(untilDay) : `${formatIcalClock(momentOf(untilDay + time))}Z`}`
  const lines = [`RRULE:${rule}${until}`]
  for (const day of deletedDays) {
    lines.push(
      allDay
        ? `EXDATE;VALUE=DATE:${formatIcalDay(day)}`
        : `EXDATE;TZID=${zoneName}:${formatIcalClock(day + time)}`,
    )
  }
  return lines
}
