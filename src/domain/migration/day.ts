/** A calendar day as the number of days since 1970-01-01: what planning counts in. */
export type Day = number

const msPerDay = 86_400_000

/** `2026-12-07`; `null` when it is no date. */
export function parseDay(text: string): Day | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null
  const day = Date.parse(`${text}T00:00:00Z`) / msPerDay
  return Number.isInteger(day) && formatDay(day) === text ? day : null
}

export const formatDay = (day: Day): string => new Date(day * msPerDay).toISOString().slice(0, 10)

/** 1 Monday … 7 Sunday. */
export const weekdayOf = (day: Day): number => ((((day + 3) % 7) + 7) % 7) + 1

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** `Mon 7 Dec 2026`. */
export function readableDay(day: Day): string {
  const date = new Date(day * msPerDay)
  const [, month] = date.toUTCString().match(/^\w+, \d+ (\w+)/)!
  const weekday = weekdays[weekdayOf(day) - 1]!
  return `${weekday[0]!.toUpperCase()}${weekday.slice(1)} ${date.getUTCDate()} ${month} ${date.getUTCFullYear()}`
}
