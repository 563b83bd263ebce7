import { formatDuration, parseDuration } from '../jscalendar/duration.ts'
import type {
  Alert,
  BusyType,
  CalendarObject,
  Link,
  Patch,
  RawComponent,
  RawProperty,
  TimeZoneDefinition,
} from '../jscalendar/event.ts'
import { DAY_MS, formatLocal, splitLocal } from '../recurrence/civil.ts'
import type { RecurrenceRule } from '../recurrence/rule.ts'
import { type TimeZone, toEpoch, toLocal, utc } from '../time-zone/zone.ts'
import { parseAlarm } from './alarms.ts'
import { type Component, propertyOf } from './component.ts'
import { type ContentLine, paramOf } from './content-line.ts'
import { readParticipants } from './participants.ts'
import { rawComponent, rawParameters, rawProperty, restOf } from './raw.ts'
import { parseRecur } from './recur.ts'
import { parseRegeneration } from './regeneration.ts'
import { type IcalTime, parseIcalTime, parseText, parseTextList } from './values.ts'
import type { NamedZone } from './zones.ts'

/** A time with the zone it is in; none for a date and for a floating time. */
type Placed = IcalTime & { zone: NamedZone | null }

/** What an object is read with: the zones of its calendar. */
type Zones = (tzId: string) => NamedZone | undefined

const utcNamed: NamedZone = { name: 'Etc/UTC', zone: utc }

/** Properties that the model has, once each; every other one is kept as it stood. */
const modelled = new Set(
  `UID DTSTAMP CREATED LAST-MODIFIED SEQUENCE SUMMARY DESCRIPTION X-ALT-DESC LOCATION GEO CLASS TRANSP STATUS PRIORITY
  CATEGORIES COLOR URL ATTACH CONFERENCE ORGANIZER ATTENDEE DTSTART DTEND DUE DURATION RRULE EXRULE RDATE EXDATE RECURRENCE-ID
  X-MICROSOFT-CDO-BUSYSTATUS X-MICROSOFT-CDO-ALLDAYEVENT PERCENT-COMPLETE COMPLETED ESTIMATED-DURATION
  X-LANDBRIDGE-REGENERATES`.split(/\s+/),
)

/** Reads one VEVENT or VTODO, without its exceptions. Undefined for one that cannot be placed in time. */
export function readObject(component: Component, zones: Zones): CalendarObject | undefined {
  const task = component.name === 'VTODO'
  const start = placed(propertyOf(component, 'DTSTART'), zones)
  const end = placed(propertyOf(component, task ? 'DUE' : 'DTEND'), zones)
  if (start === undefined && !task) return undefined
  const allDay = isAllDay(component, start, end)
  const zone = allDay ? null : (start?.zone ?? null)
  const rest: RawProperty[] = []
  const simple = readSimple(component, rest)
  const again = start === undefined ? {} : readRecurrence(component, start, zones, rest)
  const alerts: [string, Alert][] = []
  const components: RawComponent[] = []
  for (const one of component.components) {
    const alert = one.name === 'VALARM' ? parseAlarm(one) : undefined
    if (alert === undefined) components.push(rawComponent(one))
    else alerts.push([String(alerts.length + 1), alert])
  }
  const iCalendar = restOf({ properties: rest, components, parameters: readParameters(component) })
  return {
    '@type': task ? 'Task' : 'Event',
    uid: propertyOf(component, 'UID')?.value.trim() ?? '',
    ...simple,
    ...readParticipants(
      propertyOf(component, 'ORGANIZER'),
      component.properties.filter(({ name }) => name === 'ATTENDEE'),
    ),
    ...(start && readStart(start, zone, allDay)),
    ...(task ? readDue(component, end, zone) : readEnd(component, start!, end, allDay)),
    ...definitions([zone, allDay ? null : (end?.zone ?? null)]),
    ...again,
    ...readRecurrenceId(component, start, allDay, zones),
    ...(alerts.length > 0 && { alerts: Object.fromEntries(alerts) }),
    ...(iCalendar && { iCalendar }),
  }
}

function placed(line: ContentLine | undefined, zones: Zones): Placed | undefined {
  const time = line && parseIcalTime(line.value)
  if (time === undefined) return undefined
  return { ...time, zone: zoneOf(line!, time, zones) }
}

function zoneOf(line: ContentLine, time: IcalTime, zones: Zones): NamedZone | null {
  if (time.isDate) return null
  if (time.isUtc) return utcNamed
  const tzId = paramOf(line, 'TZID')
  return tzId === undefined ? null : (zones(tzId) ?? null)
}

