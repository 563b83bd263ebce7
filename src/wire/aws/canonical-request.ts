import { createHash } from 'node:crypto'

/** What is signed of an HTTP request. Header names may be in any case; repeated headers are joined with commas. */
export type SignedRequest = {
  method: string
  /** Path and query as they stand in the request line. */
  target: string
  headers: Readonly<Record<string, string | readonly string[] | undefined>>
  body: Uint8Array
}

/**
 * The canonical request of Signature Version 4: method, path, query, the named headers, their names, hash of the
 * body. The hash is always of the octets given, whatever `x-amz-content-sha256` says (API-04).
 * `signedHeaders` are lower-case and sorted.
 */
export function canonicalRequest(request: SignedRequest, signedHeaders: readonly string[]): string {
  const mark = request.target.indexOf('?')
  const path = mark < 0 ? request.target : request.target.slice(0, mark)
  const query = mark < 0 ? '' : request.target.slice(mark + 1)
  const values = lowerCaseHeaders(request.headers)
  const headers = signedHeaders.map((name) => `${name}:${values.get(name) ?? ''}\n`).join('')
  return [
    request.method,
    canonicalPath(path),
    canonicalQuery(query),
    headers,
    signedHeaders.join(';'),
    sha256Hex(request.body),
  ].join('\n')
}

/** Names in lower case; values trimmed, runs of blanks made one. */
function lowerCaseHeaders(headers: SignedRequest['headers']): Map<string, string> {
  const values = new Map<string, string>()
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue
    const parts = typeof value === 'string' ? [value] : value
    values.set(name.toLowerCase(), parts.map((part) => part.trim().replace(/\s+/g, ' ')).join(','))
  }
  return values
}

export function sha256Hex(octets: Uint8Array | string): string {
  return createHash('sha256').update(octets).digest('hex')
}

/** Each segment of the path as sent is encoded once more, which is what every service but S3 does. */
function canonicalPath(path: string): string {
  const segments: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop()
    else if (segment !== '.' && segment !== '') segments.push(encode(segment))
  }
  const slash = path.length > 1 && path.endsWith('/') && segments.length > 0 ? '/' : ''
  return `/${segments.join('/')}${slash}`
}

function canonicalQuery(query: string): string {
  if (query === '') return ''
  const pairs = query.split('&').map((pair) => {
    const mark = pair.indexOf('=')
    const [name, value] = mark < 0 ? [pair, ''] : [pair.slice(0, mark), pair.slice(mark + 1)]
    return [encode(decode(name)), encode(decode(value))] as const
  })
  pairs.sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
  return pairs.map(([name, value]) => `${name}=${value}`).join('&')
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
