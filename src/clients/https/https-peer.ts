import type { LookupFunction } from 'node:net'
import type { CarriedOctets } from '#src/base/carried-octets.ts'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { KerberosTickets } from '../kerberos/kerberos-tickets.ts'
import { type Asked, emptyPost, type Lane, sendAsked } from './asked.ts'
import { type Ending, exchangeOctets, type HttpsAnswer, type HttpsRequest } from './exchange-octets.ts'
import { HttpsFailure } from './https-failure.ts'
import { findTicket, type KerberosNo, type KerberosWay, sendByKerberos } from './kerberos-sign-in.ts'
import { authenticateMessage, isNtlm, negotiateMessage, ntlmCredentials } from './ntlm-handshake.ts'
import { challengeToken, type HttpsScheme, offeredSchemes } from './offered-schemes.ts'
import { OnePlainSocketAgent, OneSocketAgent, type PeerTls, type SocketAgent } from './secure-sockets.ts'

export type HttpsLogin = {
  /** `user@corp.example`, `CORP\user` or `corp.example\user`. */
  user: string
  password: string
  /**
   * Without it what the server offers: Kerberos where a KDC is known and gives a ticket, else Basic before NTLM, as that one
   * passes proxies that end TLS.
   */
  scheme?: HttpsScheme
}

export type HttpsPeerOptions = {
  userAgent: string
  login?: HttpsLogin
  tls?: PeerTls
  lookup?: LookupFunction
  /** Default 3 s. */
  connectMs?: number
  /** At the same time; default 4. */
  connections?: number
  /** How long refused credentials are not tried again; default 5 minutes. */
  refusedMs?: number
  /** It is an `http:` address, spoken to in clear. */
  plain?: boolean
  /** Counts what goes over its connections. */
  carried?: CarriedOctets
  /** Where tickets come from; without it Kerberos is not spoken. */
  kerberos?: KerberosTickets | undefined
}

export type SendOptions = {
  /** For all of it, the answer's body too. */
  timeoutMs: number
  signal?: AbortSignal | undefined
  /** Longer answers are a `protocol` failure. */
  mostOctets: number
  /** Whether it may be sent again when the connection breaks before there is an answer. */
  repeatable: boolean
}

/** What is spoken in the end; Kerberos goes inside Negotiate. */
type Spoken = HttpsScheme | 'kerberos'

/**
 * One server behind an HTTPS address, with connections that are kept. Refused credentials stop everything at once: more
 * attempts would lock the account (exchange-interop.md 2.3), so until they have proved good one request goes at a time.
 */
export class HttpsPeer {
  readonly #options: HttpsPeerOptions
  readonly #idle: Lane[] = []
  readonly #waiting: ((lane: Lane) => void)[] = []
  /** When the certificate ends that the server showed last, epoch milliseconds; undefined: none was seen. */
  certificateEndsAt: number | undefined
  #lanes = 0
  #spoken: Spoken | undefined
  /** Why Kerberos is not spoken where the server might take it. */
  #kerberosNo: KerberosNo | undefined
  #proven = false
  #refused: { failure: HttpsFailure; until: number; token: string | undefined } | undefined
  #closed = false

  constructor(options: HttpsPeerOptions) {
    this.#options = options
    this.#spoken = options.login?.scheme
  }

