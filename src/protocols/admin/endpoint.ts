import { randomUUID } from 'node:crypto'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { BodyTooLarge, type HttpReply, type HttpRequest, type Route } from '#src/platform/http/route.ts'
import { contentType, formatError, parseTarget } from '#src/wire/aws/json-rpc.ts'
import type { AccessKeys } from './access-keys.ts'
import { type CallAnswerer, isReading } from './answer-call.ts'
import { authenticate, Replays } from './authenticate.ts'
import type { Caller } from './caller.ts'
import { ApiException, type ExceptionName, statusOf } from './exceptions.ts'
import { Failures } from './failures.ts'

const maxBodyBytes = 1_048_576

/** How a request proves who sends it. */
type Prove = (request: HttpRequest, operation: string, body: Uint8Array) => Caller

/** The administration API on the service's own socket: who may open the file may do everything. */
export const localAdminRoute = (answer: CallAnswerer): Route => adminRoute(answer, () => ({ kind: 'local' }))

/** The administration API for everybody who has an access key (API-01 to API-05). */
export function signedAdminRoute(answer: CallAnswerer, accessKeys: AccessKeys, now: () => number): Route {
  const replays = new Replays()
  const failures = new Failures()
  return adminRoute(answer, ({ method, target, headers, peer }, operation, body) => {
    failures.check(peer, now())
    try {
      const signed = authenticate({ method, target, headers, body }, accessKeys, now())
      if (!isReading(operation)) replays.refuse(signed, now())
      return signed.caller
    } catch (error) {
      if (error instanceof ApiException && error.type !== 'ThrottlingException') failures.note(peer, now())
      throw error
    }
  })
}

function adminRoute(answer: CallAnswerer, prove: Prove): Route {
  return {
    accepts: ({ headers }) => headers['x-amz-target'] !== undefined,

    async answer(request) {
      const requestId = randomUUID()
      try {
        if (request.method !== 'POST')
          throw new SyntaxFault('The administration API takes POST requests only')
        const operation = parseTarget(String(request.headers['x-amz-target']))
        const body = await request.readBody(maxBodyBytes)
        const caller = prove(request, operation, body)
        const {
          status,
          body: text,
          exception,
        } = await answer({ operation, body, caller, requestId, signal: request.signal })
        return reply(status, text, requestId, exception)
      } catch (error) {
        const { type, message } = inWords(error)
        return reply(statusOf(type), formatError({ type, message }), requestId, type)
      }
    },
  }
}

function inWords(error: unknown): { type: ExceptionName; message: string } {
  if (error instanceof ApiException) return { type: error.type, message: error.message }
  if (error instanceof SyntaxFault) return { type: 'SerializationException', message: `${error.message}.` }
  if (error instanceof BodyTooLarge) return { type: 'SerializationException', message: error.message }
  throw error
}

function reply(status: number, body: string, requestId: string, exception: ExceptionName | null): HttpReply {
  return {
    status,
    headers: {
      'content-type': contentType,
      'x-amzn-requestid': requestId,
      ...(exception !== null && { 'x-amzn-errortype': exception }),
    },
    body,
  }
}
