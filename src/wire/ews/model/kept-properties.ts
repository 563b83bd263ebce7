import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { propertyKey, readProperty } from '../extended-property.ts'
import type { ExtendedPropertyType, PathToExtendedFieldType } from '../schema-types.ts'

/** Extended properties as they are kept: by property key, values as they stand on the wire. */
export type KeptValues = Record<string, string | readonly string[]>

const LARGEST = 1024 * 1024

/** What is kept of properties that a client sets. SyntaxFault for a value that its type does not have. */
export function keptValues(properties: readonly ExtendedPropertyType[]): KeptValues {
  const kept: KeptValues = {}
  for (const property of properties) {
    readProperty(property)
    const value = property.Values ?? property.Value!
    if (String(value).length > LARGEST) throw new SyntaxFault('A property is larger than 1 MiB')
    kept[propertyKey(property.ExtendedFieldURI)] = value
  }
  return kept
}

/** A property as it is answered; undefined where it has no value. */
export function shownProperty(
  path: PathToExtendedFieldType,
  value: unknown,
): ExtendedPropertyType | undefined {
  if (Array.isArray(value)) return { ExtendedFieldURI: path, Values: value.map(String) }
  return value === undefined || value === null ? undefined : { ExtendedFieldURI: path, Value: String(value) }
}
