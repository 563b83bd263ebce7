import type { TimeZoneDefinition, ZoneRule } from '../jscalendar/event.ts'
import { formatLocal, parseLocal, splitLocal } from '../recurrence/civil.ts'
import { weekdays } from '../recurrence/rule.ts'
import { formatUtcOffset, parseUtcOffset } from '../time-zone/utc-offset.ts'
import { instantOfChange, type YearlyChange, yearlyZone, zoneYear } from '../time-zone/yearly-change.ts'
import type { TimeZone } from '../time-zone/zone.ts'
import { type Component, propertyOf } from './component.ts'
import type { ContentLine } from './content-line.ts'
import { formatRecur, parseRecur } from './recur.ts'
import { formatIcalClock, formatText, parseIcalTime, parseText } from './values.ts'

// A rule of VTIMEZONE ends in UTC; kept with its Z, which `observanceZone` understands.
const plainClock = { toLocal: (ms: number) => ms, toEpoch: (ms: number) => ms }

/** Reads VTIMEZONE; undefined without a TZID or a sub-component that can be followed. */
export function parseVtimezone(component: Component): TimeZoneDefinition | undefined {
  // A text, though most write it as it is (RFC 5545 §3.8.3.1).
  const tzId = parseText(propertyOf(component, 'TZID')?.value ?? '').trim()
  const rules = component.components.flatMap((one) => zoneRule(one) ?? [])
  if (!tzId || rules.length === 0) return undefined
  const standard = rules.filter(({ kind }) => kind === 'STANDARD').map(({ rule }) => rule)
  const daylight = rules.filter(({ kind }) => kind === 'DAYLIGHT').map(({ rule }) => rule)
  return { tzId, ...(standard.length > 0 && { standard }), ...(daylight.length > 0 && { daylight }) }
}

function zoneRule(component: Component): { kind: string; rule: ZoneRule } | undefined {
  if (component.name !== 'STANDARD' && component.name !== 'DAYLIGHT') return undefined
  const start = parseIcalTime(propertyOf(component, 'DTSTART')?.value ?? '')
  const offsetFrom = propertyOf(component, 'TZOFFSETFROM')?.value.trim() ?? ''
  const offsetTo = propertyOf(component, 'TZOFFSETTO')?.value.trim() ?? ''
  if (
    start === undefined ||
    parseUtcOffset(offsetFrom) === undefined ||
    parseUtcOffset(offsetTo) === undefined
  )
    return undefined
  const recurrenceRules = component.properties
    .filter(({ name }) => name === 'RRULE')
    .flatMap(({ value }) => {
      const rule = parseRecur(value, plainClock)
      if (rule === undefined) return []
      return rule.until !== undefined && /UNTIL=\d{8}T\d{6}Z/i.test(value)
        ? { ...rule, until: `${rule.until}Z` }
        : rule
    })
  const dates = component.properties
    .filter(({ name }) => name === 'RDATE')
    .flatMap(({ value }) => value.split(',').flatMap((part) => parseIcalTime(part)?.localMs ?? []))
  const name = propertyOf(component, 'TZNAME')
  return {
    kind: component.name,
    rule: {
      start: formatLocal(start.localMs),
      offsetFrom,
      offsetTo,
      ...(recurrenceRules.length > 0 && { recurrenceRules }),
      ...(dates.length > 0 && {
        recurrenceOverrides: Object.fromEntries(dates.map((at) => [formatLocal(at), {}])),
      }),
      ...(name && { names: { [parseText(name.value)]: true as const } }),
    },
  }
}

const line = (name: string, value: string): ContentLine => ({ name, params: [], value })

