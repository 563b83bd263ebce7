import { type Day, formatDay, weekdayOf } from './day.ts'
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
  const holidays = new Set(calendar.holidays)
  const days: Day[] = []
  const last = Math.min(calendar.until ?? Number.POSITIVE_INFINITY, calendar.from + mostDays)
  for (let day = calendar.from; day <= last && days.length < count; day++) {
    if (!calendar.weekdays.includes(weekdayOf(day)) || holidays.has(day)) continue
    for (let batch = 0; batch < calendar.batchesPerWindow && days.length < count; batch++) days.push(day)
  }
  return Int32Array.from(days)
}

export const isWindow = (calendar: Calendar, day: Day): boolean =>
  day >= calendar.from &&
  day <= (calendar.until ?? Number.POSITIVE_INFINITY) &&
  calendar.weekdays.includes(weekdayOf(day)) &&
  !calendar.holidays.includes(day)

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
