import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { createServer as createTlsServer } from 'node:tls'
import { CarriedOctets } from '#src/base/carried-octets.ts'
import { HttpsPeer } from '#src/clients/https/https-peer.ts'
import { reach, secure } from '#src/clients/imap/connect.ts'
import { localhostCertificate, stubHttps } from '#test/support/stub-https.ts'

const ASKED = 300_000
const ANSWERED = 700_000

/** Takes so many octets of whoever connects, and answers with more. */
const answers = (socket: Socket) => {
  let left = ASKED
  socket.on('error', () => undefined)
  socket.on('data', (chunk) => {
    left -= chunk.length
    if (left === 0) socket.end(Buffer.alloc(ANSWERED))
  })
}

for (const isTls of [false, true])
  test(`what a connection of an IMAP server carries is counted, ${isTls ? 'below TLS' : 'in clear'}`, async (t) => {
    const { cert, key } = await localhostCertificate()
    const server = isTls ? createTlsServer({ cert, key }, answers) : createServer(answers)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => void server.close())
    const { port } = server.address() as { port: number }
    const carried = new CarriedOctets()
    const socket = await reach({ host: '127.0.0.1', port }, { attempts: 1, timeoutMs: 5_000 })
    carried.add(socket)
    // Heard after the one who counts.
    const closed = once(socket, 'close')
    const tls = { mode: 'implicit', ca: cert, verifyName: 'localhost' } as const
    t.after(() => socket.destroy())
    const used = isTls ? await secure(socket, '127.0.0.1', tls, 5_000) : socket
    used.write(Buffer.alloc(ASKED))
    let got = 0
    for await (const chunk of used) got += (chunk as Buffer).length
    assert.equal(got, ANSWERED)
    const inAll = ASKED + ANSWERED
    const is = (when: string) =>
      assert.ok(carried.total >= inAll && carried.total < 1.03 * inAll, `${when}: ${carried.total}`)
    is('while it is open')
    used.destroy()
    await closed
    is('once it is closed')
  })

test('what the connections of an HTTPS server carry is counted over all of them', async (t) => {
  const server = await stubHttps(({ response }) => void response.end(Buffer.alloc(ANSWERED)))
  t.after(() => server.close())
  const carried = new CarriedOctets()
  const tls = { ca: server.pair.cert }
  const peer = new HttpsPeer({ userAgent: 'test', tls, connections: 2, carried })
  t.after(() => peer.close())
  const ask = async () => {
    const request = { url: new URL(server.url), method: 'POST' as const, body: Buffer.alloc(ASKED) }
    const options = { timeoutMs: 10_000, mostOctets: 2 * ANSWERED, repeatable: false }
    const answer = await peer.send(request, options)
    let got = 0
    for await (const piece of answer.body) got += piece.length
    assert.equal(got, ANSWERED)
  }
  await Promise.all([ask(), ask(), ask(), ask()])
  peer.close()
  const inAll = 4 * (ASKED + ANSWERED)
  assert.ok(carried.total >= inAll && carried.total < 1.03 * inAll, `${carried.total}`)
})
