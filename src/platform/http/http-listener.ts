import { chmodSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { formatAddress } from '../listeners/address.ts'
import { type Listener, listenFault } from '../listeners/listener.ts'
import type { Log } from '../log/open-log.ts'
import type { CertificateSource } from '../tls/certificate-source.ts'
import { dropRest, linger, readBody, restBytes, streamBody } from './body.ts'
import { BodyTooLarge, type HttpReply, type HttpRequest, ReplyCut, RequestCut, type Route } from './route.ts'

type HttpListenerOptions = {
  name: string
  /** The setting that chooses the address, for the sentence when it cannot be had. */
  setting: string
  at: { host: string; port: number } | { socket: string }
  /** Without it the listener speaks plain HTTP. */
  certificate?: CertificateSource
  routes: readonly Route[]
  /** Longest time for one request from its first octet to its answer. */
  requestMs: number
  /** At the same time; default 1,000. */
  connections?: number
  log: Log
}

const headersMs = 10_000
const handshakeMs = 10_000
const maxConnections = 1_000
/** How long a client may leave what is sent to it lying. */
const stalledMs = 120_000

/** HTTP/1.1 over TCP, TLS or a Unix socket that only this user may open. */
export function httpListener(options: HttpListenerOptions): Listener {
  const { name, setting, at, certificate, requestMs } = options
  const listening = { headersTimeout: Math.min(headersMs, requestMs), requestTimeout: requestMs }
  const stopping = new AbortController()
  const answer = (request: IncomingMessage, response: ServerResponse) =>
    serve(options, stopping.signal, request, response)
  const server: Server =
    certificate === undefined
      ? createServer(listening, answer)
      : createSecureServer(
          { ...listening, ...certificate.current(), minVersion: 'TLSv1.2', handshakeTimeout: handshakeMs },
          answer,
        )
  server.maxConnections = options.connections ?? maxConnections
  // A large body is sent for only once somebody wants it: who has not proven who they are is refused before.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (Number(request.headers['content-length'] ?? 0) <= restBytes) response.writeContinue()
    void answer(request, response)
  })
  // closeAllConnections() does not know those that have not finished their TLS handshake.
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const unwatch = certificate?.watch((pair) =>
    (server as ReturnType<typeof createSecureServer>).setSecureContext(pair),
  )
  const address = 'socket' in at ? at.socket : formatAddress(at.host, at.port)

  return {
    name,

    async listen() {
      if ('socket' in at) return listenOnSocket(server, at.socket, name, setting)
      await startListening(server, () => server.listen(at.port, at.host)).catch((error) => {
        throw listenFault(error, name, address, setting)
      })
      const { port } = server.address() as AddressInfo
      return `${certificate === undefined ? 'http' : 'https'}://${formatAddress(at.host, port)}`
    },

    async stop(signal) {
      unwatch?.()
      stopping.abort()
      if (!server.listening) return
      await new Promise<void>((resolve) => {
        const cut = () => {
          for (const socket of sockets) socket.destroy()
        }
        server.close(() => {
          signal.removeEventListener('abort', cut)
          resolve()
        })
        server.closeIdleConnections()
        if (signal.aborted) cut()
        else signal.addEventListener('abort', cut, { once: true })
      })
    },
  }
}

function startListening(server: Server, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.once('listening', () => {
      server.off('error', reject)
      resolve()
    })
    start()
  })
}

/** Whoever calls holds the lock of the data folder, so a socket file that is there already is of a dead process. */
async function listenOnSocket(server: Server, path: string, name: string, setting: string): Promise<string> {
  rmSync(path, { force: true })
  await startListening(server, () => {
    // The file is made before listen() returns; the mask is the whole process's and must not outlast that.
    const umask = process.umask(0o177)
    try {
      server.listen(path)
    } finally {
      process.umask(umask)
    }
  }).catch((error) => {
    throw listenFault(error, name, path, setting)
  })
  chmodSync(path, 0o600)
  return path
}

