import { MimeIndexer } from '../indexer.ts'
import type { OctetStream } from '../octet-stream.ts'
import type { MimePart } from '../part.ts'
import { decodeTransfer } from '../transfer.ts'
import { encodeTransfer } from './encoders.ts'
import { type HeaderChange, NotSevenBit, sevenBitHeader } from './seven-bit-header.ts'

/** A stretch of the message that is a header, or the body of a part without parts of its own. */
type Region = { from: number; to: number; part: MimePart; kind: 'header' | 'body'; high: boolean }
type Edit = { from: number; to: number } & (
  | { kind: 'header'; change: HeaderChange }
  | { kind: 'body'; streams: readonly OctetStream[] }
)

/** Longer headers of parts are not real, and are held in memory. */
const LONGEST_HEADER = 256 * 1024
const asTheyAre = new Set(['7bit', '8bit', 'binary'])

/**
 * The message without octets above 127 (RFC 6152 §3): bodies in quoted-printable or base64, headers in encoded words. `read`
 * gives the message from its start and is called three times; memory holds its headers and a chunk. Throws NotSevenBit, before
 * anything is read out, for what has no such form: signed parts, strange fields, encodings that nobody knows.
 */
export async function sevenBit(
  read: () => AsyncIterable<Uint8Array>,
): Promise<() => AsyncGenerator<Uint8Array>> {
  const { root, regions } = await examined(read)
  const isHigh = new Map(regions.map((region) => [region.part, false]))
  for (const { part, kind, high } of regions) if (kind === 'body' && high) isHigh.set(part, true)
  requireNothingSigned(root, isHigh)
  // Twice: headers are tried now, so that nothing fails when the message is under way.
  const plan = () => regions.flatMap((region) => editOf(region, root, isHigh))
  for await (const _ of edited(read(), plan(), true));
  return () => edited(read(), plan(), false)
}

/** Whether a header of the message or of a part of it has octets above 127 (RFC 6532). Reads it twice. */
export async function hasUtf8Header(read: () => AsyncIterable<Uint8Array>): Promise<boolean> {
  const { regions } = await examined(read)
  return regions.some(({ kind, high }) => kind === 'header' && high)
}

async function examined(
  read: () => AsyncIterable<Uint8Array>,
): Promise<{ root: MimePart; regions: Region[] }> {
  const indexer = new MimeIndexer()
  for await (const chunk of read()) indexer.push(chunk)
  const { root } = indexer.finish()
  const regions = regionsOf(root)
  await findHigh(read(), regions)
  return { root, regions }
}

function regionsOf(root: MimePart): Region[] {
  const regions: Region[] = []
  const add = (part: MimePart) => {
    regions.push({ from: part.headerOffset, to: part.bodyOffset, part, kind: 'header', high: false })
    if (part.message) add(part.message.root)
    else if (part.parts.length > 0) for (const child of part.parts) add(child)
    else regions.push({ from: part.bodyOffset, to: part.bodyEnd, part, kind: 'body', high: false })
  }
  add(root)
  return regions
}

async function findHigh(source: AsyncIterable<Uint8Array>, regions: readonly Region[]): Promise<void> {
  let offset = 0
  let at = 0
  for await (const chunk of source) {
    const end = offset + chunk.length
    while (at < regions.length && regions[at]!.to <= offset) at++
    for (let index = at; index < regions.length && regions[index]!.from < end; index++) {
      const region = regions[index]!
      if (region.high) continue
      const piece = chunk.subarray(
        Math.max(0, region.from - offset),
        Math.min(chunk.length, region.to - offset),
      )
      region.high = hasHigh(piece)
    }
    offset = end
  }
}

const hasHigh = (octets: Uint8Array): boolean => octets.some((octet) => octet > 127)

/** What is signed is opaque on its way (RFC 1847 §2.1). */
function requireNothingSigned(part: MimePart, isHigh: ReadonlyMap<MimePart, boolean>): boolean {
  const below = [...part.parts, ...(part.message ? [part.message.root] : [])]
  const high = below.map((child) => requireNothingSigned(child, isHigh)).includes(true)
  if (high && part.type === 'multipart' && part.subtype === 'signed')
    throw new NotSevenBit('a part of it is signed and has octets above 127')
  return high || isHigh.get(part) === true
}

function editOf(region: Region, root: MimePart, isHigh: ReadonlyMap<MimePart, boolean>): Edit[] {
  const { from, to, part, kind, high } = region
  const encoding = isHigh.get(part) ? encodingFor(part) : undefined
  if (kind === 'body') {
    if (encoding === undefined) return []
    return [{ from, to, kind, streams: [decodeTransfer(part.encoding), encodeTransfer(encoding)] }]
  }
  const holds = part.parts.length > 0 || part.message !== undefined
  // What holds parts is as they are, and they are 7bit now.
  const change = encoding ?? (holds && part.encoding !== '7bit' ? ('7bit' as const) : undefined)
  if (change === undefined && !high) return []
  if (to - from > LONGEST_HEADER) throw new NotSevenBit('a part of it has a header of more than 256 KiB')
  if (from === to) throw new NotSevenBit('a part of it has no header that could name an encoding')
  const top = part === root
  return [
    {
      from,
      to,
      kind,
      change: {
        ...(change !== undefined && { encoding: change }),
        typeUnknown: encoding !== undefined && part.type === 'text',
        top,
      },
    },
  ]
}

function encodingFor(part: MimePart): 'quoted-printable' | 'base64' {
  const { type, subtype, encoding } = part
  if (type === 'message' && !subtype.startsWith('global'))
    throw new NotSevenBit(`a part of it is ${type}/${subtype}, which is never encoded`)
  if (asTheyAre.has(encoding)) return type === 'text' ? 'quoted-printable' : 'base64'
  if (encoding === 'quoted-printable' || encoding === 'base64') return encoding
  throw new NotSevenBit('a part of it has an encoding that nobody knows')
}

/** `dry`: headers alone, to see whether they can be made. */
async function* edited(
  source: AsyncIterable<Uint8Array>,
  edits: readonly Edit[],
  dry: boolean,
): AsyncGenerator<Uint8Array> {
  let offset = 0
  let at = 0
  let header: Uint8Array[] = []
  for await (const whole of source) {
    let chunk = whole
    while (chunk.length > 0) {
      while (at < edits.length && edits[at]!.to <= offset) at++
      const edit = edits[at]
      const inside = edit !== undefined && edit.from <= offset
      const end = Math.min(offset + chunk.length, (inside ? edit.to : edit?.from) ?? Number.POSITIVE_INFINITY)
      const piece = chunk.subarray(0, end - offset)
      chunk = chunk.subarray(piece.length)
      offset = end
      if (!inside) {
        if (!dry) yield withoutHigh(piece)
      } else if (edit.kind === 'header') {
        header.push(Uint8Array.from(piece))
        if (offset < edit.to) continue
        const made = sevenBitHeader(Buffer.concat(header), edit.change)
        header = []
        if (!dry) yield made
      } else if (!dry) yield* through(edit.streams, piece, offset === edit.to)
    }
  }
}

function* through(
  [decoder, encoder]: readonly OctetStream[],
  piece: Uint8Array,
  last: boolean,
): Generator<Uint8Array> {
  yield encoder!.push(decoder!.push(piece))
  if (!last) return
  yield encoder!.push(decoder!.finish())
  yield encoder!.finish()
}

/** What stands around the parts of a multipart is shown to nobody. */
function withoutHigh(piece: Uint8Array): Uint8Array {
  return hasHigh(piece) ? piece.map((octet) => (octet > 127 ? 63 : octet)) : piece
}
