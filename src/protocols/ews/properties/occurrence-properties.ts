/** Extended properties of single occurrences: kept with those of their series, each under its name behind the occurrence's. */

type Properties = Readonly<Record<string, unknown>>

const prefixOf = (recurrenceId: string): string => `${recurrenceId} `

/** Properties as the item of the series keeps them. */
export const keptOfOccurrence = <V>(
  properties: Readonly<Record<string, V>>,
  recurrenceId: string,
): Record<string, V> =>
  Object.fromEntries(Object.entries(properties).map(([key, value]) => [prefixOf(recurrenceId) + key, value]))

/** The properties of an occurrence: its own, and those of the series that it does not have. */
export function occurrenceProperties(kept: Properties | null, recurrenceId: string): Properties | null {
  const prefix = prefixOf(recurrenceId)
  const own = Object.entries(kept ?? {}).filter(([key]) => key.startsWith(prefix))
  if (own.length === 0) return kept
  return { ...kept, ...Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value])) }
}
