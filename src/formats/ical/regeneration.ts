import type { Regeneration } from '../jscalendar/event.ts'

/** How a task is made anew when it is done, in the words of RRULE: `FREQ=WEEKLY;INTERVAL=2;COUNT=3;UNTIL=20270131`. */
export function formatRegeneration({ frequency, interval, count, until }: Regeneration): string {
  const parts = [`FREQ=${frequency.toUpperCase()}`]
  if (interval !== undefined) parts.push(`INTERVAL=${interval}`)
  if (count !== undefined) parts.push(`COUNT=${count}`)
  if (until !== undefined) parts.push(`UNTIL=${until.replaceAll('-', '')}`)
  return parts.join(';')
}

const text =
  /^FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(?:;INTERVAL=([1-9]\d{0,2}))?(?:;COUNT=([1-9]\d{0,2}))?(?:;UNTIL=(\d{4})(\d\d)(\d\d))?$/i

/** Reads it; undefined for anything else. */
export function parseRegeneration(value: string): Regeneration | undefined {
  const found = text.exec(value.trim())
  if (found === null) return undefined
  const [, frequency, interval, count, year, month, day] = found
  return {
    frequency: frequency!.toLowerCase() as Regeneration['frequency'],
    ...(interval !== undefined && { interval: Number(interval) }),
    ...(count !== undefined && { count: Number(count) }),
    ...(year !== undefined && { until: `${year}-${month}-${day}` }),
  }
}
