import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { OctetReader } from './octet-reader.ts'

/** MS-OXTNEF §2.1.3.2: the attributes we read; the upper half of each number is its type. */
export const attribute = {
  from: 0x00008000,
  dateStart: 0x00030006,
  dateEnd: 0x00030007,
  subject: 0x00018004,
  dateSent: 0x00038005,
  messageClass: 0x00078008,
  body: 0x0002800c,
  attachData: 0x0006800f,
  attachTitle: 0x00018010,
  attachTransportFileName: 0x00069001,
  attachRendData: 0x00069002,
  messageProperties: 0x00069003,
  recipientTable: 0x00069004,
  attachment: 0x00069005,
  tnefVersion: 0x00089006,
  oemCodepage: 0x00069007,
} as const

export interface Attribute {
  level: 'message' | 'attachment'
  /** One of `attribute`, or a number we do not read. */
  id: number
  data: Uint8Array
  /** Whether the checksum was right. Some writers get it wrong, so nobody refuses for it. */
  intact: boolean
}

export const TNEF_SIGNATURE = 0x223e9f78
const MESSAGE_LEVEL = 1
const ATTACHMENT_LEVEL = 2
/** A message with 500 attachments (LIM-11) of some 8 attributes each has 4,000. */
const MAX_ATTRIBUTES = 50_000
/** Gateways that count octets wrongly leave so many behind the end. */
const JUNK_AT_END = 16

/** MS-OXTNEF §2.1.3.4: the sum of all octets of an attribute's data. */
export function attributeChecksum(data: Uint8Array): number {
  let sum = 0
  for (const octet of data) sum += octet
  return sum & 0xffff
}

/**
 * The attributes of a TNEF stream in their order (MS-OXTNEF §2.1.3). Their data are views, not copies. SyntaxFault when it
 * is no TNEF or is cut off: half a message must not stand for the whole.
 */
export function* readAttributes(tnef: Uint8Array): Generator<Attribute> {
  const reader = new OctetReader(tnef)
  if (reader.uint32() !== TNEF_SIGNATURE) throw new SyntaxFault('not TNEF: the signature is missing', 0)
  reader.uint16()
  for (let count = 0; reader.left > 0; count++) {
    const at = reader.at
    const level = reader.uint8()
    if (level !== MESSAGE_LEVEL && level !== ATTACHMENT_LEVEL) {
      if (count > 0 && reader.left < JUNK_AT_END) return
      throw new SyntaxFault('neither an attribute of the message nor of an attachment', at)
    }
    if (count === MAX_ATTRIBUTES) throw new SyntaxFault('more attributes than a message can have', at)
    const id = reader.uint32()
    const data = reader.octets(reader.uint32())
    // The last checksum may be missing.
    const checksum = reader.octets(Math.min(2, reader.left))
    const intact = checksum.length === 2 && checksum.readUInt16LE() === attributeChecksum(data)
    yield { level: level === MESSAGE_LEVEL ? 'message' : 'attachment', id, data, intact }
  }
}
