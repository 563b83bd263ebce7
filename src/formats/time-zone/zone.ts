/**
 * The offset of a place from UTC through time. A local time is the milliseconds that a clock on the wall there would
 * be from 1970-01-01 if it never changed (`../recurrence/civil.ts`).
 */
export type TimeZone = {
  /** An IANA name, or the id under which its definition came. */
  readonly id: string
  /** What to add to UTC there, in milliseconds. */
  offsetAt(epochMs: number): number
}

export const utc: TimeZone = { id: 'Etc/UTC', offsetAt: () => 0 }

export const toLocal = (zone: TimeZone, epochMs: number): number => epochMs + zone.offsetAt(epochMs)

const DAY_MS = 86_400_000

/**
 * The instant of a local time. One that happens twice is the first of both; one that the clock leaps over is read with
 * the offset before the leap, so that a daily meeting at 2:30 takes place at 3:30 on that day and is not lost
 * (RFC 5545 §3.3.5, RFC 8984 §4.7; it is what Exchange shows).
 */
export function toEpoch(zone: TimeZone, localMs: number): number {
  const before = zone.offsetAt(localMs - DAY_MS)
  const after = zone.offsetAt(localMs + DAY_MS)
  const early = localMs - before
  if (zone.offsetAt(early) === before) return early
  const late = localMs - after
  return zone.offsetAt(late) === after ? late : early
}

/** A zone that never changes, for `UTC`, `GMT+2` and the like. */
export function fixedZone(id: string, offsetMs: number): TimeZone {
  return { id, offsetAt: () => offsetMs }
}
