import type { WindowRules } from './project.ts'

/** Furthest that is looked for a window, in days. */
const MOST_DAYS = 800

/** Epoch milliseconds: `opens` to before `closes`. */
export type OpenWindow = { opens: number; closes: number }

/**
 * The window that is open now, or the next one; null when there is none within two years. Times are those of the zone's own
 * clock, so that on the nights when it changes a window is an hour shorter or longer.
 */
export function windowAt(rules: WindowRules, now: number): OpenWindow | null {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(rules.zone).toPlainDate()
  const [begin, end] = [Temporal.PlainTime.from(rules.begin), Temporal.PlainTime.from(rules.end)]
  const endsNextDay = Temporal.PlainTime.compare(end, begin) <= 0
  // One that opened yesterday may still be open.
  for (let ahead = -1; ahead < MOST_DAYS; ahead++) {
    const day = today.add({ days: ahead })
    if (!rules.weekdays.includes(day.dayOfWeek) || rules.holidays.includes(day.toString())) continue
    const moment = (date: Temporal.PlainDate, time: Temporal.PlainTime) =>
      date.toPlainDateTime(time).toZonedDateTime(rules.zone).epochMilliseconds
    const opens = moment(day, begin)
    const closes = moment(endsNextDay ? day.add({ days: 1 }) : day, end)
    // One that lies in the hour that the clocks skip does not open that day.
    if (closes > now && opens < closes) return { opens, closes }
  }
  return null
}

/** When work may begin (now, where a window is open or none is wanted), and when it ends; null: never. */
export function workingTime(
  rules: WindowRules | null,
  now: number,
): { from: number; until: number | null } | null {
  if (rules === null) return { from: now, until: null }
  const window = windowAt(rules, now)
  return window && { from: Math.max(now, window.opens), until: window.closes }
}

/**
 * When work that takes `workMs` is done if it is done in windows alone; null when that is not within two years or never.
 */
export function endOfWork(rules: WindowRules | null, now: number, workMs: number): number | null {
  let left = workMs
  let at = now
  for (;;) {
    const time = workingTime(rules, at)
    if (time === null || time.from - now > MOST_DAYS * 86_400_000) return null
    if (time.until === null || time.until - time.from >= left) return time.from + left
    left -= time.until - time.from
    at = time.until
  }
}
