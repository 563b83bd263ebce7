import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { OctetReader } from './octet-reader.ts'

/** MS-OXRTFCP §2.1.2.1: what the dictionary holds before the first octet. */
export const INITIAL_DICTIONARY =
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript ' +
  '\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par ' +
  '\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx'

const COMPRESSED = 0x75465a4c
const UNCOMPRESSED = 0x414c454d
const DICTIONARY_SIZE = 4096
/** Two octets of reference, an eighth of a control octet, 17 octets at most. */
const BEST_RATIO = 9
/** Header fields after COMPSIZE, which counts them. */
const COUNTED_HEADER = 12

/**
 * Opens PidTagRtfCompressed (MS-OXRTFCP §2.1.3), both forms: LZFu and MELA. The checksum is not looked at: wrong ones are in
 * use and text that looks odd is better than none. SyntaxFault when it is neither, or opens to more than `limitBytes`.
 */
export function decompressRtf(data: Uint8Array, limitBytes: number): Uint8Array {
  const reader = new OctetReader(data)
  const packedSize = reader.uint32() - COUNTED_HEADER
  const rawSize = reader.uint32()
  const form = reader.uint32()
  reader.uint32()
  if (rawSize > limitBytes) throw new SyntaxFault(`RTF that opens to more than ${limitBytes} octets`, 4)
  const packed = reader.octets(Math.max(0, Math.min(packedSize, reader.left)))
  if (form === UNCOMPRESSED) return packed.subarray(0, rawSize)
  if (form !== COMPRESSED) throw new SyntaxFault('compressed RTF of an unknown form', 8)
  return expand(packed, Math.min(rawSize, packed.length * BEST_RATIO))
}

function expand(packed: Uint8Array, size: number): Uint8Array {
  const dictionary = Buffer.alloc(DICTIONARY_SIZE)
  let place = dictionary.write(INITIAL_DICTIONARY, 'latin1')
  const out = Buffer.alloc(size)
  let written = 0
  const write = (octet: number) => {
    out[written++] = octet
    dictionary[place] = octet
    place = (place + 1) % DICTIONARY_SIZE
  }
  for (let at = 0; at < packed.length; ) {
    const control = packed[at++]!
    for (let bit = 0; bit < 8 && at < packed.length && written < size; bit++) {
      if ((control & (1 << bit)) === 0) {
        write(packed[at++]!)
        continue
      }
      if (at + 2 > packed.length) throw new SyntaxFault('compressed RTF ends in a reference', at)
      const reference = (packed[at]! << 8) | packed[at + 1]!
      at += 2
      const from = reference >> 4
      // A reference to where the next octet would go is the end (§2.1.3.1.4).
      if (from === place) return out.subarray(0, written)
      const length = Math.min((reference & 15) + 2, size - written)
      for (let index = 0; index < length; index++) write(dictionary[(from + index) % DICTIONARY_SIZE]!)
    }
    if (written >= size) break
  }
  return out.subarray(0, written)
}
