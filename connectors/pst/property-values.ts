import { decodeText } from '#src/formats/text/charset.ts'
import { codepageCharset } from '#src/formats/tnef/codepage.ts'
import { formatGuid } from '#src/formats/tnef/guid.ts'
import type { PropertyValue } from '#src/formats/tnef/property.ts'
import { propertyType as type } from '#src/formats/tnef/property-stream.ts'

const MULTI_VALUED = 0x1000
const MOST_VALUES = 10_000
/** 100 ns steps from 1601 to 1970. */
const FILETIME_EPOCH = 116_444_736_000_000_000n

const fixed: Record<number, [bytes: number, read: (octets: Buffer, at: number) => PropertyValue]> = {
  [type.int16]: [2, (octets, at) => octets.readInt16LE(at)],
  [type.int32]: [4, (octets, at) => octets.readInt32LE(at)],
  [type.float]: [4, (octets, at) => octets.readFloatLE(at)],
  [type.double]: [8, (octets, at) => octets.readDoubleLE(at)],
  [type.currency]: [8, (octets, at) => octets.readBigInt64LE(at)],
  [type.appTime]: [8, (octets, at) => octets.readDoubleLE(at)],
  [type.error]: [4, (octets, at) => octets.readUInt32LE(at)],
  [type.boolean]: [1, (octets, at) => octets[at] !== 0],
  [type.int64]: [8, (octets, at) => octets.readBigInt64LE(at)],
  [type.time]: [8, (octets, at) => Number((octets.readBigInt64LE(at) - FILETIME_EPOCH) / 10_000n)],
  [type.guid]: [16, (octets, at) => formatGuid(octets.subarray(at, at + 16))],
}

/** Octets of a type whose values lie in the place of a reference, up to 4; undefined for those that are referred to. */
export const bytesInPlace = (kind: number): number | undefined => {
  const bytes = fixed[kind]?.[0]
  return bytes !== undefined && bytes <= 4 ? bytes : undefined
}
export const isFixed = (kind: number): boolean => fixed[kind] !== undefined

/** Values of a property as they lie in a PST (MS-PST §2.3.3.4). What is cut off or of an unknown type gives none. */
export function readValues(kind: number, octets: Buffer, codepage: number): PropertyValue[] {
  const single = kind & ~MULTI_VALUED
  const found = fixed[single]
  if ((kind & MULTI_VALUED) === 0) {
    if (found === undefined) return variable(single, octets, codepage)
    return octets.length < found[0] ? [] : [found[1](octets, 0)]
  }
  if (found !== undefined) {
    const count = Math.min(Math.floor(octets.length / found[0]), MOST_VALUES)
    return Array.from({ length: count }, (_, index) => found[1](octets, index * found[0]))
  }
  if (octets.length < 4) return []
  const count = Math.min(octets.readUInt32LE(0), MOST_VALUES, Math.floor((octets.length - 4) / 4))
  return Array.from({ length: count }, (_, index) => {
    const from = octets.readUInt32LE(4 + 4 * index)
    const to = index + 1 < count ? octets.readUInt32LE(8 + 4 * index) : octets.length
    return variable(single, octets.subarray(from, Math.max(from, to)), codepage)
  }).flat()
}

function variable(kind: number, octets: Buffer, codepage: number): PropertyValue[] {
  if (kind === type.unicode) return [octets.toString('utf16le').replace(/\0.*$/s, '')]
  if (kind === type.string8) return [decodeText(octets, codepageCharset(codepage)).replace(/\0.*$/s, '')]
  return kind === type.binary || kind === type.object ? [octets] : []
}
