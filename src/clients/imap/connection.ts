import { lostWords } from '#src/base/socket-words.ts'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { AppendContent } from '#src/wire/imap/append.ts'
import type { LiteralStyle } from '#src/wire/imap/literal-pieces.ts'
import { ImapResponseReader, type ResponseEvent, type UntaggedData } from '#src/wire/imap/response-reader.ts'
import type { StatusLine } from '#src/wire/imap/status-line.ts'
import { parseUntagged, type Untagged } from '#src/wire/imap/untagged.ts'
import { ImapFailure, refusedWith } from './failure.ts'
import { type FetchSink, StreamedFetch, standsAtBody } from './fetch-sink.ts'
import { sendCommand } from './send-command.ts'
import { type Silences, SilenceWatch } from './silence-watch.ts'
import type { Transport } from './transport.ts'

export type AppendSource = () => AsyncIterable<Uint8Array>

export type CommandRequest = {
  name: string
  /** Wire text, literals in it as the formatting functions write them; or text and contents by turns. */
  args?: string | readonly (string | AppendContent<AppendSource>)[]
  /**
   * What may go along with it before it is answered: nothing (`alone`), everything (`free`), or all but commands of the same
   * lane, whose answers could be taken for one another's.
   */
  lane: 'alone' | 'free' | (string & {})
  /** Whether an untagged response is part of the answer; the oldest command that wants it has it. */
  take?: (data: Untagged) => boolean
  /** An untagged status while the command runs. */
  status?: (line: StatusLine) => void
  fetched?: FetchSink
  /** What to send when the server asks for more; undefined for nothing. */
  challenged?: (text: string) => string | undefined
  /** It changes something, so a lost answer leaves open what was done. */
  changes?: boolean
  /** Has the tagged OK before whatever the server says next. */
  answered?: (line: StatusLine) => void
  /** Changes the transport once the server says OK; `kept` came behind that. The command is answered when this is done. */
  change?: (kept: Uint8Array) => Promise<void>
}

/** A command that is sent or waits for its turn. */
export type Pending = {
  request: CommandRequest
  tag: string
  sent: boolean
  /** Resolves the wait for the server's word on a literal: true to go on. */
  goAhead: ((goOn: boolean) => void) | undefined
  fault: SyntaxFault | undefined
  /** Some of the answer came. */
  isTold?: boolean
  resolve: (line: StatusLine) => void
  reject: (failure: ImapFailure) => void
}

type Change = { pending: Pending; line: StatusLine; change: (kept: Uint8Array) => Promise<void> }

/** What the session wants to know, in the order of arrival. */
export type Told = {
  /** Before any command has it. */
  data(data: Untagged): void
  status(line: StatusLine): void
}

/** Commands before their answers; a server that reads one after the other still has room for them. */
const mostAhead = 50
const collectOctets = 65_536
const heldOctets = 16_777_216

/**
 * One connection: commands go out in their order, several at once where that is safe; responses are read one by one, and not
 * faster than they are used. What goes wrong once fails everything that is under way and all that comes later.
 */
export class ImapConnection {
  readonly transport: Transport
  literalStyle: LiteralStyle = 'wait'
  readonly #reader = new ImapResponseReader({ collectOctets, heldOctets })
  readonly #told: Told
  readonly #silence: SilenceWatch
  readonly #closeMs: number
  #waiting: Pending[] = []
  #running: Pending[] = []
  #sending = false
  #tags = 0
  #failure: ImapFailure | undefined
  #bye: string | undefined
  #greeting: { resolve: (line: StatusLine) => void; reject: (failure: ImapFailure) => void } | undefined
  #streamed: StreamedFetch | undefined
  /** Octets behind the line that was read: only while the transport may change behind it. */
  #kept: Uint8Array | undefined
  #changing: Change | undefined

  constructor(transport: Transport, told: Told, silence: Silences) {
    this.transport = transport
    this.#told = told
    this.#closeMs = silence.closeMs
    this.#silence = new SilenceWatch(silence, () => this.fail(this.#silent()))
  }

  get failure(): ImapFailure | undefined {
    return this.#failure
  }

  get utf8(): boolean {
    return this.#reader.utf8
  }

  set utf8(enabled: boolean) {
    this.#reader.utf8 = enabled
  }

