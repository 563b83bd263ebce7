import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { HttpsPeer } from '#src/clients/https/https-peer.ts'

test('a server that is spoken to in clear is asked in clear how it wants to be signed in at', async (t) => {
  const server = createServer((_, response) =>
    response.writeHead(401, { 'www-authenticate': ['NTLM', 'Basic realm="x"'] }).end(),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const peer = new HttpsPeer({ userAgent: 'test', plain: true })
  const offered = await peer.offered(new URL(`http://127.0.0.1:${port}/`), { timeoutMs: 5_000 })
  assert.deepEqual(offered.toSorted(), ['basic', 'ntlm'])
})
