import { windowOf } from './calendar.ts'
import { formatDay } from './day.ts'
import { ASSUMED_RATE } from './engine/preflight/preflight-capacity.ts'
import { usualSettings, type WindowRules } from './engine/project/project.ts'
import { endOfWork, workingTime } from './engine/project/window.ts'
import type { Plan } from './plan.ts'

/** What the first copy of a batch may take. Moments in epoch milliseconds. */
export type BatchForecast = {
  number: number
  /** Of all its mailboxes that are copied at once. */
  bytesPerHour: number
  copyFrom: number
  copyUntil: number
  /** When its window opens and closes. */
  moves: number
  closes: number
  /** The copy is not done when that window closes. */
  isLate: boolean
}

/**
 * Pure: when each batch is copied for the first time, one after the other in the plan's own windows from today on, at the rate that
 * is assumed until one was measured (1 GB an hour for each mailbox, as many at once as settings begin with). Batches whose size
 * nobody told take no time; empty where none told one.
 */
export function forecastCopies(plan: Plan): readonly BatchForecast[] {
  const { rules, today } = plan.problem.input
  const { begin, end, zone, weekdays, holidays } = rules.calendar
  const window: WindowRules = { begin, end, zone, weekdays, holidays: holidays.map(formatDay) }
  let at = Temporal.PlainDate.from(formatDay(today)).toZonedDateTime(zone).epochMilliseconds
  const forecasts: BatchForecast[] = []
  for (const { number, day, mailboxes, sizeBytes } of plan.batches) {
    const bytesPerSecond = ASSUMED_RATE * Math.max(1, Math.min(usualSettings.lanes, mailboxes))
    const copyFrom = workingTime(window, at)?.from
    const copyUntil = endOfWork(window, at, (sizeBytes / bytesPerSecond) * 1_000)
    if (copyFrom === undefined || copyUntil === null) break
    const { opens, closes } = windowOf(rules.calendar, day)
    const [moves, closesAt] = [Date.parse(opens), Date.parse(closes)]
    forecasts.push({
      ...{
        number,
        bytesPerHour: Math.round(bytesPerSecond * 3_600),
        copyFrom,
        copyUntil: Math.round(copyUntil),
      },
      ...{ moves, closes: closesAt, isLate: copyUntil > closesAt },
    })
    at = Math.ceil(copyUntil)
  }
  return plan.totals.sizeBytes === 0 ? [] : forecasts
}
