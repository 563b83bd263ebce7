import type { TimeZoneDefinition } from '../jscalendar/event.ts'
import { definedZone } from '../jscalendar/kept-zone.ts'
import { DAY_MS, parseLocal } from '../recurrence/civil.ts'
import { findIanaZone } from '../time-zone/iana-zone.ts'
import { ianaOfWindows } from '../time-zone/windows-names.ts'
import { type TimeZone, utc } from '../time-zone/zone.ts'
import { type Component, propertyOf } from './component.ts'
import { parseText } from './values.ts'
import { parseVtimezone } from './vtimezone.ts'

/** A zone of a calendar object: by IANA name, or with the definition that it needs. */
export type NamedZone = { name: string; zone: TimeZone; definition?: TimeZoneDefinition }

/** The zones of one calendar by TZID; undefined for times that float. */
export type CalendarZones = {
  find(tzId: string): NamedZone | undefined
  /** Ids that were looked for, and that neither the calendar nor anybody else knows. */
  readonly unknown: ReadonlySet<string>
}

/**
 * A definition is trusted over its name: only where both agree is it kept by its IANA name; where they differ, or the name says
 * nothing, the definition is kept with the event (interop 4.8). An id without a definition is looked up as an IANA or Windows
 * name. What nobody knows means the one zone that the calendar does define, else the one it is shown in (X-WR-TIMEZONE, as
 * Google and Apple have it), else `elsewhere`.
 */
export function calendarZones(calendar: Component, elsewhere?: TimeZone): CalendarZones {
  const definitions = new Map<string, TimeZoneDefinition>()
  for (const component of calendar.components) {
    const definition = component.name === 'VTIMEZONE' ? parseVtimezone(component) : undefined
    if (definition !== undefined) definitions.set(definition.tzId, definition)
  }
  const known = new Map<string, NamedZone | undefined>()
  const unknown = new Set<string>()
  const find = (tzId: string): NamedZone | undefined => {
    const named = nameZone(tzId, definitions.get(tzId) ?? definitions.get(parseText(tzId)))
    if (named !== undefined) return named
    const [only, second] = definitions.values()
    if (only !== undefined && second === undefined) return nameZone(only.tzId, only)
    const shown = suggestedZone(propertyOf(calendar, 'X-WR-TIMEZONE')?.value ?? '')
    if (shown === undefined) unknown.add(tzId)
    const zone = shown ?? elsewhere
    return zone && { name: zone.id, zone }
  }
  return {
    unknown,
    find(tzId) {
      if (!known.has(tzId)) known.set(tzId, find(tzId))
      return known.get(tzId)
    },
  }
}

function nameZone(tzId: string, definition: TimeZoneDefinition | undefined): NamedZone | undefined {
  const suggested = suggestedZone(tzId)
  if (definition === undefined) return suggested && { name: suggested.id, zone: suggested }
  const defined = definedZone(tzId, definition)
  if (suggested !== undefined && agree(definition, defined, suggested))
    return { name: suggested.id, zone: suggested }
  return { name: `/${tzId}`, zone: defined, definition }
}

/** Before this the rules of many places were others, and programs write today's only. */
const EARLIEST_COMPARED = Date.UTC(2024, 0, 1)
const YEARS_COMPARED = 5

/** What an id suggests: an IANA name, alone or at the end of a path (`/freeassociation.org/Tzfile/Europe/Berlin`), or a Windows name. */
function suggestedZone(tzId: string): TimeZone | undefined {
  const windows = ianaOfWindows(tzId)
  if (windows !== undefined) return findIanaZone(windows)
  if (/^(UTC|GMT|Z|Etc\/UTC)$/i.test(tzId.trim())) return utc
  const parts = tzId.split('/').filter((part) => part !== '')
  for (let at = 0; at < Math.min(parts.length, 6); at++) {
    const zone = findIanaZone(parts.slice(at).join('/'))
    if (zone !== undefined) return zone
  }
  return undefined
}

/**
 * Whether a definition says the same as a zone, for as long as it says anything: from its first onset on, and where it
 * only lists onsets without rules, to the last of them.
 */
function agree(definition: TimeZoneDefinition, one: TimeZone, other: TimeZone): boolean {
  const rules = [...(definition.standard ?? []), ...(definition.daylight ?? [])]
  const starts = rules.map(({ start }) => parseLocal(start))
  const lists = starts.length > 1 && rules.every(({ recurrenceRules }) => recurrenceRules === undefined)
  const from = Math.max(EARLIEST_COMPARED, Math.min(...starts) + DAY_MS)
  const to = lists ? Math.max(...starts) - DAY_MS : from + YEARS_COMPARED * 365.25 * DAY_MS
  for (let at = from; at < to; at += DAY_MS / 2) if (one.offsetAt(at) !== other.offsetAt(at)) return false
  return true
}
