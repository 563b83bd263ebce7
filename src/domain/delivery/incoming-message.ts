import { isAscii } from 'node:buffer'
import { type HeaderField, parseFields } from '#src/formats/header/fields.ts'
import { decodeEnvelope, type Envelope, envelopeOfFields } from '#src/formats/mime/envelope.ts'
import { TOP_HEADER_LIMIT } from '#src/formats/mime/header-keep.ts'
import { MimeIndexer } from '#src/formats/mime/indexer.ts'
import {
  attachmentsOf,
  type MimeIndex,
  type MimePart,
  mostDecodedBytes,
  walkParts,
} from '#src/formats/mime/part.ts'
import { decodeTransfer } from '#src/formats/mime/transfer.ts'
import { MailRefusal } from './intake.ts'
import type { Spooled } from './spool.ts'

const MEGABYTE = 1024 * 1024

/** LIM-02 and LIM-11: every one of them holds, for mail in and out. */
export const MESSAGE_LIMITS = {
  mimeBytes: 40 * MEGABYTE,
  /** With the transfer encodings undone. */
  decodedBytes: 29 * MEGABYTE,
  attachments: 500,
  recipients: 500,
  headerBytes: TOP_HEADER_LIMIT,
} as const

/** A message that has come in as a whole. */
export type IncomingMessage = {
  octets: Spooled
  sizeBytes: number
  index: MimeIndex
  /** Where its body begins: the header before it has its empty line. */
  bodyOffset: number
  fields: readonly HeaderField[]
  /** As people read it, and as it is written. */
  envelope: Envelope
  envelopeAsWritten: Envelope
  /** It has octets above 127. */
  eightBit: boolean
}

/** A message while it comes in: its octets go to the spool, its parts are found as they pass. */
export class MessageReceipt {
  readonly #octets: Spooled
  readonly #indexer = new MimeIndexer()
  #eightBit = false

  constructor(octets: Spooled) {
    this.#octets = octets
  }

  /** Refuses `too-large` (5.3.4) and what the spool refuses. */
  async write(octets: Uint8Array): Promise<void> {
    if (this.#octets.sizeBytes + octets.length > MESSAGE_LIMITS.mimeBytes) {
      throw tooLarge(
        `The message has more than the ${MESSAGE_LIMITS.mimeBytes / MEGABYTE} MB that are taken here.`,
      )
    }
    this.#eightBit ||= !isAscii(octets)
    this.#indexer.push(octets)
    await this.#octets.write(octets)
  }

  /** No more will come. Refuses `too-large` and `limit-exceeded` (LIM-02, LIM-11). */
  async finish(): Promise<IncomingMessage> {
    const octets = this.#octets
    const index = this.#indexer.finish()
    const bodyOffset = index.headerBytes.length === 0 ? 0 : index.root.bodyOffset
    if (bodyOffset > MESSAGE_LIMITS.headerBytes) {
      throw tooLarge(`The header of the message has more than ${MESSAGE_LIMITS.headerBytes / 1024} KiB.`)
    }
    if (attachmentsOf(index.root).length > MESSAGE_LIMITS.attachments) {
      const most = MESSAGE_LIMITS.attachments
      throw new MailRefusal(
        'limit-exceeded',
        '5.3.4',
        `The message has more than ${most} attachments. Send several.`,
      )
    }
    await checkDecodedSize(octets, index)
    const fields = parseFields(index.headerBytes)
    const envelopeAsWritten = envelopeOfFields(fields)
    return {
      octets,
      sizeBytes: octets.sizeBytes,
      index,
      bodyOffset,
      fields,
      envelope: decodeEnvelope(envelopeAsWritten),
      envelopeAsWritten,
      eightBit: this.#eightBit,
    }
  }
}

/** Decoding is the last resort: no encoding makes data smaller, and what base64 holds follows from its length. */
async function checkDecodedSize(octets: Spooled, { root }: MimeIndex): Promise<void> {
  const leaves = [...walkParts(root)].filter((part) => part.parts.length === 0 && part.message === undefined)
  if (mostDecodedBytes(root) <= MESSAGE_LIMITS.decodedBytes) return
  let decodedBytes = 0
  for (const part of leaves) {
    decodedBytes += await decodedSize(octets, part)
    if (decodedBytes > MESSAGE_LIMITS.decodedBytes) {
      const most = MESSAGE_LIMITS.decodedBytes / MEGABYTE
      throw tooLarge(
        `The message has more than ${most} MB of text and attachments. Send large files another way.`,
      )
    }
  }
}

async function decodedSize(octets: Spooled, part: MimePart): Promise<number> {
  const decoder = decodeTransfer(part.encoding)
  let size = 0
  for await (const chunk of octets.read({ start: part.bodyOffset, end: part.bodyEnd }))
    size += decoder.push(chunk).length
  return size + decoder.finish().length
}

const tooLarge = (sentence: string) => new MailRefusal('too-large', '5.3.4', sentence)