  /** The answer whatever its status, except 401. Its body must be read, drained or left by `break`. Rejects with HttpsFailure. */
  async send(request: HttpsRequest, options: SendOptions): Promise<HttpsAnswer> {
    const scheme = this.#options.plain ? 'http:' : 'https:'
    if (request.url.protocol !== scheme)
      throw new HttpsFailure('protocol', `${request.url.href} is no ${scheme} address.`)
    const ending: Ending = {
      deadline: AbortSignal.timeout(options.timeoutMs),
      called: options.signal,
      seconds: options.timeoutMs / 1_000,
    }
    const lane = await this.#lane(request, ending)
    try {
      const asked = { lane, request: this.#named(request), ending, mostOctets: options.mostOctets }
      const answer = await this.#repeated(asked, options.repeatable)
      answer.body.whenOver(() => this.#free(lane))
      return answer
    } catch (error) {
      this.#free(lane)
      throw error
    }
  }

  /** Ends the connections that nobody uses; those in use end with their answers. */
  close(): void {
    this.#closed = true
    for (const { agent } of this.#idle.splice(0)) agent.destroy()
  }

  /** The names of ways to sign in that the server offers, by asking without any. Rejects with HttpsFailure. */
  async offered(url: URL, options: Pick<SendOptions, 'timeoutMs' | 'signal'>): Promise<HttpsScheme[]> {
    const agent = this.#agent()
    const ending = {
      deadline: AbortSignal.timeout(options.timeoutMs),
      called: options.signal,
      seconds: options.timeoutMs / 1_000,
    }
    try {
      const answer = await exchangeOctets(agent, this.#named(emptyPost(url)), ending, 1_048_576)
      await answer.drain()
      return offeredSchemes(answer.headers['www-authenticate'])
    } finally {
      agent.destroy()
    }
  }

  async #lane({ url, headers }: HttpsRequest, ending: Ending): Promise<Lane> {
    const most = this.#proven || this.#options.login === undefined ? (this.#options.connections ?? 4) : 1
    const isFree = this.#lanes - this.#idle.length < most
    const lane = isFree ? (this.#idle.pop() ?? this.#opened()) : await this.#next(url, ending)
    const refused = this.#refused
    // A token that was made anew is another one.
    if (refused === undefined || Date.now() >= refused.until || refused.token !== headers?.authorization)
      return lane
    this.#free(lane)
    throw refused.failure
  }

  #opened(): Lane {
    this.#lanes++
    return { agent: this.#agent(), signed: undefined }
  }

  #next(url: URL, { deadline, called, seconds }: Ending): Promise<Lane> {
    return new Promise((resolve, reject) => {
      const over = (): void => {
        const at = this.#waiting.indexOf(taken)
        if (at < 0) return
        this.#waiting.splice(at, 1)
        const why = called?.aborted ? 'aborted' : 'timeout'
        reject(new HttpsFailure(why, `No connection to ${url.host} became free within ${seconds} seconds.`))
      }
      const taken = (lane: Lane): void => {
        deadline.removeEventListener('abort', over)
        called?.removeEventListener('abort', over)
        resolve(lane)
      }
      this.#waiting.push(taken)
      deadline.addEventListener('abort', over, { once: true })
      called?.addEventListener('abort', over, { once: true })
    })
  }

  #free(lane: Lane): void {
    const next = this.#waiting.shift()
    if (next !== undefined) next(lane)
    else if (this.#closed) lane.agent.destroy()
    else this.#idle.push(lane)
  }

  /** Those who waited for the first to prove the credentials may go on beside it. */
  #provenBy(): void {
    if (this.#proven) return
    this.#proven = true
    const most = this.#options.connections ?? 4
    while (this.#waiting.length > 0 && this.#lanes - this.#idle.length < most)
      this.#waiting.shift()!(this.#idle.pop() ?? this.#opened())
  }

  #agent(): SocketAgent {
    const { tls, lookup, connectMs = 3_000, carried, plain } = this.#options
    const heardCertificate = (endsAt: number) => {
      this.certificateEndsAt = endsAt
    }
    const sockets = { ...tls, ...(lookup && { lookup }), connectMs, heardCertificate, carried }
    return plain ? new OnePlainSocketAgent(sockets) : new OneSocketAgent(sockets)
  }

  #named(request: HttpsRequest): HttpsRequest {
    return { ...request, headers: { 'user-agent': this.#options.userAgent, ...request.headers } }
  }

  async #repeated(asked: Asked, repeatable: boolean): Promise<HttpsAnswer> {
    try {
      return await this.#signed(asked)
    } catch (error) {
      if (!repeatable || !(error instanceof HttpsFailure) || error.kind !== 'lost') throw error
      return this.#signed(asked)
    }
  }

  async #signed(asked: Asked): Promise<HttpsAnswer> {
    const { login } = this.#options
    if (login === undefined) return this.#known(asked, await sendAsked(asked))
    const spoken = this.#spoken ?? (await this.#agreed(asked, login))
    if (spoken === undefined) return this.#known(asked, await sendAsked(asked))
    this.#spoken = spoken
    if (spoken === 'kerberos') return this.#byKerberos(asked, login)
    if (spoken !== 'basic') return this.#known(asked, await ntlm(asked, login, spoken))
    const token = Buffer.from(`${login.user}:${login.password}`).toString('base64')
    return this.#known(asked, await sendAsked(asked, { authorization: `Basic ${token}` }))
  }

  /** The first way that the server and we have in common, not Kerberos after a `before`; undefined when it asks for none. */
  async #agreed(asked: Asked, login: HttpsLogin, before?: KerberosNo): Promise<Spoken | undefined> {
    const answer = await sendAsked({
      ...asked,
      request: { ...asked.request, ...emptyPost(asked.request.url) },
    })
    await answer.drain()
    if (answer.status !== 401) return undefined
    const offered = offeredSchemes(answer.headers['www-authenticate'])
    const way = offered.includes('negotiate') ? this.#kerberosWay(login) : undefined
    const no = before ?? (way && (await this.#noTicket(way, asked, offered.length > 1)))
    if (way !== undefined && no === undefined) return 'kerberos'
    this.#kerberosNo = no
    // Behind a ticket that the server refuses stands a password that the KDC took: NTLM counts no wrong try.
    const [first] = offered
    if (first !== undefined) return first
    const nothing = `${asked.request.url.host} offers no way to sign in that is known here; enable Basic or Windows authentication for this address.`
    throw new HttpsFailure('credentials', no?.message ?? nothing, { status: 401 })
  }

  async #noTicket(way: KerberosWay, asked: Asked, hasOthers: boolean): Promise<KerberosNo | undefined> {
    const found = await findTicket(way, asked, hasOthers).catch((error: unknown) => this.#refusedBy(error))
    return 'message' in found ? found : undefined
  }

  #kerberosWay(login: HttpsLogin): KerberosWay | undefined {
    const { kerberos: tickets, lookup } = this.#options
    return tickets === undefined ? undefined : { tickets, login, lookup }
  }

  async #byKerberos(asked: Asked, login: HttpsLogin): Promise<HttpsAnswer> {
    const way = this.#kerberosWay(login)!
    try {
      const answer = await sendByKerberos(way, asked)
      if (!('message' in answer)) return this.#known(asked, answer)
      this.#spoken = await this.#agreed(asked, login, answer)
    } catch (error) {
      return this.#refusedBy(error)
    }
    return this.#signed(asked)
  }

  /** Who is refused by a KDC is left alone as who is refused by the server. */
  #refusedBy(error: unknown): never {
    if (error instanceof HttpsFailure && error.kind === 'credentials') this.#restAfter(error)
    throw error
  }

