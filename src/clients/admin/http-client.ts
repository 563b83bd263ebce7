import {
  type ClientRequest,
  type IncomingMessage,
  request as plainRequest,
  type RequestOptions,
} from 'node:http'
import { request as secureRequest } from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'
import {
  contentType,
  formatBody,
  formatTarget,
  type JsonObject,
  parseBody,
  parseError,
} from '#src/wire/aws/json-rpc.ts'
import { type AccessKeyPair, signRequest } from '#src/wire/aws/signature.ts'
import { type AdminClient, AdminFault, AdminUnreachable } from './admin-client.ts'

const callMs = 120_000
const longestAnswer = 16_777_216
const tries = 3
const firstPauseMs = 200

/** Speaks to a running service through its socket file. */
export function socketClient(socketPath: string): AdminClient {
  return {
    call: (operation, input, signal) => {
      const body = Buffer.from(formatBody(input))
      const headers = {
        host: 'localhost',
        'content-type': contentType,
        'x-amz-target': formatTarget(operation),
      }
      // A connection that was kept is closed by a service that was held up, just as the next call goes out on it.
      return exchange(plainRequest, { socketPath, headers, agent: false }, body, signal)
    },
  }
}

/** Speaks to a service over HTTPS, signed with an access key. `ca`: PEM of a certificate that is trusted beside the usual ones. */
export function httpsClient(options: {
  endpoint: string
  key: AccessKeyPair
  region?: string
  ca?: string
}): AdminClient {
  const { endpoint, key, region = 'local', ca } = options
  const url = new URL(endpoint)
  return {
    call: async (operation, input, signal) => {
      const body = Buffer.from(formatBody(input))
      for (let attempt = 1; ; attempt++) {
        const unsigned = {
          host: url.host,
          'content-type': contentType,
          'x-amz-target': formatTarget(operation),
        }
        const signable = { method: 'POST', target: '/', headers: unsigned, body }
        const headers = {
          ...unsigned,
          ...signRequest(signable, key, { region, service: 'workmail', now: new Date() }),
        }
        const at: RequestOptions = { hostname: url.hostname.replace(/^\[|\]$/g, ''), port: url.port, headers }
        try {
          return await exchange(secureRequest, { ...at, ...(ca !== undefined && { ca }) }, body, signal)
        } catch (error) {
          if (attempt === tries || !isWorthTrying(error) || signal?.aborted) throw error
          await pause(firstPauseMs * 2 ** attempt, undefined, signal === undefined ? {} : { signal })
        }
      }
    },
  }
}

const isWorthTrying = (error: unknown) =>
  error instanceof AdminFault && ['ThrottlingException', 'ServiceUnavailableException'].includes(error.type)

type Requester = (options: RequestOptions, answered: (response: IncomingMessage) => void) => ClientRequest

async function exchange(
  requester: Requester,
  options: RequestOptions,
  body: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<JsonObject> {
  const limits = [AbortSignal.timeout(callMs), ...(signal === undefined ? [] : [signal])]
  const { response, octets } = await send(requester, { ...options, signal: AbortSignal.any(limits) }, body)
  if (response.statusCode === 200) return parseBody(octets)
  const requestId = String(response.headers['x-amzn-requestid'] ?? '')
  const { type, message } = parseError(octets, response.headers['x-amzn-errortype']?.toString())
  throw new AdminFault(type, message, requestId)
}

function send(
  requester: Requester,
  options: RequestOptions,
  body: Uint8Array,
): Promise<{ response: IncomingMessage; octets: Uint8Array }> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      const where = options.socketPath ?? `${options.hostname}:${options.port}`
      reject(
        new AdminUnreachable(`The service at ${where} does not answer: ${error.message}.`, { cause: error }),
      )
    }
    const sizes = { 'content-length': String(body.length) }
    const sent = requester(
      { ...options, method: 'POST', path: '/', headers: { ...(options.headers as object), ...sizes } },
      (response) => {
        const chunks: Uint8Array[] = []
        let bytes = 0
        response.on('data', (chunk: Uint8Array) => {
          bytes += chunk.length
          if (bytes > longestAnswer) response.destroy(new Error('the answer is too long'))
          else chunks.push(chunk)
        })
        response.once('end', () => resolve({ response, octets: Buffer.concat(chunks) }))
        response.once('error', fail)
        // A connection that breaks in the middle ends without "end".
        response.once('close', () => fail(new Error('the connection broke')))
      },
    )
    sent.once('error', fail)
    sent.end(body)
  })
}
