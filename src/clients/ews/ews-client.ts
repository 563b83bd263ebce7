import type { IncomingHttpHeaders } from 'node:http'
import type { LookupFunction } from 'node:net'
import type { CarriedOctets } from '#src/base/carried-octets.ts'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { EwsFault } from '#src/wire/ews/fault.ts'
import {
  type Operation,
  type Request,
  type RequestHeaders,
  type Response,
  type ServerVersion,
  soapAction,
} from '#src/wire/ews/message.ts'
import { formatRequest } from '#src/wire/ews/request.ts'
import { type EwsReply, readResponse, readResponses } from '#src/wire/ews/response.ts'
import type { ReadOptions } from '#src/wire/xml/read-document.ts'
import { encodeParts, type XmlPart } from '#src/wire/xml/xml-writer.ts'
import type { HttpsAnswer } from '../https/exchange-octets.ts'
import { HttpsFailure } from '../https/https-failure.ts'
import { type HttpsLogin, HttpsPeer } from '../https/https-peer.ts'
import { retryAfterMs } from '../https/retry-after.ts'
import type { PeerTls } from '../https/secure-sockets.ts'
import type { KerberosTickets } from '../kerberos/kerberos-tickets.ts'
import { backOffOf } from './back-off.ts'

export type EwsServer = {
  /** `https://mail.corp.example/EWS/Exchange.asmx` */
  url: string
  /** Without it nobody is signed in: a token goes into the headers of each call. */
  login?: HttpsLogin
  tls?: PeerTls
  lookup?: LookupFunction
  connectMs?: number
  /** At the same time; default 4, as Exchange 2010 lets a user have 10 (exchange-interop.md 2.4). */
  connections?: number
  refusedMs?: number
  /** Counts what goes over its connections. */
  carried?: CarriedOctets
  /** Where tickets come from; without it Kerberos is not spoken. */
  kerberos?: KerberosTickets | undefined
}

export type CallOptions = {
  /** For the whole call; default 30 s. */
  timeoutMs?: number
  signal?: AbortSignal
  soap?: RequestHeaders
  http?: Readonly<Record<string, string>>
  read?: ReadOptions
  /** Longer answers are a `protocol` failure; default 256 MiB. */
  mostOctets?: number
  /** What the answer says beside its body, as soon as that was read: cookies, the server's clock and version. */
  heard?: (answer: Heard) => void
}

export type Heard = { headers: IncomingHttpHeaders; version: ServerVersion | undefined }

const CALL_MS = 30_000
const MOST_OCTETS = 256 * 1024 * 1024
/** The oldest that all servers worth asking know; one they do not know would be refused. */
const VERSION = { Version: 'Exchange2010_SP1' } as const
/** Operations that may be sent twice when a connection breaks. */
const reading = /^(Get|Find|Sync|Resolve|Expand|Convert|Search)/

/** Exchange Web Services as a client: requests and replies are those of `src/wire/ews`, failures are HttpsFailure. */
export class EwsClient {
  readonly url: URL
  readonly #peer: HttpsPeer

  /** `version` is ours: Exchange lets programs in by their user agent (EwsAllowList), so it is the same for ever but for that. */
  constructor({ url, ...server }: EwsServer, version: string) {
    this.url = new URL(url)
    this.#peer = new HttpsPeer({ ...server, userAgent: `Landbridge/${version}` })
  }

  /**
   * One operation. Rejects with HttpsFailure: `fault` with the server's response code, `busy` with how long to wait, and those
   * of the connection. Codes of single response messages are left to whoever reads them.
   */
  async call<O extends Operation>(
    operation: O,
    request: Request<O>,
    options: CallOptions = {},
  ): Promise<Response<O>> {
    const answer = await this.#send(operation, request, options)
    const reply = await this.#read(answer, () => readResponse(operation, answer.body, options.read))
    options.heard?.({ headers: answer.headers, version: reply.serverVersion })
    return this.#responseOf(reply, answer)
  }

  /** Replies that follow each other in one answer (GetStreamingEvents). `timeoutMs` must allow for all of them. */
  async *calls<O extends Operation>(
    operation: O,
    request: Request<O>,
    options: CallOptions & { timeoutMs: number },
  ): AsyncGenerator<Response<O>> {
    // News must not wait until there is enough of it to be unpacked.
    const http = { ...options.http, 'accept-encoding': 'identity' }
    const answer = await this.#send(operation, request, { ...options, http })
    const replies = readResponses(operation, answer.body, options.read)
    for (;;) {
      const next = await this.#read(answer, () => replies.next())
      if (next.done) return
      yield this.#responseOf(next.value, answer)
    }
  }

