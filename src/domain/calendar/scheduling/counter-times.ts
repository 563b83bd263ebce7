/** The times of counter-proposals: those that are asked for, and those of the meeting (RFC 5546 §3.2.7, MS-OXOCAL §2.2.7). */
import { parseIcalTime } from '#src/formats/ical/values.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { keptZone } from '#src/formats/jscalendar/kept-zone.ts'
import { extentOf } from '#src/formats/jscalendar/occurrences.ts'
import { toEpoch } from '#src/formats/time-zone/zone.ts'
import type { MeetingMark } from './meeting-message.ts'
import { stampText } from './meeting-objects.ts'

/** From when until when, in UTC, such as 2026-11-21T09:00:00Z. */
export type Times = { start: string; end: string }

/** What strangers send may lie in years that no client can read. */
const LATEST = Date.UTC(9999, 0)

/** When one event or occurrence is; of a series its first day. Undefined for what has no time. */
export function timesOfOne(event: CalendarObject): Times | undefined {
  const { recurrenceRules, excludedRecurrenceRules, recurrenceOverrides, ...one } = event
  const extent = extentOf(one as CalendarObject)
  if (extent === null || extent.to === null || !(extent.from >= 0 && extent.to < LATEST)) return undefined
  return { start: stampText(extent.from), end: stampText(extent.to) }
}

/** The times a counter-proposal asks for; undefined for any other message. */
export const proposedTimesOf = ({ kind, object }: MeetingMark): Times | undefined =>
  kind === 'counter' ? timesOfOne(object) : undefined

/** When the meeting is that a counter-proposal is about: as it stood in the calendar it came to, else as the message says. */
export function counteredTimesOf({ countered, object }: MeetingMark): Times | undefined {
  if (countered !== undefined) return countered
  const start = originalTime(object, 'x-ms-olk-originalstart')
  const end = originalTime(object, 'x-ms-olk-originalend')
  return start === undefined || end === undefined ? undefined : { start, end }
}

function originalTime({ iCalendar, timeZones }: CalendarObject, name: string): string | undefined {
  const found = iCalendar?.properties?.find(([one]) => one.toLowerCase() === name)
  const time = found && parseIcalTime(found[2])
  if (found === undefined || time === undefined) return undefined
  if (time.isUtc) return stampText(time.localMs)
  const [id] = [found[1].TZID ?? found[1].tzid].flat()
  const zone = id === undefined ? undefined : keptZone(id, timeZones)
  return zone && stampText(toEpoch(zone, time.localMs))
}
