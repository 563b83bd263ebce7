import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { decodeText } from '#src/formats/text/charset.ts'
import type { ImapArguments } from './arguments.ts'
import { bareKeys, dateKeys, onlyRev1, type SearchKey } from './search-key.ts'
import { parseSearchReturn, type SearchReturn } from './search-return.ts'
import { fromWire } from './strings.ts'

/** Arguments of SEARCH and UID SEARCH. */
export type Search = {
  /** Undefined: the old answer, an untagged SEARCH (in IMAP4rev1). `RETURN ()` is `all`. */
  returns?: SearchReturn
  /** As the client named it; texts are decoded already. */
  charset?: string
  /** All of them together. */
  key: SearchKey
}

/** The charset of a search is not known: `NO [BADCHARSET]`, not BAD. */
export class UnknownCharset extends SyntaxFault {
  readonly charset: string
  /** The result was to be saved, so that nothing is saved now (RFC 5182 §2.1). */
  saves = false

  constructor(charset: string) {
    super('The charset is not known')
    this.charset = charset
  }
}

/** Keys in keys: no person and no program nests deeper, and evaluating must not overflow. */
const deepest = 500

export function parseSearch(args: ImapArguments): Search {
  const returns = parseSearchReturn(args)
  let charset: string | undefined
  if (args.takeWord('CHARSET')) {
    // RFC 6855 §3: the strings are labelled already. IMAP4rev2 allows both.
    if (args.utf8 && !args.rev2) throw args.fault('With UTF8=ACCEPT no charset is named')
    args.space()
    charset = args.astring()
    args.space()
  }
  const key = savingNothing(returns, () => parseSearchKeys(args, charset))
  return {
    ...(returns === undefined ? {} : { returns }),
    ...(charset === undefined ? {} : { charset }),
    key,
  }
}

/** Says in an UnknownCharset whether the result was to be saved. */
export function savingNothing<T>(returns: SearchReturn | undefined, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof UnknownCharset) error.saves = returns?.save === true
    throw error
  }
}

/** Keys up to the end. UnknownCharset when their charset is none that can be read. */
export function parseSearchKeys(args: ImapArguments, charset?: string): SearchKey {
  const reader = new KeyReader(args, charset)
  const keys = [reader.key()]
  while (args.hasMore()) keys.push(reader.key())
  args.end()
  return keys.length === 1 ? keys[0]! : { key: 'and', and: keys }
}

/** Commands are made of octets that mean ASCII: two octets a character cannot stand in one. */
function isKnown(charset: string): boolean {
  try {
    return !new TextDecoder(charset).encoding.startsWith('utf-16')
  } catch {
    return false
  }
}

/** More keys in one search than anybody asks for at once; each is tried on each message. */
const mostKeys = 10_000

class KeyReader {
  readonly #args: ImapArguments
  readonly #charset: string
  #depth = 0
  #keys = 0

  constructor(args: ImapArguments, charset = 'UTF-8') {
    if (!isKnown(charset)) throw new UnknownCharset(charset)
    this.#args = args
    this.#charset = /^(?:utf-?8|us-ascii)$/i.test(charset) ? 'utf-8' : charset
  }

  key(): SearchKey {
    if (++this.#depth > deepest) throw this.#args.fault('The search is nested too deep')
    if (++this.#keys > mostKeys) throw this.#args.fault('The search has too many keys')
    const key = this.#key()
    this.#depth--
    return key
  }

  #key(): SearchKey {
    const args = this.#args
    const next = args.peek()
    if (next === '(') {
      const keys = args.listOfSome(() => this.key())
      return keys.length === 1 ? keys[0]! : { key: 'and', and: keys }
    }
    if (next === '$' || next === '*' || (next >= '0' && next <= '9'))
      return { key: 'numbers', numbers: args.sequenceSet(), uid: false }
    const word = args.word()
    const bare = bareKeys.get(word)
    if (args.rev2 && onlyRev1.has(word)) throw args.fault('Nothing is recent in IMAP4rev2')
    if (bare !== undefined) return bare
    if (word === 'FUZZY') throw args.fault('FUZZY is not offered')
    args.space()
    return this.#withArgument(word)
  }

  #withArgument(word: string): SearchKey {
    const args = this.#args
    switch (word) {
      case 'SUBJECT':
      case 'FROM':
      case 'TO':
      case 'CC':
      case 'BCC':
        return { key: 'field', field: word, text: this.#text() }
      case 'BODY':
        return { key: 'body', text: this.#text() }
      case 'TEXT':
        return { key: 'text', text: this.#text() }
      case 'HEADER': {
        const name = args.astring()
        args.space()
        return { key: 'header', name, text: this.#text() }
      }
      case 'KEYWORD':
      case 'UNKEYWORD':
        return { key: 'flag', flag: args.flag(), set: word === 'KEYWORD' }
      case 'UID':
        return { key: 'numbers', numbers: args.sequenceSet(), uid: true }
      case 'LARGER':
      case 'SMALLER':
        return { key: 'size', than: word === 'LARGER' ? 'larger' : 'smaller', octets: args.number64() }
      case 'OLDER':
      case 'YOUNGER':
        return { key: 'age', than: word === 'OLDER' ? 'older' : 'younger', seconds: args.nonZero() }
      case 'EMAILID':
      case 'THREADID':
        return { key: 'object-id', of: word === 'EMAILID' ? 'email' : 'thread', id: args.astring() }
      case 'MODSEQ':
        return this.#modseq()
      case 'NOT':
        return { key: 'not', not: this.key() }
      case 'OR': {
        const left = this.key()
        args.space()
        return { key: 'or', or: [left, this.key()] }
      }
      default: {
        if (!Object.hasOwn(dateKeys, word)) throw args.fault('Not a search key')
        const [of, when] = dateKeys[word as keyof typeof dateKeys]
        return { key: 'date', of, when, date: args.date() }
      }
    }
  }

  #modseq(): SearchKey {
    const args = this.#args
    if (args.peek() >= '0' && args.peek() <= '9') return { key: 'modseq', modseq: args.number64() }
    const name = args.string()
    args.space()
    const type = args.word().toLowerCase()
    if (type !== 'priv' && type !== 'shared' && type !== 'all') throw args.fault('Not a type of metadata')
    args.space()
    return { key: 'modseq', modseq: args.number64(), entry: { name, type } }
  }

  #text(): string {
    const octets = this.#args.astringOctets()
    if (this.#charset === 'utf-8') return fromWire(octets)
    return decodeText(Buffer.from(octets, 'latin1'), this.#charset)
  }
}
