/** Extended properties of single occurrences: kept with those of their series, each under its name behind the occurrence's. */
import { propertyKey } from '../extended-property.ts'

type Properties = Readonly<Record<string, unknown>>

/** What is of each occurrence by itself, and follows from its times: PidLidExceptionReplaceTime, PidLidGlobalObjectId, PidLidOwnerCriticalChange. */
export const ofOneOccurrence: ReadonlySet<string> = new Set(
  [
    { DistinguishedPropertySetId: 'Appointment', PropertyId: 0x8228, PropertyType: 'SystemTime' } as const,
    { DistinguishedPropertySetId: 'Meeting', PropertyId: 0x0003, PropertyType: 'Binary' } as const,
    { DistinguishedPropertySetId: 'Meeting', PropertyId: 0x001a, PropertyType: 'SystemTime' } as const,
  ].map(propertyKey),
)

const prefixOf = (recurrenceId: string): string => `${recurrenceId} `

/** Whether it is such a name. */
export const isOfOccurrence = (key: string): boolean => /^\d{4}-\d\d-\d\dT[\d:]+ /.test(key)

/** Properties as the item of the series keeps them. */
export const keptOfOccurrence = <V>(
  properties: Readonly<Record<string, V>>,
  recurrenceId: string,
): Record<string, V> =>
  Object.fromEntries(Object.entries(properties).map(([key, value]) => [prefixOf(recurrenceId) + key, value]))

/** The properties of an occurrence: its own, and those of the series that it does not have. */
export function occurrenceProperties(kept: Properties | null, recurrenceId: string): Properties | null {
  if (kept === null) return null
  const prefix = prefixOf(recurrenceId)
  const own = Object.entries(kept).flatMap(([key, value]) =>
    key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
  )
  const ofSeries = Object.entries(kept).filter(([key]) => !ofOneOccurrence.has(key))
  return Object.fromEntries([...ofSeries, ...own])
}
