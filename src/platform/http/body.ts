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
