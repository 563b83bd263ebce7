import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { Loss } from '#src/domain/migration/source.ts'
import { freeBusyOf } from '#src/formats/jscalendar/busy-type.ts'
import { formatDuration, parseDuration } from '#src/formats/jscalendar/duration.ts'
import type { BusyType, CalendarObject, Patch } from '#src/formats/jscalendar/event.ts'
import { isOfSeries } from '#src/formats/jscalendar/occurrences.ts'
import { patchBetween } from '#src/formats/jscalendar/patch.ts'
import { DAY_MS, formatLocal, parseLocal } from '#src/formats/recurrence/civil.ts'
import { toLocal, utc } from '#src/formats/time-zone/zone.ts'
import { codepageCharset } from '#src/formats/tnef/codepage.ts'
import { MOST_EXCEPTIONS } from '#src/formats/tnef/meeting-recurrence.ts'
import { PropertyBag } from '#src/formats/tnef/property.ts'
import { appointment, meeting, set, tag } from '#src/formats/tnef/property-ids.ts'
import {
  type ChangedOccurrence,
  readSeriesPattern,
  type SeriesPattern,
} from '#src/formats/tnef/recurrence-exceptions.ts'
import { zoneOfEvent } from '#src/wire/ews/model/event-times.ts'
import { textTags } from './item-text.ts'
import type { StoredAttachment, StoredMessage } from './stored-message.ts'

/** A message that lies hidden beside a series: what differs of one of its occurrences (MS-OXOCAL §2.2.10.1). */
export type OccurrenceMessage = { attachment: StoredAttachment; message: StoredMessage }

export type SeriesWithChanges = {
  event: CalendarObject
  occurrences: readonly { recurrenceId: string; message: StoredMessage }[]
}

/** PidTagExceptionStartTime, by the clock of the series. */
const EXCEPTION_START = 0x7ffb
const busyTypes: readonly BusyType[] = ['free', 'tentative', 'busy', 'outOfOffice', 'workingElsewhere']

/**
 * A series with what was changed and deleted of it. `read` makes an event of a message. What cannot be carried is a loss.
 */
export function withChangedOccurrences(
  stored: StoredMessage,
  series: CalendarObject,
  messages: readonly OccurrenceMessage[],
  read: (message: StoredMessage) => CalendarObject,
  losses: Loss[],
): SeriesWithChanges {
  const pattern = patternOf(stored, losses)
  if (pattern === undefined || series.start === undefined) {
    for (const { message } of messages) losses.push(unplaced(message))
    return { event: series, occurrences: [] }
  }
  const zone = zoneOfEvent(series, utc)
  const overrides: Record<string, Patch> = { ...series.recurrenceOverrides }
  const occurrences: { recurrenceId: string; message: StoredMessage }[] = []
  const left = new Set(messages)
  for (const changed of pattern.changed) {
    const recurrenceId = idOf(series, changed.replacedMs)
    const beside = [...left].find((each) => {
      const start = each.attachment.bag.number(EXCEPTION_START)
      if (start !== undefined) return start === changed.startMs
      const replaced = each.message.bag.findNamed(set.appointment, appointment.exceptionReplaceTime)
        ?.values[0]
      return typeof replaced === 'number' && toLocal(zone, replaced) === changed.replacedMs
    })
    let own = series
    if (beside !== undefined) {
      left.delete(beside)
      occurrences.push({ recurrenceId, message: beside.message })
      own = read(merged(beside.message, stored))
    }
    overrides[recurrenceId] = patchBetween(
      series,
      differing(series, own, changed, recurrenceId),
      recurrenceId,
    )
  }
  // The pattern names every day that is not as the series has it: those that were not changed were deleted.
  const replaced = new Set(pattern.changed.map(({ replacedMs }) => Math.floor(replacedMs / DAY_MS)))
  for (const day of pattern.replacedDays)
    if (!replaced.has(Math.floor(day / DAY_MS))) overrides[idOf(series, day)] ??= { excluded: true }
  if (pattern.cutDays > 0)
    losses.push({
      property: 'changed occurrences',
      reason: `${MOST_EXCEPTIONS + pattern.cutDays} of them were changed or deleted. The latest ${MOST_EXCEPTIONS} came over so; the ${pattern.cutDays} before them are as the series has them.`,
      weight: 'visible',
    })
  // Those of what was cut are named with it.
  else for (const { message } of left) losses.push(unplaced(message))
  const event = Object.keys(overrides).length === 0 ? series : { ...series, recurrenceOverrides: overrides }
  return { event, occurrences }
}

