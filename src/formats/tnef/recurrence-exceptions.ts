import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { decodeText } from '../text/charset.ts'
import {
  dayOf,
  type MeetingRecurrence,
  MOST_EXCEPTIONS,
  readRecurrencePattern,
} from './meeting-recurrence.ts'
import { OctetReader } from './octet-reader.ts'

/** An occurrence that is not as its series has it. Times are of the series' clock, in milliseconds that read as UTC. */
export interface ChangedOccurrence {
  replacedMs: number
  startMs: number
  endMs: number
  subject?: string
  location?: string
  isReminded?: boolean
  reminderMinutes?: number
  /** PidLidBusyStatus. */
  busyStatus?: number
  allDay?: boolean
}

export interface SeriesPattern extends MeetingRecurrence {
  changed: ChangedOccurrence[]
}

/** OverrideFlags (MS-OXOCAL §2.2.1.44.2): which fields follow. */
const overrides = {
  subject: 0x0001,
  meetingType: 0x0002,
  reminderMinutes: 0x0004,
  isReminded: 0x0008,
  location: 0x0010,
  busyStatus: 0x0020,
  attachment: 0x0040,
  allDay: 0x0080,
  color: 0x0100,
} as const
/** WriterVersion2 from which on ChangeHighlight is there (§2.2.1.44.4). */
const WITH_HIGHLIGHT = 0x3009

/**
 * Reads PidLidAppointmentRecur whole (MS-OXOCAL §2.2.1.44.5): the pattern and what differs of single occurrences, texts of the
 * old form in `charset`. SyntaxFault when it is cut off before the end of its exceptions, and as `readRecurrence`.
 */
export function readSeriesPattern(octets: Uint8Array, charset: string): SeriesPattern {
  const reader = new OctetReader(octets)
  const recurrence = readRecurrencePattern(reader)
  // Writers of old end here.
  if (reader.left < 18) return { ...recurrence, changed: [] }
  reader.uint32()
  const writer = reader.uint32()
  reader.octets(8)
  const told = Array.from({ length: reader.uint16() }, () => readException(reader, charset))
  try {
    reader.octets(reader.uint32())
    for (const { occurrence, flags } of told) readExtended(reader, occurrence, flags, writer)
  } catch (error) {
    // Then the texts are those of the old form.
    if (!(error instanceof SyntaxFault)) throw error
  }
  const cut = Math.max(0, told.length - MOST_EXCEPTIONS)
  return {
    ...recurrence,
    changed: told.slice(cut).map(({ occurrence }) => occurrence),
    cutDays: Math.max(recurrence.cutDays, cut),
  }
}

function readException(
  reader: OctetReader,
  charset: string,
): { occurrence: ChangedOccurrence; flags: number } {
  const [startMs, endMs, replacedMs] = [reader.uint32(), reader.uint32(), reader.uint32()].map(dayOf)
  const flags = reader.uint16()
  const number = (flag: number) => ((flags & flag) === 0 ? undefined : reader.uint32())
  const text = (flag: number) => {
    if ((flags & flag) === 0) return undefined
    reader.uint16()
    return decodeText(reader.octets(reader.uint16()), charset)
  }
  // In the order in which they stand.
  const subject = text(overrides.subject)
  number(overrides.meetingType)
  const reminderMinutes = number(overrides.reminderMinutes)
  const isReminded = number(overrides.isReminded)
  const location = text(overrides.location)
  const busyStatus = number(overrides.busyStatus)
  number(overrides.attachment)
  const allDay = number(overrides.allDay)
  number(overrides.color)
  const occurrence: ChangedOccurrence = {
    ...{ replacedMs: replacedMs!, startMs: startMs!, endMs: Math.max(startMs!, endMs!) },
    ...(subject !== undefined && { subject }),
    ...(location !== undefined && { location }),
    ...(isReminded !== undefined && { isReminded: isReminded !== 0 }),
    ...(reminderMinutes !== undefined && { reminderMinutes }),
    ...(busyStatus !== undefined && { busyStatus }),
    ...(allDay !== undefined && { allDay: allDay !== 0 }),
  }
  return { occurrence, flags }
}

/** What stands there once more, its texts in Unicode. */
function readExtended(reader: OctetReader, to: ChangedOccurrence, flags: number, writer: number): void {
  if (writer >= WITH_HIGHLIGHT) reader.octets(reader.uint32())
  reader.octets(reader.uint32())
  if ((flags & (overrides.subject | overrides.location)) === 0) return
  reader.octets(12)
  const text = () => reader.octets(reader.uint16() * 2).toString('utf16le')
  if ((flags & overrides.subject) !== 0) to.subject = text()
  if ((flags & overrides.location) !== 0) to.location = text()
  reader.octets(reader.uint32())
}
