import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { Refusal } from '#src/domain/refusal.ts'

const newline = 0x0a
const LONGEST_LINE = 8 * 1024 * 1024

/**
 * The text of a file as PowerShell writes files, in blocks of whole lines: UTF-16 or UTF-8 by its mark, without one UTF-8, and
 * what is no UTF-8 as Windows-1252. `signal` ends it.
 */
export async function* textBlocks(file: string, signal?: AbortSignal): AsyncGenerator<string> {
  const octets = createReadStream(file, { highWaterMark: 32 * 1024, ...(signal && { signal }) })
  let decode: ((block: Buffer, last: boolean) => string) | undefined
  let kept: Buffer = Buffer.alloc(0)
  for await (const chunk of octets) {
    const block: Buffer = kept.length === 0 ? (chunk as Buffer) : Buffer.concat([kept, chunk as Buffer])
    if (decode === undefined && block.length < 4) {
      kept = block
      continue
    }
    decode ??= decoderFor(block)
    if (kept.length > LONGEST_LINE)
      throw new Refusal(
        'invalid-parameter',
        `${basename(file)} has a line of more than ${LONGEST_LINE / 1024 / 1024} MB, so it is no table. Name a CSV file as Export-Csv writes it.`,
      )
    const end = decode === eightBit ? block.lastIndexOf(newline) + 1 : block.length
    kept = block.subarray(end)
    if (end > 0) yield decode(block.subarray(0, end), false)
  }
  if (kept.length > 0 || decode !== undefined) yield (decode ?? decoderFor(kept))(kept, true)
}

function decoderFor(begin: Buffer): (block: Buffer, last: boolean) => string {
  const [a, b] = begin
  if ((a === 0xff && b === 0xfe) || (a !== 0 && b === 0)) return sixteenBit('utf-16le')
  if ((a === 0xfe && b === 0xff) || (a === 0 && b !== 0)) return sixteenBit('utf-16be')
  return eightBit
}

function sixteenBit(label: string): (block: Buffer, last: boolean) => string {
  const decoder = new TextDecoder(label)
  return (block, last) => decoder.decode(block, { stream: !last })
}

/** Whole lines, so a line that is no UTF-8 does not spoil its neighbours. The mark falls away. */
const eightBit = (block: Buffer): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(block)
  } catch {
    return block
      .toString('latin1')
      .split(/(?<=\n)/)
      .map(eightBitLine)
      .join('')
  }
}

function eightBitLine(line: string): string {
  const octets = Buffer.from(line, 'latin1')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets)
  } catch {
    return new TextDecoder('windows-1252').decode(octets)
  }
}
