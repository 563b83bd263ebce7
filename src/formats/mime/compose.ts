import { randomBytes } from 'node:crypto'
import { formatEncodedHeader, formatHeader } from '../header/format.ts'
import { formatParams } from '../header/format-params.ts'

/** Octets that are somewhere else, of known length. */
export type SizedSource = {
  readonly sizeBytes: number
  /** Of a message: at most so many with its transfer encodings undone. */
  readonly decodedBytes?: number
  read(): AsyncIterable<Uint8Array>
}

/** A part of a message that is put together from pieces, none of which is held as a whole. */
export type ComposedPart =
  | { text: string; subtype: 'plain' | 'html' | 'calendar'; params?: Readonly<Record<string, string>> }
  /** A part as it lies in another message: its header, a blank line, its body. */
  | { stored: SizedSource }
  | {
      octets: SizedSource
      contentType: string
      /** Of Content-Type, beside the name. */
      params?: Readonly<Record<string, string>>
      fileName?: string
      /** Without angle brackets. */
      contentId?: string
      contentLocation?: string
      /** Base64 of the digest of its octets (RFC 1864); of a message there is none. */
      md5?: string
      inline?: boolean
    }
  | { multipart: 'mixed' | 'alternative' | 'related'; parts: readonly ComposedPart[] }

type Piece = Uint8Array | SizedSource

const CRLF = '\r\n'
const LINE_OCTETS = 57

/**
 * A message of a header (whole lines with CRLF, without MIME-Version and Content-*) and a part, as octets to be read when
 * they are needed; its size is known before. SyntaxFault for names and types that would break out of a header field.
 */
export function composeMessage(header: string, part: ComposedPart): SizedSource {
  // Within a multipart the line break before a boundary belongs to that; a text by itself ends its last line.
  const end = 'text' in part && !part.text.endsWith('\n') ? [Buffer.from(CRLF)] : []
  const pieces = [Buffer.from(`${header}MIME-Version: 1.0${CRLF}`, 'latin1'), ...piecesOf(part), ...end]
  return { ...joined(pieces), decodedBytes: decodedBytesOf(part) }
}

function decodedBytesOf(part: ComposedPart): number {
  if ('multipart' in part) return part.parts.reduce((sum, one) => sum + decodedBytesOf(one), 0)
  if ('text' in part) return Buffer.byteLength(part.text)
  const { sizeBytes, decodedBytes = sizeBytes } = 'stored' in part ? part.stored : part.octets
  return decodedBytes
}

function joined(pieces: readonly Piece[]): SizedSource {
  const sizeBytes = pieces.reduce(
    (sum, piece) => sum + (piece instanceof Uint8Array ? piece.length : piece.sizeBytes),
    0,
  )
  return {
    sizeBytes,
    async *read() {
      for (const piece of pieces) {
        if (piece instanceof Uint8Array) yield piece
        else yield* piece.read()
      }
    },
  }
}

/** The part's header, a blank line, and its body. */
function piecesOf(part: ComposedPart): Piece[] {
  if ('stored' in part) return [part.stored]
  if ('multipart' in part) return multipartPieces(part)
  if ('text' in part) return [textPiece(part)]
  const { octets, contentType, params = {}, fileName, contentId, contentLocation, md5, inline = false } = part
  const type = /^[a-z0-9.+-]+\/[a-z0-9.+_-]+$/i.test(contentType)
    ? contentType.toLowerCase()
    : 'application/octet-stream'
  const name = fileName?.replace(/[\r\n\0]+/g, ' ')
  const disposition = formatParams(
    inline ? 'inline' : 'attachment',
    name === undefined ? {} : { filename: name },
  )
  const head = [
    formatEncodedHeader(
      'Content-Type',
      formatParams(type, name === undefined || type.startsWith('message/') ? params : { ...params, name }),
    ),
    formatEncodedHeader('Content-Disposition', disposition),
    contentId === undefined
      ? ''
      : formatEncodedHeader('Content-ID', `<${contentId.replace(/[^\x21-\x7e]|[<>]/g, '')}>`),
    contentLocation === undefined
      ? ''
      : formatHeader('Content-Location', contentLocation.replace(/[\r\n\0]+/g, '')),
    md5 === undefined || type.startsWith('message/') ? '' : formatEncodedHeader('Content-MD5', md5),
  ].join('')
  // RFC 2046 §5.2.1: a message is not encoded.
  if (type.startsWith('message/'))
    return [Buffer.from(`${head}Content-Transfer-Encoding: 8bit${CRLF}${CRLF}`, 'latin1'), octets]
  return [Buffer.from(`${head}Content-Transfer-Encoding: base64${CRLF}${CRLF}`, 'latin1'), base64Of(octets)]
}

function textPiece({ text, subtype, params = {} }: Extract<ComposedPart, { text: string }>): Buffer {
  const lines = text.toWellFormed().split(/\r\n|\r|\n/)
  const body = lines.join(CRLF)
  // RFC 5322 §2.1.1: beyond 998 octets, with NUL or 8-bit, text travels as base64.
  const plain = /^[\x01-\x7f]*$/.test(body) && lines.every((line) => line.length <= 998)
  const head = [
    formatEncodedHeader('Content-Type', formatParams(`text/${subtype}`, { charset: 'utf-8', ...params })),
    formatEncodedHeader('Content-Transfer-Encoding', plain ? '7bit' : 'base64'),
  ].join('')
  const encoded = plain
    ? body
    : (
        Buffer.from(body)
          .toString('base64')
          .match(/.{1,76}/g) ?? []
      ).join(CRLF)
  return Buffer.from(`${head}${CRLF}${encoded}`, 'latin1')
}

function multipartPieces({ multipart, parts }: Extract<ComposedPart, { multipart: string }>): Piece[] {
  if (parts.length === 1) return piecesOf(parts[0]!)
  // So many random bits stand in no part by chance, and nobody knows them who could put them there.
  const boundary = `=_${randomBytes(18).toString('hex')}`
  const type = formatEncodedHeader('Content-Type', formatParams(`multipart/${multipart}`, { boundary }))
  const pieces: Piece[] = [Buffer.from(`${type}${CRLF}`, 'latin1')]
  for (const part of parts) {
    pieces.push(Buffer.from(`--${boundary}${CRLF}`), ...piecesOf(part), Buffer.from(CRLF))
  }
  pieces.push(Buffer.from(`--${boundary}--${CRLF}`))
  return pieces
}

/** Octets in base64, in lines of 76 (RFC 2045 §6.8). */
function base64Of({ sizeBytes, read }: SizedSource): SizedSource {
  const whole = Math.floor(sizeBytes / LINE_OCTETS)
  const rest = sizeBytes % LINE_OCTETS
  const restChars = rest === 0 ? 0 : Math.ceil(rest / 3) * 4 + CRLF.length
  return {
    sizeBytes: whole * (76 + CRLF.length) + restChars,
    async *read() {
      let left: Buffer = Buffer.alloc(0)
      for await (const piece of read()) {
        const octets = Buffer.concat([left, piece])
        const end = octets.length - (octets.length % LINE_OCTETS)
        if (end > 0) yield linesOf(octets.subarray(0, end))
        left = Buffer.from(octets.subarray(end))
      }
      if (left.length > 0) yield linesOf(left)
    },
  }
}

const linesOf = (octets: Buffer): Buffer =>
  Buffer.from(octets.toString('base64').replace(/.{1,76}/g, `$&${CRLF}`), 'latin1')
