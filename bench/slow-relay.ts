import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { nodeProcess } from './node-process.ts'

export type Slowness = {
  /** In each direction. */
  delayMs: number
  /** As all connections together are answered with at most; as fast as it goes without it. */
  bytesPerSecond?: number
}

/** Octets of one connection that wait for their turn before no more of it are taken. */
const HELD_BYTES = 256 * 1024

/** A line that all connections share: each has its turn with a piece, and none goes out before the line is free. */
class SharedLine {
  readonly #bytesPerSecond: number
  readonly #waiting: { bytes: number; go: () => void }[][] = []
  #freeAt = 0
  #isBusy = false

  constructor(bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond
  }

  /** How one connection takes its turns. */
  connection(): (bytes: number, go: () => void) => void {
    const own: { bytes: number; go: () => void }[] = []
    return (bytes, go) => {
      own.push({ bytes, go })
      if (own.length === 1) this.#waiting.push(own)
      this.#turn()
    }
  }

  #turn(): void {
    if (this.#isBusy) return
    const own = this.#waiting.shift()
    if (own === undefined) return
    const { bytes, go } = own.shift()!
    if (own.length > 0) this.#waiting.push(own)
    this.#freeAt = Math.max(performance.now(), this.#freeAt) + (1_000 * bytes) / this.#bytesPerSecond
    this.#isBusy = true
    setTimeout(
      () => {
        this.#isBusy = false
        go()
        this.#turn()
      },
      Math.max(0, this.#freeAt - performance.now()),
    )
  }
}

/** A server on this machine that hands on what comes to `port`, and what is answered, later and no faster than it is told to, in order. */
async function slowRelay(
  port: number,
  { delayMs, bytesPerSecond }: Slowness,
): Promise<{ server: Server; port: number }> {
  const line = bytesPerSecond === undefined ? undefined : new SharedLine(bytesPerSecond)
  const pass = (from: Socket, to: Socket, turn: ReturnType<SharedLine['connection']> | undefined): void => {
    const held: { octets: Buffer; at: number }[] = []
    let waiting = 0
    let isOver = false
    const endIfDone = (): void => {
      if (isOver && held.length === 0 && waiting === 0) to.destroy()
    }
    const write = (): void => {
      while (held.length > 0 && held[0]!.at <= performance.now()) {
        const { octets } = held.shift()!
        if (!to.destroyed) to.write(octets)
      }
      if (held.length > 0) setTimeout(write, Math.max(1, held[0]!.at - performance.now()))
      else endIfDone()
    }
    const send = (octets: Buffer): void => {
      if (delayMs === 0) return void (to.destroyed || to.write(octets))
      held.push({ octets, at: performance.now() + delayMs })
      if (held.length === 1) setTimeout(write, delayMs)
    }
    from.on('data', (octets: Buffer) => {
      if (turn === undefined) return send(octets)
      waiting += octets.length
      if (waiting > HELD_BYTES) from.pause()
      turn(octets.length, () => {
        waiting -= octets.length
        if (waiting <= HELD_BYTES) from.resume()
        send(octets)
        endIfDone()
      })
    })
    from.on('close', () => {
      isOver = true
      setTimeout(endIfDone, delayMs)
    })
    from.on('error', () => to.destroy())
  }
  const server = createServer({ noDelay: true }, (socket) => {
    const there = connect({ port, host: '127.0.0.1', noDelay: true })
    pass(socket, there, undefined)
    pass(there, socket, line?.connection())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

type RelayProcess = { port: number; pid: number | undefined; close(): Promise<void> }

/** The same in a process of its own, so that what it costs is not counted; where nothing is to be slower there is none. */
export async function relayProcess(port: number, slowness: Slowness): Promise<RelayProcess> {
  if (slowness.delayMs === 0 && slowness.bytesPerSecond === undefined)
    return { port, pid: undefined, close: async () => undefined }
  const own = [fileURLToPath(import.meta.url), String(port), JSON.stringify(slowness)]
  const child = nodeProcess(own)
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  return {
    port: Number(said.toString()),
    pid: child.pid,
    async close() {
      const ended = once(child, 'close')
      child.kill('SIGTERM')
      await ended
    },
  }
}

if (import.meta.main) {
  const relay = await slowRelay(Number(process.argv[2]), JSON.parse(process.argv[3]!))
  process.stdout.write(`${relay.port}\n`)
}