  /** Ways to sign in that the server offers. Rejects with HttpsFailure. */
  offered(options: { timeoutMs?: number; signal?: AbortSignal } = {}): Promise<string[]> {
    return this.#peer.offered(this.url, { timeoutMs: options.timeoutMs ?? CALL_MS, signal: options.signal })
  }

  /** When the certificate ends that the server showed last, epoch milliseconds; undefined: none was seen. */
  get certificateEndsAt(): number | undefined {
    return this.#peer.certificateEndsAt
  }

  close(): void {
    this.#peer.close()
  }

  async #send<O extends Operation>(
    operation: O,
    request: Request<O>,
    { timeoutMs = CALL_MS, signal, soap, http, mostOctets = MOST_OCTETS }: CallOptions,
  ): Promise<HttpsAnswer> {
    const parts = formatRequest(operation, request, { RequestServerVersion: VERSION, ...soap })
    const answer = await this.#peer.send(
      {
        method: 'POST',
        url: this.url,
        headers: {
          'content-type': 'text/xml; charset=utf-8',
          accept: 'text/xml',
          'accept-encoding': 'gzip',
          soapaction: soapAction(operation),
          ...http,
        },
        body: bodyOf(parts),
      },
      { timeoutMs, signal, mostOctets, repeatable: reading.test(operation) },
    )
    const { status } = answer
    const isXml = /\bxml\b/i.test(answer.headers['content-type'] ?? '')
    // A fault comes with 500, and a refusal of the whole server with words for people.
    if (isXml && (status === 200 || status === 500)) return answer
    if (isXml && isBusy(status)) throw await this.#busy(operation, answer)
    await answer.drain().catch(() => undefined)
    throw this.#refused(answer)
  }

  /** Who is in front of the server may pass its fault on with the status of a busy one: how long to wait stands in either. */
  async #busy(operation: Operation, answer: HttpsAnswer): Promise<HttpsFailure> {
    try {
      const { fault } = await readResponse(operation, answer.body)
      if (fault !== undefined) return this.#faultFailure(fault, answer)
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error
      await answer.drain().catch(() => undefined)
    }
    return this.#refused(answer)
  }

  #refused({ status, headers }: HttpsAnswer): HttpsFailure {
    const { host } = this.url
    if (status === 403)
      return new HttpsFailure(
        'forbidden',
        `${host} forbids the request (403). If its EwsApplicationAccessPolicy lists programs, Landbridge/* must be among them.`,
        { status },
      )
    if (isBusy(status)) {
      const backOffMs = retryAfterMs(headers)
      return new HttpsFailure('busy', `${host} is busy (${status}).`, { status, backOffMs })
    }
    const type = headers['content-type'] ?? 'nothing'
    return new HttpsFailure(
      'protocol',
      `${this.url.href} answered ${status} with ${type}, which is no reply of Exchange Web Services.`,
      { status },
    )
  }

  async #read<T>({ status }: HttpsAnswer, read: () => Promise<T>): Promise<T> {
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error
      const message = `${this.url.host} sent a reply that cannot be read: ${error.message}.`
      throw new HttpsFailure('protocol', message, { status, cause: error })
    }
  }

  #responseOf<O extends Operation>({ response, fault }: EwsReply<O>, answer: HttpsAnswer): Response<O> {
    if (response !== undefined) return response
    throw this.#faultFailure(fault!, answer)
  }

  #faultFailure({ code, text, values }: EwsFault, { status, headers }: HttpsAnswer): HttpsFailure {
    const backOffMs = backOffOf(values) ?? retryAfterMs(headers)
    const said = `${this.url.host} answered ${code}: ${text}`
    const kind = code === 'ErrorServerBusy' || isBusy(status) ? 'busy' : 'fault'
    return new HttpsFailure(kind, said, { code, status, backOffMs })
  }
}

const isBusy = (status: number): boolean => status === 429 || status === 503

/** Octets where the request is in memory anyway; where attachments are streamed into it, it is made as it goes. */
function bodyOf(parts: readonly XmlPart[]): Uint8Array | (() => AsyncIterable<Uint8Array>) {
  return parts.every((part) => typeof part === 'string')
    ? Buffer.from(parts.join(''))
    : () => encodeParts(parts)
}
