/** A whole service that speaks EWS, and clients of it made of our own codec. Whatever it answers is held for the schema's judgement. */
import assert from 'node:assert/strict'
import type { IncomingHttpHeaders } from 'node:http'
import { Agent, request as httpsRequest } from 'node:https'
import { buffer } from 'node:stream/consumers'
import { after, before } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { Config } from '#src/config/settings.ts'
import type { EwsFault } from '#src/wire/ews/fault.ts'
import type { Operation, Request, RequestHeaders, Response, ResponseCode } from '#src/wire/ews/message.ts'
import { formatRequest } from '#src/wire/ews/request.ts'
import { parseResponse, type ResponseMessage } from '#src/wire/ews/response.ts'
import { encodeParts } from '#src/wire/xml/xml-writer.ts'
import { type MailSite, openMailSite, PASSWORD } from '#test/stories/mail-site.ts'
import { ewsSchema, validateEws } from '#test/support/ews-schema.ts'

export type Reply = { status: number; headers: IncomingHttpHeaders; text: string }

export type EwsSite = MailSite & {
  url: string
  /** POSTs a document, or asks by another method. */
  send(body: string | Uint8Array, options?: SendOptions): Promise<Reply>
  client(address: string, headers?: RequestHeaders): EwsClient
  /** A program with a token instead of a name and password. */
  bearer(token: string, headers?: RequestHeaders): EwsClient
  /** Judges by the schema what was answered until now. */
  judge(): void
}

export type SendOptions = {
  method?: string
  headers?: Record<string, string>
  /** `Basic` credentials; undefined: none. */
  login?: readonly [name: string, password: string]
  path?: string
  /** Of an answer that the schema has no place for. */
  unjudged?: boolean
}

/** One person's program. */
export class EwsClient {
  readonly #site: EwsSite
  readonly #options: SendOptions
  readonly #headers: RequestHeaders

  constructor(site: EwsSite, options: SendOptions, headers: RequestHeaders = {}) {
    this.#site = site
    this.#options = options
    this.#headers = headers
  }

  /** The whole response; fails the test for a fault. */
  async ask<O extends Operation>(operation: O, request: Request<O>): Promise<Response<O>> {
    const { response, fault } = await this.askAnyway(operation, request)
    assert.equal(fault, undefined, fault?.text ?? 'a fault')
    return response!
  }

  async askAnyway<O extends Operation>(
    operation: O,
    request: Request<O>,
  ): Promise<{ status: number; response: Response<O> | undefined; fault: EwsFault | undefined }> {
    const parts = formatRequest(operation, request, this.#headers)
    const pieces: Uint8Array[] = []
    for await (const piece of encodeParts(parts)) pieces.push(piece)
    const reply = await this.#site.send(Buffer.concat(pieces), this.#options)
    return { status: reply.status, ...parseResponse(operation, reply.text, { lenient: false }) }
  }

  /** The response messages, each of which succeeded or not. */
  async messages<O extends Operation>(operation: O, request: Request<O>): Promise<Message[]> {
    const response = (await this.ask(operation, request)) as unknown as {
      ResponseMessages: ResponseMessage[]
    }
    return response.ResponseMessages.map((message) => Object.values(message)[0] as Message)
  }

  /** The only response message; fails the test unless it succeeded. */
  async one<O extends Operation>(operation: O, request: Request<O>): Promise<Message> {
    const [message, ...others] = await this.messages(operation, request)
    assert.equal(others.length, 0)
    assert.equal(message!.ResponseCode, 'NoError', message!.MessageText ?? 'refused')
    return message!
  }

  /** The code of the only response message. */
  async code<O extends Operation>(operation: O, request: Request<O>): Promise<ResponseCode | undefined> {
    const [message] = await this.messages(operation, request)
    return message!.ResponseCode
  }
}

/** A response message as loosely as tests look at it. */
export type Message = {
  ResponseClass: string
  ResponseCode?: ResponseCode
  MessageText?: string
  // biome-ignore lint/suspicious/noExplicitAny: each operation has others, and the tests name what they look at
  [name: string]: any
}

export async function openEwsSite(settings: Partial<Config> = {}): Promise<EwsSite> {
  const mail = await openMailSite({ settings })
  const agent = new Agent({ keepAlive: true, rejectUnauthorized: false })
  const answers: string[] = []
  const site: EwsSite = {
    ...mail,
    url: `https://127.0.0.1:${mail.port('web')}/EWS/Exchange.asmx`,
    async send(body, { method = 'POST', headers = {}, login, path, unjudged = false } = {}) {
      const url = path === undefined ? site.url : new URL(path, site.url)
      const authorization = login && `Basic ${Buffer.from(login.join(':')).toString('base64')}`
      const reply = await new Promise<Reply>((resolve, reject) => {
        const sent = httpsRequest(
          url,
          {
            method,
            agent,
            headers: {
              'content-type': 'text/xml; charset=utf-8',
              ...(authorization && { authorization }),
              ...headers,
            },
          },
          (response) => {
            const { statusCode, headers } = response
            const replyOf = (octets: Buffer): Reply => {
              const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(octets) : octets
              return { status: statusCode!, headers, text: plain.toString('utf8') }
            }
            buffer(response).then(replyOf).then(resolve, reject)
          },
        )
        sent.once('error', reject)
        sent.end(body)
      })
      const isXml = reply.headers['content-type']?.startsWith('text/xml')
      if (isXml && !unjudged) answers.push(reply.text)
      return reply
    },
    client: (address, headers) => new EwsClient(site, { login: [address, PASSWORD] }, headers),
    bearer: (token, headers) =>
      new EwsClient(site, { headers: { authorization: `Bearer ${token}` } }, headers),
    judge() {
      if (!ewsSchema.skip) assert.deepEqual(validateEws(...answers.splice(0)), [])
    },
    async end() {
      agent.destroy()
      await mail.end()
    },
  }
  return site
}

/** For the tests of a file: a site with these users and a program of each; what it answered is judged at the end. */
export function ewsSiteWith<const Names extends readonly string[]>(
  names: Names,
  take: (programs: { -readonly [At in keyof Names]: EwsClient }, site: EwsSite) => void,
): void {
  let site: EwsSite
  before(async () => {
    site = await openEwsSite()
    for (const name of names) await site.user(name)
    const programs = names.map((name) => site.client(`${name}@corp.test`))
    take(programs as { -readonly [At in keyof Names]: EwsClient }, site)
  })
  after(async () => {
    site.judge()
    await site.end()
  })
}

/** The element and value of a shown item or folder: `{ Message: … }`. */
export const shown = (item: object): Message => Object.values(item)[0] as Message
