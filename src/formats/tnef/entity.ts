import { randomBytes } from 'node:crypto'
import { formatEncodedHeader } from '../header/format.ts'
import { formatParams } from '../header/format-params.ts'

/** A MIME entity to be written: its Content-… fields (each with CRLF) and its body, made when it is asked for. */
export interface Entity {
  fields: string
  body: () => Iterable<Uint8Array>
}

/** Octets of a line (RFC 2045 §6.8), and of a piece of many lines. */
const LINE = 57
const PIECE = LINE * 1024

const ascii = (text: string) => Buffer.from(text, 'latin1')

/** The body as base64, some 78 KB at a time. */
function* base64Pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) {
    const encoded = Buffer.from(bytes.subarray(at, at + PIECE)).toString('base64')
    yield ascii(encoded.replace(/.{1,76}/g, '$&\r\n'))
  }
}

export interface Disposition {
  disposition: 'inline' | 'attachment'
  fileName?: string
  contentId?: string
  contentLocation?: string
}

/** A leaf in base64. `type` may have parameters already. */
export function octetsEntity(type: string, bytes: Uint8Array, shown?: Disposition): Entity {
  return {
    fields: [
      formatEncodedHeader('Content-Type', type),
      formatEncodedHeader('Content-Transfer-Encoding', 'base64'),
      shown ? dispositionFields(shown) : '',
    ].join(''),
    body: () => base64Pieces(bytes),
  }
}

function dispositionFields({ disposition, fileName, contentId, contentLocation }: Disposition): string {
  const params = fileName === undefined ? {} : { filename: fileName }
  return [
    formatEncodedHeader('Content-Disposition', formatParams(disposition, params)),
    contentId === undefined ? '' : formatEncodedHeader('Content-ID', `<${contentId}>`),
    contentLocation === undefined ? '' : formatEncodedHeader('Content-Location', contentLocation),
  ].join('')
}

/** Text as UTF-8: plain where lines allow it, else base64. */
export function textEntity(subtype: string, text: string, params: Record<string, string> = {}): Entity {
  const lines = text.toWellFormed().split(/\r\n|\r|\n/)
  const type = formatParams(`text/${subtype}`, { charset: 'utf-8', ...params })
  const plain = lines.every((line) => line.length <= 998 && /^[\x01-\x7f]*$/.test(line))
  if (!plain) return octetsEntity(type, Buffer.from(lines.join('\r\n')))
  return {
    fields:
      formatEncodedHeader('Content-Type', type) + formatEncodedHeader('Content-Transfer-Encoding', '7bit'),
    body: () => [ascii(lines.join('\r\n') + (lines.at(-1) === '' ? '' : '\r\n'))],
  }
}

/** A whole message as a part: `header` is its header block without Content-… fields and without blank line. */
export function messageEntity(header: string, content: Entity, shown: Disposition): Entity {
  return {
    fields: formatEncodedHeader('Content-Type', 'message/rfc822') + dispositionFields(shown),
    *body() {
      yield ascii(`${header}MIME-Version: 1.0\r\n${content.fields}\r\n`)
      yield* content.body()
    },
  }
}

/** A boundary that no body of others contains: 144 random bits. */
export const newBoundary = () => `=_${randomBytes(18).toString('hex')}`

/** `parts` as a multipart; a single part stands for itself. */
export function multipartEntity(
  subtype: string,
  parts: readonly [Entity, ...Entity[]],
  params: Record<string, string> = {},
): Entity {
  if (parts.length === 1) return parts[0]
  const boundary = newBoundary()
  return {
    fields: formatEncodedHeader(
      'Content-Type',
      formatParams(`multipart/${subtype}`, { ...params, boundary }),
    ),
    *body() {
      for (const part of parts) {
        yield ascii(`--${boundary}\r\n`)
        yield* entityPieces(part)
        yield ascii('\r\n')
      }
      yield ascii(`--${boundary}--\r\n`)
    },
  }
}

/** The entity with its fields and the blank line between. */
export function* entityPieces({ fields, body }: Entity): Generator<Uint8Array> {
  yield ascii(`${fields}\r\n`)
  yield* body()
}
