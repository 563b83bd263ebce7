import type { IncomingHttpHeaders } from 'node:http'
import type { HttpReply, HttpRequest } from './route.ts'

/** Octets that a client may ask for again, or for a stretch of. */
type StoredFile = {
  contentType: string
  sizeBytes: number
  /** A strong one, in its quotation marks. */
  etag: string
  /** Epoch milliseconds. */
  modifiedAt: number
  read(range: { start: number; end: number }): AsyncIterable<Uint8Array>
}

/**
 * The answer to GET or HEAD of such a file: all of it, one stretch (RFC 9110 §14), or that the client has it already (§13). Several
 * stretches at once are answered with all of it, as §14.2 allows.
 */
export function answerStoredFile(
  { method, headers }: Pick<HttpRequest, 'method' | 'headers'>,
  file: StoredFile,
): HttpReply {
  const { etag, sizeBytes } = file
  const about = {
    etag,
    'last-modified': new Date(file.modifiedAt).toUTCString(),
    'cache-control': 'private, no-cache',
    'accept-ranges': 'bytes',
  }
  if (isKnown(headers, file)) return { status: 304, headers: about, body: nothing() }
  const range =
    method === 'GET' && mayBeStretched(headers, file) ? rangeOf(headers.range, sizeBytes) : undefined
  if (range === 'none')
    return { status: 416, headers: { ...about, 'content-range': `bytes */${sizeBytes}` }, body: '' }
  const { start, end } = range ?? { start: 0, end: sizeBytes }
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      ...about,
      'content-type': file.contentType,
      'content-length': String(end - start),
      ...(range !== undefined && { 'content-range': `bytes ${start}-${end - 1}/${sizeBytes}` }),
    },
    body: method === 'HEAD' ? nothing() : file.read({ start, end }),
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** RFC 9110 §13.1.2: with If-None-Match, If-Modified-Since does not count. */
function isKnown(headers: IncomingHttpHeaders, { etag, modifiedAt }: StoredFile): boolean {
  const tags = headers['if-none-match']
  if (tags !== undefined)
    return tags.trim() === '*' || tags.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
  const since = secondsOf(headers['if-modified-since'])
  return since !== undefined && Math.floor(modifiedAt / 1000) <= since
}

/** RFC 9110 §13.1.5: a stretch goes with what the client has only while that is the file as it is. */
function mayBeStretched(headers: IncomingHttpHeaders, { etag, modifiedAt }: StoredFile): boolean {
  const condition = headers['if-range']
  if (typeof condition !== 'string') return true
  return condition === etag || secondsOf(condition) === Math.floor(modifiedAt / 1000)
}

function secondsOf(date: string | undefined): number | undefined {
  const at = Date.parse(date ?? '')
  return Number.isNaN(at) ? undefined : Math.floor(at / 1000)
}

/** From `start` to before `end`; `none` where there is nothing of it, undefined for what is no single stretch of octets. */
function rangeOf(
  header: string | undefined,
  sizeBytes: number,
): { start: number; end: number } | 'none' | undefined {
  const found = /^\s*bytes\s*=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(header ?? '')
  const [, first = '', last = ''] = found ?? []
  if (first === '' && last === '') return undefined
  if (first === '') {
    const octets = Math.min(Number(last), sizeBytes)
    return octets === 0 ? 'none' : { start: sizeBytes - octets, end: sizeBytes }
  }
  const start = Number(first)
  if (last !== '' && Number(last) < start) return undefined
  const end = last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes)
  return start >= sizeBytes ? 'none' : { start, end }
}
