import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setImmediate as breathe } from 'node:timers/promises'
import { ScanTrouble } from './scanner-attempt.ts'

/** Where a scanner listens. */
export type ScannerAddress = { host: string; port: number } | { path: string }

export const formatScannerAddress = (at: ScannerAddress): string =>
  'path' in at ? at.path : `${at.host}:${at.port}`

/** No answer of a scanner is longer. */
const MAX_ANSWER_OCTETS = 262_144

/**
 * One question on a connection of its own: writes what `question` yields, waiting where the scanner is slower, and resolves
 * with all that it answers before it closes. An answer that comes while we still write ends the writing: the scanner has
 * heard enough. ScanTrouble `unavailable` for whatever happens to the connection; errors of `question` pass.
 */
export async function exchange(
  at: ScannerAddress,
  question: AsyncIterable<Uint8Array>,
  { signal, endAfterQuestion }: { signal: AbortSignal; endAfterQuestion: boolean },
): Promise<Buffer> {
  const socket = connect('path' in at ? { path: at.path } : { host: at.host, port: at.port })
  const answer = new Answer(socket)
  const giveUp = () => answer.refuse('it takes too long')
  signal.addEventListener('abort', giveUp, { once: true })
  let isConnected = false
  socket.once('connect', () => {
    isConnected = true
  })
  let midway = false
  try {
    if (signal.aborted) giveUp()
    midway = !(await write(socket, question, answer)) && isConnected && !signal.aborted
    if (endAfterQuestion && socket.writable) socket.end()
    await answer.ended
  } finally {
    signal.removeEventListener('abort', giveUp)
    socket.destroy()
  }
  const text = answer.text()
  if (text !== undefined) return text
  const why = answer.trouble ?? 'it closed without an answer'
  throw new ScanTrouble('unavailable', `${formatScannerAddress(at)}: ${why}`, { midway })
}

class Answer {
  readonly ended: Promise<unknown>
  trouble: string | undefined
  readonly #socket: Socket
  readonly #chunks: Buffer[] = []
  #size = 0
  #refused = false

  constructor(socket: Socket) {
    this.#socket = socket
    this.ended = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', (error) => {
      this.trouble ??= error.message
    })
    socket.on('data', (chunk: Buffer) => {
      this.#size += chunk.length
      if (this.#size > MAX_ANSWER_OCTETS) this.refuse('its answer does not end')
      else this.#chunks.push(chunk)
    })
  }

  get begun(): boolean {
    return this.#size > 0
  }

  refuse(why: string): void {
    this.#refused = true
    this.trouble = why
    this.#socket.destroy()
  }

  /** What came counts even when the connection broke behind it: a scanner may close while we still write. */
  text(): Buffer | undefined {
    return this.#refused || this.#size === 0 ? undefined : Buffer.concat(this.#chunks)
  }
}

/** Resolves with whether it came to the end of the question. */
async function write(socket: Socket, question: AsyncIterable<Uint8Array>, answer: Answer): Promise<boolean> {
  for await (const chunk of question) {
    // An early answer is read before a write meets a closed connection, which would take the answer with it.
    await breathe()
    if (!socket.writable || answer.begun) return false
    if (!socket.write(chunk)) {
      // Rejects with an error of the socket, which Answer has seen too.
      const drained = once(socket, 'drain').catch(() => undefined)
      await Promise.race([drained, answer.ended])
    }
  }
  return true
}
