import { formatIcalClock } from '../ical/values.ts'
import { OctetReader } from './octet-reader.ts'

/** A day of the year on which a clock changes: the `week`th (5: last) `weekday` (0: Sunday) of `month`, at a local time. */
interface Change {
  year: number
  month: number
  weekday: number
  week: number
  hour: number
  minute: number
}

/** The rule of a time zone as it is today: PidLidTimeZoneStruct. */
export interface MeetingZone {
  name: string
  /** Minutes east of UTC. */
  standardMinutes: number
  daylightMinutes: number
  /** Absent where clocks do not change. */
  changes?: { standard: Change; daylight: Change }
}

const MINUTE = 60_000

/** Reads PidLidTimeZoneStruct (MS-OXOCAL §2.2.1.39). Undefined when it is too short or says what no zone can. */
export function readMeetingZone(
  octets: Uint8Array | undefined,
  name: string | undefined,
): MeetingZone | undefined {
  if (!octets || octets.length < 48) return undefined
  const reader = new OctetReader(octets)
  const [bias, standardBias, daylightBias] = [reader.int32(), reader.int32(), reader.int32()]
  reader.uint16()
  const standard = readChange(reader)
  reader.uint16()
  const daylight = readChange(reader)
  const zone = {
    name: cleanName(name ?? ''),
    standardMinutes: -(bias + standardBias) || 0,
    daylightMinutes: -(bias + daylightBias) || 0,
  }
  if (Math.abs(zone.standardMinutes) >= 24 * 60 || Math.abs(zone.daylightMinutes) >= 24 * 60) return undefined
  return standard && daylight ? { ...zone, changes: { standard, daylight } } : zone
}

/** A name that can stand as a TZID and as its parameter without quotes or escapes, in ASCII. */
const cleanName = (name: string) =>
  name
    .replace(/[^\x21-\x7e]|[,;:"\\]/g, ' ')
    .replace(/ +/g, ' ')
    .trim()
    .slice(0, 100) || 'Meeting'

/** A SYSTEMTIME (MS-OXOCAL §2.2.1.39); month 0 means that clocks do not change. */
function readChange(reader: OctetReader): Change | undefined {
  const [year, month, weekday, week, hour, minute] = Array.from({ length: 6 }, () => reader.uint16())
  reader.octets(4)
  if (month! < 1 || month! > 12 || weekday! > 6 || week! < 1 || hour! > 23 || minute! > 59) return undefined
  // With a year it is one date and no rule.
  if (year! !== 0 || week! > 5) return undefined
  return { year: year!, month: month!, weekday: weekday!, week: week!, hour: hour!, minute: minute! }
}

/** When a change falls in a year, on the clock that is in force until then. */
function changeIn(year: number, { month, weekday, week, hour, minute }: Change): number {
  const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay()
  let day = 1 + ((weekday - first + 7) % 7) + (week - 1) * 7
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate()
  while (day > length) day -= 7
  return Date.UTC(year, month - 1, day, hour, minute)
}

/** The clock of the zone at a moment, as milliseconds that read as UTC. */
export function wallClock(zone: MeetingZone, epochMs: number): number {
  const standard = epochMs + zone.standardMinutes * MINUTE
  if (!zone.changes) return standard
  const year = new Date(standard).getUTCFullYear()
  const toDaylight = changeIn(year, zone.changes.daylight) - zone.standardMinutes * MINUTE
  const toStandard = changeIn(year, zone.changes.standard) - zone.daylightMinutes * MINUTE
  const inDaylight =
    toDaylight < toStandard
      ? epochMs >= toDaylight && epochMs < toStandard
      : epochMs >= toDaylight || epochMs < toStandard
  return inDaylight ? epochMs + zone.daylightMinutes * MINUTE : standard
}

/** The moment at which the zone's clock shows `wallMs` (milliseconds that read as UTC). */
export function momentOf(zone: MeetingZone, wallMs: number): number {
  const asStandard = wallMs - zone.standardMinutes * MINUTE
  const asDaylight = wallMs - zone.daylightMinutes * MINUTE
  return wallClock(zone, asDaylight) === wallMs ? asDaylight : asStandard
}

const weekdays = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']

const formatOffset = (minutes: number) => {
  const size = Math.abs(minutes)
  const two = (number: number) => String(number).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`
}

/** VTIMEZONE as Exchange writes it: rules that hold since 1601. */
export function formatZone(zone: MeetingZone): string[] {
  const observance = (
    kind: 'STANDARD' | 'DAYLIGHT',
    from: number,
    to: number,
    change: Change | undefined,
  ) => [
    `BEGIN:${kind}`,
    `DTSTART:${formatIcalClock(change ? changeIn(1601, change) : Date.UTC(1601, 0, 1))}`,
    ...(change
      ? [
          `RRULE:FREQ=YEARLY;BYDAY=${change.week === 5 ? -1 : change.week}${weekdays[change.weekday]};BYMONTH=${change.month}`,
        ]
      : []),
    `TZOFFSETFROM:${formatOffset(from)}`,
    `TZOFFSETTO:${formatOffset(to)}`,
    `END:${kind}`,
  ]
  const { standardMinutes: standard, daylightMinutes: daylight, changes } = zone
  return [
    'BEGIN:VTIMEZONE',
    `TZID:${zone.name}`,
    ...observance('STANDARD', changes ? daylight : standard, standard, changes?.standard),
    ...(changes ? observance('DAYLIGHT', standard, daylight, changes.daylight) : []),
    'END:VTIMEZONE',
  ]
}
