import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { httpListener } from '#src/platform/http/http-listener.ts'
import type { Route } from '#src/platform/http/route.ts'
import type { Log } from '#src/platform/log/open-log.ts'

const scratch = mkdtempSync(join(tmpdir(), 'landbridge-http-'))
after(() => rmSync(scratch, { recursive: true }))

const log = { error: () => undefined } as unknown as Log
const common = { name: 'test', setting: 'test', requestMs: 5_000, log }
const refusing: Route = { accepts: () => true, answer: async () => ({ status: 403, body: 'no' }) }

async function listening(t: { after(work: () => Promise<void>): void }, routes: readonly Route[]) {
  const listener = httpListener({ ...common, at: { host: '127.0.0.1', port: 0 }, routes })
  const url = new URL(await listener.listen())
  t.after(() => listener.stop(AbortSignal.timeout(1_000)))
  return url
}

test('a socket file is for this user alone, and the mask of the process stays as it was', async () => {
  const path = join(scratch, 'a.sock')
  const listener = httpListener({ ...common, at: { socket: path }, routes: [refusing] })
  const before = process.umask()
  const listens = listener.listen()
  assert.equal(
    process.umask(),
    before,
    'other files that are made meanwhile would get a mode that nobody chose',
  )
  assert.equal(await listens, path)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  await listener.stop(AbortSignal.timeout(1_000))
})

test('a refusal does not wait for a large body', { timeout: 60_000 }, async (t) => {
  const { port, hostname } = await listening(t, [refusing])
  const socket = connect(Number(port), hostname)
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n')
  const [head] = (await once(socket, 'data')) as [Buffer]
  assert.match(head.toString(), /^HTTP\/1\.1 403 /)
  assert.match(head.toString(), /connection: close/i)
  socket.destroy()
})

test('who sends a small body after it was refused keeps the connection', { timeout: 60_000 }, async (t) => {
  const { port, hostname } = await listening(t, [refusing])
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  t.after(async () => agent.destroy())
  const ports = new Set<number | undefined>()
  for (let count = 0; count < 2; count++) {
    const sent = request({ agent, hostname, port, method: 'POST', headers: { 'content-length': '1000' } })
    sent.flushHeaders()
    setTimeout(() => sent.end('x'.repeat(1_000)), 50)
    const [response] = await once(sent, 'response')
    assert.equal(response.statusCode, 403)
    ports.add(response.socket.localPort)
    response.resume()
    await once(response, 'end')
  }
  assert.equal(ports.size, 1)
})

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

test('an answer in pieces goes out as it is made, and what fails before the first is still said', async (t) => {
  let fails = false
  const route: Route = {
    accepts: () => true,
    answer: async () => ({
      status: 200,
      headers: { 'content-type': 'text/xml' },
      body: (async function* () {
        if (fails) throw new Error('before the first')
        yield* pieces('one ', 'two')
        if (fails) throw new Error('in the middle')
      })(),
    }),
  }
  const url = await listening(t, [route])
  const reply = await fetch(url)
  assert.equal(reply.headers.get('transfer-encoding'), 'chunked')
  assert.equal(await reply.text(), 'one two')
  fails = true
  assert.equal((await fetch(url)).status, 500)
})

test('an answer that breaks off in the middle does not look whole', async (t) => {
  const route: Route = {
    accepts: () => true,
    answer: async () => ({
      status: 200,
      body: (async function* () {
        yield Buffer.from('half')
        throw new Error('in the middle')
      })(),
    }),
  }
  const url = await listening(t, [route])
  await assert.rejects(async () => (await fetch(url)).text())
})

test('a body is read in pieces up to its limit', async (t) => {
  const route: Route = {
    accepts: () => true,
    async answer(asked) {
      let octets = 0
      for await (const piece of asked.streamBody(100_000)) octets += piece.length
      return { status: 200, body: String(octets) }
    },
  }
  const url = await listening(t, [route])
  const post = async (body: Uint8Array<ArrayBuffer>) => fetch(url, { method: 'POST', body })
  assert.equal(await (await post(new Uint8Array(100_000))).text(), '100000')
  assert.equal((await post(new Uint8Array(100_001))).status, 413)
})

test('who sends all of a large body before reading sees why it was refused', {
  timeout: 120_000,
}, async (t) => {
  const route: Route = {
    accepts: () => true,
    async answer(asked) {
      if (asked.target === '/unread') return { status: 415, body: 'no' }
      await asked.readBody(1_000_000)
      return { status: 200, body: 'yes' }
    },
  }
  const { port, hostname } = await listening(t, [route])
  const size = 20_000_000
  const post = async (path: string, chunked: boolean): Promise<string> => {
    const socket = connect(Number(port), hostname)
    const length = chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${size}`
    // Nothing is read until everything is sent.
    socket.pause().write(`POST ${path} HTTP/1.1\r\nHost: x\r\n${length}\r\n\r\n`)
    if (chunked) socket.write(`${size.toString(16)}\r\n`)
    const piece = Buffer.alloc(100_000)
    for (let sent = 0; sent < size; sent += piece.length)
      if (!socket.write(piece)) await once(socket, 'drain')
    if (chunked) socket.write('\r\n0\r\n\r\n')
    return (await socket.toArray()).join('')
  }
  for (const chunked of [false, true]) {
    assert.match(await post('/read', chunked), /^HTTP\/1\.1 413 .*longer than 1000000 octets/s)
    assert.match(await post('/unread', chunked), /^HTTP\/1\.1 415 .*\r\nno$/s)
  }
})

test('an answer before the end of a request does not wait when the service stops', {
  timeout: 60_000,
}, async () => {
  const listener = httpListener({ ...common, at: { host: '127.0.0.1', port: 0 }, routes: [refusing] })
  const { port, hostname } = new URL(await listener.listen())
  const socket = connect(Number(port), hostname)
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n')
  await once(socket, 'data')
  await listener.stop(new AbortController().signal)
  socket.destroy()
})

test('who waits to be told to send a large body is told once somebody wants it, and refused before', async (t) => {
  const route: Route = {
    accepts: () => true,
    async answer(asked) {
      if (asked.target === '/refused') return { status: 401, body: 'no' }
      let octets = 0
      for await (const piece of asked.streamBody(1_000_000)) octets += piece.length
      return { status: 200, body: String(octets) }
    },
  }
  const url = await listening(t, [route])
  const ask = (path: string) =>
    new Promise<{ status: number; continued: boolean }>((resolve, reject) => {
      let continued = false
      const headers = { expect: '100-continue', 'content-length': '200000' }
      const sent = request(new URL(path, url), { method: 'POST', headers }, (response) => {
        response.resume()
        resolve({ status: response.statusCode!, continued })
      })
      sent.once('continue', () => {
        continued = true
        sent.end(Buffer.alloc(200_000))
      })
      sent.once('error', reject)
      sent.flushHeaders()
    })
  assert.deepEqual(await ask('/'), { status: 200, continued: true })
  assert.deepEqual(await ask('/refused'), { status: 401, continued: false })
})
