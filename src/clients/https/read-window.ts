import type { Socket } from 'node:net'

/** What TLS gives at once is never more. */
const WINDOW_BYTES = 16 * 1024

const windows = new WeakSet<ArrayBufferLike>()

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
      socket.emit('data', buffer.subarray(0, bytes))
      return true
    },
  })
  return socket
}

type OnRead = { buffer: Uint8Array; callback: (bytes: number) => boolean }
