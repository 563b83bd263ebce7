import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { decodeText } from '../text/charset.ts'
import { TnefBudget } from './budget.ts'
import { formatGuid } from './guid.ts'
import { OctetReader } from './octet-reader.ts'
import { type Property, PropertyBag, type PropertyValue } from './property.ts'

/** MS-OXCDATA §2.11.1 property types. */
export const propertyType = {
  int16: 0x0002,
  int32: 0x0003,
  float: 0x0004,
  double: 0x0005,
  currency: 0x0006,
  appTime: 0x0007,
  error: 0x000a,
  boolean: 0x000b,
  object: 0x000d,
  int64: 0x0014,
  string8: 0x001e,
  unicode: 0x001f,
  time: 0x0040,
  guid: 0x0048,
  binary: 0x0102,
} as const

const MULTI_VALUED = 0x1000
/** Real messages have some hundred. */
const MAX_PROPERTIES = 10_000
const MAX_VALUES = 10_000
const MAX_RECIPIENTS = 5_000
/** Named properties are numbered from here on; the number means nothing outside the message. */
const FIRST_NAMED = 0x8000
/** 100 ns steps from 1601 to 1970. */
const FILETIME_EPOCH = 116_444_736_000_000_000n

type ReadValue = (reader: OctetReader, charset: string) => PropertyValue

const short =
  (read: (reader: OctetReader) => PropertyValue): ReadValue =>
  (reader) => {
    const value = read(reader)
    reader.pad(2)
    return value
  }

const fixed: Record<number, ReadValue> = {
  [propertyType.int16]: short((reader) => reader.int16()),
  [propertyType.int32]: (reader) => reader.int32(),
  [propertyType.float]: (reader) => reader.float(),
  [propertyType.double]: (reader) => reader.double(),
  [propertyType.currency]: (reader) => reader.int64(),
  [propertyType.appTime]: (reader) => reader.double(),
  [propertyType.error]: (reader) => reader.uint32(),
  [propertyType.boolean]: short((reader) => reader.uint16() !== 0),
  [propertyType.int64]: (reader) => reader.int64(),
  [propertyType.time]: (reader) => Number((reader.int64() - FILETIME_EPOCH) / 10_000n),
  [propertyType.guid]: (reader) => formatGuid(reader.octets(16)),
}

const variable: Record<number, (octets: Buffer, charset: string) => PropertyValue> = {
  [propertyType.string8]: (octets, charset) => decodeText(octets, charset).replace(/\0.*$/s, ''),
  [propertyType.unicode]: (octets) => octets.toString('utf16le').replace(/\0.*$/s, ''),
  [propertyType.binary]: (octets) => octets,
  [propertyType.object]: (octets) => octets,
}

function readVariable(reader: OctetReader): Buffer {
  const length = reader.uint32()
  const octets = reader.octets(length)
  reader.pad(length)
  return octets
}

function readName(reader: OctetReader): NonNullable<Property['name']> {
  const set = formatGuid(reader.octets(16))
  const kind = reader.uint32()
  if (kind === 0) return { set, id: reader.uint32() }
  if (kind !== 1) throw new SyntaxFault('a property name of an unknown kind', reader.at)
  return {
    set,
    id: readVariable(reader).toString('utf16le').replace(/\0.*$/s, ''),
  }
}

function readValues(reader: OctetReader, type: number, charset: string): PropertyValue[] {
  const single = type & ~MULTI_VALUED
  const many = (type & MULTI_VALUED) !== 0
  const readFixed = fixed[single]
  const readLong = variable[single]
  if (!readFixed && !readLong) throw new SyntaxFault(`a property of unknown type ${type}`, reader.at)
  // What has no fixed size carries a count even when there is one value.
  const count = many || readLong ? reader.uint32() : 1
  if (count > MAX_VALUES) throw new SyntaxFault('a property with too many values', reader.at)
  const values: PropertyValue[] = []
  for (let index = 0; index < count; index++) {
    values.push(readFixed ? readFixed(reader, charset) : readLong!(readVariable(reader), charset))
  }
  return values
}

function readBag(reader: OctetReader, charset: string, budget: TnefBudget): PropertyBag {
  const count = reader.uint32()
  if (count > MAX_PROPERTIES) throw new SyntaxFault('more properties than a message has', reader.at)
  const bag = new PropertyBag()
  for (let index = 0; index < count; index++) {
    const type = reader.uint16()
    const id = reader.uint16()
    const name = id >= FIRST_NAMED ? readName(reader) : undefined
    const values = readValues(reader, type, charset)
    budget.takeValues(values.length + 1)
    bag.add({ id, type, ...(name && { name }), values })
  }
  return bag
}

/**
 * A list of MAPI properties (MS-OXTNEF §2.1.3.5, MsgPropertyList). `charset` is that of 8-bit strings. Binary values are
 * views of `data`. SyntaxFault when it is cut off, has a type nobody knows, or more than 10,000 properties.
 */
export const readProperties = (data: Uint8Array, charset: string, budget = new TnefBudget()): PropertyBag =>
  readBag(new OctetReader(data), charset, budget)

/** The rows of attRecipTable (MS-OXTNEF §2.1.3.5.2), one bag for each recipient. SyntaxFault as `readProperties`. */
export function readRecipients(data: Uint8Array, charset: string, budget = new TnefBudget()): PropertyBag[] {
  const reader = new OctetReader(data)
  const count = reader.uint32()
  if (count > MAX_RECIPIENTS) throw new SyntaxFault('more recipients than a message can have', 0)
  return Array.from({ length: count }, () => readBag(reader, charset, budget))
}
