/** The subset of Advanced Query Syntax that clients' search fields write (MS-OXWSSRCH QueryString). */
import { Flag, type ItemClass } from '#src/domain/mailbox/item.ts'
import type { Query } from '#src/domain/mailbox/search/query.ts'
import { type Clock, spanOf } from './query-days.ts'

const span = /\b(received|sent|date)\s*:\s*\(?((?:last|this|next)\s+(?:week|month|year))\b\)?/gi
const word = /\s*(\(|\)|(?:([a-z]+)\s*:\s*)?(?:"([^"]*)"|([^\s()"]+)))/giy

type Token = { text: string; field: string | undefined; quoted: boolean }

/**
 * What a text asks for. Words stand for themselves; nothing is refused, since people type it. Days are those of `clock`.
 */
export function parseQueryString(text: string, clock: Clock): Query {
  const tokens: Token[] = []
  const phrased = text.replace(span, '$1:"$2"')
  word.lastIndex = 0
  for (let found = word.exec(phrased); found !== null && tokens.length < 200; found = word.exec(phrased)) {
    const [, whole, field, quoted, plain] = found
    tokens.push({
      text: quoted ?? plain ?? whole!,
      field: field?.toLowerCase(),
      quoted: quoted !== undefined,
    })
  }
  const parser = new Parser(tokens, clock)
  return parser.either()
}

class Parser {
  readonly #tokens: readonly Token[]
  readonly #clock: Clock
  #at = 0
  #depth = 0

  constructor(tokens: readonly Token[], clock: Clock) {
    this.#tokens = tokens
    this.#clock = clock
  }

  either(): Query {
    const of = [this.#all()]
    while (this.#is('OR')) {
      this.#at++
      of.push(this.#all())
    }
    return of.length === 1 ? of[0]! : { kind: 'or', of }
  }

  #all(): Query {
    const of: Query[] = []
    while (this.#at < this.#tokens.length && !this.#is('OR') && !(this.#is(')') && this.#depth > 0)) {
      const one = this.#one()
      if (one !== undefined) of.push(one)
    }
    return of.length === 1 ? of[0]! : { kind: 'and', of }
  }

  #one(): Query | undefined {
    const token = this.#tokens[this.#at++]!
    if (!token.quoted && token.field === undefined) {
      if (token.text === 'AND' || token.text === ')') return undefined
      if (token.text === 'NOT') return this.#at < this.#tokens.length ? negated(this.#one()) : undefined
      if (token.text === '(' && this.#depth < 32) {
        this.#depth++
        const inner = this.either()
        this.#depth--
        if (this.#is(')')) this.#at++
        return inner
      }
      if (token.text.startsWith('-') && token.text.length > 1)
        return negated(termOf({ ...token, text: token.text.slice(1) }, this.#clock))
    }
    return termOf(token, this.#clock)
  }

  #is(text: string): boolean {
    const token = this.#tokens[this.#at]
    return token !== undefined && !token.quoted && token.field === undefined && token.text === text
  }
}

const negated = (query: Query | undefined): Query | undefined => query && { kind: 'not', of: query }

function termOf({ text, field }: Token, clock: Clock): Query | undefined {
  const contains = text.replace(/(?<!\*)\*+$/, '')
  if (contains === '') return undefined
  switch (field) {
    case 'subject':
      return { kind: 'subject', contains }
    case 'from':
    case 'sender':
      return { kind: 'from', contains }
    case 'to':
      return { kind: 'to', contains }
    case 'cc':
      return { kind: 'cc', contains }
    case 'bcc':
      return { kind: 'bcc', contains }
    case 'participants':
      return {
        kind: 'or',
        of: (['from', 'to', 'cc', 'bcc'] as const).map((kind) => ({ kind, contains })),
      }
    case 'body':
    case 'content':
      return { kind: 'body', contains }
    case 'attachment':
    case 'attachments':
    case 'attachmentnames':
      return { kind: 'attachment', contains }
    case 'importance':
      return importanceOf(text.toLowerCase())
    case 'category':
    case 'categories':
      return { kind: 'keyword', keyword: text }
    case 'isread':
    case 'read':
      return flag(Flag.seen, isYes(text))
    case 'isflagged':
    case 'flagged':
      return flag(Flag.flagged, isYes(text))
    case 'hasattachment':
    case 'hasattachments':
      return flag(Flag.hasAttachment, isYes(text))
    case 'received':
    case 'sent':
    case 'date':
      return spanOf(field === 'sent' ? 'sent' : 'received', text, clock)
    case 'size':
      return sizeOf(text)
    case 'kind':
      return kindOf(text)
    default:
      return { kind: 'text', contains: field === undefined ? contains : `${field}:${contains}` }
  }
}

const isYes = (text: string): boolean => /^(?:true|yes|1)$/i.test(text)
const flag = (flags: number, set: boolean): Query =>
  set ? { kind: 'flags', flags } : { kind: 'not', of: { kind: 'flags', flags } }

/** As `importanceIn` reads a header: X-Priority counts where Importance says nothing else. */
function importanceOf(word: string): Query | undefined {
  const says = (name: string, ...texts: string[]): Query => ({
    kind: 'or',
    of: texts.map((contains) => ({ kind: 'header', name, contains })),
  })
  const named = says('importance', 'high', 'low')
  const is = (level: 'high' | 'low', ...priorities: string[]): Query => ({
    kind: 'or',
    of: [
      says('importance', level),
      { kind: 'and', of: [{ kind: 'not', of: named }, says('x-priority', ...priorities)] },
    ],
  })
  const [high, low] = [is('high', '1', '2'), is('low', '4', '5')]
  if (word === 'high') return high
  if (word === 'low') return low
  return word === 'normal' ? { kind: 'not', of: { kind: 'or', of: [high, low] } } : undefined
}

/** `>5000`, `<=10kb`, `1mb`, `1kb..2kb`, both ends of which are in it. */
function sizeOf(text: string): Query | undefined {
  const found = /^(>=|<=|>|<|=)?(\d{1,9})(kb|mb|b)?(?:\.\.(\d{1,9})(kb|mb|b)?)?$/i.exec(text)
  if (found === null) return undefined
  const [, sign, number, unit, end, endUnit] = found
  const from = octetsOf(number!, unit)
  const to = end === undefined ? from : octetsOf(end, endUnit)
  switch (sign) {
    case '>':
      return { kind: 'size', larger: from }
    case '>=':
      return { kind: 'size', larger: from - 1 }
    case '<':
      return { kind: 'size', smaller: from }
    case '<=':
      return { kind: 'size', smaller: from + 1 }
    default:
      return { kind: 'size', larger: from - 1, smaller: to + 1 }
  }
}

const octetsOf = (number: string, unit = 'b'): number =>
  Number(number) * { b: 1, kb: 1024, mb: 1024 ** 2 }[unit.toLowerCase() as 'b' | 'kb' | 'mb']

const kinds = new Map<string, ItemClass>([
  ['email', 'message'],
  ['meeting', 'event'],
  ['contact', 'contact'],
  ['task', 'task'],
  ['note', 'note'],
])

/** Of kinds that there are not (`docs`, `voicemail`) there is nothing. */
function kindOf(text: string): Query {
  const found = kinds.get(text.toLowerCase().replace(/s$/, ''))
  return found === undefined ? { kind: 'or', of: [] } : { kind: 'class', class: found }
}
