import { once } from 'node:events'
import { createServer } from 'node:net'

// Below 32768, where Linux gives no port to whoever lets it choose: no connection takes one by chance while its service
// is not there. Processes beside each other begin far from each other.
const LOWEST = 10_240
const PORTS = 22_400
const APART = 997
let given = 0

/** A port of 127.0.0.1 that nobody listens on now and that this process has not been given before. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + ((process.pid * APART + given++) % PORTS)
    if (await isFree(port)) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    const listening = once(server, 'listening')
    server.listen(port, '127.0.0.1')
    await listening
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false
    throw error
  }
  await once(server.close(), 'close')
  return true
}
