import { randomUUID } from 'node:crypto'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { AdministrationMemory } from '#src/domain/administration/store.ts'
import type { AccessKeys } from '#src/domain/keys/access-keys.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { BodyTooLarge, type HttpReply, type HttpRequest, type Route } from '#src/platform/http/route.ts'
import { contentType, formatError, parseTarget } from '#src/wire/aws/json-rpc.ts'
import { type CallAnswerer, isReading } from './answer-call.ts'
import { readSigner } from './authenticate.ts'
import type { Caller } from './caller.ts'
import { ApiException, type ExceptionName, statusOf } from './exceptions.ts'
import { Failures } from './failures.ts'
import { Replays } from './replays.ts'

const maxBodyBytes = 1_048_576

/** Exceptions that say nothing against who sent the request. */
const notTheirFault = new Set<ExceptionName>(['ThrottlingException', 'ServiceUnavailableException'])

/** Who sends a request: first by its head, then by its body too. Throws `ApiException`. */
type Prove = (request: HttpRequest, operation: string) => Promise<(body: Uint8Array) => Promise<Caller>>

/** The administration API on the service's own socket: who may open the file may do everything. */
export const localAdminRoute = (answer: CallAnswerer): Route =>
  adminRoute(answer, async () => async () => ({ kind: 'local' }))

/** The administration API for everybody who has an access key (API-01 to API-05). */
export function signedAdminRoute(
  answer: CallAnswerer,
  accessKeys: Pick<AccessKeys, 'find'>,
  memory: AdministrationMemory,
  now: () => number,
): Route {
  const replays = new Replays(now(), memory)
  const failures = new Failures()
  return adminRoute(answer, async ({ method, target, headers, peer }, operation) => {
    failures.check(peer, now())
    const counted = async <T>(proof: () => T | Promise<T>): Promise<T> => {
      try {
        return await proof()
      } catch (error) {
        if (error instanceof ApiException && !notTheirFault.has(error.type)) failures.note(peer, now())
        throw error
      }
    }
    const verify = await counted(() => readSigner({ method, target, headers }, accessKeys, now()))
    return (body) =>
      counted(async () => {
        const signed = verify(body)
        if (!isReading(operation)) await replays.refuse(signed, now())
        return signed.caller
      })
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
        const callerOf = await prove(request, operation)
        const body = await request.readBody(maxBodyBytes)
        const caller = await callerOf(body)
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
  // What access keys are sealed under is out of reach. How to get it back is nothing for a stranger.
  if (error instanceof Refusal && error.reason === 'key-unavailable') {
    const message = 'The service cannot verify signatures now. Try again later.'
    return { type: 'ServiceUnavailableException', message }
  }
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
