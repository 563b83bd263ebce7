import { crc32 } from 'node:zlib'
import { SyntaxFault } from '#src/base/syntax-fault.ts'

/** How numbers and pages lie in a file: ANSI (Outlook 97 to 2002), Unicode, or Unicode with pages of 4 KiB (OST of 2013). */
export type PstFormat = {
  name: 'ANSI' | 'Unicode' | 'Unicode, 4 KiB'
  /** Octets of a block id, a node id in a table, and a place in the file. */
  wordBytes: 4 | 8
  pageBytes: 512 | 4096
  /** In a page of a B-tree: number of entries, octets of one, level, page type. */
  countAt: number
  entryBytesAt: number
  levelAt: number
  typeAt: number
  /** Of a page: its check sum, over everything before its type. */
  pageSumAt: number
  /** A block with its trailer fills whole units; in the trailer lie a check sum and the number of the block (§2.2.2.8.1). */
  unitBytes: 64 | 512
  trailerBytes: number
  blockSumAt: number
  blockIdAt: number
  /** In the header: places of the roots of both B-trees, and the encoding of blocks. */
  nodeRootAt: number
  blockRootAt: number
  encodingAt: number
}

const ansi: PstFormat = {
  name: 'ANSI',
  wordBytes: 4,
  pageBytes: 512,
  countAt: 496,
  entryBytesAt: 498,
  levelAt: 499,
  typeAt: 500,
  pageSumAt: 508,
  unitBytes: 64,
  trailerBytes: 12,
  blockSumAt: 8,
  blockIdAt: 4,
  nodeRootAt: 188,
  blockRootAt: 196,
  encodingAt: 461,
}
const unicode: PstFormat = {
  name: 'Unicode',
  wordBytes: 8,
  pageBytes: 512,
  countAt: 488,
  entryBytesAt: 490,
  levelAt: 491,
  typeAt: 496,
  pageSumAt: 500,
  unitBytes: 64,
  trailerBytes: 16,
  blockSumAt: 4,
  blockIdAt: 8,
  nodeRootAt: 224,
  blockRootAt: 240,
  encodingAt: 513,
}
const large: PstFormat = {
  ...unicode,
  name: 'Unicode, 4 KiB',
  pageBytes: 4096,
  countAt: 4056,
  entryBytesAt: 4060,
  levelAt: 4061,
  typeAt: 4072,
  pageSumAt: 4076,
  unitBytes: 512,
  trailerBytes: 24,
}

/** By the number that the header has for it (MS-PST §2.2.2.6, bCryptMethod). */
const encodings = ['none', 'permute', 'cyclic'] as const

export type PstHeader = {
  format: PstFormat
  nodeRoot: number
  blockRoot: number
  encoding: (typeof encodings)[number]
  /** Whether it is as it was written; a program that sums nothing up says nothing of that. */
  isWhole: boolean
}

export const HEADER_BYTES = 564

export type HeaderFault = 'no-pst' | 'version' | 'encrypted'

export class BadHeader extends SyntaxFault {
  readonly fault: HeaderFault

  constructor(fault: HeaderFault, message: string, place: number) {
    super(message, place)
    this.fault = fault
  }
}

/** Reads the header of a file (MS-PST §2.2.2.6). BadHeader when it is none, of an unknown version, or encrypted. */
export function readHeader(octets: Buffer): PstHeader {
  if (octets.length < HEADER_BYTES || octets.toString('latin1', 0, 4) !== '!BDN')
    throw new BadHeader('no-pst', 'not a PST or OST file', 0)
  const version = octets.readUInt16LE(10)
  const format =
    version === 14 || version === 15 ? ansi : version === 36 ? large : version >= 20 ? unicode : undefined
  if (format === undefined) throw new BadHeader('version', `a PST file of unknown version ${version}`, 10)
  const encoding = encodings[octets[format.encodingAt]!]
  if (encoding === undefined)
    throw new BadHeader('encrypted', 'a PST file that Windows encrypts (EDP)', format.encodingAt)
  const place = (at: number) => readWord(octets, at, format)
  return {
    format,
    nodeRoot: place(format.nodeRootAt),
    blockRoot: place(format.blockRootAt),
    encoding,
    isWhole: isWhole(octets, format),
  }
}

/** Check sums in a header: where each lies and how many octets behind the first eight it is of (MS-PST §2.2.2.6). */
const partialSum = { at: 4, bytes: 471 }
const fullSum = { at: 524, bytes: 516 }

function isWhole(octets: Buffer, { wordBytes }: PstFormat): boolean {
  const told = (wordBytes === 4 ? [partialSum] : [partialSum, fullSum]).map(({ at, bytes }) => ({
    sum: octets.readUInt32LE(at),
    found: checkSum(octets.subarray(8, 8 + bytes)),
  }))
  return told.every(({ sum, found }) => sum === found) || told.every(({ sum }) => sum === 0)
}

/** MS-PST §5.3: CRC-32 that begins with 0 and is not turned over at its end. */
export const checkSum = (octets: Buffer): number => ~crc32(octets, 0xffff_ffff) >>> 0

/** A number of the width of the format; ids and places stay far below 2^53. */
export function readWord(octets: Buffer, at: number, { wordBytes }: PstFormat): number {
  return wordBytes === 4
    ? octets.readUInt32LE(at)
    : octets.readUInt32LE(at) + octets.readUInt32LE(at + 4) * 2 ** 32
}