  #restAfter(failure: HttpsFailure, token?: string): void {
    this.#refused = { failure, until: Date.now() + (this.#options.refusedMs ?? 300_000), token }
    this.#proven = false
  }

  async #known({ request }: Asked, answer: HttpsAnswer): Promise<HttpsAnswer> {
    if (answer.status !== 401) {
      this.#provenBy()
      this.#refused = undefined
      return answer
    }
    await answer.drain().catch(() => undefined)
    const no = this.#kerberosNo
    const offered = offeredSchemes(answer.headers['www-authenticate'])
    const message = this.#refusal(request.url, offered)
    // With a KDC at hand, or its own account mended, it may let us in.
    if (no !== undefined && no.why !== 'none' && offered.every((each) => each === 'negotiate')) {
      this.#spoken = undefined
      if (no.why === 'away') throw new HttpsFailure('unreachable', message)
    }
    const failure = new HttpsFailure('credentials', message, { status: 401 })
    this.#restAfter(failure, request.headers?.authorization)
    throw failure
  }

  #refusal(url: URL, schemes: readonly HttpsScheme[]): string {
    const offered = schemes.join(', ') || 'none that is known here'
    const { login } = this.#options
    const who = login === undefined ? 'asks for credentials' : `refused the credentials of ${login.user}`
    const refused = `${url.host} ${who} (ways to sign in: ${offered}).`
    // NTLM goes inside Negotiate where a server takes it.
    if (offered !== 'negotiate' || login === undefined) return refused
    const no = this.#kerberosNo
    return no?.why === 'refused'
      ? no.message
      : `${refused} It may take Kerberos tickets alone. ${no?.message ?? ''}`.trimEnd()
  }
}

/** On a connection that has proved who we are nothing more is said; on any other the handshake comes first. */
async function ntlm(asked: Asked, login: HttpsLogin, scheme: 'ntlm' | 'negotiate'): Promise<HttpsAnswer> {
  const { lane, request } = asked
  if (lane.signed !== undefined && !lane.signed.destroyed) {
    const answer = await sendAsked(asked)
    if (answer.status !== 401) return answer
    await answer.drain()
  }
  lane.signed = undefined
  const word = scheme === 'ntlm' ? 'NTLM' : 'Negotiate'
  const negotiate = negotiateMessage()
  const first = await sendAsked(
    { ...asked, request: { ...request, ...emptyPost(request.url) } },
    { authorization: `${word} ${negotiate.toString('base64')}` },
  )
  await first.drain()
  const octets = challengeToken(first.headers['www-authenticate'], scheme)
  if (octets === undefined || (scheme === 'negotiate' && !isNtlm(octets))) return { ...first, status: 401 }
  const { hostname: host } = request.url
  const broken = `${host} closed the connection in the middle of the NTLM handshake.`
  const last = answered(login, octets, { negotiate, socket: first.socket, host })
  if (first.socket.destroyed) throw new HttpsFailure('lost', broken)
  const answer = await sendAsked(asked, { authorization: `${word} ${last.toString('base64')}` })
  if (answer.socket !== first.socket && answer.status === 401) {
    await answer.drain()
    throw new HttpsFailure('lost', broken)
  }
  if (answer.status !== 401) lane.signed = answer.socket
  return answer
}

function answered(
  { user, password }: HttpsLogin,
  challenge: Buffer,
  channel: Parameters<typeof authenticateMessage>[2],
): Buffer {
  try {
    return authenticateMessage(ntlmCredentials(user, password), challenge, channel)
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    throw new HttpsFailure('protocol', `${channel.host} sent a broken NTLM challenge.`, { cause: error })
  }
}
