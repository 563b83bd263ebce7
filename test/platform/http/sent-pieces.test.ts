/** Whoever makes an answer in pieces is told when each has gone out: by then nothing reads its octets any more. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { httpListener } from '#src/platform/http/http-listener.ts'
import type { Route } from '#src/platform/http/route.ts'
import type { Log } from '#src/platform/log/open-log.ts'
import { localhostCertificate } from '#test/support/stub-https.ts'

const PIECES = 40
const PIECE_BYTES = 128 * 1024

/** At `/a` it answers with forty pieces full of `a`; each is written over as soon as it is told that it has gone out. */
function scribbling(): { route: Route; told: () => number } {
  let told = 0
  const route: Route = {
    accepts: () => true,
    answer: async ({ target }) => ({
      status: 200,
      body: (async function* () {
        for (let no = 0; no < PIECES; no++) yield Buffer.alloc(PIECE_BYTES, target[1]!)
      })(),
      sent: (piece) => {
        told++
        piece.fill(0x21)
      },
    }),
  }
  return { route, told: () => told }
}

/** Both answers of two requests that are sent at once. */
async function answersOn(socket: Socket, letters: string): Promise<string> {
  let text = ''
  const ask = (letter: string, more: string) => `GET /${letter} HTTP/1.1\r\nHost: x\r\n${more}\r\n`
  socket.write(`${ask(letters[0]!, '')}${ask(letters[1]!, 'Connection: close\r\n')}`)
  for await (const some of socket) {
    text += (some as Buffer).toString('latin1')
    // Whoever reads slowly has what was written wait in the service.
    await new Promise(setImmediate)
  }
  return text
}

for (const kind of ['http', 'https'] as const) {
  test(`over ${kind} a piece that was told as sent has gone out as it was, also beside who hangs up`, {
    timeout: 120_000,
  }, async (t) => {
    const pair = await localhostCertificate()
    const { route, told } = scribbling()
    const listener = httpListener({
      ...{ name: 'test', setting: 'test', requestMs: 100_000, routes: [route] },
      at: { host: '127.0.0.1', port: 0 },
      ...(kind === 'https' && { certificate: { current: () => pair, watch: () => () => undefined } }),
      log: { error: () => undefined } as unknown as Log,
    })
    const port = Number(new URL(await listener.listen()).port)
    t.after(() => listener.stop(AbortSignal.abort()))
    const open = async (): Promise<Socket> => {
      const socket =
        kind === 'http'
          ? connect(port, '127.0.0.1')
          : connectTls({ port, host: '127.0.0.1', ca: pair.cert, servername: 'localhost' })
      await once(socket, kind === 'http' ? 'connect' : 'secureConnect')
      return socket
    }
    const hangingUp = await open()
    hangingUp.write('GET /z HTTP/1.1\r\nHost: x\r\n\r\n')
    await once(hangingUp, 'data')
    hangingUp.destroy()
    const before = told()
    const texts = await Promise.all(['ab', 'cd', 'ef'].map(async (two) => answersOn(await open(), two)))
    for (const [at, text] of texts.entries()) {
      const [one, two] = ['ab', 'cd', 'ef'][at]!
      const count = (letter: string) => text.match(new RegExp(`${letter}{4096}`, 'g'))?.length
      const whole = (PIECES * PIECE_BYTES) / 4_096
      assert.deepEqual([count(one!), count(two!), text.includes('!')], [whole, whole, false])
    }
    // The last of each may be told a moment later.
    assert.ok(told() - before >= 6 * (PIECES - 1), `${told() - before} pieces were told`)
  })
}
