import { once } from 'node:events'
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import {
  BindRequest,
  type Control,
  ExtendedRequest,
  type Filter,
  FilterParser,
  type Message,
  MessageParser,
  type MessageResponse,
  PagedResultsControl,
  SearchReference,
  SearchRequest,
  UnbindRequest,
} from 'ldapts'
import { LdapFault } from './ldap-fault.ts'
import { MessageFrames } from './message-frames.ts'
import type { RawEntry } from './raw-entry.ts'
import { messageHead, parseEntry, SEARCH_ENTRY } from './search-entry.ts'
import { requireWellFormed } from './well-formed.ts'

/** How a domain controller is spoken to. Without TLS nothing is spoken. */
export type LdapServer = {
  host: string
  port: number
  security: 'ldaps' | 'starttls'
  /** PEM of the authorities to trust; without it, those that Node knows. */
  authorities?: string
  /** The name its certificate must have, when that is not `host`. */
  certificateName?: string
  /** How the addresses of `host` are found; without it, as the system does. */
  lookup?: LookupFunction
}

export type LdapTimes = { connectMs: number; operationMs: number }
/** A page may take MaxQueryDuration, 120 s; a little more, so that the server says so itself. */
const USUAL_TIMES: LdapTimes = { connectMs: 10_000, operationMs: 150_000 }
const SERVER_SECONDS = 120
const START_TLS = '1.3.6.1.4.1.1466.20037'

export type SearchQuery = {
  base: string
  scope: 'base' | 'one' | 'sub'
  filter?: string | Filter
  attributes: readonly string[]
  /** Names of attributes without values. */
  namesOnly?: boolean
  page?: { size: number; cookie: Buffer | undefined }
  controls?: readonly Control[]
}

/** One answer to one search. `cookie` is where the next page begins; undefined when there is none. */
export type SearchAnswer = { entries: RawEntry[]; references: string[]; cookie: Buffer | undefined }

type Waiting = {
  message: Message
  answer: SearchAnswer
  resolve: (response: MessageResponse) => void
  reject: (error: Error) => void
}

/**
 * One connection to one server. The codec is ldapts's; its client is not used, because it stops paging at an empty page
 * that has a cookie, hides the cookie, and takes values that happen to be UTF-8 for text.
 */
export class LdapConnection {
  readonly #waiting = new Map<string, Waiting>()
  readonly #parser = new MessageParser()
  readonly #times: LdapTimes
  readonly #signal: AbortSignal | undefined
  #socket: Socket
  #frames = new MessageFrames()
  #lastId = 0
  #broken: Error | undefined

  /** TCP, then TLS with the certificate checked. LdapFault `connect`, `tls`, `timeout` or `result`; the signal's reason. */
  static async open(
    server: LdapServer,
    { times = USUAL_TIMES, signal }: { times?: LdapTimes; signal?: AbortSignal } = {},
  ): Promise<LdapConnection> {
    signal?.throwIfAborted()
    const { host, port, lookup } = server
    const socket = connectTcp({ host, port, ...(lookup && { lookup }), keepAlive: true, noDelay: true })
    await opened(socket, 'connect', 'connect', times.connectMs, signal)
    const connection = new LdapConnection(socket, times, signal)
    try {
      if (server.security === 'starttls') await connection.#askForTls()
      await connection.#encrypt(server)
    } catch (error) {
      connection.#break(error as Error)
      throw error
    }
    return connection
  }

