import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

// Below 32768, where Linux gives no port to whoever lets it choose: no connection takes one by chance while its service
// is not there. Processes beside each other begin far from each other.
const LOWEST = 10_240
const PORTS = 22_400
const APART = 997
let given = 0
/** UDP sockets of the numbers that were given: they end with the process, and no service of ours listens on UDP. */
const claims: Socket[] = []

/**
 * A port of 127.0.0.1 that nobody listens on now, and that has been given to no process that still lives, nor to this one
 * before.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + ((process.pid * APART + given++) % PORTS)
    if ((await isClaimed(port)) && (await isFree(port))) return port
  }
}

async function isClaimed(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  try {
    const bound = once(socket, 'listening')
    socket.bind({ port, address: '127.0.0.1', exclusive: true })
    await bound
  } catch (error) {
    socket.close()
    return taken(error)
  }
  claims.push(socket.unref())
  return true
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    const listening = once(server, 'listening')
    server.listen(port, '127.0.0.1')
    await listening
  } catch (error) {
    return taken(error)
  }
  await once(server.close(), 'close')
  return true
}

/** False for a port that somebody else has; anything else is thrown. */
function taken(error: unknown): false {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
  return false
}