async function serve(
  options: HttpListenerOptions,
  stopping: AbortSignal,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { routes, requestMs, log } = options
  const sending: Sending = { request, response, stopping, asked: false }
  const ended = new AbortController()
  response.once('close', () => ended.abort())
  const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(requestMs)])
  const asked: HttpRequest = {
    method: request.method ?? '',
    target: request.url ?? '/',
    headers: request.headers,
    peer: request.socket.remoteAddress ?? 'local',
    signal,
    gone: ended.signal,
    stopping,
    readBody: (maxBytes) => {
      sendFor(sending)
      return readBody(request, maxBytes, signal)
    },
    streamBody: (maxBytes) => {
      sendFor(sending)
      return streamBody(request, maxBytes, signal)
    },
  }
  const route = routes.find((each) => each.accepts(asked))
  try {
    const reply = route === undefined ? notFound : await inTime(route.answer(asked), signal)
    await dropRest(request)
    if (isPieces(reply.body)) await sendPieces(sending, reply, reply.body)
    else await send(sending, reply)
  } catch (error) {
    if (error instanceof BodyTooLarge) await send(sending, { status: 413, body: `${error.message}\n` })
    else if (error instanceof RequestCut || ended.signal.aborted) response.destroy()
    else if (signal.aborted)
      await send(sending, { status: 503, body: 'The request took too long. Try again later.\n' })
    else {
      if (!(error instanceof ReplyCut))
        log.error({ err: error, listener: options.name }, 'A request failed for a reason of our own')
      await send(sending, { status: 500, body: 'The service failed. Its log says why.\n' })
    }
  }
}

type Sending = {
  request: IncomingMessage
  response: ServerResponse
  stopping: AbortSignal
  /** Whether the client was told to send the body that it holds back. */
  asked: boolean
}

/** Whether a client waits to be told to send its body (`Expect: 100-continue`). */
const holdsBack = ({ headers }: IncomingMessage): boolean =>
  headers.expect !== undefined && Number(headers['content-length'] ?? 0) > restBytes

function sendFor(sending: Sending): void {
  if (holdsBack(sending.request) && !sending.asked) sending.response.writeContinue()
  sending.asked = true
}

/** Ends an answer; one that came before the end of its request stands there whole until the client has sent the rest. */
async function finish({ request, response, stopping, asked }: Sending): Promise<void> {
  if (asked || !holdsBack(request)) await linger(request, stopping)
  response.end()
}

const isPieces = (body: HttpReply['body']): body is AsyncIterable<Uint8Array> =>
  typeof body === 'object' && Symbol.asyncIterator in body

/** Sends pieces as they are made; the first is waited for, so that what fails before it is still answered. */
async function sendPieces(
  sending: Sending,
  { status, headers, sent }: HttpReply,
  pieces: AsyncIterable<Uint8Array>,
): Promise<void> {
  const { request, response } = sending
  const taken = pieces[Symbol.asyncIterator]()
  try {
    for (let next = await taken.next(); !next.done; next = await taken.next()) {
      if (response.destroyed) return
      if (!response.headersSent) response.writeHead(status, { ...headers, ...closing(request) })
      const piece = next.value
      const done = (error?: Error | null) => (error ? undefined : sent?.(piece))
      if (!response.write(piece, done)) await drained(response)
    }
    if (!response.headersSent) response.writeHead(status, { ...headers, ...closing(request) })
    await finish(sending)
  } catch (error) {
    if (response.headersSent) response.destroy()
    throw error
  } finally {
    await taken.return?.(undefined)
  }
}

/** Resolves when the client has taken what was written, or is gone; one that leaves it lying is cut off. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(late)
      response.off('drain', done).off('close', done)
      resolve()
    }
    const late = setTimeout(() => response.destroy(), stalledMs)
    response.on('drain', done).on('close', done)
  })
}

// What was not read of the request would be taken for the next one.
const closing = (request: IncomingMessage): Record<string, string> =>
  request.complete ? {} : { connection: 'close' }

const notFound: HttpReply = { status: 404, body: 'There is nothing at this address.\n' }

async function send(sending: Sending, reply: HttpReply): Promise<void> {
  const { request, response } = sending
  if (response.headersSent || response.destroyed) return
  const body =
    typeof reply.body === 'string'
      ? Buffer.from(reply.body)
      : ((reply.body as Uint8Array) ?? new Uint8Array())
  const headers = { 'content-type': 'text/plain; charset=utf-8', ...reply.headers, ...closing(request) }
  response.writeHead(reply.status, { ...headers, 'content-length': String(body.length) })
  if (request.method === 'HEAD' || body.length === 0) response.flushHeaders()
  else response.write(body)
  await finish(sending)
}

function inTime<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cut = () => reject(new RequestOver())
    if (signal.aborted) cut()
    signal.addEventListener('abort', cut, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', cut))
  })
}

class RequestOver extends Error {}
