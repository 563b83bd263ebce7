/** Writes TNEF (MS-OXTNEF) and compressed RTF (MS-OXRTFCP), for tests only: Landbridge itself never sends them. */
import { attribute, attributeChecksum, TNEF_SIGNATURE } from '#src/formats/tnef/attributes.ts'
import { INITIAL_DICTIONARY } from '#src/formats/tnef/compressed-rtf.ts'
import { guidOctets } from '#src/formats/tnef/guid.ts'
import { propertyType as type } from '#src/formats/tnef/property-stream.ts'

export type Value = number | bigint | boolean | string | Uint8Array
/** Id (or set and id of a named property), type, and the value; a list of values makes it multi-valued. */
export type Prop = readonly [
  id: number | readonly [set: string, id: number | string],
  type: number,
  value: Value | Value[],
]

export interface AttachmentSpec {
  title?: string
  data?: Uint8Array
  props?: readonly Prop[]
}

export interface TnefSpec {
  messageClass?: string
  codepage?: number
  /** Attributes beside those below. */
  other?: readonly (readonly [id: number, data: Uint8Array])[]
  props?: readonly Prop[]
  recipients?: readonly (readonly Prop[])[]
  attachments?: readonly AttachmentSpec[]
}

const uint16 = (value: number) => {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}
export const uint32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value >>> 0)
  return bytes
}
const int64 = (value: bigint) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(value)
  return bytes
}
const double = (value: number) => {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return bytes
}
const float = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return bytes
}
const padded = (bytes: Uint8Array) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])
const sized = (bytes: Uint8Array) => Buffer.concat([uint32(bytes.length), padded(bytes)])
const utf16 = (text: string) => Buffer.from(`${text}\0`, 'utf16le')
export const string8 = (text: string) => Buffer.from(`${text}\0`, 'latin1')

const variable = new Set<number>([type.string8, type.unicode, type.binary, type.object])

function encodeValue(of: number, value: Value): Buffer {
  switch (of) {
    case type.int16:
      return padded(uint16((value as number) & 0xffff))
    case type.boolean:
      return padded(uint16(value ? 1 : 0))
    case type.int32:
    case type.error:
      return uint32(value as number)
    case type.float:
      return float(value as number)
    case type.double:
    case type.appTime:
      return double(value as number)
    case type.currency:
    case type.int64:
      return int64(value as bigint)
    case type.time:
      return int64(BigInt(value as number) * 10_000n + 116_444_736_000_000_000n)
    case type.guid:
      return guidOctets(value as string)
    case type.string8:
      return sized(string8(value as string))
    case type.unicode:
      return sized(utf16(value as string))
    default:
      return sized(value as Uint8Array)
  }
}

function encodeProp([id, of, value]: Prop, index: number): Buffer {
  const many = Array.isArray(value)
  const values = many ? value : [value]
  const name = typeof id === 'number' ? undefined : id
  const head: Uint8Array[] = [uint16(many ? of | 0x1000 : of), uint16(name ? 0x8000 + index : (id as number))]
  if (name) {
    const [set, local] = name
    head.push(guidOctets(set))
    head.push(...(typeof local === 'number' ? [uint32(0), uint32(local)] : [uint32(1), sized(utf16(local))]))
  }
  if (many || variable.has(of)) head.push(uint32(values.length))
  return Buffer.concat([...head, ...values.map((each) => encodeValue(of, each))])
}

export const encodeProps = (props: readonly Prop[]) =>
  Buffer.concat([uint32(props.length), ...props.map(encodeProp)])

function encodeAttribute(level: 1 | 2, id: number, data: Uint8Array): Buffer {
  const checksum = uint16(attributeChecksum(data))
  return Buffer.concat([Buffer.of(level), uint32(id), uint32(data.length), data, checksum])
}

export function encodeTnef(spec: TnefSpec): Buffer {
  const codepage = Buffer.concat([uint32(spec.codepage ?? 1252), uint32(0)])
  const pieces = [
    encodeAttribute(1, attribute.tnefVersion, uint32(0x10000)),
    encodeAttribute(1, attribute.oemCodepage, codepage),
    encodeAttribute(1, attribute.messageClass, string8(spec.messageClass ?? 'IPM.Microsoft Mail.Note')),
    ...(spec.other ?? []).map(([id, data]) => encodeAttribute(1, id, data)),
  ]
  if (spec.recipients) {
    const rows = Buffer.concat([uint32(spec.recipients.length), ...spec.recipients.map(encodeProps)])
    pieces.push(encodeAttribute(1, attribute.recipientTable, rows))
  }
  if (spec.props) pieces.push(encodeAttribute(1, attribute.messageProperties, encodeProps(spec.props)))
  for (const { title, data, props } of spec.attachments ?? []) {
    // AttachType file, no position, no picture (MS-OXTNEF 2.1.3.3.15).
    const rendering = Buffer.concat([uint16(1), uint32(0xffffffff), uint16(32), uint16(32), uint32(0)])
    pieces.push(encodeAttribute(2, attribute.attachRendData, rendering))
    if (title !== undefined) pieces.push(encodeAttribute(2, attribute.attachTitle, string8(title)))
    if (data) pieces.push(encodeAttribute(2, attribute.attachData, data))
    if (props) pieces.push(encodeAttribute(2, attribute.attachment, encodeProps(props)))
  }
  return Buffer.concat([uint32(TNEF_SIGNATURE), uint16(0x1234), ...pieces])
}

/** CRC of MS-OXRTFCP §2.1.3.2: the usual polynomial without the usual inversions. */
function rtfCrc(bytes: Uint8Array): number {
  let crc = 0
  for (const octet of bytes) {
    crc ^= octet
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return crc >>> 0
}

/** RTF as PidTagRtfCompressed: LZFu, or MELA when `plain`. */
export function compressRtf(rtf: Uint8Array, plain = false): Buffer {
  if (plain)
    return Buffer.concat([uint32(rtf.length + 12), uint32(rtf.length), Buffer.from('MELA'), uint32(0), rtf])
  const dictionary = Buffer.alloc(4096)
  let place = dictionary.write(INITIAL_DICTIONARY, 'latin1')
  const out: number[] = []
  let controlAt = 0
  let bit = 8
  const next = (reference: boolean) => {
    if (bit === 8) {
      controlAt = out.push(0) - 1
      bit = 0
    }
    if (reference) out[controlAt]! |= 1 << bit
    bit++
  }
  const put = (octet: number) => {
    dictionary[place] = octet
    place = (place + 1) % 4096
  }
  for (let at = 0; at < rtf.length; ) {
    let [best, from] = [0, 0]
    for (let start = 0; start < 4096; start++) {
      let length = 0
      while (
        length < 17 &&
        at + length < rtf.length &&
        (start + length) % 4096 !== place &&
        dictionary[(start + length) % 4096] === rtf[at + length]
      )
        length++
      if (length > best) [best, from] = [length, start]
    }
    next(best >= 2)
    if (best >= 2) out.push(from >> 4, ((from & 15) << 4) | (best - 2))
    else out.push(rtf[at]!)
    for (const end = at + Math.max(best >= 2 ? best : 1, 1); at < end; at++) put(rtf[at]!)
  }
  next(true)
  out.push(place >> 4, (place & 15) << 4)
  const packed = Buffer.from(out)
  return Buffer.concat([
    uint32(packed.length + 12),
    uint32(rtf.length),
    Buffer.from('LZFu'),
    uint32(rtfCrc(packed)),
    packed,
  ])
}