  /** Begins to read; resolves with the greeting. */
  greeted(timeoutMs: number): Promise<StatusLine> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    const greeting = new Promise<StatusLine>((resolve, reject) => {
      this.#greeting = { resolve, reject }
    })
    const timer = setTimeout(
      () => this.fail(new ImapFailure('timeout', `The server did not greet within ${timeoutMs} ms`)),
      timeoutMs,
    )
    void this.#read()
    return greeting.finally(() => clearTimeout(timer))
  }

  /** Resolves with the tagged OK. Rejects with ImapFailure. */
  run(request: CommandRequest): Promise<StatusLine> {
    if (this.#failure !== undefined) {
      request.fetched?.channel.end(this.#failure)
      return Promise.reject(this.#failure)
    }
    return new Promise((resolve, reject) => {
      const tag = `L${++this.#tags}`
      this.#waiting.push({
        request,
        tag,
        sent: false,
        goAhead: undefined,
        fault: undefined,
        resolve,
        reject,
      })
      this.#advance()
    })
  }

  /** The rest of a conversation that is quiet by nature (IDLE). */
  setPatient(patient: boolean): void {
    this.#silence.setPatient(patient)
  }

  /** How long silence may last from now on, in milliseconds, where that is less than ever; undefined ends it. */
  hurry(ms: number | undefined): void {
    if (this.#bye === undefined) this.#silence.hurry(ms)
  }

  /** Ends everything. The first failure counts. */
  fail(failure: ImapFailure): void {
    if (this.#failure !== undefined) return
    this.#failure = failure
    this.#silence.stop()
    this.transport.destroy()
    this.#greeting?.reject(failure)
    const { kind, message } = failure
    for (const each of this.#running) {
      const uncertain = each.sent && each.request.changes === true
      const own = uncertain ? new ImapFailure(kind, message, { uncertain, cause: failure }) : failure
      each.goAhead?.(false)
      each.request.fetched?.lost(own)
      each.reject(own)
    }
    for (const each of this.#waiting) {
      each.request.fetched?.channel.end(failure)
      each.reject(failure)
    }
    this.#running = []
    this.#waiting = []
  }

  #silent(): ImapFailure {
    if (this.#bye !== undefined) return this.#lost()
    const names = this.#running.map(({ request }) => request.name).join(', ')
    const behind = this.#hasAll || this.#isTold ? 'behind the answer, before the end of' : 'over'
    const where = this.#reader.isAmid ? 'in the middle of an answer to' : behind
    return new ImapFailure('timeout', `The server went silent ${where} ${names}`)
  }

  /** Something came of each that was asked. */
  get #isTold(): boolean {
    return this.#running.length > 0 && this.#running.every(({ isTold }) => isTold === true)
  }

  /** Nothing is due but the ends of what was asked. */
  get #hasAll(): boolean {
    return this.#running.length > 0 && this.#running.every(({ request }) => request.fetched?.hasAll === true)
  }

  #advance(): void {
    if (this.#sending || this.#waiting.length === 0 || this.#running.length >= mostAhead) return
    const next = this.#waiting[0]!
    const { lane } = next.request
    const alone = lane === 'alone' || this.#running[0]?.request.lane === 'alone'
    if (alone && this.#running.length > 0) return
    if (lane !== 'free' && this.#running.some(({ request }) => request.lane === lane)) return
    this.#waiting.shift()
    this.#running.push(next)
    this.#silence.expect(true)
    this.#sending = true
    sendCommand(next, this).then(
      () => {
        this.#sending = false
        this.#silence.expect(this.#running.length > 0)
        this.#advance()
      },
      (error: unknown) => {
        if (!(error instanceof ImapFailure)) return this.#break(error)
        // It is this command that cannot be sent; the others only lose their connection.
        this.#running = this.#running.filter((each) => each !== next)
        next.reject(error)
        this.fail(new ImapFailure('closed', 'Another command could not be sent to its end', { cause: error }))
      },
    )
  }

  /** Something went out, or somebody we waited for went on. */
  touch(): void {
    this.#silence.touch()
  }

  async #read(): Promise<void> {
    try {
      while (this.#failure === undefined) {
        for (let event = this.#reader.next(); event !== undefined; event = this.#reader.next()) {
          const held = this.#take(event)
          if (held !== undefined) await this.#patiently(held)
          if (this.#failure !== undefined) return
        }
        if (this.#changing === undefined) await this.#more()
        else await this.#patiently(this.#change(this.#changing))
      }
    } catch (error) {
      this.#break(error)
    }
  }

  async #patiently(wait: Promise<void>): Promise<void> {
    this.#silence.setPatient(true)
    await wait
    this.#silence.setPatient(false)
  }

  async #more(): Promise<void> {
    const octets = this.#kept ?? this.transport.read()
    if (octets === null) {
      if (this.transport.isOver) throw this.#lost()
      this.#silence.setAmid(this.#reader.isAmid)
      this.#silence.setEnding(this.#hasAll)
      return this.transport.readable()
    }
    this.#silence.touch()
    // A change of the transport takes hold behind a line.
    const end = this.#running[0]?.request.change === undefined ? 0 : octets.indexOf(10) + 1
    this.#kept = end > 0 && end < octets.length ? octets.subarray(end) : undefined
    this.#reader.push(end > 0 ? octets.subarray(0, end) : octets)
  }

  async #change({ pending, line, change }: Change): Promise<void> {
    const kept = this.#kept ?? new Uint8Array(0)
    this.#kept = undefined
    await change(kept)
    this.#changing = undefined
    this.#running = []
    pending.resolve(line)
    this.#advance()
  }

  #lost(): ImapFailure {
    const { error } = this.transport
    if (this.#bye !== undefined) return new ImapFailure('closed', `The server says goodbye: ${this.#bye}`)
    return new ImapFailure('closed', lostWords(error), { cause: error })
  }

  #break(error: unknown): void {
    const why =
      error instanceof SyntaxFault
        ? `The server does not speak IMAP: ${error.message}`
        : 'The connection failed for a reason of our own'
    this.fail(error instanceof ImapFailure ? error : new ImapFailure('protocol', why, { cause: error }))
  }

  #take(event: ResponseEvent): Promise<void> | undefined {
    switch (event.kind) {
      case 'tagged':
        this.#tagged(event.tag, event.status)
        return undefined
      case 'status':
        this.#status(event.status)
        return undefined
      case 'data':
        return this.#data(event.data)
      case 'continuation':
        this.#continue(event.text)
        return undefined
      case 'literal':
        return this.#literal(event)
      case 'octets':
        return this.#streamed?.octets(event.octets)
      case 'literal-end':
        this.#streamed?.bodyEnd()
        return undefined
    }
  }

  #tagged(tag: string, line: StatusLine): void {
    const at = this.#running.findIndex((each) => each.tag === tag)
    const pending = this.#running[at]
    if (pending === undefined || this.#changing !== undefined)
      throw new SyntaxFault('It answers a command that nobody gave')
    const { request } = pending
    if (request.change !== undefined && line.status === 'OK') {
      this.#changing = { pending, line, change: request.change }
      return
    }
    this.#running.splice(at, 1)
    this.#told.status(line)
    this.#silence.expect(this.#running.length > 0 || this.#sending)
    const failure =
      line.status !== 'OK'
        ? refusedWith(request.name, line)
        : pending.fault &&
          new ImapFailure(
            'protocol',
            `The answer to ${request.name} cannot be read: ${pending.fault.message}`,
            {
              cause: pending.fault,
            },
          )
    pending.goAhead?.(false)
    request.fetched?.channel.end(failure)
    if (failure === undefined) {
      request.answered?.(line)
      pending.resolve(line)
    } else pending.reject(failure)
    this.#advance()
  }

  #status(line: StatusLine): void {
    if (this.#greeting !== undefined) {
      const { resolve } = this.#greeting
      this.#greeting = undefined
      resolve(line)
      return
    }
    if (line.status === 'BYE') {
      this.#bye = line.text
      this.#silence.hurry(this.#closeMs)
    }
    this.#told.status(line)
    for (const { request } of this.#running) request.status?.(line)
  }

  #continue(text: string): void {
    const waits = this.#running.find(({ goAhead }) => goAhead !== undefined)
    if (waits !== undefined) {
      waits.goAhead?.(true)
      return
    }
    const asked = this.#running.find(({ request }) => request.challenged !== undefined)
    const answer = asked?.request.challenged?.(text)
    if (answer !== undefined) this.transport.write(answer)
  }

  #data(data: UntaggedData): Promise<void> | undefined {
    const streamed = this.#streamed
    this.#streamed = undefined
    try {
      if (streamed !== undefined) {
        const held = streamed.advance(true)
        this.#told.data({ name: 'FETCH', sequence: data.number ?? 0, items: streamed.items })
        return held
      }
      return this.#whole(parseUntagged(data))
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error
      this.#unreadable(data, error)
    }
  }

  #whole(data: Untagged): Promise<void> | undefined {
    this.#told.data(data)
    if (data.name === 'FETCH') {
      const sink = this.#running.find(({ request }) => request.fetched?.isAnswer(data.items))?.request.fetched
      if (sink !== undefined) return sink.whole(data.sequence, data.items)
    }
    const told =
      this.#running.find(({ request }) => request.take?.(data)) ??
      this.#running.find(({ request }) => request.name === data.name)
    if (told !== undefined) told.isTold = true
  }

  /** One response that is not as it should be spoils the command it answers, not the connection: its end is known. */
  #unreadable(data: UntaggedData, fault: SyntaxFault): void {
    const at = data.number === undefined ? data.name : `${data.name} ${data.number}`
    const named = new SyntaxFault(`${at}: ${fault.message}`, fault.offset)
    const isFetch = data.name === 'FETCH'
    const spoilt = this.#running.find(
      ({ request }) => (isFetch ? request.fetched : request.take) !== undefined,
    )
    if (spoilt !== undefined) spoilt.fault ??= named
  }

  #literal({ data, literal }: Extract<ResponseEvent, { kind: 'literal' }>): Promise<void> | undefined {
    if (!standsAtBody(data)) {
      if (literal.octets > heldOctets) throw new SyntaxFault('A text is larger than any can be')
      this.#reader.collect()
      return undefined
    }
    this.#streamed ??= new StreamedFetch(
      data,
      this.#running.find(({ request }) => request.fetched !== undefined)?.request.fetched,
    )
    const held = this.#streamed.advance(false)
    this.#reader.stream()
    return held
  }
}
