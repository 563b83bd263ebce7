import { randomUUID } from 'node:crypto'
import { formatHeader } from '#src/formats/header/format.ts'
import type { Spool, Spooled } from '../../../delivery/spool.ts'
import { ATTACHED_ITEM, OCCURRENCE } from '../../../mailbox/files.ts'
import type { SourceAttachment } from '../../source.ts'
import { SourceFailure } from '../../source-failure.ts'

/** Octets of one line of base64, and lines that are written at once. */
const LINE_OCTETS = 57
const LINES = 1024

/**
 * Files of an event, contact, task or note as one MIME message, in the spool: it becomes the body of the item, whose parts are
 * its attachments. The caller releases it. Throws `SourceFailure` (`too-large`).
 */
export async function attachmentsBody(
  spool: Spool,
  attachments: readonly SourceAttachment[],
  largestBytes: number,
  signal: AbortSignal,
): Promise<Spooled> {
  const spooled = spool.create()
  const boundary = `=_${randomUUID()}`
  const write = async (text: string) => {
    if (spooled.sizeBytes + text.length > largestBytes)
      throw new SourceFailure(
        'item-permanent',
        'too-large',
        `Its attachments have more than ${largestBytes} octets together. Raise the limit of the project, or save them by hand.`,
      )
    await spooled.write(Buffer.from(text, 'latin1'))
  }
  try {
    await write(`MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n`)
    // Its text, so that no file of text that is shown inline is taken for that.
    await write(`--${boundary}\r\nContent-Type: text/plain\r\n\r\n\r\n`)
    for (const attachment of attachments) {
      await write(`--${boundary}\r\n${headerOf(attachment)}\r\n`)
      if (attachment.item === 'message') {
        // As it is (RFC 2046 §5.2.1).
        for await (const octets of attachment.open(signal))
          await write(Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1'))
        await write('\r\n')
      } else for await (const lines of base64Lines(attachment.open(signal))) await write(lines)
    }
    await write(`--${boundary}--\r\n`)
    return spooled
  } catch (error) {
    await spooled.release()
    throw error
  }
}

function headerOf({
  name,
  type,
  item,
  contentId,
  contentLocation,
  inline,
  occurrence,
}: SourceAttachment): string {
  const said = item === 'message' ? 'message/rfc822' : type
  const plainType = /^(?!multipart\/)[\w.+-]+\/[\w.+-]+$/i.test(said) ? said : 'application/octet-stream'
  const one =
    occurrence === null ? '' : `;\r\n ${OCCURRENCE}="${occurrence.replace(/[^\x20-\x7e]|["\\]/g, '')}"`
  // RFC 2231: any name as ASCII.
  const encoded = encodeURIComponent(name.toWellFormed()).replace(/['()*!]/g, hexOf)
  const described =
    item === undefined || item === 'message' ? '' : `;\r\n charset=utf-8; ${ATTACHED_ITEM}=${item}`
  const lines = [
    `Content-Type: ${plainType}${described}${one}`,
    `Content-Transfer-Encoding: ${item === 'message' ? '8bit' : 'base64'}`,
    `Content-Disposition: ${inline ? 'inline' : 'attachment'};\r\n filename*=utf-8''${encoded}`,
    ...(contentId === null ? [] : [`Content-ID: <${contentId.replace(/[^\x21-\x7e]|[<>]/g, '')}>`]),
    ...(contentLocation === undefined ? [] : [formatHeader('Content-Location', contentLocation).trimEnd()]),
  ]
  return `${lines.join('\r\n')}\r\n`
}

const hexOf = (sign: string): string => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`

async function* base64Lines(octets: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = Buffer.alloc(0)
  for await (const chunk of octets) {
    rest = Buffer.concat([rest, chunk])
    const most = LINE_OCTETS * LINES
    for (; rest.length >= most; rest = rest.subarray(most)) yield linesOf(rest.subarray(0, most))
  }
  if (rest.length > 0) yield linesOf(rest)
}

function linesOf(octets: Buffer): string {
  let text = ''
  for (let at = 0; at < octets.length; at += LINE_OCTETS)
    text += `${octets.toString('base64', at, Math.min(octets.length, at + LINE_OCTETS))}\r\n`
  return text
}
