import { type IncomingMessage, request as sendPlain } from 'node:http'
import { request as sendSecure } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { socketWords } from '#src/base/socket-words.ts'
import { isBrokenOff, tlsWords } from '#src/base/tls-words.ts'
import { AnswerBody } from './answer-body.ts'
import { HttpsFailure } from './https-failure.ts'
import { beginAnswer } from './read-window.ts'
import { ConnectTimeout, type SocketAgent, stageOf } from './secure-sockets.ts'

export type HttpsRequest = {
  method: 'GET' | 'HEAD' | 'POST'
  url: URL
  headers?: Readonly<Record<string, string>>
  /** In memory, or made anew each time it is sent. */
  body?: Uint8Array | (() => AsyncIterable<Uint8Array>)
}

export type HttpsAnswer = {
  status: number
  headers: IncomingMessage['headers']
  socket: TLSSocket
  /** Decompressed. Ends with HttpsFailure when the connection breaks, the time is over or it is too long. */
  body: AnswerBody
  /** Reads to the end what is left of a small body, so that the connection can be used again. */
  drain(): Promise<void>
}

/** The signals that end a request: too late, and called off. */
export type Ending = { deadline: AbortSignal; called: AbortSignal | undefined; seconds: number }

const DRAIN_OCTETS = 256 * 1024

/** One request and its answer on the connection of an agent. Rejects with HttpsFailure. */
export function exchangeOctets(
  agent: SocketAgent,
  { method, url, headers = {}, body }: HttpsRequest,
  ending: Ending,
  mostOctets: number,
): Promise<HttpsAnswer> {
  const signal =
    ending.called === undefined ? ending.deadline : AbortSignal.any([ending.deadline, ending.called])
  const failed = (error: unknown, socket: object | null) => nameFailure(error, url, socket, ending)
  return new Promise((resolve, reject) => {
    const length = body instanceof Uint8Array ? { 'content-length': String(body.length) } : {}
    const sendRequest = url.protocol === 'http:' ? sendPlain : sendSecure
    const sent = sendRequest(url, { agent, method, headers: { ...headers, ...length }, signal })
    sent.once('socket', beginAnswer)
    sent.once('response', (response) => {
      const socket = response.socket as TLSSocket
      const body = new AnswerBody(response, { mostOctets, failed: (error) => failed(error, socket) })
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        socket,
        body,
        drain: async () => {
          let left = DRAIN_OCTETS
          for await (const piece of body) {
            left -= piece.length
            if (left < 0) break
          }
        },
      })
    })
    sent.on('error', (error) => reject(failed(error, sent.socket)))
    if (typeof body === 'function') writeAll(sent, body()).catch((error) => sent.destroy(error as Error))
    else sent.end(body)
  })
}

async function writeAll(
  sent: ReturnType<typeof sendSecure>,
  pieces: AsyncIterable<Uint8Array>,
): Promise<void> {
  for await (const piece of pieces) {
    if (sent.destroyed) return
    if (!sent.write(piece)) {
      await new Promise<void>((resolve) => {
        sent.once('drain', resolve)
        sent.once('close', resolve)
      })
    }
  }
  sent.end()
}

const certificates = /^(CERT_|ERR_TLS|ERR_SSL|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|EPROTO|ERR_OSSL|HOSTNAME_)/
const reset = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR'])

/** What an error of Node means. */
function nameFailure(error: unknown, url: URL, socket: object | null, ending: Ending): HttpsFailure {
  if (error instanceof HttpsFailure) return error
  const { host } = url
  const cause = { cause: error }
  if (ending.called?.aborted)
    return new HttpsFailure('aborted', `The request to ${host} was called off.`, cause)
  if (ending.deadline.aborted)
    return new HttpsFailure('timeout', `${host} did not answer within ${ending.seconds} seconds.`, cause)
  const { code: named, message } = error as NodeJS.ErrnoException
  // An error without a code has no word of its own to pass on.
  const word = named ? { code: named } : {}
  const code = named ?? ''
  if (error instanceof ConnectTimeout) {
    const said = error.accepted ? 'takes connections and does not answer' : 'cannot be reached'
    return new HttpsFailure('unreachable', `${host} ${said}: ${message}.`, cause)
  }
  if (stageOf(socket) === 'tls' && isBrokenOff(error))
    return new HttpsFailure(
      'unreachable',
      `${host} broke the connection off while TLS was made: ${tlsWords(message)}.`,
      { ...cause, ...word },
    )
  if (certificates.test(code) || stageOf(socket) === 'tls')
    return new HttpsFailure('tls', `There is no TLS with ${host}: ${tlsWords(message)}.`, {
      ...cause,
      ...word,
    })
  if (stageOf(socket) === 'connect')
    return new HttpsFailure('unreachable', `${host} cannot be reached: ${socketWords(error as Error)}.`, {
      ...cause,
      ...word,
    })
  if (code.startsWith('Z_'))
    return new HttpsFailure('protocol', `${host} sent a broken gzip stream: ${message}.`, cause)
  if (reset.has(code))
    return new HttpsFailure('lost', `The connection to ${host} broke.`, { ...cause, ...word })
  return new HttpsFailure('protocol', `${host} did not speak HTTP: ${message}.`, { ...cause, ...word })
}
