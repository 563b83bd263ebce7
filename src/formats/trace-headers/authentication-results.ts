import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { type HeaderField, unfold } from '../header/fields.ts'
import { formatEncodedHeader } from '../header/format.ts'

/** One result of RFC 8601 §2.2: `spf=pass (comment) reason="…" smtp.mailfrom=a@b.test`. */
export interface AuthenticationResult {
  /** Lower case: spf, dkim, dmarc, arc, iprev, auth … */
  method: string
  /** Lower case: pass, fail, none … */
  result: string
  reason?: string
  /** Only written; comments of others are not read. */
  comment?: string
  /** `smtp.mailfrom`, `header.d` … and their values, in order. */
  properties: readonly (readonly [name: string, value: string])[]
}

export interface AuthenticationResults {
  /** Who says it. */
  authservId: string
  results: AuthenticationResult[]
}

const token = /^[A-Za-z0-9!#$%&'*+^_`{|}~.-]+$/
const mailbox = /^[A-Za-z0-9!#$%&'*+^_`{|}~.-]*@[A-Za-z0-9.-]+$/
const MAX_VALUE = 16_000
const MAX_RESULTS = 100

const clean = (text: string) => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 500)

const formatValue = (text: string) => {
  const printable = clean(text)
  return token.test(printable) || mailbox.test(printable)
    ? printable
    : `"${printable.replace(/["\\]/g, '\\$&')}"`
}

function checkToken(text: string): string {
  if (!token.test(text)) throw new SyntaxFault('not a word of Authentication-Results')
  return text
}

/** An Authentication-Results field (RFC 8601 §2.2) with its final CRLF. SyntaxFault for names that are no tokens. */
export function formatAuthenticationResults({ authservId, results }: AuthenticationResults): string {
  const said = results.map(({ method, result, reason, comment, properties }) =>
    [
      `${checkToken(method)}=${checkToken(result)}`,
      ...(comment ? [`(${clean(comment).replace(/[()\\]/g, '\\$&')})`] : []),
      ...(reason ? [`reason=${formatValue(reason)}`] : []),
      ...properties.map(([name, value]) => `${checkToken(name)}=${formatValue(value)}`),
    ].join(' '),
  )
  return formatEncodedHeader(
    'Authentication-Results',
    [checkToken(authservId), ...(said.length > 0 ? said : ['none'])].join('; '),
  )
}

/** A word, a quoted string with its quotes undone, or one of the characters that part them. */
interface Token {
  text: string
  special: boolean
}

/** The tokens of a value; comments are left out. */
function* tokens(text: string): Generator<Token> {
  const piece = /\s+|"((?:[^"\\]|\\.)*)"?|([;=])|[^\s"();=]+|(\()|\)/gs
  for (let at = 0; at < text.length; ) {
    piece.lastIndex = at
    const match = piece.exec(text)
    if (!match) return
    at = piece.lastIndex
    if (match[3]) at = commentEnd(text, at)
    else if (match[1] !== undefined) yield { text: match[1].replace(/\\(.)/gs, '$1'), special: false }
    else if (match[0] !== ')' && match[0].trim() !== '') {
      yield { text: match[0], special: match[2] !== undefined }
    }
  }
}

function commentEnd(text: string, from: number): number {
  let depth = 1
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '(') depth++
    else if (text[at] === ')' && --depth === 0) return at + 1
  }
  return text.length
}

/**
 * Reads a stored Authentication-Results value. Results that cannot be read are left out; SyntaxFault when not even the
 * authserv-id can.
 */
export function parseAuthenticationResults(stored: string): AuthenticationResults {
  const parts: Token[][] = [[]]
  for (const token of tokens(unfold(stored.slice(0, MAX_VALUE)))) {
    if (token.special && token.text === ';') parts.push([])
    else parts.at(-1)!.push(token)
  }
  const [head = [], ...rest] = parts
  const [name, version, ...more] = head
  const isVersion = version === undefined || /^\d+$/.test(version.text)
  if (name === undefined || !token.test(name.text) || !isVersion || more.length > 0) {
    throw new SyntaxFault('Authentication-Results without an authserv-id', 0)
  }
  const results = rest.slice(0, MAX_RESULTS).flatMap((part) => readResult(part) ?? [])
  return { authservId: name.text, results }
}

const isEquals = (token: Token | undefined) => token?.special === true

function readResult(part: readonly Token[]): AuthenticationResult | undefined {
  const pairs: [string, string][] = []
  for (let at = 0; at + 2 < part.length; at++) {
    if (!isEquals(part[at + 1])) continue
    let end = at + 2
    let value = part[end]!.text
    // A value may hold "=" itself (VERP addresses), written without quotes.
    while (isEquals(part[end + 1]) && part[end + 2]) {
      end += 2
      value += `=${part[end]!.text}`
    }
    pairs.push([part[at]!.text.toLowerCase(), value])
    at = end
  }
  const [first, ...others] = pairs
  if (!first || !/^[a-z0-9-]+(?:\/\d+)?$/.test(first[0])) return undefined
  const reason = others.find(([name]) => name === 'reason')?.[1]
  return {
    method: first[0].replace(/\/\d+$/, ''),
    result: first[1].toLowerCase(),
    ...(reason !== undefined && { reason }),
    properties: others.filter(([name]) => isProperty(name)),
  }
}

const isProperty = (name: string) =>
  /^(?:smtp|header|body|policy|dns|arc|tls|x-[a-z-]+)\.[a-z0-9-]+$/i.test(name)

/**
 * Whether a field is an Authentication-Results that claims to be ours or claims nothing that can be read (RFC 8601 §5): such
 * a one on mail from outside is removed. What breaks the grammar, readers may take for anybody's.
 */
export function isForgedResult({ key, value }: HeaderField, authservId: string): boolean {
  if (key !== 'authentication-results') return false
  try {
    return hostOf(parseAuthenticationResults(value).authservId) === hostOf(authservId)
  } catch (error) {
    if (error instanceof SyntaxFault) return true
    throw error
  }
}

const hostOf = (authservId: string) => authservId.toLowerCase().replace(/\.+$/, '')
