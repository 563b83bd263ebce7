import { type FetchedItem, FetchParser } from '#src/wire/imap/fetch-response.ts'
import type { NumberSet } from '#src/wire/imap/number-set.ts'
import type { UntaggedData } from '#src/wire/imap/response-reader.ts'
import { Channel } from './channel.ts'
import type { ImapFailure } from './failure.ts'
import { uidOf } from './fetched-message.ts'

/** A FETCH response on its way to who asked: items, then octets of a body that was too large to be held, then items. */
export type FetchEvent =
  /** `complete`: nothing follows. Else the last item is a body whose octets follow, up to `body-end`. */
  | { kind: 'message'; sequence: number; items: FetchedItem[]; complete: boolean }
  | { kind: 'octets'; octets: Uint8Array }
  | { kind: 'body-end' }
  | { kind: 'items'; items: FetchedItem[]; complete: boolean }

/** What lies between the connection and the reader of messages; octets, items counted as a few hundred. */
const mostWaiting = 262_144
const itemWeight = 300

/** Where a FETCH command wants its responses. */
export class FetchSink {
  readonly channel = new Channel<FetchEvent>(mostWaiting)
  readonly #wants: FetchWishes
  readonly #answered = new Set<number>()

  constructor(wants: FetchWishes) {
    this.#wants = wants
  }

  /** Everything that was asked for has come: nothing but the tagged line is due. */
  get hasAll(): boolean {
    const { uids } = this.#wants
    return uids !== undefined && this.#answered.size === uids.size
  }

  /** Whether a whole response answers this command. Others tell of flags that somebody changed. */
  isAnswer(items: readonly FetchedItem[]): boolean {
    if (!items.some(({ item }) => item === 'UID')) return false
    return !this.#wants.more || items.some(({ item }) => !unsolicited.has(item))
  }

  whole(sequence: number, items: FetchedItem[]): Promise<void> | undefined {
    this.ended(items)
    return this.channel.put({ kind: 'message', sequence, items, complete: true }, weightOf(items))
  }

  /** A response came to its end, with these items. */
  ended(items: readonly FetchedItem[]): void {
    const { uids, body } = this.#wants
    const uid = uidOf(items)
    if (uid !== undefined && uids?.has(uid) && (!body || items.some((item) => 'content' in item)))
      this.#answered.add(uid)
  }

  /** The conversation is over before the tagged line: where nothing else was due, nothing of the answer is missing. */
  lost(failure: ImapFailure): void {
    const isWhole = this.hasAll && (failure.kind === 'timeout' || failure.kind === 'closed')
    this.channel.end(isWhole ? undefined : failure)
  }
}

type FetchWishes = {
  /** Undefined: some that nobody knows beforehand. */
  uids: NumberSet | undefined
  /** More than UID, FLAGS and MODSEQ. */
  more: boolean
  body: boolean
}

const unsolicited: ReadonlySet<string> = new Set(['UID', 'FLAGS', 'MODSEQ'])

function weightOf(items: readonly FetchedItem[]): number {
  let weight = itemWeight
  for (const item of items)
    if ('content' in item && item.content instanceof Uint8Array) weight += item.content.length
  return weight
}

/** Reads a response with bodies too large to be held, as it arrives. */
export class StreamedFetch {
  /** Undefined: nobody asked for it. */
  readonly #sink: FetchSink | undefined
  readonly #sequence: number
  readonly #parser: FetchParser
  #begun = false
  /** All but octets of bodies. */
  readonly items: FetchedItem[] = []

  constructor(data: UntaggedData, sink: FetchSink | undefined) {
    this.#sink = sink
    this.#sequence = data.number ?? 0
    this.#parser = new FetchParser(data.args)
  }

  /** What came up to a body, or with `complete` up to the end of the response. SyntaxFault. */
  advance(complete: boolean): Promise<void> | undefined {
    const items: FetchedItem[] = []
    for (let item = this.#parser.next(); item !== undefined; item = this.#parser.next()) items.push(item)
    this.items.push(...items)
    if (complete) this.#sink?.ended(this.items)
    const begun = this.#begun
    this.#begun = true
    return this.#sink?.channel.put(
      begun
        ? { kind: 'items', items, complete }
        : { kind: 'message', sequence: this.#sequence, items, complete },
      weightOf(items),
    )
  }

  octets(octets: Uint8Array): Promise<void> | undefined {
    return this.#sink?.channel.put({ kind: 'octets', octets }, octets.length)
  }

  bodyEnd(): void {
    this.#sink?.channel.put({ kind: 'body-end' }, 0)
  }
}

const bodyAhead = /[( ](?:BODY\[[^[\n]*\]|BINARY\[[\d.]*\]|RFC822(?:\.HEADER|\.TEXT)?)(?:<\d+>)? \n$/i

/** Whether the literal at which a FETCH response stands is a body; it may be the text of an envelope as well. */
export function standsAtBody({ name, args }: UntaggedData): boolean {
  if (name !== 'FETCH') return false
  const text = args.rest()
  args.back(text.length)
  return bodyAhead.test(text)
}
