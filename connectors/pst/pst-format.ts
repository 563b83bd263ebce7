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
}

export type PstHeader = { format: PstFormat; nodeRoot: number; blockRoot: number; encoded: boolean }

export const HEADER_BYTES = 564

export type HeaderFault = 'no-pst' | 'version' | 'encrypted'

export class BadHeader extends SyntaxFault {
  readonly fault: HeaderFault

  constructor(fault: HeaderFault, message: string, place: number) {
    super(message, place)
    this.fault = fault
  }
}

/** Reads the header of a file (MS-PST §2.2.2.6). BadHeader when it is none, of an unknown version, or strongly encoded. */
export function readHeader(octets: Buffer): PstHeader {
  if (octets.length < HEADER_BYTES || octets.toString('latin1', 0, 4) !== '!BDN')
    throw new BadHeader('no-pst', 'not a PST or OST file', 0)
  const version = octets.readUInt16LE(10)
  const format =
    version === 14 || version === 15 ? ansi : version === 36 ? large : version >= 20 ? unicode : undefined
  if (format === undefined) throw new BadHeader('version', `a PST file of unknown version ${version}`, 10)
  const encoding = octets[format.encodingAt]
  if (encoding !== 0 && encoding !== 1)
    throw new BadHeader(
      'encrypted',
      'a PST file in the strong encoding of Windows (EDP) or of high security',
      format.encodingAt,
    )
  const place = (at: number) => readWord(octets, at, format)
  return {
    format,
    nodeRoot: place(format.nodeRootAt),
    blockRoot: place(format.blockRootAt),
    encoded: encoding === 1,
  }
}

/** A number of the width of the format; ids and places stay far below 2^53. */
export function readWord(octets: Buffer, at: number, { wordBytes }: PstFormat): number {
  return wordBytes === 4
    ? octets.readUInt32LE(at)
    : octets.readUInt32LE(at) + octets.readUInt32LE(at + 4) * 2 ** 32
}
