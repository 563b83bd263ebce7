import type { TimeZone } from './zone.ts'

/** Offsets of one zone in one year of UTC: `offsets[n]` holds from `starts[n]` on. */
type Year = { starts: number[]; offsets: number[] }

/** Enough for every zone over ten years; a flood of odd years makes it begin anew. */
const YEARS_KEPT = 5_000
let kept = 0
const zones = new Map<string, IanaZone>()

class IanaZone implements TimeZone {
  readonly id: string
  readonly #years = new Map<number, Year>()

  constructor(id: string) {
    this.id = id
  }

  offsetAt(epochMs: number): number {
    const number = new Date(epochMs).getUTCFullYear()
    let year = this.#years.get(number)
    if (year === undefined) {
      year = readYear(this.id, number)
      if (++kept > YEARS_KEPT) forget()
      this.#years.set(number, year)
    }
    let at = year.starts.length - 1
    while (at > 0 && epochMs < year.starts[at]!) at--
    return year.offsets[at]!
  }

  forget(): void {
    this.#years.clear()
  }
}

function forget(): void {
  kept = 0
  for (const zone of zones.values()) zone.forget()
}

function readYear(id: string, year: number): Year {
  const start = new Date(0)
  start.setUTCFullYear(year, 0, 1)
  const end = new Date(0)
  end.setUTCFullYear(year + 1, 0, 1)
  let at: Temporal.ZonedDateTime | null = Temporal.Instant.fromEpochMilliseconds(
    start.getTime(),
  ).toZonedDateTimeISO(id)
  const found: Year = { starts: [start.getTime()], offsets: [offsetMs(at)] }
  for (;;) {
    at = at.getTimeZoneTransition('next')
    if (at === null || at.epochMilliseconds >= end.getTime()) return found
    found.starts.push(at.epochMilliseconds)
    found.offsets.push(offsetMs(at))
  }
}

const offsetMs = (at: Temporal.ZonedDateTime): number => Math.round(at.offsetNanoseconds / 1_000_000)

/** The zone of that IANA name, or of an alias of it, in any case; undefined where there is none. */
export function findIanaZone(name: string): TimeZone | undefined {
  const known = zones.get(name)
  if (known !== undefined) return known
  // Names only: `+02:00` and the like are no IANA zones.
  if (!/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(name)) return undefined
  try {
    const { timeZoneId } = Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name)
    const zone = zones.get(timeZoneId) ?? new IanaZone(timeZoneId)
    zones.set(timeZoneId, zone)
    return zone
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Whether two IANA names are one zone: `Europe/Kyiv` and `Europe/Kiev`. */
export function isSameZone(one: string, other: string): boolean {
  if (one === other) return true
  const zoned = Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(one)
  return zoned.equals(zoned.withTimeZone(other))
}
