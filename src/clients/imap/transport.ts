import type { Socket } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { constants, createDeflateRaw, createInflateRaw } from 'node:zlib'

/** Octets to and from a server: over TCP, then perhaps TLS, then perhaps compressed. Read only when asked. */
export class Transport {
  #socket: Socket
  #input: Readable
  #output: Writable
  #error: Error | undefined
  #ended = false
  #wake: (() => void) | undefined
  #wakeWriter: (() => void) | undefined

  constructor(socket: Socket) {
    this.#socket = socket
    this.#input = socket
    this.#output = socket
    this.#attach()
  }

  get error(): Error | undefined {
    return this.#error
  }

  /** No octets will come any more. */
  get isOver(): boolean {
    return this.#ended || this.#error !== undefined
  }

  /** What has come, or null. */
  read(): Uint8Array | null {
    return this.#input.read()
  }

  /** Resolves when there is something to read, or the end. */
  readable(): Promise<void> {
    if (this.isOver || this.#input.readableLength > 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  /** Whether more may be written at once; else wait for `drained`. */
  write(octets: Uint8Array | string): boolean {
    if (this.isOver) return true
    return typeof octets === 'string' ? this.#output.write(octets, 'latin1') : this.#output.write(octets)
  }

  /** Resolves when the server took enough for more to be written, or the connection is over. */
  async drained(): Promise<void> {
    while (this.#output.writableNeedDrain && !this.isOver) {
      await new Promise<void>((resolve) => {
        this.#wakeWriter = resolve
      })
    }
  }

  /** Goes on with the socket that `change` makes of this one. */
  async change(change: (socket: Socket) => Promise<Socket>): Promise<void> {
    this.#detach()
    this.#socket = await change(this.#socket)
    // It was destroyed meanwhile.
    if (this.#ended) this.#socket.destroy()
    this.#input = this.#socket
    this.#output = this.#socket
    this.#attach()
  }

  /** RFC 4978, from here on in both directions. `first` came already and is compressed. */
  compress(first: Uint8Array): void {
    this.#detach()
    const inflate = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH })
    const deflate = createDeflateRaw({ flush: constants.Z_SYNC_FLUSH })
    this.#input = inflate
    this.#output = deflate
    this.#attach()
    if (first.length > 0) inflate.write(first)
    // What came before the end may not be inflated yet.
    this.#socket.on('error', this.#break).on('close', () => inflate.end())
    this.#socket.pipe(inflate)
    deflate.pipe(this.#socket)
  }

  destroy(): void {
    this.#socket.destroy()
    this.#end()
  }

  readonly #signal = () => {
    const [reader, writer] = [this.#wake, this.#wakeWriter]
    this.#wake = undefined
    this.#wakeWriter = undefined
    reader?.()
    writer?.()
  }

  readonly #end = () => {
    this.#ended = true
    this.#signal()
  }

  readonly #break = (error: Error) => {
    this.#error ??= error
    this.#socket.destroy()
    this.#signal()
  }

  #attach(): void {
    this.#input.on('readable', this.#signal).on('end', this.#end).on('error', this.#break)
    this.#output.on('drain', this.#signal)
    if (this.#output !== this.#socket) this.#output.on('error', this.#break)
    if (this.#input === this.#socket) this.#socket.on('close', this.#end)
  }

  #detach(): void {
    this.#input.off('readable', this.#signal).off('end', this.#end).off('error', this.#break)
    this.#output.off('drain', this.#signal)
    this.#socket.off('close', this.#end)
    // An error behind the change must find a listener.
    this.#socket.on('error', () => {})
  }
}
