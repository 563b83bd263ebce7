import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { CalendarObject, Patch } from '../jscalendar/event.ts'
import { keptZone } from '../jscalendar/kept-zone.ts'
import { occurrenceOf, patchBetween } from '../jscalendar/patch.ts'
import { changedFrom } from '../jscalendar/this-and-future.ts'
import { formatLocal, parseLocal } from '../recurrence/civil.ts'
import { type TimeZone, toEpoch, toLocal } from '../time-zone/zone.ts'
import { type Component, formatComponent, parseComponents, propertyOf } from './component.ts'
import type { ContentLine } from './content-line.ts'
import { readObject } from './event-from-ical.ts'
import { formatObject, tzIdOf, yearOf } from './event-to-ical.ts'
import { formatDefinition, formatVtimezone } from './vtimezone.ts'
import { type CalendarZones, calendarZones } from './zones.ts'

/** What one iCalendar text holds: events and tasks, each series with its changed occurrences (RFC 5545, RFC 5546). */
export type Calendar = {
  /** In upper case: REQUEST, REPLY, CANCEL, …; null outside scheduling. */
  method: string | null
  prodId: string | null
  objects: readonly CalendarObject[]
  /** Zones that are named, not defined, and known to nobody: their times are those of `elsewhere`, or float. */
  unknownZones: readonly string[]
}

/**
 * Reads an iCalendar text. Components of one UID become one object; an occurrence whose series is not there stays an object
 * of its own with `recurrenceId`. Throws `SyntaxFault` for what is no calendar.
 */
export function parseCalendar(text: string, { elsewhere }: { elsewhere?: TimeZone } = {}): Calendar {
  const calendars = parseComponents(text).filter(({ name }) => name === 'VCALENDAR')
  if (calendars.length === 0) throw new SyntaxFault('No VCALENDAR')
  const value = (name: string): string | null => propertyOf(calendars[0]!, name)?.value.trim() ?? null
  const zones = calendars.map((calendar) => calendarZones(calendar, elsewhere))
  return {
    method: value('METHOD')?.toUpperCase() ?? null,
    prodId: value('PRODID'),
    objects: calendars.flatMap((calendar, at) => readCalendar(calendar, zones[at]!)),
    unknownZones: zones.flatMap(({ unknown }) => [...unknown]),
  }
}

function readCalendar(calendar: Component, zones: CalendarZones): CalendarObject[] {
  const byUid = new Map<string, CalendarObject[]>()
  for (const component of calendar.components) {
    if (component.name !== 'VEVENT' && component.name !== 'VTODO') continue
    const object = readObject(component, zones.find)
    if (object === undefined) continue
    const same = byUid.get(object.uid)
    if (same === undefined || object.uid === '')
      byUid.set(object.uid === '' ? `\0${byUid.size}` : object.uid, [object])
    else same.push(object)
  }
  return [...byUid.values()].flatMap(joinSeries)
}

/** A series with its changed occurrences as overrides. Of several copies the one with the highest SEQUENCE counts. */
function joinSeries(objects: readonly CalendarObject[]): CalendarObject[] {
  const series = objects
    .filter(({ recurrenceId }) => recurrenceId === undefined)
    .toSorted((a, b) => (b.sequence ?? 0) - (a.sequence ?? 0))[0]
  const changed = objects.filter(({ recurrenceId }) => recurrenceId !== undefined)
  if (series === undefined || changed.length === 0) return series === undefined ? changed : [series]
  const overrides: Record<string, Patch> = { ...series.recurrenceOverrides }
  const onwards: string[] = []
  for (const { recurrenceRange, ...one } of changed) {
    const key = onClockOf(series, one)
    overrides[key] = patchBetween(series, one, key)
    if (recurrenceRange !== undefined) onwards.push(key)
  }
  const whole = changedFrom({ ...series, recurrenceOverrides: overrides }, onwards)
  const timeZones = Object.assign({}, ...changed.map((one) => one.timeZones), series.timeZones)
  return [
    {
      ...whole,
      ...(Object.keys(timeZones).length > 0 && { timeZones }),
    },
  ]
}

/** RECURRENCE-ID on the clock of the series, whichever clock it was written in; a date alone is that day's occurrence. */
export function onClockOf(series: CalendarObject, occurrence: CalendarObject): string {
  const id = occurrence.recurrenceId!
  const isDate = occurrence.recurrenceIdTimeZone == null && id.endsWith('T00:00:00')
  if (isDate && series.start !== undefined && !series.showWithoutTime)
    return `${id.slice(0, 10)}${series.start.slice(10)}`
  const from = keptZone(occurrence.recurrenceIdTimeZone, occurrence.timeZones)
  // Whole days have no zone: an occurrence of them that has a time names its day by midnight on its own clock.
  const day = series.showWithoutTime && !id.endsWith('T00:00:00') ? occurrence : series
  const to = keptZone(day.timeZone, day.timeZones)
  if (from === undefined || to === undefined || from.id === to.id) return id
  return formatLocal(toLocal(to, toEpoch(from, parseLocal(id))))
}

type CalendarOptions = {
  /** Also said in the Content-Type of the part that carries it. */
  method?: string
  prodId?: string
  /** Epoch milliseconds, for DTSTAMP; default now. */
  stamp?: number
}

const OUR_PRODID = '-//Landbridge//Landbridge//EN'

/** Writes objects as one VCALENDAR with the zones that they need. */
export function formatCalendar(
  objects: readonly CalendarObject[],
  { method, prodId = OUR_PRODID, stamp = Date.now() }: CalendarOptions = {},
): string {
  const line = (name: string, value: string): ContentLine => ({ name, params: [], value })
  const parts = objects.flatMap((object) => [
    formatObject(object, stamp),
    ...Object.entries(object.recurrenceOverrides ?? {})
      .filter(([, patch]) => !patch.excluded && Object.keys(patch).length > 0)
      .map(([key]) => formatObject(occurrenceOf(object, key), stamp, object)),
  ])
  return formatComponent({
    name: 'VCALENDAR',
    properties: [
      line('PRODID', prodId),
      line('VERSION', '2.0'),
      line('CALSCALE', 'GREGORIAN'),
      ...(method === undefined ? [] : [line('METHOD', method)]),
    ],
    components: [...neededZones(objects, parts), ...parts],
  })
}

/** VTIMEZONE for each TZID that a component names. */
function neededZones(objects: readonly CalendarObject[], parts: readonly Component[]): Component[] {
  const named = new Set<string>()
  for (const { properties } of parts)
    for (const { params } of properties)
      for (const { name, values } of params) if (name === 'TZID') named.add(values[0]!)
  const definitions = new Map(
    objects.flatMap(({ timeZones }) =>
      Object.entries(timeZones ?? {}).map(([name, definition]) => [tzIdOf(name), definition] as const),
    ),
  )
  const year = Math.min(...objects.map(yearOf))
  return [...named].flatMap((tzId) => {
    const definition = definitions.get(tzId)
    if (definition !== undefined) return formatDefinition({ ...definition, tzId })
    const zone = keptZone(tzId, undefined)
    return zone === undefined ? [] : formatVtimezone(zone, year)
  })
}
