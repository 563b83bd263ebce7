import type { ImapArguments } from './arguments.ts'
import { formatAstring } from './strings.ts'

/** What of a part is meant: all of it, its header, its text, its MIME header, or header fields by name. */
type SectionText = 'all' | 'header' | 'text' | 'mime' | 'fields' | 'fields-not'

/** A section of BODY[…] (RFC 9051 §6.4.5.1). */
export type Section = {
  /** `''` for the message, else part numbers as `MimePart.path` has them: `2.1`. */
  path: string
  text: SectionText
  /** Field names as written; empty but for `fields` and `fields-not`. */
  names: readonly string[]
}

/** Octets `start` up to `start + octets` of what a section names; `octets` is at least 1. */
export type SectionRange = { start: number; octets: number }

const pathText = /(?:[1-9]\d{0,9})(?:\.[1-9]\d{0,9}){0,99}(?=[.\]])/y
const textWord = /HEADER\.FIELDS\.NOT|HEADER\.FIELDS|HEADER|TEXT|MIME/iy

const textOf = {
  HEADER: 'header',
  TEXT: 'text',
  MIME: 'mime',
  'HEADER.FIELDS': 'fields',
  'HEADER.FIELDS.NOT': 'fields-not',
} as const

const wordOf = {
  header: 'HEADER',
  text: 'TEXT',
  mime: 'MIME',
  fields: 'HEADER.FIELDS',
  'fields-not': 'HEADER.FIELDS.NOT',
} as const

/** `[1.2.HEADER.FIELDS (Subject)]`, brackets included. */
export function parseSection(args: ImapArguments): Section {
  args.expect('[')
  const path = args.match(pathText)?.[0] ?? ''
  if (path !== '' && args.take(']')) return { path, text: 'all', names: [] }
  if (path === '' && args.take(']')) return { path, text: 'all', names: [] }
  if (path !== '') args.expect('.')
  const word = args.match(textWord)?.[0].toUpperCase() as keyof typeof textOf | undefined
  if (word === undefined) throw args.fault('A section is missing')
  const text = textOf[word]
  if (text === 'mime' && path === '') throw args.fault('MIME needs a part number')
  let names: string[] = []
  if (text === 'fields' || text === 'fields-not') {
    args.space()
    names = args.listOfSome(() => args.astring())
  }
  args.expect(']')
  return { path, text, names }
}

export function formatSection({ path, text, names }: Section): string {
  if (text === 'all') return `[${path}]`
  const word = wordOf[text]
  const list = names.length === 0 ? '' : ` (${names.map((name) => formatAstring(name)).join(' ')})`
  return `[${path === '' ? '' : `${path}.`}${word}${list}]`
}

/** `[2.1]` or `[]` of BINARY (RFC 3516): a part path. */
export function parseBinarySection(args: ImapArguments): string {
  args.expect('[')
  const path = args.match(pathText)?.[0] ?? ''
  args.expect(']')
  return path
}

/** `<0.2048>` if it is here. */
export function parseRange(args: ImapArguments): SectionRange | undefined {
  if (!args.take('<')) return undefined
  const start = args.number64()
  args.expect('.')
  const octets = args.number64()
  if (octets === 0) throw args.fault('A range without octets')
  args.expect('>')
  return { start, octets }
}

export function formatRange(range: SectionRange | undefined): string {
  return range === undefined ? '' : `<${range.start}.${range.octets}>`
}
