import { parseLocal } from '../recurrence/civil.ts'
import { findIanaZone } from '../time-zone/iana-zone.ts'
import { type Observance, observanceZone } from '../time-zone/observance-zone.ts'
import { parseUtcOffset } from '../time-zone/utc-offset.ts'
import type { TimeZone } from '../time-zone/zone.ts'
import type { TimeZoneDefinition, ZoneRule } from './event.ts'

/** The zone of an object that is kept, by its `timeZone` and `timeZones`; undefined for a floating one. */
export function keptZone(
  timeZone: string | null | undefined,
  definitions: Readonly<Record<string, TimeZoneDefinition>> | undefined,
): TimeZone | undefined {
  if (timeZone === null || timeZone === undefined) return undefined
  const definition = definitions?.[timeZone]
  return definition === undefined ? findIanaZone(timeZone) : definedZone(timeZone, definition)
}

/** The zone that a definition describes. */
export function definedZone(id: string, definition: TimeZoneDefinition): TimeZone {
  const observances = (kind: Observance['kind'], rules: readonly ZoneRule[] = []): Observance[] =>
    rules.map((rule) => ({
      kind,
      name: Object.keys(rule.names ?? {})[0] ?? null,
      startLocalMs: parseLocal(rule.start),
      offsetBeforeMs: parseUtcOffset(rule.offsetFrom) ?? 0,
      offsetAfterMs: parseUtcOffset(rule.offsetTo) ?? 0,
      rules: rule.recurrenceRules ?? [],
      dates: Object.keys(rule.recurrenceOverrides ?? {}).map(parseLocal),
    }))
  return observanceZone(id, [
    ...observances('standard', definition.standard),
    ...observances('daylight', definition.daylight),
  ])
}