/** Dates are whole days; Exchange writes midnights and says so beside them. */
function isAllDay(component: Component, start: Placed | undefined, end: Placed | undefined): boolean {
  if (start?.isDate) return true
  const said = propertyOf(component, 'X-MICROSOFT-CDO-ALLDAYEVENT')?.value.trim().toUpperCase() === 'TRUE'
  return (
    said && start?.localMs !== undefined && start.localMs % DAY_MS === 0 && (end?.localMs ?? 0) % DAY_MS === 0
  )
}

function readStart(start: Placed, zone: NamedZone | null, allDay: boolean): Partial<CalendarObject> {
  return {
    start: formatLocal(start.localMs),
    ...(zone && { timeZone: zone.name }),
    ...(allDay && { showWithoutTime: true }),
  }
}

function readEnd(
  component: Component,
  start: Placed,
  end: Placed | undefined,
  allDay: boolean,
): Partial<CalendarObject> {
  const said = parseDuration(propertyOf(component, 'DURATION')?.value ?? '')
  if (said !== undefined && said.sign === 1) {
    const days = Math.max(1, said.days + Math.ceil(said.ms / DAY_MS))
    return { duration: formatDuration(allDay ? { days } : said) }
  }
  if (end === undefined) return allDay ? { duration: 'P1D' } : {}
  if (allDay)
    return {
      duration: formatDuration({ days: Math.max(1, Math.round((end.localMs - start.localMs) / DAY_MS)) }),
    }
  const elapsed = epochOf(end) - epochOf(start)
  const elsewhere = end.zone !== null && start.zone !== null && end.zone.name !== start.zone.name
  return {
    duration: formatDuration({ ms: Math.max(0, elapsed) }),
    ...(elsewhere && { endTimeZone: end.zone!.name }),
  }
}

function readDue(
  component: Component,
  due: Placed | undefined,
  zone: NamedZone | null,
): Partial<CalendarObject> {
  const length = parseDuration(propertyOf(component, 'DURATION')?.value ?? '')
  if (due === undefined) return length === undefined ? {} : { estimatedDuration: formatDuration(length) }
  const local = zone === null || due.zone === null ? due.localMs : toLocal(zone.zone, epochOf(due))
  return {
    due: formatLocal(local),
    ...(zone === null && due.zone !== null && { timeZone: due.zone.name, ...definitions([due.zone]) }),
    ...(due.isDate && { showWithoutTime: true }),
  }
}

const epochOf = ({ localMs, zone }: Placed): number => (zone === null ? localMs : toEpoch(zone.zone, localMs))

function definitions(zones: readonly (NamedZone | null)[]): {
  timeZones?: Record<string, TimeZoneDefinition>
} {
  const found = zones.flatMap((zone) => (zone?.definition ? [[zone.name, zone.definition] as const] : []))
  return found.length > 0 ? { timeZones: Object.fromEntries(found) } : {}
}

function readRecurrence(
  component: Component,
  start: Placed,
  zones: Zones,
  rest: RawProperty[],
): Partial<CalendarObject> {
  // Of whole days too: Exchange writes them as midnights of a zone, and their UNTIL in UTC.
  const zone: TimeZone = start.zone?.zone ?? utc
  const clock = {
    toLocal: (at: number): number => toLocal(zone, at),
    toEpoch: (at: number): number => toEpoch(zone, at),
  }
  const rules = (name: string): RecurrenceRule[] =>
    component.properties
      .filter((line) => line.name === name)
      .flatMap((line) => {
        const rule = parseRecur(line.value, clock)
        if (rule === undefined) rest.push(rawProperty(line))
        return rule ?? []
      })
  const recurrenceRules = rules('RRULE')
  const excludedRecurrenceRules = rules('EXRULE')
  const overrides: Record<string, Patch> = {}
  for (const line of component.properties) {
    if (line.name !== 'RDATE' && line.name !== 'EXDATE') continue
    for (const part of line.value.split(',')) {
      // A period (`start/end`) adds an occurrence of its own length.
      const [from, to] = part.split('/') as [string, string?]
      const at = placed({ ...line, value: from }, zones)
      if (at === undefined) continue
      const key = seriesKey(at, start, zone)
      const length = to === undefined ? undefined : periodLength(to, at)
      overrides[key] =
        line.name === 'EXDATE' ? { excluded: true } : length === undefined ? {} : { duration: length }
    }
  }
  return {
    ...(recurrenceRules.length > 0 && { recurrenceRules }),
    ...(excludedRecurrenceRules.length > 0 && { excludedRecurrenceRules }),
    ...(Object.keys(overrides).length > 0 && { recurrenceOverrides: overrides }),
  }
}

