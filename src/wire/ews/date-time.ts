/** Dates and times as EWS writes them (xs:dateTime): UTC, with an offset, or naive, which means in the zone of the request. */
import { SyntaxFault } from '#src/base/syntax-fault.ts'

type WrittenDateTime = {
  wall: Temporal.PlainDateTime
  /** East of UTC; undefined: naive. */
  offsetMinutes: number | undefined
}

const grammar = /^\s*(-?\d{4,6})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,20}))?(Z|[+-]\d\d:\d\d)?\s*$/

/** SyntaxFault for a day that no month has, and for what is no xs:dateTime at all. Fractions are kept to nanoseconds. */
export function parseDateTime(text: string): WrittenDateTime {
  const found = grammar.exec(text)
  if (found === null) throw new SyntaxFault(`'${text.slice(0, 60)}' is no date and time`)
  const [, year, month, day, hour, minute, second, fraction = '', zone] = found
  const nanoseconds = fraction.slice(0, 9).padEnd(9, '0')
  // Midnight at the end of a day.
  const endOfDay = hour === '24' && Number(minute) + Number(second) + Number(nanoseconds) === 0
  try {
    const wall = Temporal.PlainDateTime.from(
      {
        year: Number(year),
        month: Number(month),
        day: Number(day),
        hour: endOfDay ? 0 : Number(hour),
        minute: Number(minute),
        second: Number(second),
        millisecond: Number(nanoseconds.slice(0, 3)),
        microsecond: Number(nanoseconds.slice(3, 6)),
        nanosecond: Number(nanoseconds.slice(6)),
      },
      { overflow: 'reject' },
    )
    return { wall: endOfDay ? wall.add({ days: 1 }) : wall, offsetMinutes: offsetOf(zone) }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new SyntaxFault(`'${text.slice(0, 60)}' is no date and time`)
  }
}

/** The moment, if the text says which it is; `inZone` decides for a naive one. */
export function instantOf(
  { wall, offsetMinutes }: WrittenDateTime,
  inZone: (wall: Temporal.PlainDateTime) => Temporal.Instant,
): Temporal.Instant {
  if (offsetMinutes === undefined) return inZone(wall)
  return wall.subtract({ minutes: offsetMinutes }).toZonedDateTime('UTC').toInstant()
}

function offsetOf(zone: string | undefined): number | undefined {
  if (zone === undefined) return undefined
  if (zone === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4))
  return zone.startsWith('-') ? -minutes : minutes
}

/** A moment in UTC, in whole seconds unless the request's DateTimePrecision asks for more. */
export function formatInstant(
  instant: Temporal.Instant,
  precision: 'Seconds' | 'Milliseconds' = 'Seconds',
): string {
  const smallestUnit = precision === 'Seconds' ? 'second' : 'millisecond'
  return instant.toString({ smallestUnit, roundingMode: 'trunc' })
}