const unplaced = ({ bag }: StoredMessage): Loss => ({
  property: 'changed occurrence',
  reason: `The series does not say which one "${bag.text(tag.subject) ?? ''}" is.`,
  weight: 'visible',
})

function patternOf({ bag, codepage }: StoredMessage, losses: Loss[]): SeriesPattern | undefined {
  const octets = bag.findNamed(set.appointment, appointment.recurrence)?.values[0]
  if (!(octets instanceof Uint8Array) || octets.length === 0) return undefined
  try {
    return readSeriesPattern(octets, codepageCharset(codepage))
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    losses.push({
      property: 'recurrence',
      reason: `What the file says of the series is damaged: ${error.message}.`,
      weight: 'visible',
    })
    return undefined
  }
}

/** By which local date-time the series has the occurrence; the day is right also where its hour is not any more. */
function idOf(series: CalendarObject, wallMs: number): string {
  const local = formatLocal(wallMs)
  if (isOfSeries(series, local)) return local
  const sameDay = `${local.slice(0, 10)}${series.start!.slice(10)}`
  return isOfSeries(series, sameDay) ? sameDay : local
}

/** What the message beside a series does not say is as the series has it. */
function merged(message: StoredMessage, stored: StoredMessage): StoredMessage {
  const bag = new PropertyBag()
  const hasText = [...textTags].some((id) => message.bag.find(id) !== undefined)
  for (const property of message.bag.all)
    if (property.name?.set !== set.meeting || property.name.id !== meeting.globalObjectId) bag.add(property)
  for (const property of stored.bag.all) {
    const ofSeries = property.name?.set === set.appointment && property.name.id === appointment.recurrence
    if (!ofSeries && !(hasText && property.name === undefined && textTags.has(property.id))) bag.add(property)
  }
  const recipients = message.recipients.length > 0 ? message.recipients : stored.recipients
  return { ...message, bag, recipients }
}

/** The occurrence as the pattern has it, and beyond that as its message does. */
function differing(
  series: CalendarObject,
  own: CalendarObject,
  { replacedMs, startMs, endMs, subject, location, ...changed }: ChangedOccurrence,
  recurrenceId: string,
): CalendarObject {
  const allDay = changed.allDay ?? series.showWithoutTime === true
  const lengthMs = endMs - startMs
  const before = parseDuration(series.duration ?? 'PT0S')
  const isAsLong =
    allDay === (series.showWithoutTime === true) && before && before.days * DAY_MS + before.ms === lengthMs
  const ms = allDay ? { days: Math.max(1, Math.round(lengthMs / DAY_MS)) } : { ms: lengthMs }
  const start = parseLocal(recurrenceId) + startMs - replacedMs
  const { showWithoutTime: _, recurrenceOverrides: __, alerts, ...plain } = own
  const minutes = changed.reminderMinutes
  return {
    ...plain,
    ...(series.timeZone !== undefined && { timeZone: series.timeZone }),
    ...(series.timeZones !== undefined && { timeZones: series.timeZones }),
    ...(series.updated !== undefined && { updated: series.updated }),
    ...(series.sequence !== undefined && { sequence: series.sequence }),
    start: formatLocal(allDay ? Math.floor(start / DAY_MS) * DAY_MS : start),
    ...{ duration: isAsLong ? series.duration! : formatDuration(ms) },
    ...(allDay && { showWithoutTime: true }),
    ...(subject !== undefined && { title: subject }),
    ...(location !== undefined && { locations: { '1': { name: location } } }),
    ...(changed.busyStatus !== undefined && freeBusyOf(busyTypes[changed.busyStatus] ?? 'busy')),
    ...(changed.isReminded !== false &&
      (minutes !== undefined ? { alerts: ringing(minutes) } : alerts && { alerts })),
  }
}

/** The reminder of an event, so many minutes before it begins. */
export const ringing = (minutes: number): NonNullable<CalendarObject['alerts']> => ({
  '1': {
    '@type': 'Alert',
    trigger: { '@type': 'OffsetTrigger', offset: `-PT${minutes}M` },
    action: 'display',
  } as NonNullable<CalendarObject['alerts']>[string],
})
