import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { DemoFault } from './demo-fault.ts'

/** A mail server on this machine that everything between the two sides goes through, and where both sides take mail from it. */
export type SmartHost = { port: number; exchangePort: number; landbridgePort: number }

const ANSWER_MS = 5_000

/** DemoFault unless the server answers and the two ports are free. */
export async function requireSmartHost({ port, exchangePort, landbridgePort }: SmartHost): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(ANSWER_MS) })
  } catch (error) {
    throw new DemoFault(
      `No mail server answers on port ${port} of this machine (${(error as Error).message}). Start it, or name its port with --smarthost.`,
    )
  } finally {
    socket.destroy()
  }
  for (const own of [exchangePort, landbridgePort]) await requireFree(own)
}

async function requireFree(port: number): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new DemoFault(
      `Port ${port} cannot be listened on (${(error as NodeJS.ErrnoException).code}): choose another with --mail-ports, and lead the mail server there.`,
    )
  }
  await once(server.close(), 'close')
}
