import type { IncomingMessage } from 'node:http'
import { BodyTooLarge, RequestCut } from './route.ts'

/** The whole body of a request, at most `maxBytes` octets. */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > maxBytes) return Promise.reject(new BodyTooLarge(maxBytes))
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let bytes = 0
    const settle = (outcome: () => void) => {
      request.off('data', take).off('end', end).off('error', cut).off('close', cut)
      signal.removeEventListener('abort', cut)
      outcome()
    }
    const take = (chunk: Uint8Array) => {
      bytes += chunk.length
      if (bytes > maxBytes) {
        request.pause()
        settle(() => reject(new BodyTooLarge(maxBytes)))
      } else chunks.push(chunk)
    }
    const end = () => settle(() => resolve(Buffer.concat(chunks)))
    const cut = () => settle(() => reject(new RequestCut('The request was cut off.')))
    request.on('data', take).once('end', end).once('error', cut).once('close', cut)
    signal.addEventListener('abort', cut, { once: true })
  })
}

/** The body as it comes; at most `maxBytes` octets. */
export async function* streamBody(
  request: IncomingMessage,
  maxBytes: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw new BodyTooLarge(maxBytes)
  let bytes = 0
  const chunks = request.iterator({ destroyOnReturn: false })
  const cut = () => request.destroy()
  signal.addEventListener('abort', cut, { once: true })
  try {
    signal.throwIfAborted()
    for await (const chunk of chunks as AsyncIterable<Uint8Array>) {
      bytes += chunk.length
      if (bytes > maxBytes) throw new BodyTooLarge(maxBytes)
      yield chunk
    }
  } catch (error) {
    if (request.destroyed && !request.complete) throw new RequestCut('The request was cut off.')
    throw error
  } finally {
    signal.removeEventListener('abort', cut)
  }
  if (!request.complete) throw new RequestCut('The request was cut off.')
}

/** A body of up to so many octets is read to its end, even where nobody wants it. */
export const restBytes = 65_536
const restMs = 1_000

/**
 * Reads on and forgets what is left of a small body, for a second at most: who is still sending when the connection
 * is closed may never see the answer. A large one is not waited for.
 */
export function dropRest(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return Promise.resolve()
  if (Number(request.headers['content-length'] ?? 0) > restBytes) return Promise.resolve()
  return readOn(request, restBytes, AbortSignal.timeout(restMs))
}

/** More than the largest request that is taken, with what a client may have got wrong by. */
const lingerBytes = 256 * 1024 * 1024
const lingerMs = 20_000

/**
 * Reads on and forgets what is left of a request that was answered already, for 256 MB and 20 seconds at most: many clients read
 * the answer only when they have sent all, and one that is cut off before never sees it (RFC 9112 §9.6). Not after `stopping`.
 */
export async function linger(request: IncomingMessage, stopping: AbortSignal): Promise<void> {
  if (request.complete || request.destroyed) return
  await readOn(request, lingerBytes, AbortSignal.any([stopping, AbortSignal.timeout(lingerMs)]))
}

function readOn(request: IncomingMessage, mostBytes: number, until: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0
    const settle = () => {
      until.removeEventListener('abort', settle)
      request.off('data', take).off('end', settle).off('error', settle).off('close', settle)
      request.pause()
      resolve()
    }
    const take = (chunk: Uint8Array) => {
      bytes += chunk.length
      if (bytes > mostBytes) settle()
    }
    if (until.aborted) return resolve()
    until.addEventListener('abort', settle)
    request.on('data', take).once('end', settle).once('error', settle).once('close', settle).resume()
  })
}
