import { isUtf8 } from 'node:buffer'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { parseAddrSpec } from './addr-spec.ts'
import type { Mailbox } from './mailbox-list.ts'

const blanks = /[ \t]*/y
/** What hides an address from one reader and shows it to another is no comment here. */
const comment = /\(((?:[^()\\@<>]|\\[^@<>])*)\)/y
const word = /"(?:[^"\\]|\\.)*"|[^\s()<>[\]:;@\\,"]+/y
const address = /(?:"(?:[^"\\]|\\.)*"|[^\s()<>[\]:;@\\,"]+)@(?:\[[^\]\s]*\]|[^\s()<>[\]:;@\\,"]+)/y
const angle =
  /<[ \t]*((?:"(?:[^"\\]|\\.)*"|[^\s()<>[\]:;@\\,"]+)@(?:\[[^\]\s]*\]|[^\s()<>[\]:;@\\,"]+))[ \t]*>/y
/** Beyond controls: what breaks lines or turns the direction of writing. */
const invisible = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/

/**
 * The mailboxes of a stored field in which there must be no doubt who is meant, as every reader reads them: the
 * `mailbox-list` of RFC 5322 §3.4 in UTF-8 (RFC 6532), with dots in names (§4.1), without groups, routes, other obsolete
 * forms, nested comments, or addresses in comments. An address twice, `a@b <a@b>` as many programs write it, is one. `name` keeps
 * its encoded words; without a name it is the comment. SyntaxFault for anything else.
 */
export function parseStrictMailboxes(stored: string): Mailbox[] {
  const line = stored.replace(/\r?\n$/, '').replace(/\r?\n(?=[ \t])/g, '')
  const octets = Buffer.from(line, 'latin1')
  if (!isUtf8(octets)) throw new SyntaxFault('an address field that is not UTF-8')
  const text = octets.toString()
  if (invisible.test(text)) throw new SyntaxFault('control characters in an address field')
  const reader = new Reader(text)
  const found = [reader.mailbox()]
  while (reader.skips(',')) found.push(reader.mailbox())
  reader.requireEnd()
  return found
}

class Reader {
  readonly #text: string
  #at = 0
  #comments: string[] = []

  constructor(text: string) {
    this.#text = text
  }

  mailbox(): Mailbox {
    this.#comments = []
    this.#pass()
    const bare = this.#match(address)?.[0]
    if (bare !== undefined) {
      this.#pass()
      const again = this.#match(angle)?.[1]
      if (again === undefined) return named(this.#comments.join(' '), bare)
      if (again.toLowerCase() !== bare.toLowerCase()) throw new SyntaxFault('two addresses for one', this.#at)
      this.#pass()
      return named([bare, ...this.#comments].join(' '), again)
    }
    const words: string[] = []
    for (let found = this.#match(word); found; found = this.#match(word)) {
      words.push(found[0].startsWith('"') ? found[0].slice(1, -1).replace(/\\(.)/g, '$1') : found[0])
      this.#pass()
    }
    const enclosed = this.#match(angle)?.[1]
    if (enclosed === undefined) throw new SyntaxFault('no mailbox', this.#at)
    this.#pass()
    return named([...words, ...this.#comments].join(' '), enclosed)
  }

  skips(char: string): boolean {
    if (this.#text[this.#at] !== char) return false
    this.#at++
    return true
  }

  requireEnd(): void {
    if (this.#at < this.#text.length) throw new SyntaxFault('more than a mailbox', this.#at)
  }

  #pass(): void {
    this.#match(blanks)
    for (let found = this.#match(comment); found; found = this.#match(comment)) {
      this.#comments.push(found[1]!.trim())
      this.#match(blanks)
    }
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found !== null) this.#at = pattern.lastIndex
    return found ?? undefined
  }
}

const named = (name: string, written: string): Mailbox => ({
  ...(name !== '' && { name }),
  ...parseAddrSpec(written),
})
