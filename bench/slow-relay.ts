import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'

/** A server on this machine that hands on what comes to `port`, and what is answered, after `delayMs`, in order. */
export async function slowRelay(port: number, delayMs: number): Promise<{ server: Server; port: number }> {
  const pass = (from: Socket, to: Socket): void => {
    from.on('data', (octets) => {
      if (delayMs === 0) to.write(octets)
      else setTimeout(() => to.destroyed || to.write(octets), delayMs)
    })
    from.on('close', () => setTimeout(() => to.destroy(), delayMs))
    from.on('error', () => to.destroy())
  }
  const server = createServer({ noDelay: true }, (socket) => {
    const there = connect({ port, host: '127.0.0.1', noDelay: true })
    pass(socket, there)
    pass(there, socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

export type RelayProcess = { port: number; close(): Promise<void> }

/** The same in a process of its own, so that what it costs is not counted; without a delay there is none. */
export async function relayProcess(port: number, delayMs: number): Promise<RelayProcess> {
  if (delayMs === 0) return { port, close: async () => undefined }
  const own = [fileURLToPath(import.meta.url), String(port), String(delayMs)]
  const child = spawn(process.execPath, own, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  return {
    port: Number(said.toString()),
    async close() {
      const ended = once(child, 'close')
      child.kill('SIGTERM')
      await ended
    },
  }
}

if (import.meta.main) {
  const relay = await slowRelay(Number(process.argv[2]), Number(process.argv[3]))
  process.stdout.write(`${relay.port}\n`)
}
