import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { isAvailabilityAccount } from '#src/domain/availability/service-accounts.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { type HttpReply, type HttpRequest, ReplyCut, type Route } from '#src/platform/http/route.ts'
import { formatFault, formatNotUnderstood, formatSchemaFault } from '#src/wire/ews/fault.ts'
import type { Operation, Response } from '#src/wire/ews/message.ts'
import { zoneOfContext } from '#src/wire/ews/model/time-zones.ts'
import {
  formatUnknownResponse,
  isLaterOperation,
  type Refused,
  refusedResponse,
} from '#src/wire/ews/refused.ts'
import { type Call, type EwsRequest, readRequest } from '#src/wire/ews/request.ts'
import { formatResponse, streamResponse } from '#src/wire/ews/response.ts'
import { messagesNamespace } from '#src/wire/ews/schema.ts'
import { mustBeUnderstood } from '#src/wire/soap/must-understand.ts'
import type { AnyElement } from '#src/wire/xml/any-element.ts'
import { reusePiece } from '#src/wire/xml/piece-room.ts'
import { encodeParts, type XmlPart } from '#src/wire/xml/xml-writer.ts'
import { isProxied } from './availability/proxied.ts'
import type { EwsCall } from './call.ts'
import { callerOf, type EwsCaller, type SignedIn } from './caller.ts'
import { gzipped, takesGzip } from './gzipped.ts'
import { MEMORY_OCTETS } from './limits.ts'
import type { AnyOperation } from './operation.ts'
import { operations } from './operations/index.ts'
import { Places } from './places.ts'
import { EwsRefusal, refusedFor } from './refusal-codes.ts'
import { isServiceDocument, serviceDocument } from './service-documents.ts'
import type { EwsServices } from './services.ts'
import { EwsSignIn } from './sign-in.ts'
import { UserRequests } from './user-requests.ts'

const path = '/ews/exchange.asmx'
const contentType = 'text/xml; charset=utf-8'

/** Exchange Web Services: every request is signed in by itself (exchange-interop.md 2.3, 3.1). */
export function ewsRoute(services: EwsServices): Route {
  const users = new UserRequests(services.limits.requestsPerUser)
  const signIn = new EwsSignIn(services)
  return {
    accepts: ({ target }) => pathOf(target) === path || isServiceDocument(pathOf(target)),
    async answer(request) {
      const by = await signIn.of(request)
      if ('refused' in by) return by.refused
      const document = documentOf(request.target)
      if (request.method === 'GET' || request.method === 'HEAD')
        return document === undefined ? servicePage : serviceDocument(document)
      if (request.method !== 'POST' || isServiceDocument(pathOf(request.target)))
        return { status: 405, headers: { allow: 'POST, GET, HEAD' }, body: '' }
      if (!isPlain(request.headers['content-encoding'])) return unpackIt
      return answerRequest(services, users, request, by)
    },
  }
}

const pathOf = (target: string): string => target.split('?', 1)[0]!.toLowerCase()

/** The endpoint itself shows its description when it is asked for it (`?wsdl`). */
const documentOf = (target: string): string | undefined =>
  isServiceDocument(pathOf(target))
    ? pathOf(target)
    : /\?wsdl$/i.test(target)
      ? '/ews/services.wsdl'
      : undefined

const isPlain = (encoding: string | string[] | undefined): boolean =>
  /^\s*(?:identity)?\s*$/i.test(String(encoding ?? ''))

/** Requests come as they are, as with Exchange; a fault would be taken for a wrong password (RFC 9110 §15.5.16). */
const unpackIt: HttpReply = {
  status: 415,
  headers: { 'accept-encoding': 'identity' },
  body: 'Requests are not taken compressed. Send it as it is.\n',
}

const servicePage: HttpReply = {
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: '<html><head><title>Exchange Web Services</title></head><body><p>This is the service. Programs POST their requests here.</p></body></html>\n',
}

