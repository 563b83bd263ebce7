import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import type { Random } from '#test/fuzz/random.ts'

/** Of what it does to a connection; each counts. */
export type Misdeed = 'cut' | 'cut within' | 'twice' | 'held' | 'silent' | 'no end'

export type UnrulyProxy = {
  port: number
  /** How many misdeeds are left; from then on it only passes on. */
  left: number
  done: Map<Misdeed, number>
  close(): void
}

/** One of so many answers. */
const ONE_OF = 9
const weights = { cut: 2, 'cut within': 4, twice: 4, held: 3, silent: 1, 'no end': 2 } satisfies Record<
  Misdeed,
  number
>
const misdeeds = Object.entries(weights).flatMap(([misdeed, weight]) =>
  Array<Misdeed>(weight).fill(misdeed as Misdeed),
)

/**
 * Stands on a free port of this machine, in clear, before an IMAP server: now and then it ends a connection, between answers or in the
 * middle of one, says an untagged answer twice, holds one back, says nothing any more, or leaves out the tagged one.
 */
export async function unrulyProxy(
  to: { port: number; tls?: { ca: string } },
  random: Random,
): Promise<UnrulyProxy> {
  const sockets = new Set<Socket>()
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    return socket
  }
  const proxy: UnrulyProxy = { port: 0, left: 0, done: new Map(), close: () => {} }
  const chosen = (isTagged: boolean): Misdeed | undefined => {
    if (proxy.left === 0 || random(ONE_OF) > 0) return undefined
    const misdeed = misdeeds[random(misdeeds.length)]!
    if ((misdeed === 'no end') !== isTagged && (misdeed === 'no end' || misdeed === 'twice')) return undefined
    proxy.left--
    proxy.done.set(misdeed, (proxy.done.get(misdeed) ?? 0) + 1)
    return misdeed
  }
  const server = createServer({ noDelay: true }, (client) => {
    keep(client)
    const upstream = keep(
      to.tls === undefined
        ? connect({ port: to.port, host: '127.0.0.1', noDelay: true })
        : connectTls({ port: to.port, host: '127.0.0.1', servername: 'localhost', ca: to.tls.ca }),
    )
    const end = () => {
      client.destroy()
      upstream.destroy()
    }
    client.pipe(upstream)
    for (const socket of [client, upstream]) socket.on('close', end)
    void passOn(upstream, client, chosen).finally(end)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  proxy.port = (server.address() as { port: number }).port
  proxy.close = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  return proxy

  async function passOn(
    from: Socket,
    into: Socket,
    misdeedFor: (isTagged: boolean) => Misdeed | undefined,
  ): Promise<void> {
    let isSilent = false
    for await (const answer of answers(from)) {
      const isTagged = /^L\d/.test(answer.toString('latin1', 0, 2))
      const misdeed: Misdeed | undefined = isSilent ? 'silent' : misdeedFor(isTagged)
      isSilent = misdeed === 'silent' || misdeed === 'no end'
      if (isSilent) continue
      if (misdeed === 'cut') return
      if (misdeed === 'cut within') {
        into.write(answer.subarray(0, random(answer.length)))
        // What was written is to go out first.
        await pause(5)
        return
      }
      if (misdeed === 'held') await pause(random(200))
      const isAnswer = answer.toString('latin1', 0, 2) === '* '
      into.write(misdeed === 'twice' && isAnswer ? Buffer.concat([answer, answer]) : answer)
    }
  }
}

/** Answers as a server sends them, literals within. */
async function* answers(from: Socket): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0)
  let at = 0
  try {
    for await (const chunk of from) {
      held = Buffer.concat([held, chunk as Buffer])
      for (;;) {
        const end = held.indexOf('\r\n', at)
        if (end < 0) break
        const literal = /\{(\d+)\}$/.exec(held.toString('latin1', Math.max(at, end - 24), end))
        const next = end + 2 + Number(literal?.[1] ?? 0)
        if (next > held.length) break
        if (literal !== null) {
          at = next
          continue
        }
        yield held.subarray(0, next)
        held = held.subarray(next)
        at = 0
      }
    }
  } catch {
    // The connection is over.
  }
}