function periodLength(to: string, from: Placed): string | undefined {
  const duration = parseDuration(to)
  if (duration !== undefined) return formatDuration(duration)
  const end = parseIcalTime(to)
  return end && formatDuration({ ms: Math.max(0, epochOf({ ...end, zone: from.zone }) - epochOf(from)) })
}

/** The local date-time of an occurrence on the clock of its series, whichever way it is written. */
function seriesKey(at: Placed, start: Placed, zone: TimeZone): string {
  // A date for a series with a time: that day's occurrence.
  if (at.isDate && !start.isDate) return formatLocal(at.localMs + splitLocal(start.localMs).ms)
  // A time that the clocks skip has a name all the same, which no way over UTC keeps.
  if (at.zone === null || start.zone === null || at.zone.name === start.zone.name)
    return formatLocal(at.localMs)
  return formatLocal(toLocal(zone, epochOf(at)))
}

function readRecurrenceId(
  component: Component,
  start: Placed | undefined,
  allDay: boolean,
  zones: Zones,
): Partial<CalendarObject> {
  const line = propertyOf(component, 'RECURRENCE-ID')
  const at = placed(line, zones)
  if (line === undefined || at === undefined) return {}
  // A whole day has its name on the clock that its midnights are of.
  const here = start?.zone ?? null
  const elsewhere = allDay && here !== null && at.zone !== null && at.zone.name !== here.name
  const local = elsewhere ? toLocal(here.zone, epochOf(at)) : at.localMs
  const zone = allDay || at.isDate ? null : (at.zone ?? here)
  return {
    recurrenceId: formatLocal(local),
    ...(zone && { recurrenceIdTimeZone: zone.name }),
    ...(paramOf(line, 'RANGE')?.toUpperCase() === 'THISANDFUTURE' && {
      recurrenceRange: 'this-and-future' as const,
    }),
    ...(zone?.definition && { timeZones: { [zone.name]: zone.definition } }),
  }
}

const statuses = { CONFIRMED: 'confirmed', CANCELLED: 'cancelled', TENTATIVE: 'tentative' } as const
const progresses = {
  'NEEDS-ACTION': 'needs-action',
  'IN-PROCESS': 'in-process',
  COMPLETED: 'completed',
  CANCELLED: 'cancelled',
} as const
const privacies = { PUBLIC: 'public', PRIVATE: 'private', CONFIDENTIAL: 'secret' } as const
const busyTypes: Readonly<Record<string, BusyType>> = {
  FREE: 'free',
  TENTATIVE: 'tentative',
  BUSY: 'busy',
  OOF: 'outOfOffice',
  WORKINGELSEWHERE: 'workingElsewhere',
}

/** Properties of one value. What the model has no word for goes to `rest`. */
function readSimple(component: Component, rest: RawProperty[]): Partial<CalendarObject> {
  const made: { -readonly [K in keyof CalendarObject]?: CalendarObject[K] } = {}
  const links: Link[] = []
  const keywords: string[] = []
  const seen = new Set<string>()
  for (const line of component.properties) {
    const { name, value } = line
    if (!modelled.has(name)) {
      rest.push(rawProperty(line))
      continue
    }
    if (name === 'CATEGORIES') keywords.push(...parseTextList(value).map((one) => one.trim()))
    else if (name === 'ATTACH' && paramOf(line, 'VALUE')?.toUpperCase() !== 'BINARY')
      links.push(attached(line))
    else if (name === 'ATTACH' || (seen.has(name) && !severalTimes.has(name))) rest.push(rawProperty(line))
    else if (!readOne(made, line)) rest.push(rawProperty(line))
    seen.add(name)
  }
  const busy = made.busyType
  return {
    ...made,
    ...(busy !== undefined && { freeBusyStatus: busy === 'free' ? ('free' as const) : ('busy' as const) }),
    ...(keywords.length > 0 && {
      keywords: Object.fromEntries(keywords.filter((one) => one !== '').map((one) => [one, true as const])),
    }),
    ...(links.length > 0 && {
      links: { ...made.links, ...Object.fromEntries(links.map((link, at) => [String(at + 1), link])) },
    }),
  }
}

const severalTimes = new Set(['ATTENDEE', 'RRULE', 'EXRULE', 'RDATE', 'EXDATE', 'CONFERENCE'])