async function answerRequest(
  services: EwsServices,
  users: UserRequests,
  request: HttpRequest,
  by: SignedIn,
): Promise<HttpReply> {
  // What lies in the spool for a request goes when its answer is sent, or cannot be.
  const held = new AsyncDisposableStack()
  const leave = users.enter(by)
  held.defer(() => leave?.())
  try {
    if (leave === undefined) throw tooManyRequests()
    const read = await readRequest(request.streamBody(services.limits.requestBytes), {
      memoryOctets: MEMORY_OCTETS,
      octets: services.limits.requestBytes,
      store: () => {
        const spooled = services.spool.create()
        held.defer(() => spooled.release())
        return spooled
      },
    })
    const parts = await answerCall(services, request, by, read, leave)
    const failed = (error: unknown): unknown => cutFor(services.log, by, read, error)
    return reply(request, 200, parts.parts, held, { lasting: parts.lasting, failed })
  } catch (error) {
    const fault = faultFor(error)
    if (fault !== undefined) return reply(request, 500, fault, held)
    await held.disposeAsync()
    throw error
  }
}

/** Faults are for requests that cannot be read or have no right to be answered; clients take others for a wrong password. */
function faultFor(error: unknown): XmlPart[] | undefined {
  if (error instanceof SyntaxFault) return formatSchemaFault(error)
  if (error instanceof NotUnderstood) return formatNotUnderstood(error.header)
  const refused = refusedFor(error)
  return refused && formatFault(refused.code, refused.text, { ...refused.values })
}

/** A header that the client wants acted on, and that is not known here. */
class NotUnderstood extends Error {
  override readonly name = 'NotUnderstood'
  readonly header: AnyElement

  constructor(header: AnyElement) {
    super('A header was not understood.')
    this.header = header
  }
}

const tooManyRequests = () =>
  new EwsRefusal('ErrorServerBusy', 'try-later', 'Too many requests at the same time. Come again.', {
    BackOffMilliseconds: '5000',
  })

type Parts = { parts: Iterable<XmlPart> | AsyncIterable<XmlPart>; lasting?: boolean }

async function answerCall(
  services: EwsServices,
  request: HttpRequest,
  by: SignedIn,
  { headers, unknownHeaders, call }: EwsRequest,
  leave: () => void,
): Promise<Parts> {
  const demanded = unknownHeaders.find(mustBeUnderstood)
  if (demanded !== undefined) throw new NotUnderstood(demanded)
  if (call.operation === undefined) {
    const { name, namespace } = call.element
    if (namespace === messagesNamespace && isLaterOperation(name))
      return { parts: formatUnknownResponse(name, notHere(name)) }
    throw new EwsRefusal(
      'ErrorInvalidRequest',
      'not-supported',
      `There is no operation ${name.slice(0, 100)}.`,
    )
  }
  const serviceAccount = await isServiceAccount(services, by)
  if (serviceAccount && (call.operation !== 'GetUserAvailability' || headers.ExchangeImpersonation))
    return refuse(call, undefined, onlyAvailability)
  const caller = await callerFor(services, by, headers, call.operation)
  const ews: EwsCall = {
    services,
    caller,
    places: new Places(services.store, caller),
    headers,
    zone: zoneOfContext(headers.TimeZoneContext),
    proxied: serviceAccount || isProxied(request.headers),
    clientAddress: request.peer,
    signal: request.signal,
    gone: request.gone,
    stopping: request.stopping,
  }
  const known = operations.get(call.operation)
  if (known === undefined) return refuse(call, undefined, notHere(call.operation))
  try {
    if (known.writes && caller.readOnly)
      throw new EwsRefusal('ErrorAccessDenied', 'not-allowed', 'With this role nothing can be changed.')
    const answer = await known.run(ews, call.request as never)
    if ('response' in answer) return { parts: formatResponse(call.operation, answer.response) }
    if ('messages' in answer) return { parts: streamResponse(call.operation, answer.messages) }
    // Who waits for news asks for nothing meanwhile.
    leave()
    return { parts: envelopesOf(call.operation, answer.envelopes), lasting: true }
  } catch (error) {
    const refused = refusedFor(error)
    if (refused !== undefined) return refuse(call, known, refused)
    services.log.error(
      { err: error, operation: call.operation },
      'An EWS request failed for a reason of our own',
    )
    return refuse(call, known, ownFault)
  }
}

