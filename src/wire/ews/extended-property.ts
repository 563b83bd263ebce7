/** Extended properties: any MAPI property, by tag or by name, with its value (MS-OXWSXPROP). */
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type {
  DistinguishedPropertySetType,
  ExtendedPropertyType,
  MapiPropertyTypeType,
  PathToExtendedFieldType,
} from './schema-types.ts'

/**
 * Which property a path means, spelled in one way: two paths to the same property have the same key. Tags are hexadecimal in
 * small letters, sets are GUIDs in small letters; the type belongs to it, as in MAPI. SyntaxFault for a path that
 * Exchange refuses too: neither a tag nor a set with a name or an id, or more than one of them.
 */
export function propertyKey(path: PathToExtendedFieldType): string {
  const { PropertyTag, DistinguishedPropertySetId, PropertySetId, PropertyName, PropertyId, PropertyType } =
    path
  const set =
    PropertySetId?.toLowerCase() ?? (DistinguishedPropertySetId && propertySets[DistinguishedPropertySetId])
  if (PropertyTag !== undefined) {
    if (set !== undefined || PropertyName !== undefined || PropertyId !== undefined) {
      throw new SyntaxFault('A property has a tag or a set, not both')
    }
    return `${tagOf(PropertyTag)}:${PropertyType}`
  }
  if (set === undefined || (PropertySetId !== undefined && DistinguishedPropertySetId !== undefined)) {
    throw new SyntaxFault('A property has a tag or one property set')
  }
  if ((PropertyName === undefined) === (PropertyId === undefined)) {
    throw new SyntaxFault('A property of a set has a name or an id')
  }
  // Names of the internet headers are those of RFC 5322: their case does not count. Others do.
  const name = set === propertySets.InternetHeaders ? PropertyName?.toLowerCase() : PropertyName
  return PropertyId === undefined
    ? `{${set}}"${name}:${PropertyType}`
    : `{${set}}${hex(PropertyId >>> 0)}:${PropertyType}`
}

/** The property sets that have a name (MS-OXPROPS 1.3.2). */
export const propertySets = {
  Meeting: '6ed8da90-450b-101b-98da-00aa003f1305',
  Appointment: '00062002-0000-0000-c000-000000000046',
  Common: '00062008-0000-0000-c000-000000000046',
  PublicStrings: '00020329-0000-0000-c000-000000000046',
  Address: '00062004-0000-0000-c000-000000000046',
  InternetHeaders: '00020386-0000-0000-c000-000000000046',
  CalendarAssistant: '11000e07-b51b-40d6-af21-caa85edab1d0',
  UnifiedMessaging: '4442858e-a9e3-4e80-b900-317a210cc15b',
  Task: '00062003-0000-0000-c000-000000000046',
  Sharing: '00062040-0000-0000-c000-000000000046',
} as const satisfies Partial<Record<DistinguishedPropertySetType, string>>

const setNames = new Map<string, DistinguishedPropertySetType>(
  Object.entries(propertySets).map(([name, guid]) => [guid, name as DistinguishedPropertySetType]),
)

/** The path to what a key names (`propertyKey`). SyntaxFault for what is none. */
export function propertyPath(key: string): PathToExtendedFieldType {
  const parts = /^(?:\{(?<guid>[^}]*)\})?(?:"(?<name>.*)|(?<number>0x[0-9a-f]+)):(?<type>[A-Za-z]+)$/s.exec(
    key,
  )
  const { guid, name, number, type } = parts?.groups ?? {}
  if (type === undefined || (guid === undefined && number === undefined))
    throw new SyntaxFault(`'${key.slice(0, 80)}' is no property`)
  const PropertyType = type as MapiPropertyTypeType
  if (guid === undefined) return { PropertyTag: number!, PropertyType }
  const known = setNames.get(guid)
  return {
    ...(known === undefined ? { PropertySetId: guid } : { DistinguishedPropertySetId: known }),
    ...(name === undefined ? { PropertyId: Number(number) } : { PropertyName: name }),
    PropertyType,
  }
}

/** The number of a tag, written in decimal or with 0x. */
export const tagNumber = (tag: string): number => Number(tag.trim().toLowerCase())