function attached(line: ContentLine): Link {
  const contentType = paramOf(line, 'FMTTYPE')
  const title = paramOf(line, 'FILENAME') ?? paramOf(line, 'X-FILENAME')
  const size = Number(paramOf(line, 'SIZE'))
  return {
    href: line.value.trim(),
    rel: 'enclosure',
    ...(contentType !== undefined && { contentType }),
    ...(title !== undefined && { title }),
    ...(Number.isSafeInteger(size) && size > 0 && { sizeBytes: size }),
  }
}

/** Puts one property into the object; false for a value that the model has no word for. */
function readOne(
  made: { -readonly [K in keyof CalendarObject]?: CalendarObject[K] },
  line: ContentLine,
): boolean {
  const { name, value } = line
  const word = value.trim().toUpperCase()
  switch (name) {
    case 'SUMMARY':
      made.title = parseText(value)
      return true
    case 'DESCRIPTION':
      made.description = parseText(value)
      return true
    case 'LOCATION':
      if (value.trim() !== '')
        made.locations = { ...made.locations, '1': { ...made.locations?.['1'], name: parseText(value) } }
      return true
    case 'GEO':
      if (!/^-?\d+(\.\d+)?;-?\d+(\.\d+)?$/.test(value.trim())) return false
      made.locations = {
        '1': { ...made.locations?.['1'], coordinates: `geo:${value.trim().replace(';', ',')}` },
      }
      return true
    case 'URL':
      made.links = { ...made.links, url: { href: value.trim(), rel: 'describedby' } }
      return true
    case 'CONFERENCE': {
      const title = paramOf(line, 'LABEL')
      const at = Object.keys(made.virtualLocations ?? {}).length + 1
      made.virtualLocations = {
        ...made.virtualLocations,
        [String(at)]: { uri: value.trim(), ...(title !== undefined && { name: title }) },
      }
      return true
    }
    case 'SEQUENCE':
    case 'PRIORITY':
    case 'PERCENT-COMPLETE': {
      if (!/^\d{1,9}$/.test(word)) return false
      made[name === 'SEQUENCE' ? 'sequence' : name === 'PRIORITY' ? 'priority' : 'percentComplete'] =
        Number(word)
      return true
    }
    case 'DTSTAMP':
    case 'LAST-MODIFIED':
      made.updated = [made.updated, utcText(value)]
        .filter((one) => one !== undefined)
        .sort()
        .at(-1)!
      if (made.updated === undefined) delete made.updated
      return true
    case 'CREATED': {
      const created = utcText(value)
      if (created !== undefined) made.created = created
      return true
    }
    case 'COMPLETED': {
      const at = utcText(value)
      if (at !== undefined) made.progressUpdated = at
      return true
    }
    case 'X-LANDBRIDGE-REGENERATES': {
      const regenerates = parseRegeneration(value)
      if (regenerates !== undefined) made.regenerates = regenerates
      return regenerates !== undefined
    }
    case 'CLASS':
      made.privacy = privacies[word as keyof typeof privacies] ?? 'private'
      return word in privacies
    case 'STATUS':
      if (word in statuses) made.status = statuses[word as keyof typeof statuses]
      if (word in progresses) made.progress = progresses[word as keyof typeof progresses]
      return word in statuses || word in progresses
    case 'TRANSP':
      made.freeBusyStatus = word === 'TRANSPARENT' ? 'free' : 'busy'
      return true
    case 'X-MICROSOFT-CDO-BUSYSTATUS':
      if (busyTypes[word] === undefined) return false
      made.busyType = busyTypes[word]
      return true
    case 'X-ALT-DESC':
      return false
    case 'COLOR':
      made.color = value.trim()
      return true
    case 'ESTIMATED-DURATION':
      made.estimatedDuration = value.trim()
      return true
    default:
      return true
  }
}

function utcText(value: string): string | undefined {
  const time = parseIcalTime(value)
  return time && `${formatLocal(time.localMs).slice(0, 19)}Z`
}

const spoken = new Set(['SUMMARY', 'DESCRIPTION', 'LOCATION'])

/** Further parameters of texts (LANGUAGE, ALTREP). */
function readParameters(component: Component): Record<string, Readonly<Record<string, readonly string[]>>> {
  const found: Record<string, Readonly<Record<string, readonly string[]>>> = {}
  for (const line of component.properties)
    if (spoken.has(line.name) && line.params.length > 0) found[line.name] = rawParameters(line)
  return found
}