const whoOf = (by: SignedIn) =>
  by.kind === 'user'
    ? { organization: by.login.organization, user: by.login.user.id }
    : { organization: by.organization, role: by.role }

async function isServiceAccount({ store }: EwsServices, by: SignedIn): Promise<boolean> {
  if (by.kind !== 'user') return false
  const { organization, user } = by.login
  return isAvailabilityAccount(store.organizations, organization, user.id)
}

/** Whoever acts for somebody else leaves a line in the log for each request (AUL-03). */
async function callerFor(
  { store, log }: EwsServices,
  by: SignedIn,
  { ExchangeImpersonation: asked }: EwsRequest['headers'],
  operation: string,
): Promise<EwsCaller> {
  const about = { scope: 'ImpersonationAccessControl', ...whoOf(by), operation }
  try {
    const caller = await callerOf(store, by, asked)
    if (asked !== undefined)
      log.info({ ...about, as: caller.acting.user.id, granted: true }, 'A mailbox is used by impersonation')
    return caller
  } catch (error) {
    log.warn({ ...about, granted: false }, 'Impersonation was refused')
    throw error
  }
}

const ownFault: Refused = {
  code: 'ErrorInternalServerError',
  text: 'An internal server error occurred. The operation failed.',
}

/** FBI-02: what Exchange signs in as has no other business here. */
const onlyAvailability: Refused = {
  code: 'ErrorAccessDenied',
  text: 'This account may ask when people are free, and nothing else.',
}

const notHere = (operation: string): Refused => ({
  code: 'ErrorInvalidOperation',
  text: `${operation} is not offered by this service.`,
})

function refuse(call: Call, known: AnyOperation | undefined, refused: Refused): Parts {
  const count = known?.count?.(call.request as never) ?? 1
  const response = refusedResponse<Operation>(call.operation, refused, count)
  if (response === undefined)
    throw new EwsRefusal(refused.code, 'not-supported', refused.text, refused.values)
  return { parts: formatResponse<Operation>(call.operation, response) }
}

async function* envelopesOf<O extends Operation>(
  operation: O,
  envelopes: AsyncIterable<Response<O>>,
): AsyncGenerator<XmlPart> {
  for await (const envelope of envelopes) yield formatResponse(operation, envelope).join('')
}

function reply(
  request: HttpRequest,
  status: number,
  parts: Parts['parts'],
  held: AsyncDisposableStack,
  { lasting = false, failed }: { lasting?: boolean | undefined; failed?: (error: unknown) => unknown } = {},
): HttpReply {
  const octets = heldWhile(lasting ? encodeEach(parts) : encodeParts(parts), held, failed)
  const headers: Record<string, string> = { 'content-type': contentType, 'cache-control': 'private' }
  const requestId = request.headers['client-request-id']
  if (request.headers['return-client-request-id'] === 'true' && typeof requestId === 'string')
    headers['client-request-id'] = requestId
  // News must not wait in a compressor.
  if (lasting) return { status, headers, body: octets }
  if (!takesGzip(request.headers['accept-encoding']))
    return { status, headers, body: octets, sent: reusePiece }
  return {
    status,
    headers: { ...headers, 'content-encoding': 'gzip', vary: 'accept-encoding' },
    body: gzipped(octets),
  }
}

async function* encodeEach(parts: Parts['parts']): AsyncGenerator<Uint8Array> {
  for await (const part of parts) yield Buffer.from(part as string)
}

/** An answer that has begun refuses nothing any more: what is stored and cannot be read cuts it off, and the log says what. */
function cutFor(log: EwsServices['log'], by: SignedIn, { call }: EwsRequest, error: unknown): unknown {
  if (!(error instanceof Refusal)) return error
  const { reason, message } = error
  log.error({ reason, ...whoOf(by), operation: call.operation }, `An EWS answer was cut off: ${message}`)
  return new ReplyCut(message, { cause: error })
}

async function* heldWhile(
  octets: AsyncIterable<Uint8Array>,
  held: AsyncDisposableStack,
  failed: (error: unknown) => unknown = (error) => error,
): AsyncGenerator<Uint8Array> {
  try {
    yield* octets
  } catch (error) {
    throw failed(error)
  } finally {
    await held.disposeAsync()
  }
}
