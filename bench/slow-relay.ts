import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

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