/** Writes a definition that came with an event as it came. */
export function formatDefinition({ tzId, standard = [], daylight = [] }: TimeZoneDefinition): Component {
  const components = [
    ...standard.map((rule) => ({ name: 'STANDARD', rule })),
    ...daylight.map((rule) => ({ name: 'DAYLIGHT', rule })),
  ].map(({ name, rule }) => ({
    name,
    properties: [
      line('DTSTART', formatIcalClock(parseLocal(rule.start))),
      line('TZOFFSETFROM', rule.offsetFrom),
      line('TZOFFSETTO', rule.offsetTo),
      ...(rule.recurrenceRules ?? []).map((one) => {
        const utc = one.until?.endsWith('Z') === true
        const until = one.until === undefined ? {} : { until: one.until.replace(/Z$/, '') }
        return line('RRULE', formatRecur({ ...one, ...until }, utc ? plainClock : null, false))
      }),
      ...Object.keys(rule.recurrenceOverrides ?? {}).map((at) =>
        line('RDATE', formatIcalClock(parseLocal(at))),
      ),
      ...Object.keys(rule.names ?? {}).map((one) => line('TZNAME', one)),
    ],
    components: [],
  }))
  return { name: 'VTIMEZONE', properties: [line('TZID', formatText(tzId))], components }
}

/** Years after the first for which a written zone must be right where its rules change from year to year. */
const YEARS_WRITTEN = 12

/** Writes a zone as it is from `year` on: by yearly rules where they hold, else by each change of the next years. */
export function formatVtimezone(zone: TimeZone, year: number): Component {
  const rules = zoneYear(zone, year)
  const regular = yearlyZone(zone.id, rules)
  const components: Component[] = []
  if (isSame(zone, regular, year)) {
    const { standardOffsetMs, daylight } = rules
    if (daylight === null) {
      components.push(observance('STANDARD', Date.UTC(year, 0, 1), standardOffsetMs, standardOffsetMs))
    } else {
      const { begins, ends, offsetMs } = daylight
      components.push(
        yearly('DAYLIGHT', begins, year, standardOffsetMs, offsetMs),
        yearly('STANDARD', ends, year, offsetMs, standardOffsetMs),
      )
    }
  } else {
    const from = Date.UTC(year - 1, 0, 1)
    components.push(
      observance('STANDARD', from + zone.offsetAt(from), zone.offsetAt(from), zone.offsetAt(from)),
    )
    for (const { at, before, after } of changes(zone, from, Date.UTC(year + YEARS_WRITTEN, 0, 1)))
      components.push(observance(after > before ? 'DAYLIGHT' : 'STANDARD', at + before, before, after))
  }
  return { name: 'VTIMEZONE', properties: [line('TZID', zone.id)], components }
}

const HOUR_MS = 3_600_000

function isSame(zone: TimeZone, other: TimeZone, year: number): boolean {
  for (let at = Date.UTC(year, 0, 2); at < Date.UTC(year + 5, 0, 1); at += 6 * HOUR_MS)
    if (zone.offsetAt(at) !== other.offsetAt(at)) return false
  return true
}

function* changes(zone: TimeZone, from: number, to: number) {
  for (let at = from; at < to; at += HOUR_MS / 4) {
    const before = zone.offsetAt(at - HOUR_MS / 4)
    const after = zone.offsetAt(at)
    if (before !== after) yield { at, before, after }
  }
}

function observance(
  name: string,
  startLocalMs: number,
  before: number,
  after: number,
  rrule?: string,
): Component {
  const properties = [
    line('DTSTART', formatIcalClock(startLocalMs)),
    line('TZOFFSETFROM', formatUtcOffset(before)),
    line('TZOFFSETTO', formatUtcOffset(after)),
  ]
  if (rrule !== undefined) properties.push(line('RRULE', rrule))
  return { name, properties, components: [] }
}

function yearly(name: string, change: YearlyChange, year: number, before: number, after: number): Component {
  const start = instantOfChange(change, year, before) + before
  const nthOfPeriod = change.week === 5 ? -1 : change.week
  const rrule = formatRecur(
    {
      frequency: 'yearly',
      byMonth: [String(change.month)],
      byDay: [{ day: weekdays[change.weekday]!, nthOfPeriod }],
    },
    null,
    false,
  )
  const { day, ms } = splitLocal(start)
  return observance(name, day * 24 * HOUR_MS + ms, before, after, rrule)
}
