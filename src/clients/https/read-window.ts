import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { ChunkedOctets } from './chunked-octets.ts'

/** What TLS gives at once is never more. */
const WINDOW_BYTES = 16 * 1024
const HEAD_END = Buffer.from('\r\n\r\n')

const windows = new WeakSet<ArrayBufferLike>()
const readers = new WeakMap<Socket, WindowReader>()

/** Whether these octets are overwritten by the next that the connection reads. */
export const isWindow = ({ buffer }: Uint8Array): boolean => windows.has(buffer)

/**
 * Has a connection read into one buffer, used again and again, where Node makes a new one for each 16 KiB. Whoever listens for
 * its data must be done with a piece when it returns, as the parser of `node:http` is, which copies what it hands on.
 * `made` makes the connection with this option of it.
 */
export function throughWindow<S extends Socket>(made: (onread: OnRead) => S): S {
  const buffer = Buffer.allocUnsafeSlow(WINDOW_BYTES)
  windows.add(buffer.buffer)
  const socket = made({
    buffer,
    callback: (bytes) => {
      reader.read(buffer.subarray(0, bytes))
      return true
    },
  })
  const reader = new WindowReader(socket)
  readers.set(socket, reader)
  return socket
}

/**
 * A request goes out on this connection: where the head of its answer comes in one piece, somebody may take the octets of the body
 * from where they were read to (`takeBody`).
 */
export const beginAnswer = (socket: Socket): void => readers.get(socket)?.begin()

/**
 * Takes the body of an answer whose head was just read past the parser of `node:http`, which copies each piece: `take` is
 * called with octets that are overwritten when it returns, and the parser sees a body in which nothing is. False where that
 * cannot be; the body then comes from the answer as ever.
 */
export function takeBody(response: IncomingMessage, take: (octets: Buffer) => void): boolean {
  const isChunked = response.headers['transfer-encoding']?.toLowerCase() === 'chunked'
  return isChunked && readers.get(response.socket)?.divert(take) === true
}

type OnRead = { buffer: Uint8Array; callback: (bytes: number) => boolean }
type Body = { chunks: ChunkedOctets; take: (octets: Buffer) => void }

/** Who gets what a connection reads. */
class WindowReader {
  readonly #socket: Socket
  #isFresh = false
  /** While the parser is given the head of an answer that ends there. */
  #isAtHeadEnd = false
  #body: Body | undefined

  constructor(socket: Socket) {
    this.#socket = socket
  }

  begin(): void {
    this.#isFresh = true
    this.#body = undefined
  }

  divert(take: (octets: Buffer) => void): boolean {
    if (this.#isAtHeadEnd) this.#body = { chunks: new ChunkedOctets(), take }
    return this.#isAtHeadEnd
  }

  read(piece: Buffer): void {
    const body = this.#body
    if (body !== undefined) this.#passBody(body, piece)
    else if (this.#isFresh) this.#passHead(piece)
    else this.#socket.emit('data', piece)
  }

  #passHead(piece: Buffer): void {
    this.#isFresh = false
    const at = piece.indexOf(HEAD_END)
    const end = at < 0 ? piece.length : at + HEAD_END.length
    this.#isAtHeadEnd = at >= 0
    this.#socket.emit('data', piece.subarray(0, end))
    this.#isAtHeadEnd = false
    if (end < piece.length) this.read(piece.subarray(end))
  }

  #passBody({ chunks, take }: Body, piece: Buffer): void {
    try {
      const rest = chunks.push(piece, take)
      if (rest === undefined) return
      this.#body = undefined
      this.#socket.emit('data', rest)
    } catch (error) {
      this.#body = undefined
      this.#socket.destroy(error as Error)
    }
  }
}
