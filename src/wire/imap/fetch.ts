import type { ImapArguments } from './arguments.ts'
import type { GmailAttribute } from './gmail.ts'
import {
  formatRange,
  formatSection,
  parseBinarySection,
  parseRange,
  parseSection,
  type Section,
  type SectionRange,
} from './section.ts'
import { formatPartialRange, type PartialRange, type SequenceSet } from './sequence-set.ts'

/** Attributes that are one word: RFC 9051 §6.4.5, RFC 7162, 8474, 8514; RFC822 and its parts from RFC 3501. */
export const plainAttributes = [
  'ENVELOPE',
  'FLAGS',
  'INTERNALDATE',
  'RFC822.SIZE',
  'BODY',
  'BODYSTRUCTURE',
  'UID',
  'MODSEQ',
  'EMAILID',
  'THREADID',
  'SAVEDATE',
  'RFC822',
  'RFC822.HEADER',
  'RFC822.TEXT',
] as const

type PlainAttribute = (typeof plainAttributes)[number]

/** What FETCH asks of each message. `peek` leaves \Seen alone. */
export type FetchAttribute =
  | { item: PlainAttribute }
  /** RFC 8970; `lazy`: only if it costs nothing. */
  | { item: 'PREVIEW'; lazy: boolean }
  | { item: 'BODY[]'; section: Section; peek: boolean; range?: SectionRange }
  | { item: 'BINARY[]'; path: string; peek: boolean; range?: SectionRange }
  | { item: 'BINARY.SIZE[]'; path: string }

/** What a client may ask for. */
export type AskedAttribute = FetchAttribute | GmailAttribute

/** Arguments of FETCH and UID FETCH with the modifiers of RFC 7162 §3.1.4, §3.2.6 and RFC 9394 §3.3. */
export type Fetch = {
  set: SequenceSet
  /** Macros are taken apart. */
  attributes: readonly FetchAttribute[]
  changedSince?: number
  /** Only with UID FETCH and `changedSince`. */
  vanished?: true
  partial?: PartialRange
}

const plainSet: ReadonlySet<string> = new Set(plainAttributes)
/** BODY[] and its sections say the same. */
const onlyRev1: ReadonlySet<string> = new Set(['RFC822', 'RFC822.HEADER', 'RFC822.TEXT'])
const macros: Readonly<Record<string, readonly PlainAttribute[]>> = {
  FAST: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE'],
  ALL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE'],
  FULL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODY'],
}

/** More attributes in one FETCH than any client has use for. */
const mostAttributes = 1_000

export function parseFetch(args: ImapArguments): Fetch {
  const set = args.sequenceSet()
  args.space()
  const macro = macros[args.peekWord()]
  let attributes: FetchAttribute[]
  if (macro !== undefined) {
    args.word()
    attributes = macro.map((item) => ({ item }))
  } else {
    attributes = parseFetchAttributes(args)
  }
  const fetch: Fetch = { set, attributes }
  if (args.hasMore()) readModifiers(args, fetch)
  args.end()
  if (fetch.vanished && fetch.changedSince === undefined) throw args.fault('VANISHED needs CHANGEDSINCE')
  return fetch
}

/** One attribute, or a list of some. */
export function parseFetchAttributes(args: ImapArguments): FetchAttribute[] {
  if (args.peek() !== '(') return [parseAttribute(args)]
  const attributes = args.listOfSome(() => parseAttribute(args))
  if (attributes.length > mostAttributes) throw args.fault('Too much is asked for')
  return attributes
}

const attributeName =
  /BODY\.PEEK(?=\[)|BODY(?=\[)|BINARY\.SIZE(?=\[)|BINARY\.PEEK(?=\[)|BINARY(?=\[)|[A-Z0-9.]+/iy

function parseAttribute(args: ImapArguments): FetchAttribute {
  const name = args.match(attributeName)?.[0].toUpperCase()
  const peek = name === 'BODY.PEEK' || name === 'BINARY.PEEK'
  if (args.peek() !== '[') {
    if (name !== undefined && plainSet.has(name) && !(args.rev2 && onlyRev1.has(name)))
      return { item: name as PlainAttribute }
    if (name === 'PREVIEW') return { item: 'PREVIEW', lazy: args.take(' (LAZY)') }
    throw args.fault('This cannot be fetched')
  }
  if (name === 'BODY' || name === 'BODY.PEEK') {
    const section = parseSection(args)
    return withRange({ item: 'BODY[]', section, peek }, parseRange(args))
  }
  if (name === 'BINARY.SIZE') return { item: 'BINARY.SIZE[]', path: parseBinarySection(args) }
  if (name !== 'BINARY' && name !== 'BINARY.PEEK') throw args.fault('This has no sections')
  const path = parseBinarySection(args)
  return withRange({ item: 'BINARY[]', path, peek }, parseRange(args))
}

const withRange = <T extends object>(attribute: T, range: SectionRange | undefined) =>
  range === undefined ? attribute : { ...attribute, range }

function readModifiers(args: ImapArguments, fetch: Fetch): void {
  for (const modifier of args.listOfSome(() => readModifier(args))) Object.assign(fetch, modifier)
}

function readModifier(args: ImapArguments): Partial<Fetch> {
  const word = args.word()
  if (word === 'VANISHED') return { vanished: true }
  args.space()
  if (word === 'CHANGEDSINCE') return { changedSince: args.number64() }
  if (word === 'PARTIAL') return { partial: args.partialRange() }
  throw args.fault('Not a modifier of FETCH')
}

/** Arguments of the command, `FETCH` itself left out. */
export function formatFetch({
  set,
  attributes,
  changedSince,
  vanished,
  partial,
}: Omit<Fetch, 'attributes'> & { attributes: readonly AskedAttribute[] }): string {
  const modifiers: string[] = []
  if (changedSince !== undefined) modifiers.push(`CHANGEDSINCE ${changedSince}`)
  if (vanished) modifiers.push('VANISHED')
  if (partial !== undefined) modifiers.push(`PARTIAL ${formatPartialRange(partial)}`)
  const text = `${set} (${attributes.map(formatFetchAttribute).join(' ')})`
  return modifiers.length === 0 ? text : `${text} (${modifiers.join(' ')})`
}

export function formatFetchAttribute(attribute: AskedAttribute): string {
  switch (attribute.item) {
    case 'PREVIEW':
      return attribute.lazy ? 'PREVIEW (LAZY)' : 'PREVIEW'
    case 'BODY[]':
      return `BODY${attribute.peek ? '.PEEK' : ''}${formatSection(attribute.section)}${formatRange(attribute.range)}`
    case 'BINARY[]':
      return `BINARY${attribute.peek ? '.PEEK' : ''}[${attribute.path}]${formatRange(attribute.range)}`
    case 'BINARY.SIZE[]':
      return `BINARY.SIZE[${attribute.path}]`
    default:
      return attribute.item
  }
}
