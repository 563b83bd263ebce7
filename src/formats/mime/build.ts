import { randomBytes } from 'node:crypto'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { AddressEntry } from '../address/mailbox-list.ts'
import { formatDate } from '../header/date.ts'
import { formatAddressHeader, formatEncodedHeader, formatHeader } from '../header/format.ts'
import { formatParams } from '../header/format-params.ts'

/** A part to be written: text, octets of any type, or parts of its own. */
export type NewPart =
  | {
      text: string
      subtype?: 'plain' | 'html' | 'calendar'
      /** Beside the charset: `method` of a calendar (RFC 6047 §2.4). */
      params?: Readonly<Record<string, string>>
      description?: string
    }
  | { bytes: Uint8Array; contentType: string; fileName?: string; description?: string }
  | { multipart: 'mixed' | 'alternative'; parts: readonly [NewPart, ...NewPart[]]; description?: string }

export interface NewMessage {
  from: AddressEntry[]
  to: AddressEntry[]
  cc?: AddressEntry[]
  replyTo?: AddressEntry[]
  subject: string
  dateMs: number
  /** With angle brackets. */
  messageId: string
  inReplyTo?: string
  references?: string[]
  /** Other fields, unstructured: name and text. */
  headers?: readonly (readonly [name: string, value: string])[]
  /** One part makes a plain message, several a multipart. */
  parts: readonly [NewPart, ...NewPart[]]
  /** Default `mixed`. `report` needs `multipartParams` with its `report-type` (RFC 6522). */
  multipart?: 'mixed' | 'alternative' | 'report'
  multipartParams?: Record<string, string>
}

const CRLF = '\r\n'

/** Fields this file writes itself: a second one would contradict the first. */
const ownFields =
  /^(?:from|to|cc|reply-to|subject|date|message-id|in-reply-to|references|mime-version|content-.*)$/i

function formatOther(name: string, value: string): string {
  if (ownFields.test(name)) throw new SyntaxFault(`${name} is not given as another header field`)
  return formatHeader(name, value)
}

function checkId(id: string): string {
  if (!/^<[\x21-\x3b\x3d\x3f-\x7e]{1,900}>$/.test(id)) throw new SyntaxFault('not a message id')
  return id
}

const base64Lines = (bytes: Uint8Array) =>
  (
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  )
    .map((line) => line + CRLF)
    .join('')

function formatText(
  text: string,
  subtype: string,
  params: Readonly<Record<string, string>> = {},
): [headers: string, body: string] {
  const lines = text.toWellFormed().split(/\r\n|\r|\n/)
  const body = lines.join(CRLF)
  // RFC 5322 §2.1.1: beyond 998 octets, with NUL or 8-bit, text travels as base64.
  const plain = /^[\x01-\x7f]*$/.test(body) && lines.every((line) => line.length <= 998)
  const type = formatEncodedHeader(
    'Content-Type',
    formatParams(`text/${subtype}`, { charset: 'utf-8', ...params }),
  )
  return [
    `${type}${formatEncodedHeader('Content-Transfer-Encoding', plain ? '7bit' : 'base64')}`,
    plain ? (body.endsWith(CRLF) ? body : body + CRLF) : base64Lines(Buffer.from(body)),
  ]
}

function formatPart(part: NewPart): [headers: string, body: string] {
  const description =
    part.description === undefined ? '' : formatHeader('Content-Description', part.description)
  if ('text' in part) {
    const [headers, body] = formatText(part.text, part.subtype ?? 'plain', part.params)
    return [headers + description, body]
  }
  if ('multipart' in part) {
    const [headers, body] = formatParts(part.parts, part.multipart)
    return [headers + description, body]
  }
  if (!/^[a-z0-9.+-]+\/[a-z0-9.+-]+$/i.test(part.contentType)) throw new SyntaxFault('not a media type')
  const type = part.contentType.toLowerCase()
  const disposition =
    part.fileName === undefined
      ? ''
      : formatEncodedHeader('Content-Disposition', formatParams('attachment', { filename: part.fileName }))
  // RFC 2046 §5.2 and RFC 6522: messages, their headers and delivery reports are not encoded.
  const asIs = type.startsWith('message/') || type === 'text/rfc822-headers'
  if (asIs) {
    const body = Buffer.from(part.bytes).toString('latin1')
    const encoding = /[\x80-\xff]/.test(body) ? formatEncodedHeader('Content-Transfer-Encoding', '8bit') : ''
    return [formatEncodedHeader('Content-Type', type) + encoding + disposition + description, body]
  }
  const headers =
    formatEncodedHeader('Content-Type', type) + formatEncodedHeader('Content-Transfer-Encoding', 'base64')
  return [headers + disposition + description, base64Lines(part.bytes)]
}

function unusedBoundary(bodies: readonly string[]): string {
  for (;;) {
    const boundary = `=_${randomBytes(18).toString('hex')}`
    if (!bodies.some((body) => body.includes(boundary))) return boundary
  }
}

/** One part as it is, several as a multipart. */
function formatParts(
  given: readonly NewPart[],
  multipart: string,
  params: Record<string, string> = {},
): [headers: string, body: string] {
  const parts = given.map(formatPart)
  if (parts.length === 1) return parts[0]!
  const boundary = unusedBoundary(parts.map(([, body]) => body))
  const type = formatParams(`multipart/${multipart}`, { ...params, boundary })
  const content = parts
    .map(([headers, body]) => `--${boundary}${CRLF}${headers}${CRLF}${body}${CRLF}`)
    .join('')
  return [formatEncodedHeader('Content-Type', type), `${content}--${boundary}--${CRLF}`]
}

const formatContent = ({ parts, multipart = 'mixed', multipartParams }: NewMessage): string =>
  formatParts(parts, multipart, multipartParams).join(CRLF)

/**
 * A message of our own making (notices, delivery reports) as octets with CRLF line ends, 7-bit unless a part given as
 * message/* is not. In memory: for small messages. SyntaxFault for anything that would break out of a header field.
 */
export function buildMessage(message: NewMessage): Uint8Array {
  const head = formatMessageHeader(message) + formatEncodedHeader('MIME-Version', '1.0')
  return Buffer.from(head + formatContent(message), 'latin1')
}

/** In characters. A longer one is no subject any more, and readers keep 256 KiB of a header. */
export const LONGEST_SUBJECT = 64 * 1024

/** The header of a message without MIME-Version and Content-*, for `composeMessage`. What is too long of a subject is left out. SyntaxFault as `buildMessage`. */
export function formatMessageHeader(
  message: Omit<NewMessage, 'parts' | 'multipart' | 'multipartParams'>,
): string {
  const lists = [
    ['From', message.from],
    ['To', message.to],
    ['Cc', message.cc],
    ['Reply-To', message.replyTo],
  ] as const
  return [
    ...lists.map(([name, list]) => (list && list.length > 0 ? formatAddressHeader(name, list) : '')),
    formatHeader('Subject', message.subject.slice(0, LONGEST_SUBJECT)),
    formatEncodedHeader('Date', formatDate(message.dateMs)),
    formatEncodedHeader('Message-ID', checkId(message.messageId)),
    message.inReplyTo === undefined ? '' : formatEncodedHeader('In-Reply-To', checkId(message.inReplyTo)),
    message.references?.length
      ? formatEncodedHeader('References', message.references.map(checkId).join(' '))
      : '',
    ...(message.headers ?? []).map(([name, value]) => formatOther(name, value)),
  ].join('')
}