  private constructor(socket: Socket, times: LdapTimes, signal: AbortSignal | undefined) {
    this.#times = times
    this.#signal = signal
    this.#socket = socket
    this.#parser.on('message', (message) => this.#take(message))
    this.#parser.on('error', (error) => this.#break(new LdapFault('grammar', error.message)))
    signal?.addEventListener('abort', this.#abort, { once: true })
    this.#listen()
  }

  readonly #abort = (): void => this.#break(this.#signal!.reason as Error)

  #listen(): void {
    this.#socket.on('data', this.#receive)
    this.#socket.on('error', (error) =>
      this.#break(new LdapFault('closed', error.message, 0, { cause: error })),
    )
    this.#socket.on('close', () => this.#break(new LdapFault('closed', 'the connection was closed')))
  }

  readonly #receive = (chunk: Buffer): void => {
    try {
      for (const message of this.#frames.push(chunk)) this.#read(message)
    } catch (error) {
      this.#break(error instanceof LdapFault ? error : new LdapFault('grammar', String(error)))
    }
  }

  async #askForTls(): Promise<void> {
    await this.#request(
      (messageId) => new ExtendedRequest({ messageId, oid: START_TLS }),
      this.#times.connectMs,
    )
    // Anything a stranger put behind the answer must not count as said under TLS.
    if (this.#frames.begun)
      throw new LdapFault('grammar', 'more than the answer to StartTLS was sent in clear')
  }

  async #encrypt(server: LdapServer): Promise<void> {
    const plain = this.#socket
    plain.removeAllListeners()
    // What happens to it is told by the socket that wraps it.
    plain.on('error', () => undefined)
    const name = server.certificateName ?? server.host
    const socket = connectTls({
      socket: plain,
      host: name,
      ...(isIP(name) === 0 && { servername: name }),
      ...(server.authorities !== undefined && { ca: server.authorities }),
      minVersion: 'TLSv1.2',
    })
    await opened(socket, 'secureConnect', 'tls', this.#times.connectMs, this.#signal)
    this.#socket = socket
    this.#frames = new MessageFrames()
    this.#listen()
  }

  /**
   * Simple bind: the name is a distinguished name, a UPN or `DOMAIN\user`. An empty password is never sent, because a server takes
   * it for an anonymous bind and says yes (RFC 4513 5.1.2). LdapFault with result 49 and the like.
   */
  async bind(name: string, password: string): Promise<void> {
    if (name === '' || password === '') throw new LdapFault('result', 'the name or the password is empty', 49)
    await this.#request(
      (messageId) => new BindRequest({ messageId, dn: name, password }),
      this.#times.operationMs,
    )
  }

  /** One request, one answer, at most one page. LdapFault; the reason of the signal. */
  async search(query: SearchQuery): Promise<SearchAnswer> {
    const { page, filter = '(objectClass=*)' } = query
    const paging =
      page &&
      new PagedResultsControl({
        critical: true,
        value: { size: page.size, ...(page.cookie && { cookie: page.cookie }) },
      })
    const { response, answer } = await this.#request(
      (messageId) =>
        new SearchRequest({
          messageId,
          baseDN: query.base,
          scope: query.scope,
          filter: typeof filter === 'string' ? FilterParser.parseString(filter) : filter,
          attributes: [...query.attributes],
          returnAttributeValues: query.namesOnly !== true,
          timeLimit: SERVER_SECONDS,
          controls: [...(query.controls ?? []), ...(paging ? [paging] : [])],
        }),
      this.#times.operationMs,
    )
    const told = response.controls?.find((control) => control instanceof PagedResultsControl)
    if (page && told === undefined)
      throw new LdapFault('result', 'the answer does not say whether there is more', 12)
    const cookie = told?.value?.cookie
    return { ...answer, cookie: cookie && cookie.length > 0 ? cookie : undefined }
  }

  /** One request that changes something, as `make` builds it with the number it is given. LdapFault; the reason of the signal. */
  async change(make: (messageId: number) => Message): Promise<void> {
    await this.#request(make, this.#times.operationMs)
  }

  async close(): Promise<void> {
    if (this.#broken === undefined) {
      this.#socket.end(new UnbindRequest({ messageId: this.#nextId() }).write())
      const late = AbortSignal.timeout(1_000)
      await once(this.#socket, 'close', { signal: late }).catch(() => undefined)
    }
    this.#break(new LdapFault('closed', 'the connection was closed here'))
  }

  #nextId(): number {
    this.#lastId = (this.#lastId % 0x7fff_ffff) + 1
    return this.#lastId
  }

  async #request(
    make: (messageId: number) => Message,
    withinMs: number,
  ): Promise<{ response: MessageResponse; answer: SearchAnswer }> {
    this.#signal?.throwIfAborted()
    if (this.#broken) throw this.#broken
    const message = make(this.#nextId())
    const answer: SearchAnswer = { entries: [], references: [], cookie: undefined }
    const key = String(message.messageId)
    const late = setTimeout(
      () => this.#break(new LdapFault('timeout', `no answer within ${withinMs / 1_000} seconds`)),
      withinMs,
    )
    try {
      const response = await new Promise<MessageResponse>((resolve, reject) => {
        this.#waiting.set(key, { message, answer, resolve, reject })
        this.#socket.write(message.write())
      })
      if (response.status !== 0)
        throw new LdapFault('result', response.errorMessage || `result ${response.status}`, response.status)
      return { response, answer }
    } finally {
      clearTimeout(late)
      this.#waiting.delete(key)
    }
  }

  #read(message: Buffer): void {
    const { id, tag } = messageHead(message)
    if (tag === SEARCH_ENTRY) {
      this.#waiting.get(String(id))?.answer.entries.push(parseEntry(message))
    } else {
      requireWellFormed(message)
      this.#parser.read(message, this.#waiting)
    }
  }

  #take(response: MessageResponse): void {
    if (response.messageId === 0) {
      // Notice of disconnection (RFC 4511 4.4.1): says why, then closes.
      const why = response.errorMessage || 'the server disconnects'
      this.#break(new LdapFault('result', why, response.status))
      return
    }
    const waiting = this.#waiting.get(String(response.messageId))
    if (response instanceof SearchReference) waiting?.answer.references.push(...response.uris)
    else waiting?.resolve(response)
  }

  #break(error: Error): void {
    if (this.#broken !== undefined) return
    this.#broken = error
    this.#signal?.removeEventListener('abort', this.#abort)
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#socket.on('error', () => undefined)
    this.#socket.destroy()
  }
}

async function opened(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  trouble: 'connect' | 'tls',
  withinMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const ended = new AbortController()
  const late = setTimeout(
    () => ended.abort(new LdapFault(trouble, `no ${event} within ${withinMs / 1_000} seconds`)),
    withinMs,
  )
  const stop = (): void => ended.abort(signal?.reason)
  signal?.addEventListener('abort', stop, { once: true })
  socket.once('close', () => ended.abort(new LdapFault(trouble, 'the connection was closed')))
  try {
    await once(socket, event, { signal: ended.signal })
  } catch (error) {
    socket.on('error', () => undefined)
    socket.destroy()
    if (ended.signal.aborted) throw ended.signal.reason
    throw new LdapFault(trouble, (error as Error).message, 0, { cause: error })
  } finally {
    clearTimeout(late)
    signal?.removeEventListener('abort', stop)
  }
}
