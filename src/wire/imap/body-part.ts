import { parseParams } from '#src/formats/header/params.ts'
import type { Envelope } from '#src/formats/mime/envelope.ts'
import type { ImapArguments } from './arguments.ts'
import { parseEnvelope } from './envelope.ts'

/** A part as a server tells of it in BODYSTRUCTURE: `MimePart` without places in the message. */
export type BodyPart = {
  /** As in `MimePart`: `1`, `2.1`, `TEXT`. */
  path: string
  /** Lower case. */
  type: string
  subtype: string
  params: Record<string, string>
  id?: string
  description?: string
  /** Lower case; `7bit` for multiparts. */
  encoding: string
  /** Octets of the encoded body; 0 for multiparts. */
  sizeBytes: number
  /** Of text and messages. */
  lines?: number
  md5?: string
  disposition?: string
  dispositionParams?: Record<string, string>
  language?: string[]
  location?: string
  parts: BodyPart[]
  message?: { envelope: Envelope; root: BodyPart }
}

/** Deeper than any mail; our own indexer stops at 100. */
const deepest = 150

/** BODYSTRUCTURE or BODY. */
export function parseBodyStructure(args: ImapArguments): BodyPart {
  return parseRoot(args, '', 0)
}

/** The root of a message whose section numbers begin with `prefix`. */
function parseRoot(args: ImapArguments, prefix: string, depth: number): BodyPart {
  return parsePart(args, { root: true, path: prefix }, depth)
}

type Place = { root: boolean; path: string }

function parsePart(args: ImapArguments, place: Place, depth: number): BodyPart {
  if (depth > deepest) throw args.fault('A structure nested too deep')
  args.expect('(')
  const part = args.peek() === '(' ? parseMultipart(args, place, depth) : parseSingle(args, place, depth)
  // Whatever later standards put behind it.
  while (args.hasMore()) skipExtension(args)
  args.expect(')')
  return part
}

function parseMultipart(args: ImapArguments, { root, path }: Place, depth: number): BodyPart {
  const parts: BodyPart[] = []
  const prefix = root || path === '' ? path : `${path}.`
  while (args.peek() === '(') {
    parts.push(parsePart(args, { root: false, path: `${prefix}${parts.length + 1}` }, depth + 1))
    while (args.peek() === ' ' && args.take(' (')) args.back(1)
  }
  args.space()
  const subtype = args.string().toLowerCase()
  const part: BodyPart = {
    path: root ? `${path}TEXT` : path,
    type: 'multipart',
    subtype,
    params: {},
    encoding: '7bit',
    sizeBytes: 0,
    parts,
  }
  if (args.hasMore()) {
    part.params = parseParameters(args)
    readExtension(args, part)
  }
  return part
}

function parseSingle(args: ImapArguments, { root, path }: Place, depth: number): BodyPart {
  const type = args.string().toLowerCase()
  args.space()
  const subtype = args.string().toLowerCase()
  args.space()
  const params = parseParameters(args)
  args.space()
  const id = args.nstringLenient()
  args.space()
  const description = args.nstringLenient()
  args.space()
  const encoding = (args.nstringLenient() ?? '7bit').toLowerCase()
  args.space()
  const sizeBytes = args.nil() ? 0 : args.number64()
  const part: BodyPart = {
    path: root ? `${path}1` : path,
    type,
    subtype,
    params,
    encoding,
    sizeBytes,
    parts: [],
  }
  if (id !== null) part.id = id
  if (description !== null) part.description = description
  if (type === 'text') {
    args.space()
    part.lines = args.nil() ? 0 : args.number64()
  } else if (type === 'message' && args.take(' (')) {
    args.back(1)
    const envelope = parseEnvelope(args)
    args.space()
    const inner = parseRoot(args, `${part.path}.`, depth + 1)
    args.space()
    part.lines = args.nil() ? 0 : args.number64()
    part.message = { envelope, root: inner }
  }
  if (args.hasMore()) {
    const md5 = args.nstringLenient()
    if (md5 !== null) part.md5 = md5
    readExtension(args, part)
  }
  return part
}

function readExtension(args: ImapArguments, part: BodyPart): void {
  if (!args.hasMore()) return
  if (!args.nil()) {
    args.expect('(')
    part.disposition = args.string().toLowerCase()
    args.space()
    part.dispositionParams = parseParameters(args)
    args.expect(')')
  }
  if (!args.hasMore()) return
  const language = args.peek() === '(' ? args.list(() => args.nstringLenient() ?? '') : args.nstringLenient()
  if (language !== null) part.language = typeof language === 'string' ? [language] : language
  if (!args.hasMore()) return
  const location = args.nstringLenient()
  if (location !== null) part.location = location
}

/** `("charset" "utf-8")` or NIL; RFC 2231 and encoded words are undone. */
function parseParameters(args: ImapArguments): Record<string, string> {
  if (args.nil()) return {}
  const pairs: [name: string, value: string][] = []
  args.list(() => {
    const name = args.nstringLenient() ?? ''
    args.space()
    pairs.push([name.toLowerCase(), args.nstringLenient() ?? ''])
  })
  const encoded = pairs.some(([name, value]) => name.includes('*') || value.includes('=?'))
  if (!encoded) return Object.fromEntries(pairs.filter(([name]) => name !== '__proto__').reverse())
  const text = pairs
    .filter(([name]) => /^[^\s;="]+$/.test(name))
    .map(([name, value]) => `; ${name}="${value.replace(/["\\]/g, '\\$&')}"`)
  return parseParams(`x${Buffer.from(text.join('')).toString('latin1')}`).params
}

function skipExtension(args: ImapArguments): void {
  if (args.peek() === '(') args.list(() => skipExtension(args))
  else if (!args.nil()) args.astringOctets()
}
