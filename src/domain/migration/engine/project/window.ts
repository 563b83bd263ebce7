import type { WindowRules } from './project.ts'

/** Furthest that is looked for a window, in days. */
const MOST_DAYS = 800
/** Windows that follow each other without a break are one, as long as it is no longer than this. */
const LONGEST_MS = 14 * 86_400_000

/** Epoch milliseconds: `opens` to before `closes`. */
export type OpenWindow = { opens: number; closes: number }

/**
 * The window that is open now, or the next one; null when there is none within two years. Times are those of the zone's own
 * clock, so that on the nights when it changes a window is an hour shorter or longer.
 */
export function windowAt(rules: WindowRules, now: number): OpenWindow | null {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(rules.zone).toPlainDate()
  let found: OpenWindow | null = null
  // One that opened yesterday may still be open.
  for (let ahead = -1; ahead < MOST_DAYS; ahead++)
    for (const window of windowsOf(rules, today.add({ days: ahead }))) {
      // One that lies in the hour that the clocks skip does not open that day.
      if (window.closes <= now || window.opens >= window.closes) continue
      if (found === null) found = window
      else if (window.opens > found.closes || found.closes - found.opens > LONGEST_MS) return found
      else found = { opens: found.opens, closes: Math.max(found.closes, window.closes) }
    }
  return found
}

/** Those that open on a day, in their order. */
function windowsOf(rules: WindowRules, day: Temporal.PlainDate): OpenWindow[] {
  if (rules.holidays.includes(day.toString())) return []
  const { dayOfWeek } = day
  const [begin, end] = [Temporal.PlainTime.from(rules.begin), Temporal.PlainTime.from(rules.end)]
  const midnight = new Temporal.PlainTime()
  const next = day.add({ days: 1 })
  const moment = (date: Temporal.PlainDate, time: Temporal.PlainTime) =>
    date.toPlainDateTime(time).toZonedDateTime(rules.zone).epochMilliseconds
  const endsNextDay = Temporal.PlainTime.compare(end, begin) <= 0
  return [
    ...(rules.wholeDays?.includes(dayOfWeek)
      ? [{ opens: moment(day, midnight), closes: moment(next, midnight) }]
      : []),
    ...(rules.weekdays.includes(dayOfWeek)
      ? [{ opens: moment(day, begin), closes: moment(endsNextDay ? next : day, end) }]
      : []),
  ]
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
