import type { MailDate } from '#src/formats/header/date.ts'
import type { ImapArguments, Literal } from './arguments.ts'
import { formatDateTime } from './dates.ts'
import { formatFlagList } from './flags.ts'
import { formatMailboxName } from './mailbox-name.ts'
import { formatAstring } from './strings.ts'

/** What a message begins with in APPEND and REPLACE. */
export type AppendHead = {
  flags: readonly string[]
  /** INTERNALDATE wanted. */
  date?: MailDate
  /** Put together of parts by CATENATE (RFC 4469). */
  catenate: boolean
  /** RFC 6855 §4: headers of the message are UTF-8. */
  utf8: boolean
}

export type AppendStep =
  | { kind: 'message'; message: AppendHead }
  /** The message, or with CATENATE the next part of it. A streamed one has no content. */
  | { kind: 'literal'; literal: Literal }
  /** The next part of a message that is CATENATEd: an IMAP URL. */
  | { kind: 'url'; url: string }
  /** Known only when what follows its literal has arrived. */
  | { kind: 'message-end' }
  /** No message follows; only when the whole command is here. */
  | { kind: 'end' }

type Place = 'start' | 'message' | 'data' | 'part' | 'after-part' | 'utf8-end' | 'message-end' | 'end'

/**
 * Reads the messages of APPEND (RFC 9051 §6.3.12, MULTIAPPEND RFC 3502, CATENATE) or the one of REPLACE (RFC 8508 §3.2) while
 * they arrive: at each `literal` event of the reader, and at the end with `complete`, take steps until there is none.
 * The arguments stand behind the mailbox name. Nothing is read twice.
 */
export class AppendParser {
  readonly #args: ImapArguments
  readonly #single: boolean
  #place: Place = 'start'
  #head: AppendHead | undefined

  constructor(args: ImapArguments, options: { single?: boolean } = {}) {
    this.#args = args
    this.#single = options.single ?? false
  }

  /** The next step; undefined when more must arrive. `complete`: the command is, so nothing more will. SyntaxFault. */
  next(complete: boolean): AppendStep | undefined {
    for (;;) {
      if (this.#place === 'end') return undefined
      if (!complete && this.#args.atEnd) return undefined
      const step = this.#step()
      if (step !== undefined) return step
    }
  }

  #step(): AppendStep | undefined {
    const args = this.#args
    switch (this.#place) {
      case 'start':
        args.space()
        this.#place = 'data'
        this.#head = parseHead(args)
        return { kind: 'message', message: this.#head }
      case 'data':
        return this.#data()
      case 'part':
        if (args.takeWord('URL')) {
          args.space()
          this.#place = 'after-part'
          return { kind: 'url', url: args.astring() }
        }
        args.expect('TEXT ')
        this.#place = 'after-part'
        return { kind: 'literal', literal: args.literal() }
      case 'after-part':
        this.#place = args.take(')') ? 'message-end' : 'part'
        if (this.#place === 'part') args.space()
        return undefined
      case 'utf8-end':
        args.expect(')')
        this.#place = 'message-end'
        return undefined
      case 'message-end':
        this.#place = 'message'
        return { kind: 'message-end' }
      default:
        if (!this.#single && args.hasMore()) {
          args.back(1)
          this.#place = 'start'
          return undefined
        }
        args.end()
        this.#place = 'end'
        return { kind: 'end' }
    }
  }

  #data(): AppendStep | undefined {
    const { catenate, utf8 } = this.#head!
    if (catenate) {
      this.#args.expect('(')
      this.#place = 'part'
      return undefined
    }
    if (utf8) this.#args.expect('(')
    const literal = this.#args.literal()
    this.#place = utf8 ? 'utf8-end' : 'message-end'
    return { kind: 'literal', literal }
  }
}

/** Up to the literal of the message, or the bracket before its parts. */
function parseHead(args: ImapArguments): AppendHead {
  let flags: string[] = []
  let date: MailDate | undefined
  if (args.peek() === '(') {
    flags = args.flagList()
    args.space()
  }
  if (args.peek() === '"') {
    date = args.dateTime()
    args.space()
  }
  const catenate = args.takeWord('CATENATE')
  const utf8 = !catenate && args.takeWord('UTF8')
  if (catenate || utf8) args.space()
  if (flags.includes('\\*')) throw args.fault('\\* is no flag')
  return { flags, catenate, utf8, ...(date === undefined ? {} : { date }) }
}

/** Content that the client sends: its size is known, its octets come from elsewhere or are here. */
export type AppendContent<T> = { sizeBytes: number; content: T; binary?: boolean }
type AppendPart<T> = { url: string } | { text: AppendContent<T> }

type AppendMessage<T> = {
  flags?: readonly string[]
  date?: MailDate
} & ({ content: AppendContent<T>; utf8?: boolean } | { parts: readonly AppendPart<T>[] })

/**
 * Arguments of APPEND, or of REPLACE with `replaces` in front: wire text and contents by turns. Each content is announced
 * at the end of the text before it, as `{n}`; how it is announced is `formatAnnouncement`.
 */
export function formatAppend<T>(
  append: { replaces?: number; mailbox: string; messages: readonly AppendMessage<T>[] },
  utf8 = false,
): (string | AppendContent<T>)[] {
  const pieces: (string | AppendContent<T>)[] = []
  let text = append.replaces === undefined ? '' : `${append.replaces} `
  text += formatMailboxName(append.mailbox, utf8)
  const put = (content: AppendContent<T>) => {
    pieces.push(text, content)
    text = ''
  }
  for (const message of append.messages) {
    if (message.flags !== undefined) text += ` ${formatFlagList(message.flags)}`
    if (message.date !== undefined)
      text += ` ${formatDateTime(message.date.epochMs, message.date.zoneMinutes)}`
    if ('content' in message) {
      text += message.utf8 ? ' UTF8 (' : ' '
      put(message.content)
      if (message.utf8) text += ')'
      continue
    }
    text += ' CATENATE ('
    message.parts.forEach((part, index) => {
      if (index > 0) text += ' '
      if ('url' in part) {
        text += `URL ${formatAstring(part.url)}`
      } else {
        text += 'TEXT '
        put(part.text)
      }
    })
    text += ')'
  }
  if (text !== '') pieces.push(text)
  return pieces
}
