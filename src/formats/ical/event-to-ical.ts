import { formatDuration, parseDuration } from '../jscalendar/duration.ts'
import type { BusyType, CalendarObject, Link } from '../jscalendar/event.ts'
import { keptZone } from '../jscalendar/kept-zone.ts'
import { ofSeries } from '../jscalendar/occurrences.ts'
import { DAY_MS, formatLocal, parseLocal } from '../recurrence/civil.ts'
import { type TimeZone, toEpoch, toLocal, utc } from '../time-zone/zone.ts'
import { formatAlarm } from './alarms.ts'
import type { Component } from './component.ts'
import type { ContentLine } from './content-line.ts'
import { formatParticipants } from './participants.ts'
import { componentOf, lineOf } from './raw.ts'
import { formatRecur } from './recur.ts'
import { formatRegeneration } from './regeneration.ts'
import { formatIcalDay, formatIcalTime, formatText } from './values.ts'

type Params = ContentLine['params']
const line = (name: string, value: string, params: Params = []): ContentLine => ({ name, params, value })
const valueDate: Params = [{ name: 'VALUE', values: ['DATE'] }]

/**
 * Writes one object as VEVENT or VTODO, without its changed occurrences; `stamp` in epoch milliseconds is its DTSTAMP, `series` what an
 * occurrence is of, where that is known.
 */
export function formatObject(object: CalendarObject, stamp: number, series?: CalendarObject): Component {
  const task = object['@type'] === 'Task'
  const zone = keptZone(object.timeZone, object.timeZones)
  const properties = [
    line('UID', object.uid),
    line('DTSTAMP', utcTime(stamp)),
    ...formatTimes(object, zone, series),
    ...formatRecurrence(object, zone),
    ...formatSimple(object, task),
    ...formatParticipants(object),
    ...Object.values(object.links ?? {}).map(formatLink),
    ...(object.iCalendar?.properties ?? []).map(lineOf),
  ]
  return {
    name: task ? 'VTODO' : 'VEVENT',
    properties: properties.map((one) => withParameters(one, object)),
    components: [
      ...Object.values(object.alerts ?? {}).map(formatAlarm),
      ...(object.iCalendar?.components ?? []).map(componentOf),
    ],
  }
}

function withParameters(one: ContentLine, object: CalendarObject): ContentLine {
  const further = object.iCalendar?.parameters?.[one.name]
  if (further === undefined) return one
  return {
    ...one,
    params: [...one.params, ...Object.entries(further).map(([name, values]) => ({ name, values }))],
  }
}

const utcTime = (ms: number): string => formatIcalTime({ localMs: ms, isUtc: true, isDate: false })

/** TZID of a zone: the id that its definition came with, or its IANA name. */
export const tzIdOf = (name: string): string => (name.startsWith('/') ? name.slice(1) : name)

/** A local date-time on the clock of `zone`: a date for whole days, UTC for UTC, else with TZID or floating. */
function time(name: string, localMs: number, zone: TimeZone | undefined, allDay: boolean): ContentLine {
  if (allDay) return line(name, formatIcalDay(localMs), valueDate)
  const isUtc = zone === utc || zone?.id === 'Etc/UTC' || zone?.id === 'UTC'
  const params = zone === undefined || isUtc ? [] : [{ name: 'TZID', values: [tzIdOf(zone.id)] }]
  return line(name, formatIcalTime({ localMs, isUtc, isDate: false }), params)
}

function formatTimes(
  object: CalendarObject,
  zone: TimeZone | undefined,
  series: CalendarObject | undefined,
): ContentLine[] {
  const allDay = object.showWithoutTime === true
  const lines: ContentLine[] = []
  if (object.start !== undefined) lines.push(time('DTSTART', parseLocal(object.start), zone, allDay))
  if (object['@type'] === 'Task') {
    if (object.due !== undefined) lines.push(time('DUE', parseLocal(object.due), zone, allDay))
    else if (object.estimatedDuration !== undefined && object.start !== undefined)
      lines.push(line('DURATION', object.estimatedDuration))
  } else if (object.start !== undefined) lines.push(formatEnd(object, parseLocal(object.start), zone, allDay))
  if (object.recurrenceId !== undefined) {
    const seriesZone = keptZone(object.recurrenceIdTimeZone, object.timeZones)
    const local = parseLocal(object.recurrenceId)
    // Of the value type of the DTSTART of its series (RFC 5545 §3.8.4.4). Where that is not told: whole days begin at midnight, and
    // a series without a zone is one of them, even where this occurrence has a time.
    const ofDays =
      series === undefined
        ? (allDay || (seriesZone === undefined && zone !== undefined)) && local % DAY_MS === 0
        : series.showWithoutTime === true
    const id = time('RECURRENCE-ID', local, seriesZone ?? (allDay ? undefined : zone), ofDays)
    const range = object.recurrenceRange && { name: 'RANGE', values: ['THISANDFUTURE'] }
    lines.push(range ? { ...id, params: [...id.params, range] } : id)
  }
  return lines
}

