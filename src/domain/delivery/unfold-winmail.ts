import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { decodeTransfer } from '#src/formats/mime/transfer.ts'
import {
  findTnefParts,
  type TnefPart,
  type TnefPartOctets,
  unfoldedPieces,
} from '#src/formats/tnef/unfold.ts'
import { Refusal } from '../refusal.ts'
import { type IncomingMessage, MessageReceipt } from './incoming-message.ts'
import type { Spool, Spooled } from './spool.ts'

/**
 * The message with its TNEF parts (`winmail.dat`) unfolded into normal ones, in a spool of its own that the caller lets go of;
 * undefined when it has none, or none that can be read (exchange-interop 4.7).
 */
export async function unfoldWinmail(
  spool: Spool,
  message: IncomingMessage,
): Promise<IncomingMessage | undefined> {
  const found = findTnefParts(message.index)
  if (found.length === 0) return undefined
  const octets = spool.create()
  try {
    const receipt = new MessageReceipt(octets)
    const parts = await Promise.all(found.map((part) => readPart(message.octets, part)))
    for (const piece of unfoldedPieces(message.sizeBytes, parts)) {
      if (piece instanceof Uint8Array) await receipt.write(piece)
      else
        for await (const chunk of message.octets.read({ start: piece.from, end: piece.to }))
          await receipt.write(chunk)
    }
    return await receipt.finish()
  } catch (error) {
    await octets.release()
    // What cannot be unfolded, or is too much when it is, is delivered as it came.
    const tooMuch = error instanceof Refusal && error.reason !== 'try-later'
    if (error instanceof SyntaxFault || tooMuch) return undefined
    throw error
  }
}

async function readPart(octets: Spooled, tnef: TnefPart): Promise<TnefPartOctets> {
  const { headerOffset, bodyOffset, bodyEnd, encoding } = tnef.part
  const header = tnef.parent ? new Uint8Array() : await readWhole(octets, headerOffset, bodyOffset)
  const decoder = decodeTransfer(encoding)
  const content: Uint8Array[] = []
  for await (const chunk of octets.read({ start: bodyOffset, end: bodyEnd }))
    content.push(Uint8Array.from(decoder.push(chunk)))
  return { ...tnef, header, content: Buffer.concat([...content, decoder.finish()]) }
}

async function readWhole(octets: Spooled, start: number, end: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of octets.read({ start, end })) pieces.push(piece)
  return Buffer.concat(pieces)
}
