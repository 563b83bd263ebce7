/** A scanner for tests: hears a whole question, then answers as told, or misbehaves. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

export type ScriptedScanner = {
  readonly at: { host: string; port: number }
  /** What each connection said. */
  readonly heard: Buffer[]
  close(): Promise<void>
}

/** `answer` is asked after every chunk with all that was heard on the connection; it may write and end. */
export async function scriptedScanner(
  answer: (heard: Buffer, socket: Socket) => void,
): Promise<ScriptedScanner> {
  const heard: Buffer[] = []
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    const index = heard.push(Buffer.alloc(0)) - 1
    open.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => open.delete(socket))
    socket.on('data', (chunk: Buffer) => {
      heard[index] = Buffer.concat([heard[index]!, chunk])
      answer(heard[index]!, socket)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    at: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    heard,
    close: async () => {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
