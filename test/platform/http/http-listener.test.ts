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

test('a refusal does not wait for a large body', { timeout: 10_000 }, async (t) => {
  const { port, hostname } = await listening(t, [refusing])
  const socket = connect(Number(port), hostname)
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n')
  const [head] = (await once(socket, 'data')) as [Buffer]
  assert.match(head.toString(), /^HTTP\/1\.1 403 /)
  assert.match(head.toString(), /connection: close/i)
  socket.destroy()
})

test('who sends a small body after it was refused keeps the connection', { timeout: 10_000 }, async (t) => {
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
