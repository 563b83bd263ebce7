import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { ImapArguments } from './arguments.ts'
import { formatMailboxName } from './mailbox-name.ts'
import { formatAstring, formatLiteral, formatString } from './strings.ts'

/** Arguments of GETMETADATA (RFC 5464 §4.2). Mailbox `''` is the server. */
export type GetMetadata = {
  mailbox: string
  /** In lower case: `/private/comment`. */
  entries: readonly string[]
  /** Longer values are left out and told by METADATA LONGENTRIES. */
  maxSize?: number
  depth: 0 | 1 | 'infinity'
}

/** A value of octets as wire text; null: it is not there, or is to be removed. */
export type MetadataEntry = { name: string; value: string | null }

/** Entry names are not case-sensitive; `*` and `%` are kept for later (RFC 5464 §3). */
function parseEntryName(args: ImapArguments): string {
  const name = parseEntryPath(args)
  if (name.lastIndexOf('/') === 0) throw args.fault('Not the name of an entry')
  return name
}

/** The name of an entry, or `/private` or `/shared`, below which all others lie. */
function parseEntryPath(args: ImapArguments): string {
  const name = args.astring().toLowerCase()
  if (!/^\/(?:private|shared)(?:\/[\x21-\x24\x26-\x29\x2b-\x2e\x30-\x7e]+)*$/.test(name))
    throw args.fault('Not the name of an entry')
  return name
}

/** One name or a list. */
export function parseEntryNames(args: ImapArguments): string[] {
  return args.peek() === '(' ? args.listOfSome(() => parseEntryPath(args)) : [parseEntryPath(args)]
}

/** Options stand before the mailbox in the grammar and behind it in the examples; both are read. */
export function parseGetMetadata(args: ImapArguments): GetMetadata {
  const options: { maxSize?: number; depth: GetMetadata['depth'] } = { depth: 0 }
  if (args.peek() === '(') {
    readOptions(args, options)
    args.space()
  }
  const mailbox = args.mailbox()
  args.space()
  if (args.peek() === '(') {
    const first = readListOrOptions(args, options)
    if (first !== undefined) {
      args.end()
      return { mailbox, entries: first, ...options }
    }
    args.space()
  }
  const entries = parseEntryNames(args)
  args.end()
  return { mailbox, entries, ...options }
}

type Options = { maxSize?: number; depth: GetMetadata['depth'] }

function readOptions(args: ImapArguments, options: Options): void {
  args.listOfSome(() => readOption(args, options))
}

function readOption(args: ImapArguments, options: Options): void {
  const word = args.word()
  args.space()
  if (word === 'MAXSIZE') {
    options.maxSize = args.number64()
    return
  }
  if (word !== 'DEPTH') throw args.fault('Not an option of GETMETADATA')
  const depth = args.atom().toLowerCase()
  if (depth !== '0' && depth !== '1' && depth !== 'infinity') throw args.fault('DEPTH is 0, 1 or infinity')
  options.depth = depth === 'infinity' ? depth : depth === '1' ? 1 : 0
}

/** Names when the list holds names; undefined when it held options. */
function readListOrOptions(args: ImapArguments, options: Options): string[] | undefined {
  const names = args.listOfSome(() => {
    const word = args.peekWord()
    if (word !== 'MAXSIZE' && word !== 'DEPTH') return parseEntryPath(args)
    readOption(args, options)
    return undefined
  })
  const entries = names.filter((name) => name !== undefined)
  if (entries.length > 0 && entries.length < names.length) throw args.fault('Options among the entries')
  return entries.length === 0 ? undefined : entries
}

export function formatGetMetadata({ mailbox, entries, maxSize, depth }: GetMetadata, utf8 = false): string {
  const options: string[] = []
  if (maxSize !== undefined) options.push(`MAXSIZE ${maxSize}`)
  if (depth !== 0) options.push(`DEPTH ${depth}`)
  const texts = options.length === 0 ? [] : [`(${options.join(' ')})`]
  texts.push(formatMailboxName(mailbox, utf8), `(${entries.map((entry) => formatAstring(entry)).join(' ')})`)
  return texts.join(' ')
}

/** Arguments of SETMETADATA. */
export type SetMetadata = { mailbox: string; entries: readonly MetadataEntry[] }

export function parseSetMetadata(args: ImapArguments): SetMetadata {
  const mailbox = args.mailbox()
  args.space()
  const entries = args.listOfSome(() => parseEntry(args))
  args.end()
  return { mailbox, entries }
}

function parseEntry(args: ImapArguments): MetadataEntry {
  const name = parseEntryName(args)
  args.space()
  return { name, value: args.nil() ? null : args.stringOctets() }
}

export function formatSetMetadata({ mailbox, entries }: SetMetadata, utf8 = false): string {
  return `${formatMailboxName(mailbox, utf8)} ${formatEntries(entries)}`
}

function formatEntries(entries: readonly MetadataEntry[]): string {
  const texts = entries.map(({ name, value }) => `${formatAstring(name)} ${formatValue(value)}`)
  return `(${texts.join(' ')})`
}

function formatValue(value: string | null): string {
  if (value === null) return 'NIL'
  if (/^[\x20-\x7e]*$/.test(value)) return formatString(value)
  if (/[^\x00-\xff]/.test(value)) throw new SyntaxFault('A value of metadata is octets')
  return formatLiteral(value, value.includes('\0'))
}

/** `METADATA INBOX (/private/comment "x")`. */
export function formatMetadata(mailbox: string, entries: readonly MetadataEntry[], utf8 = false): string {
  return `METADATA ${formatMailboxName(mailbox, utf8)} ${formatEntries(entries)}`
}

/** `METADATA INBOX /private/comment`: these have changed. */
export function formatMetadataChanged(mailbox: string, names: readonly string[], utf8 = false): string {
  return ['METADATA', formatMailboxName(mailbox, utf8), ...names.map((name) => formatAstring(name))].join(' ')
}

/** Behind `METADATA `: values, or names that changed. */
export function parseMetadata(
  args: ImapArguments,
): { mailbox: string; entries: MetadataEntry[] } | { mailbox: string; changed: string[] } {
  const mailbox = args.mailbox()
  args.space()
  if (args.peek() === '(') return { mailbox, entries: args.list(() => parseEntry(args)) }
  const changed = [parseEntryName(args)]
  while (args.hasMore()) changed.push(parseEntryName(args))
  return { mailbox, changed }
}