function tagOf(tag: string): string {
  const number = tagNumber(tag)
  // From 0x8000 on the numbers belong to names, and differ from mailbox to mailbox.
  if (!(number >= 1 && number < 0x8000)) throw new SyntaxFault(`'${tag.slice(0, 20)}' is no property tag`)
  return hex(number)
}

const hex = (number: number): string => `0x${number.toString(16).padStart(4, '0')}`

/** A value in JavaScript; several where the type is an array. */
export type PropertyValue = OneValue | readonly OneValue[]
type OneValue = string | number | bigint | boolean | Uint8Array

type Kind = { read(text: string): OneValue; write(value: OneValue): string }

const text: Kind = { read: (text) => text, write: String }
const whole = (least: number, most: number): Kind => ({
  read: (text) => {
    const value = /^\s*[+-]?\d{1,12}\s*$/.test(text) ? Number(text) : Number.NaN
    if (!(value >= least && value <= most)) throw new SyntaxFault(`'${text.slice(0, 40)}' is no such number`)
    return value
  },
  write: String,
})
const decimal: Kind = {
  read: (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (!Number.isFinite(value)) throw new SyntaxFault(`'${text.slice(0, 40)}' is no number`)
    return value
  },
  write: String,
}
const long: Kind = {
  read: (text) => {
    const value = /^\s*[+-]?\d{1,20}\s*$/.test(text) ? BigInt(text.trim().replace('+', '')) : undefined
    if (value === undefined || BigInt.asIntN(64, value) !== value)
      throw new SyntaxFault(`'${text.slice(0, 40)}' is no 64-bit number`)
    return value
  },
  write: String,
}
const truth: Kind = {
  read: (text) => {
    const word = text.trim().toLowerCase()
    if (!['true', 'false', '1', '0'].includes(word))
      throw new SyntaxFault(`'${text.slice(0, 40)}' is no boolean`)
    return word === 'true' || word === '1'
  },
  write: (value) => (value === true ? 'true' : 'false'),
}
const octets: Kind = {
  read: (text) => {
    const written = text.replace(/\s+/g, '')
    if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(written)) {
      throw new SyntaxFault('A binary property is not base64')
    }
    return Buffer.from(written, 'base64')
  },
  write: (value) => Buffer.from(value as Uint8Array).toString('base64'),
}

/** `SystemTime` and `CLSID` stay texts: `date-time.ts` reads the first, the second is a GUID. */
const kinds: Record<string, Kind> = {
  ApplicationTime: decimal,
  Binary: octets,
  Boolean: truth,
  CLSID: text,
  Currency: long,
  Double: decimal,
  Error: whole(-(2 ** 31), 2 ** 32 - 1),
  Float: decimal,
  Integer: whole(-(2 ** 31), 2 ** 32 - 1),
  Long: long,
  Null: text,
  Object: octets,
  Short: whole(-(2 ** 15), 2 ** 16 - 1),
  String: text,
  SystemTime: text,
}

const isArrayProperty = (type: MapiPropertyTypeType): boolean => type.endsWith('Array')

const kindOf = (type: MapiPropertyTypeType): Kind => kinds[type.replace(/Array$/, '')] ?? text

/** SyntaxFault for a value that the type does not have, or several where there is one. */
export function readProperty(property: ExtendedPropertyType): PropertyValue {
  const { PropertyType } = property.ExtendedFieldURI
  const { read } = kindOf(PropertyType)
  const { Value, Values } = property
  if (isArrayProperty(PropertyType)) {
    if (Values === undefined) throw new SyntaxFault(`A property of type ${PropertyType} has Values`)
    return Values.map(read)
  }
  if (Value === undefined) throw new SyntaxFault(`A property of type ${PropertyType} has a Value`)
  return read(Value)
}

export function writeProperty(path: PathToExtendedFieldType, value: PropertyValue): ExtendedPropertyType {
  const { write } = kindOf(path.PropertyType)
  if (Array.isArray(value)) return { ExtendedFieldURI: path, Values: value.map(write) }
  return { ExtendedFieldURI: path, Value: write(value as OneValue) }
}
