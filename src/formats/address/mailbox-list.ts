import { unfold } from '../header/fields.ts'

/** One mailbox of an address list. Texts are Unicode; `name` still holds its encoded words (see `decodeWords`). */
export interface Mailbox {
  /** Display name without quotes; absent when there was none. */
  name?: string
  /** Local part without quotes, as RFC 9051 §7.5.2 wants it. */
  mailbox: string
  /** Domain; empty when the sender wrote none. */
  host: string
  /** Source route of old senders, of no use to anybody: `@relay.example` (RFC 5322 §4.4 obs-route). */
  route?: string
}

/** A named group of mailboxes (RFC 5322 §3.4), for example `undisclosed-recipients:;`. */
interface Group {
  group: string
  members: Mailbox[]
}

export type AddressEntry = Mailbox | Group

/** More recipients than any message we take (LIM-11 allows 500) and fewer than would hurt. */
const MAX_MAILBOXES = 20_000

/** A piece of an address: text with its quotes and escapes undone, or one special character. */
interface Token {
  kind: 'atom' | 'quoted' | 'special'
  text: string
  /** A blank or a comment stood before it. */
  spaced: boolean
}

const atomEnd = /[\s()<>[\]:;@\\,"]/g

class Scanner {
  readonly #text: string
  #at = 0
  /** The last comment seen, for `user@host (Name)`. */
  comment = ''

  constructor(text: string) {
    this.#text = text
  }

  next(): Token | undefined {
    const text = this.#text
    let spaced = false
    while (this.#at < text.length) {
      const char = text[this.#at]!
      if (char === ' ' || char === '\t' || char === '\r' || char === '\n') {
        this.#at++
        spaced = true
      } else if (char === '(') {
        this.comment = this.#enclosed(')', '(')
        spaced = true
      } else if (char === '"') {
        return { kind: 'quoted', text: this.#enclosed('"', ''), spaced }
      } else if (char === '[') {
        return { kind: 'atom', text: `[${this.#enclosed(']', '')}]`, spaced }
      } else if ('<>,;:@'.includes(char)) {
        this.#at++
        return { kind: 'special', text: char, spaced }
      } else {
        return { kind: 'atom', text: this.#atom(), spaced }
      }
    }
    return undefined
  }

  #atom(): string {
    const from = this.#at
    atomEnd.lastIndex = from + 1
    const end = atomEnd.exec(this.#text)?.index ?? this.#text.length
    this.#at = end
    return this.#text.slice(from, end)
  }

  /** From an opening character to its partner, escapes undone; without a partner, to the end of the text. */
  #enclosed(close: string, open: string): string {
    const text = this.#text
    let out = ''
    let depth = 1
    let from = ++this.#at
    for (; this.#at < text.length; this.#at++) {
      const char = text[this.#at]!
      if (char === '\\' && this.#at + 1 < text.length) {
        out += text.slice(from, this.#at)
        from = ++this.#at
      } else if (char === open) {
        depth++
      } else if (char === close && --depth === 0) {
        out += text.slice(from, this.#at++)
        return out
      }
    }
    return out + text.slice(from)
  }
}

/** Words with single blanks where there were blanks: a display name. */
function joinPhrase(tokens: readonly Token[]): string {
  return tokens.reduce(
    (text, token) => (text !== '' && token.spaced ? `${text} ${token.text}` : text + token.text),
    '',
  )
}

/** Splits at the last `@`. Blanks inside an address are obsolete syntax and vanish. A source route is kept apart. */
function addressOf(tokens: readonly Token[]): Pick<Mailbox, 'mailbox' | 'host' | 'route'> {
  let from = 0
  if (tokens[0]?.text === '@' && tokens[0].kind === 'special') {
    from = tokens.findIndex((token) => token.kind === 'special' && token.text === ':') + 1
  }
  const at = tokens.findLastIndex((token) => token.kind === 'special' && token.text === '@')
  const text = (part: readonly Token[]) => part.map((token) => token.text).join('')
  const route = from === 0 ? {} : { route: text(tokens.slice(0, from - 1)) }
  return at < from
    ? { mailbox: text(tokens.slice(from)), host: '', ...route }
    : { mailbox: text(tokens.slice(from, at)), host: text(tokens.slice(at + 1)), ...route }
}

/** An entry without angle brackets: `user@host`, `user@host (Name)`, or, broken, `Name user@host`. */
function bareMailbox(tokens: readonly Token[], comment: string): Mailbox | undefined {
  if (tokens.length === 0) return undefined
  const at = tokens.findLastIndex((token) => token.kind === 'special' && token.text === '@')
  let from = 0
  if (at > 0) {
    // Words belong to the local part as long as only dots or nothing part them from it.
    from = at - 1
    const joined = (token: Token, next: Token) =>
      !next.spaced || token.text.endsWith('.') || next.text.startsWith('.')
    while (from > 0 && joined(tokens[from - 1]!, tokens[from]!)) from--
  }
  const name = joinPhrase(tokens.slice(0, from)) || comment
  return { ...(name === '' ? {} : { name }), ...addressOf(tokens.slice(from)) }
}

/**
 * Reads an address list of Unicode text (RFC 5322 §3.4 with the obsolete syntax of §4.4, RFC 6532). What is no address is
 * kept as far as it can be understood, never refused: `host` is then empty. Never fails.
 */
export function parseMailboxList(text: string): AddressEntry[] {
  const entries: AddressEntry[] = []
  const scanner = new Scanner(text)
  let group: Group | undefined
  let count = 0
  let words: Token[] = []
  let angle: Token[] | undefined
  let inside = false
  scanner.comment = ''

  const flush = () => {
    const name = joinPhrase(words) || scanner.comment
    const mailbox = angle
      ? { ...(name === '' ? {} : { name }), ...addressOf(angle) }
      : bareMailbox(words, scanner.comment)
    if (mailbox && (mailbox.mailbox !== '' || mailbox.host !== '' || mailbox.name) && count < MAX_MAILBOXES) {
      count++
      if (group) group.members.push(mailbox)
      else entries.push(mailbox)
    }
    words = []
    angle = undefined
    inside = false
    scanner.comment = ''
  }

  for (let token = scanner.next(); token; token = scanner.next()) {
    if (token.kind !== 'special') {
      if (inside) angle!.push(token)
      else if (!angle) words.push(token)
    } else if (token.text === '<') {
      inside = true
      angle = []
    } else if (token.text === '>') {
      inside = false
    } else if (token.text === ',' && !(inside && angle![0]?.text === '@' && !angle!.some(isColon))) {
      flush()
    } else if (token.text === ';') {
      flush()
      group = undefined
    } else if (token.text === ':' && !inside && !group && !angle && count < MAX_MAILBOXES) {
      group = { group: joinPhrase(words), members: [] }
      entries.push(group)
      count++
      words = []
      scanner.comment = ''
    } else if (inside) {
      angle!.push(token)
    } else if (!angle) {
      words.push(token)
    }
  }
  flush()
  return entries
}

const isColon = (token: Token) => token.kind === 'special' && token.text === ':'

/** The same for a header value as stored: folds undone and 8-bit octets decoded first. */
export function parseAddressField(stored: string): AddressEntry[] {
  return parseMailboxList(unfold(stored))
}

/** All mailboxes of a list, those in groups too. */
export function mailboxesOf(entries: readonly AddressEntry[]): Mailbox[] {
  return entries.flatMap((entry) => ('members' in entry ? entry.members : [entry]))
}
