import type { IncomingHttpHeaders } from 'node:http'

/** One HTTP request, as much of it as routes need. */
export type HttpRequest = {
  method: string
  /** Path and query as they stood in the request line. */
  target: string
  headers: IncomingHttpHeaders
  /** IP address of the other side; `local` on a Unix socket. */
  peer: string
  /** Aborts when the client goes away, the time is over or the service is cut off. */
  signal: AbortSignal
  /** Aborts when the client goes away, whatever the time: for answers that go on. */
  gone: AbortSignal
  /** Aborts when the listener begins to stop: for answers that would go on without an end. */
  stopping: AbortSignal
  /** The whole body. Rejects with `BodyTooLarge` past `maxBytes`, without reading on. */
  readBody(maxBytes: number): Promise<Uint8Array>
  /** The body as it comes, for what is not to be held as a whole; read once. Throws as `readBody` rejects. */
  streamBody(maxBytes: number): AsyncIterable<Uint8Array>
}

export type HttpReply = {
  status: number
  headers?: Readonly<Record<string, string>>
  /** Pieces go out as fast as the client takes them; what they throw cuts the connection. */
  body?: string | Uint8Array | AsyncIterable<Uint8Array>
  /** Told of each piece that has gone out as a whole: nobody here reads its octets any more. */
  sent?: (piece: Uint8Array) => void
}

/** What answers some requests of a listener; the first route that accepts one answers it. */
export type Route = {
  accepts(request: HttpRequest): boolean
  answer(request: HttpRequest): Promise<HttpReply>
}

export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
  readonly maxBytes: number

  constructor(maxBytes: number) {
    super(`The request body is longer than ${maxBytes} octets.`)
    this.maxBytes = maxBytes
  }
}

/** An answer cannot be made to its end; whoever throws it has said why in the log. What was begun of it is cut off. */
export class ReplyCut extends Error {
  override readonly name = 'ReplyCut'
}

/** The client went away or took too long while its request was read. */
export class RequestCut extends Error {
  override readonly name = 'RequestCut'
}
