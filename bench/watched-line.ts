/** Lines to a server on this machine: one that sees what is asked, and one that can be cut. */
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request as ask } from 'node:https'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { type StubRequest, stubHttps } from '#test/support/stub-https.ts'
import { HOST } from './moving-service.ts'

/** Asks the server at that port of this machine the same; its answer. */
export async function askedThere(port: number, { request, body }: StubRequest) {
  const { headers, method, url } = request
  const there = ask({ host: HOST, port, method, path: url, headers, rejectUnauthorized: false })
  there.end(body)
  const [answer] = (await once(there, 'response')) as [IncomingMessage]
  return { status: answer.statusCode!, headers: answer.headers, octets: await buffer(answer) }
}

/** Sees what is asked before it goes on, and what is answered before it goes back. */
export type Watcher = { asked(body: string): void; answered(body: string, answer: Buffer): void }

/** A line with TLS of its own. */
export async function watchedLine(port: number, watcher: Watcher) {
  const stub = await stubHttps(async (asked) => {
    stub.asked.length = 0
    watcher.asked(asked.body)
    // To be read as it is.
    delete asked.request.headers['accept-encoding']
    const { status, headers, octets } = await askedThere(port, asked)
    watcher.answered(asked.body, octets)
    asked.response.writeHead(status, headers)
    asked.response.end(octets)
  })
  return stub
}

type BreakableLine = {
  port: number
  /**
   * While it is cut, nothing goes through in either direction and nobody is told, not of a connection that begins or ends either; what
   * was under way goes on behind it, where both ends have waited.
   */
  isCut: boolean
  close(): void
}

export async function breakableLine(to: number): Promise<BreakableLine> {
  const ways = new Set<{ from: Socket; onto: Socket }>()
  let isCut = false
  const join = ({ from, onto }: { from: Socket; onto: Socket }) => {
    if (from.destroyed) onto.destroy()
    else from.pipe(onto)
  }
  const begin = (from: Socket, onto: Socket) => {
    const way = { from, onto }
    ways.add(way)
    from.on('error', () => undefined)
    from.on('close', () => {
      if (!isCut) onto.destroy()
      if (onto.destroyed) ways.delete(way)
    })
    if (!isCut) join(way)
  }
  const server = createServer((socket) => {
    const there = connect({ port: to, host: '127.0.0.1' })
    begin(socket, there)
    begin(there, socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    get isCut() {
      return isCut
    },
    set isCut(cut) {
      isCut = cut
      for (const way of ways)
        if (cut) way.from.unpipe().pause()
        else join(way)
    },
    close() {
      server.close()
      for (const { from } of ways) from.destroy()
    },
  }
}
