/** A MAPI property of an offline address book: the number in the high word of its tag, the type in the low one. */
export type Property = {
  tag: number
  /** MS-OXOAB 2.9.4: 1 names are resolved by it, 2 every record has it and it names one object; 3 is both. */
  flags: 0 | 1 | 2 | 3
}

/** What a property may hold; an empty text, list or octet string is no value: the property is left out (MS-OXOAB 2.9.6). */
export type PropertyValue = number | boolean | string | Uint8Array | readonly (number | string | Uint8Array)[]

/** The value types of MS-OXOAB 2.9.4. PtypString is written in UTF-8. */
const PropertyType = {
  integer: 0x0003,
  boolean: 0x000b,
  string8: 0x001e,
  string: 0x001f,
  binary: 0x0102,
  integers: 0x1003,
  strings8: 0x101e,
  strings: 0x101f,
  binaries: 0x1102,
} as const

/** This bit of a type says that there are many of them. */
const MANY = 0x1000

const typeOf = (tag: number): number => tag & 0xffff

/** Octets of a value under the type of its tag (MS-OXOAB 2.9.6); undefined for what has no value. Throws for a value of another type. */
export function encodeValue(tag: number, value: PropertyValue): Uint8Array | undefined {
  const type = typeOf(tag)
  if (!Array.isArray(value)) return encodeOne(tag, type, value as Exclude<PropertyValue, readonly unknown[]>)
  if ((type & MANY) === 0) throw wrongType(tag)
  const each = value.flatMap((one) => encodeOne(tag, type & ~MANY, one) ?? [])
  return each.length === 0 ? undefined : Buffer.concat([encodeInteger(each.length), ...each])
}

function encodeOne(tag: number, type: number, value: number | boolean | string | Uint8Array) {
  if (type === PropertyType.integer && typeof value === 'number') return encodeInteger(value)
  if (type === PropertyType.boolean && typeof value === 'boolean') return Uint8Array.of(value ? 1 : 0)
  if ((type === PropertyType.string || type === PropertyType.string8) && typeof value === 'string')
    return encodeText(value)
  if (type === PropertyType.binary && value instanceof Uint8Array)
    return value.length === 0 ? undefined : Buffer.concat([encodeInteger(value.length), value])
  throw wrongType(tag)
}

/** Up to 127 as it is; larger ones behind an octet that says how many octets follow, the lowest first (MS-OXOAB 2.9.6.1). */
function encodeInteger(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff)
    throw new RangeError(`${value} does not fit into 32 bits`)
  if (value < 0x80) return Uint8Array.of(value)
  const octets: number[] = []
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) octets.push(rest % 256)
  return Uint8Array.of(0x80 | octets.length, ...octets)
}

/** Ends with a zero octet, so none may stand in it. */
function encodeText(text: string): Uint8Array | undefined {
  const plain = text.replaceAll('\0', '')
  return plain === '' ? undefined : Buffer.from(`${plain}\0`)
}

const wrongType = (tag: number) =>
  new TypeError(`The value of property ${tag.toString(16)} is not of the type of its tag`)
