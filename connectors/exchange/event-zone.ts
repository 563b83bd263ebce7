import { zoneYear } from '#src/formats/time-zone/yearly-change.ts'
import type { TimeZone } from '#src/formats/time-zone/zone.ts'
import { zoneNamed, zoneOfDefinition } from '#src/wire/ews/model/time-zones.ts'
import type { TimeZoneDefinitionType } from '#src/wire/ews/schema-types.ts'

/**
 * The zone of an event. Its own rules count more than its name, which a server may have had its own idea of: the name is taken where
 * it has the same rules in the year of the event, since it knows what comes later.
 */
export function zoneOfEventItem(
  definition: TimeZoneDefinitionType | undefined,
  year: number,
): TimeZone | undefined {
  if (definition === undefined) return undefined
  const named = zoneNamed(definition.Id) ?? zoneNamed(definition.Name)
  const { Periods, Transitions, TransitionsGroups, Id = 'Custom' } = definition
  if (Periods === undefined || Periods.length === 0) return named
  const ruled = zoneOfDefinition({ Id: `${Id} of the event`, Periods, Transitions, TransitionsGroups })
  if (ruled === undefined || named === undefined) return ruled ?? named
  return JSON.stringify(zoneYear(named, year)) === JSON.stringify(zoneYear(ruled, year)) ? named : ruled
}
