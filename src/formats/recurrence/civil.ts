/**
 * The Gregorian calendar in numbers. A day is counted from 1970-01-01; a local time is the milliseconds that the
 * clock on the wall would be from then if it never changed.
 */

export const DAY_MS = 86_400_000

/** Day number of a date; `month` 1 to 12. Days beyond the month run on. */
export function dayOf(year: number, month: number, day: number): number {
  return Math.round(utcMs(year, month, day) / DAY_MS)
}

// Date.UTC reads the years 0 to 99 as 1900 to 1999.
function utcMs(year: number, month: number, day: number): number {
  if (year < 0 || year > 99) return Date.UTC(year, month - 1, day)
  return new Date(Date.UTC(2000, month - 1, day)).setUTCFullYear(year, month - 1, day)
}

export type Civil = { year: number; month: number; day: number }

/** The date of a day number, by whole 400-year eras: no Date is made. */
export function civilOf(dayNumber: number): Civil {
  const shifted = dayNumber + 719_468
  const era = Math.floor(shifted / 146_097)
  const ofEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1_460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  )
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * ofYear + 2) / 153)
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: ofYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  }
}

/** 0 is Monday. */
export const weekdayOf = (dayNumber: number): number => (((dayNumber + 3) % 7) + 7) % 7

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0

export const daysInYear = (year: number): number => (isLeap(year) ? 366 : 365)

const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
export const daysInMonth = (year: number, month: number): number =>
  month === 2 && isLeap(year) ? 29 : lengths[month - 1]!

/** The day of a local time, and the milliseconds since its midnight. */
export function splitLocal(localMs: number): { day: number; ms: number } {
  const day = Math.floor(localMs / DAY_MS)
  return { day, ms: localMs - day * DAY_MS }
}

const two = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'))
/** Times of a list are mostly of few days. */
let lastDay = Number.NaN
let lastDate = ''

/** `2026-11-21T09:00:00`, as RFC 8984 writes a LocalDateTime; milliseconds only where there are some. */
export function formatLocal(localMs: number): string {
  const { day, ms } = splitLocal(localMs)
  if (day !== lastDay) {
    const text = new Date(day * DAY_MS).toISOString()
    lastDate = text.slice(0, text.indexOf('T') + 1)
    lastDay = day
  }
  const seconds = Math.floor(ms / 1_000)
  const minutes = Math.floor(seconds / 60)
  const clock = `${two[Math.floor(minutes / 60)]}:${two[minutes % 60]}:${two[seconds % 60]}`
  const rest = Math.trunc(ms - seconds * 1_000)
  return rest === 0 ? lastDate + clock : `${lastDate}${clock}.${String(rest).padStart(3, '0')}`
}

const localDateTime = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?$/

/** Reads `2026-11-21T09:00:00` or `2026-11-21`; NaN for what is no local date-time. */
export function parseLocal(text: string): number {
  const found = localDateTime.exec(text)
  if (!found) return Number.NaN
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0))
  const ms = Math.floor(Number(`0.${found[7] ?? 0}`) * 1_000)
  if (month! < 1 || month! > 12 || day! < 1 || day! > daysInMonth(year!, month!)) return Number.NaN
  if (hour! > 23 || minute! > 59 || second! > 59) return Number.NaN
  return dayOf(year!, month!, day!) * DAY_MS + ((hour! * 60 + minute!) * 60 + second!) * 1_000 + ms
}
