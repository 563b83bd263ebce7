import { randomUUID } from 'node:crypto'
import type { CallOptions, EwsClient } from '#src/clients/ews/ews-client.ts'
import { HttpsFailure } from '#src/clients/https/https-failure.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { Operation, Request, RequestHeaders, Response, ServerVersion } from '#src/wire/ews/message.ts'
import type { NonEmptyArrayOfBaseFolderIdsType, ResponseMessageType } from '#src/wire/ews/schema-types.ts'
import { AffinityCookies } from './affinity-cookies.ts'
import { failureOfCall, failureOfMessage } from './failures.ts'

export type BaseFolderId = NonEmptyArrayOfBaseFolderIdsType[number]

/** How the mailboxes of others are reached. */
export type EwsAccess =
  /** Every call is made as the mailbox's owner (ApplicationImpersonation). */
  | 'impersonation'
  /** The account opens it with the rights that it has: its own, or one with Full Access. */
  | 'own-rights'

export type Authorization = (refused?: string) => Promise<string>

export type SessionOptions = {
  client: EwsClient
  mailbox: string
  access: EwsAccess
  /** Made anew when it has run out, and where it is the one that was refused; undefined: the client signs in itself. */
  authorization: Authorization | undefined
  /** For a call without large octets. */
  callMs: number
  /** What the server is taken for until its first answer: see `isRecent`. */
  recent?: boolean
}

export type AskOptions = Pick<CallOptions, 'read' | 'mostOctets' | 'timeoutMs'> & {
  /** Not compressed: base64 of what is compressed already costs the server more than the network. */
  uncompressed?: boolean
}

/** From these builds on Exchange knows what 2013 brought: flags as a property, links of online meetings. */
const exchange2013 = { Version: 'Exchange2013' } as const
const exchange2010 = { Version: 'Exchange2010_SP1' } as const

/** Calls for one mailbox: as whom, with which cookies, and what went wrong in the domain's words. */
export class EwsSession {
  readonly mailbox: string
  readonly #options: SessionOptions
  readonly #cookies = new AffinityCookies()
  /** Undefined until the first answer. */
  version: ServerVersion | undefined
  /** By how much its clock is ahead of ours; undefined until the first answer. */
  clockSkewMs: number | undefined

  constructor(options: SessionOptions) {
    this.mailbox = options.mailbox
    this.#options = options
  }

  /** Whether it takes what Exchange 2010 does not know. */
  get isRecent(): boolean {
    if (this.version === undefined) return this.#options.recent ?? false
    return (this.version.MajorVersion ?? 0) >= 15
  }

  /** A folder that every mailbox has. */
  distinguished(id: string): BaseFolderId {
    const mailbox = { Mailbox: { EmailAddress: this.mailbox } }
    const named = { Id: id, ...(this.#options.access === 'own-rights' && mailbox) }
    return { DistinguishedFolderId: named } as BaseFolderId
  }

  /** The whole response. Rejects with SourceFailure, or with the signal's reason. */
  async ask<O extends Operation>(
    operation: O,
    request: Request<O>,
    signal: AbortSignal,
    { uncompressed, ...options }: AskOptions = {},
  ): Promise<Response<O>> {
    signal.throwIfAborted()
    const { client, callMs, authorization } = this.#options
    const call = async (token: string | undefined) =>
      client.call(operation, request, {
        timeoutMs: callMs,
        ...options,
        signal,
        soap: this.#soap(),
        http: {
          ...this.#http(),
          ...(token !== undefined && { authorization: token }),
          ...(uncompressed && { 'accept-encoding': 'identity' }),
        },
        heard: ({ headers, version }) => {
          this.version ??= version
          this.#cookies.take(headers['set-cookie'] ?? [])
          const said = Date.parse(headers.date ?? '')
          if (!Number.isNaN(said)) this.clockSkewMs = said - Date.now()
        },
      })
    try {
      const token = await authorization?.()
      try {
        return await call(token)
      } catch (error) {
        // It may be void before its time: the role was changed, or the service began anew.
        const isRefused = error instanceof HttpsFailure && error.kind === 'credentials'
        const another = isRefused && token !== undefined ? await authorization?.(token) : undefined
        if (another === undefined || another === token) throw error
        return await call(another)
      }
    } catch (error) {
      throw failureOfCall(error, signal)
    }
  }

  /** The response messages, in the order of what was asked for. */
  async messages<O extends Operation, M extends ResponseMessageType>(
    operation: O,
    request: Request<O>,
    signal: AbortSignal,
    options: AskOptions = {},
  ): Promise<M[]> {
    const response = (await this.ask(operation, request, signal, options)) as {
      ResponseMessages?: readonly Record<string, M>[]
    }
    return (response.ResponseMessages ?? []).flatMap((message) => Object.values(message).slice(0, 1))
  }

  /** The only response message; rejects with SourceFailure unless it succeeded. `what` begins the sentence. */
  async one<O extends Operation, M extends ResponseMessageType>(
    operation: O,
    request: Request<O>,
    what: string,
    signal: AbortSignal,
  ): Promise<M> {
    const [message] = await this.messages<O, M>(operation, request, signal)
    if (message === undefined)
      throw new SourceFailure('transient', 'protocol', `${what}: the answer to ${operation} is empty.`)
    if (message.ResponseClass === 'Error') throw failureOfMessage(message, what, 'mailbox-permanent')
    return message
  }

  #soap(): RequestHeaders {
    const { access } = this.#options
    return {
      RequestServerVersion: this.isRecent ? exchange2013 : exchange2010,
      ...(access === 'impersonation' && {
        ExchangeImpersonation: { ConnectingSID: { PrimarySmtpAddress: { Value: this.mailbox } } },
      }),
    } as RequestHeaders
  }

  #http(): Record<string, string> {
    const cookie = this.#cookies.header()
    return {
      // The server whose store has the mailbox answers without another hop (migration.md 3.2).
      'x-anchormailbox': this.mailbox,
      'x-preferserveraffinity': 'true',
      'client-request-id': randomUUID(),
      'return-client-request-id': 'true',
      ...(cookie !== '' && { cookie }),
    }
  }
}
