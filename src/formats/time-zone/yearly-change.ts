import { civilOf, daysInMonth, splitLocal, weekdayOf } from '../recurrence/civil.ts'
import type { TimeZone } from './zone.ts'

/** When clocks change in a year as EWS and Windows say it: the nth weekday of a month, 5 is the last. */
export type YearlyChange = {
  /** 1 to 12. */
  month: number
  /** 1 to 5. */
  week: number
  /** 0 is Monday. */
  weekday: number
  /** On the clock before the change, milliseconds since midnight. */
  timeMs: number
}

/** A zone's year in the terms of Windows. Without `daylight` the offset holds the whole year. */
export type ZoneYear = {
  standardOffsetMs: number
  daylight: { offsetMs: number; begins: YearlyChange; ends: YearlyChange } | null
}

const HOUR_MS = 3_600_000

/** The rules of a zone in one year. A year with a single change of the standard time itself is told by its last offset. */
export function zoneYear(zone: TimeZone, year: number): ZoneYear {
  const from = Date.UTC(year, 0, 1) - zone.offsetAt(Date.UTC(year, 0, 1))
  const to = Date.UTC(year + 1, 0, 1) - zone.offsetAt(Date.UTC(year + 1, 0, 1))
  const changes = changesBetween(zone, from, to)
  const forward = changes.find(({ before, after }) => after > before)
  const back = changes.findLast(({ before, after }) => after < before)
  if (!forward || !back || forward.after !== back.before) {
    return { standardOffsetMs: zone.offsetAt(to - 1), daylight: null }
  }
  return {
    standardOffsetMs: back.after,
    daylight: { offsetMs: forward.after, begins: changeOf(forward), ends: changeOf(back) },
  }
}

type Change = { at: number; before: number; after: number }

/** Changes of the offset, found to the second by halving; two within a day of each other are one. */
function changesBetween(zone: TimeZone, from: number, to: number): Change[] {
  const found: Change[] = []
  const step = 24 * HOUR_MS
  for (let at = from; at < to; at += step) {
    let low = at
    let high = Math.min(at + step, to)
    const before = zone.offsetAt(low)
    const after = zone.offsetAt(high)
    if (before === after) continue
    while (high - low > 1_000) {
      const middle = Math.floor((low + high) / 2_000) * 1_000
      if (middle <= low) break
      if (zone.offsetAt(middle) === before) low = middle
      else high = middle
    }
    found.push({ at: high, before, after })
  }
  return found
}

function changeOf({ at, before }: Change): YearlyChange {
  const { day, ms } = splitLocal(at + before)
  const civil = civilOf(day)
  const last = civil.day + 7 > daysInMonth(civil.year, civil.month)
  return {
    month: civil.month,
    week: last ? 5 : Math.ceil(civil.day / 7),
    weekday: weekdayOf(day),
    timeMs: ms,
  }
}

/** The instant at which a yearly change falls in a year, for a clock that has `offsetMs` before it. */
export function instantOfChange(change: YearlyChange, year: number, offsetMs: number): number {
  const first = Math.round(Date.UTC(year, change.month - 1, 1) / (24 * HOUR_MS))
  let day = first + ((change.weekday - weekdayOf(first) + 7) % 7) + 7 * (Math.min(change.week, 5) - 1)
  while (day >= first + daysInMonth(year, change.month)) day -= 7
  return day * 24 * HOUR_MS + change.timeMs - offsetMs
}

/** A zone by rules that are the same every year (EWS SerializableTimeZone, WorkMail's availability provider). */
export function yearlyZone(id: string, rules: ZoneYear): TimeZone {
  const { standardOffsetMs, daylight } = rules
  if (daylight === null) return { id, offsetAt: () => standardOffsetMs }
  const offsetAt = (epochMs: number): number => {
    const year = new Date(epochMs + standardOffsetMs).getUTCFullYear()
    const begins = instantOfChange(daylight.begins, year, standardOffsetMs)
    const ends = instantOfChange(daylight.ends, year, daylight.offsetMs)
    const summer = begins <= ends ? epochMs >= begins && epochMs < ends : epochMs >= begins || epochMs < ends
    return summer ? daylight.offsetMs : standardOffsetMs
  }
  return { id, offsetAt }
}
