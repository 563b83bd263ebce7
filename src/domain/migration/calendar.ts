import { type Day, formatDay, parseDay, weekdayOf } from './day.ts'
import type { PlanMailbox } from './mailbox.ts'

/** When batches may move. */
export type Calendar = {
  from: Day
  /** The last day on which one may; `null`: no end. */
  until: Day | null
  /** 1 Monday … 7 Sunday. */
  weekdays: readonly number[]
  holidays: readonly Day[]
  /** How many batches one window takes. */
  batchesPerWindow: number
  /** `22:00` and `06:00`, on the clock of the zone; an end before the start is on the next day. */
  begin: string
  end: string
  zone: string
}

/** Furthest that a plan reaches. */
const mostDays = 20 * 366

/** The days of the windows in order, each as often as it takes batches, `count` of them if there are as many. */
export function windowDays(calendar: Calendar, count: number): Int32Array {
  const days: Day[] = []
  const last = Math.min(calendar.until ?? Number.POSITIVE_INFINITY, calendar.from + mostDays)
  const closed = new Set([...calendar.holidays, ...skippedNights(calendar, last)])
  for (let day = calendar.from; day <= last && days.length < count; day++) {
    if (!calendar.weekdays.includes(weekdayOf(day)) || closed.has(day)) continue
    for (let batch = 0; batch < calendar.batchesPerWindow && days.length < count; batch++) days.push(day)
  }
  return Int32Array.from(days)
}

export const isWindow = (calendar: Calendar, day: Day): boolean =>
  day >= calendar.from &&
  day <= (calendar.until ?? Number.POSITIVE_INFINITY) &&
  calendar.weekdays.includes(weekdayOf(day)) &&
  !calendar.holidays.includes(day) &&
  !isSkipped(calendar, day)

/** The most that clocks go forward at once. */
const mostSkippedMinutes = 3 * 60
const minutesPerDay = 24 * 60

/** Whether the clocks go forward over the whole window of a night: it would close when it opens, or before. */
export function isSkipped(calendar: Calendar, day: Day): boolean {
  const length = (minutesOf(calendar.end) - minutesOf(calendar.begin) + minutesPerDay) % minutesPerDay
  if (length === 0 || length > mostSkippedMinutes) return false
  const { opens, closes } = windowOf(calendar, day)
  return Date.parse(closes) <= Date.parse(opens)
}

/** Nights up to the last that would have a window by their weekday, were it not for the clocks. */
export function skippedNights(calendar: Calendar, last: Day): Day[] {
  const days: Day[] = []
  const end = Temporal.PlainDate.from(formatDay(last + 1)).toZonedDateTime(calendar.zone)
  let at = Temporal.PlainDate.from(formatDay(calendar.from)).toZonedDateTime(calendar.zone)
  for (;;) {
    const next = at.getTimeZoneTransition('next')
    if (next === null || Temporal.ZonedDateTime.compare(next, end) > 0) return days
    at = next
    const day = parseDay(next.toPlainDate().toString())!
    for (const night of [day - 1, day]) {
      if (night < calendar.from || night > last || !calendar.weekdays.includes(weekdayOf(night))) continue
      if (isSkipped(calendar, night)) days.push(night)
    }
  }
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

/** The first night that people were told and that is still to come; `null`: none is. */
export function firstAnnounced(mailboxes: readonly PlanMailbox[], today: Day): Day | null {
  let first: Day | null = null
  for (const { status, announcedDay } of mailboxes) {
    if (status !== 'waiting' || announcedDay === null || announcedDay < today) continue
    if (first === null || announcedDay < first) first = announcedDay
  }
  return first
}

/** The moments between which a window is open, as RFC 3339 with the zone's offset of that night. */
export function windowOf(calendar: Calendar, day: Day): { opens: string; closes: string } {
  const at = (date: Day, time: string) =>
    Temporal.PlainDateTime.from(`${formatDay(date)}T${time}`)
      .toZonedDateTime(calendar.zone)
      .toString({ timeZoneName: 'never', smallestUnit: 'second' })
  const endsNextDay = calendar.end <= calendar.begin
  return { opens: at(day, calendar.begin), closes: at(endsNextDay ? day + 1 : day, calendar.end) }
}