/** Exchange and Outlook want DTEND, so a length is written as the end that it leads to. */
function formatEnd(
  object: CalendarObject,
  start: number,
  zone: TimeZone | undefined,
  allDay: boolean,
): ContentLine {
  const { days, ms } = parseDuration(object.duration ?? 'PT0S') ?? { days: 0, ms: 0 }
  if (allDay)
    return time('DTEND', start + Math.max(days + Math.ceil(ms / DAY_MS), 1) * DAY_MS, undefined, true)
  const clock = zone ?? utc
  const length = line('DURATION', formatDuration({ days, ms }))
  // Days of the clock in a series over a change of the clock cannot be said by DTEND.
  if (days > 0 && object.recurrenceRules !== undefined) return length
  const end = toEpoch(clock, start + days * DAY_MS) + ms
  const endZone =
    object.endTimeZone === undefined ? zone : (keptZone(object.endTimeZone, object.timeZones) ?? zone)
  const local = toLocal(endZone ?? utc, end)
  // Where the clock is put back, a time that comes twice is the first one (RFC 5545 §3.3.5): DTEND cannot say the second.
  if (toEpoch(endZone ?? utc, local) !== end) return length
  return time('DTEND', local, endZone, false)
}

function formatRecurrence(object: CalendarObject, zone: TimeZone | undefined): ContentLine[] {
  const allDay = object.showWithoutTime === true
  const clock = zone && {
    toLocal: (at: number) => toLocal(zone, at),
    toEpoch: (at: number) => toEpoch(zone, at),
  }
  const lines = [
    ...(object.recurrenceRules ?? []).map((rule) => line('RRULE', formatRecur(rule, clock ?? null, allDay))),
    ...(object.excludedRecurrenceRules ?? []).map((rule) =>
      line('EXRULE', formatRecur(rule, clock ?? null, allDay)),
    ),
  ]
  const overrides = Object.entries(object.recurrenceOverrides ?? {})
  const changed = overrides.flatMap(([key, { excluded }]) => (excluded ? [] : key))
  const byRule = ofSeries(object, changed)
  for (const [key, patch] of overrides) {
    if (patch.excluded) lines.push(time('EXDATE', parseLocal(key), zone, allDay))
    else if (!byRule.has(key)) lines.push(time('RDATE', parseLocal(key), zone, allDay))
  }
  return lines
}

const busyWords: Record<BusyType, string> = {
  free: 'FREE',
  tentative: 'TENTATIVE',
  busy: 'BUSY',
  outOfOffice: 'OOF',
  workingElsewhere: 'WORKINGELSEWHERE',
}
const privacyWords = { public: 'PUBLIC', private: 'PRIVATE', secret: 'CONFIDENTIAL' } as const
const progressWords: Readonly<Record<string, string>> = {
  'needs-action': 'NEEDS-ACTION',
  'in-process': 'IN-PROCESS',
  completed: 'COMPLETED',
  cancelled: 'CANCELLED',
}

function formatSimple(object: CalendarObject, task: boolean): ContentLine[] {
  const lines: ContentLine[] = []
  const add = (name: string, value: string | number | undefined): void => {
    if (value !== undefined) lines.push(line(name, String(value)))
  }
  const text = (name: string, value: string | undefined): void => add(name, value && formatText(value))
  const moment = (name: string, value: string | undefined): void =>
    add(name, value && utcTime(Date.parse(value)))
  text('SUMMARY', object.title)
  text('DESCRIPTION', object.description)
  for (const { name, coordinates } of Object.values(object.locations ?? {}).slice(0, 1)) {
    text('LOCATION', name)
    if (coordinates?.startsWith('geo:')) add('GEO', coordinates.slice(4).replace(',', ';'))
  }
  for (const { uri, name } of Object.values(object.virtualLocations ?? {})) {
    const label = name === undefined ? [] : [{ name: 'LABEL', values: [name] }]
    lines.push(line('CONFERENCE', uri, [{ name: 'VALUE', values: ['URI'] }, ...label]))
  }
  add('SEQUENCE', object.sequence)
  moment('CREATED', object.created)
  moment('LAST-MODIFIED', object.updated)
  add('PRIORITY', object.priority)
  add('CLASS', object.privacy && privacyWords[object.privacy])
  add('STATUS', task ? progressWords[object.progress ?? ''] : object.status?.toUpperCase())
  const busy = object.busyType ?? object.freeBusyStatus
  if (busy !== undefined) add('TRANSP', busy === 'free' ? 'TRANSPARENT' : 'OPAQUE')
  if (!task) {
    add('X-MICROSOFT-CDO-BUSYSTATUS', object.busyType && busyWords[object.busyType])
    if (object.showWithoutTime) add('X-MICROSOFT-CDO-ALLDAYEVENT', 'TRUE')
  }
  add('PERCENT-COMPLETE', object.percentComplete)
  moment('COMPLETED', object.progressUpdated)
  add('X-LANDBRIDGE-REGENERATES', object.regenerates && formatRegeneration(object.regenerates))
  add('COLOR', object.color)
  const keywords = Object.keys(object.keywords ?? {})
  if (keywords.length > 0) add('CATEGORIES', keywords.map(formatText).join(','))
  return lines
}

function formatLink({ href, rel, contentType, title, sizeBytes }: Link): ContentLine {
  if (rel === 'describedby') return line('URL', href)
  const params: { name: string; values: string[] }[] = []
  if (contentType !== undefined) params.push({ name: 'FMTTYPE', values: [contentType] })
  if (title !== undefined) params.push({ name: 'FILENAME', values: [title] })
  if (sizeBytes !== undefined) params.push({ name: 'SIZE', values: [String(sizeBytes)] })
  return line('ATTACH', href, params)
}

/** The local start of an object, for the year in which its zones are written. */
export const yearOf = (object: CalendarObject): number =>
  Number((object.start ?? object.due ?? formatLocal(Date.now())).slice(0, 4))
