import { Duplex } from 'node:stream'
import { constants, createDeflateRaw, createInflateRaw } from 'node:zlib'

/** Octets that zlib makes at once. */
const PIECE = 8_192

/**
 * A stream whose octets travel as raw DEFLATE over another (RFC 4978). What is written together goes out at once and
 * begins anew: nothing in it is told by what came before, so that nobody learns one text by the length of another. Holds a
 * few pieces in each direction, however much a client's octets grow.
 */
export class DeflatedStream extends Duplex {
  readonly #below: Duplex
  // A small window: there may be many connections that idle, and each begins anew all the time.
  readonly #deflate = createDeflateRaw({ chunkSize: PIECE, windowBits: 13, memLevel: 6 })
  readonly #inflate = createInflateRaw({ chunkSize: PIECE, finishFlush: constants.Z_SYNC_FLUSH })

  constructor(below: Duplex) {
    super({ readableHighWaterMark: PIECE, writableHighWaterMark: PIECE })
    this.#below = below
    this.#deflate.on('data', (piece: Buffer) => {
      if (below.destroyed || below.write(piece)) return
      this.#deflate.pause()
      below.once('drain', () => this.#deflate.resume())
    })
    this.#inflate.on('data', (piece: Buffer) => {
      if (!this.push(piece)) this.#inflate.pause()
    })
    this.#inflate.on('end', () => this.push(null))
    for (const each of [below, this.#deflate, this.#inflate]) each.on('error', (error) => this.destroy(error))
    below.on('close', () => this.destroy())
    below.pipe(this.#inflate)
  }

  override _read(): void {
    this.#inflate.resume()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#deflate.write(chunk)
    this.#deflate.flush(constants.Z_FULL_FLUSH, () => done())
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    for (const { chunk } of chunks) this.#deflate.write(chunk)
    this.#deflate.flush(constants.Z_FULL_FLUSH, () => done())
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#deflate.once('end', () => {
      this.#below.end()
      done()
    })
    this.#deflate.end()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#below.unpipe(this.#inflate)
    this.#below.destroy()
    this.#deflate.destroy()
    this.#inflate.destroy()
    done(error)
  }
}
