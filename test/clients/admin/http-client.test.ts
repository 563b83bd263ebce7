import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { socketClient } from '#src/clients/admin/http-client.ts'

test('each call over the socket has a connection of its own: a kept one may be closed just as the next call goes out', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'landbridge-admin-client-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'admin.sock')
  const server = createServer((_, response) => void response.end('{"Name":"corp"}')).listen(path)
  t.after(() => server.close())
  let connections = 0
  server.on('connection', () => connections++)
  await once(server, 'listening')
  const client = socketClient(path)
  for (const calls of [1, 2, 3]) {
    assert.deepEqual(await client.call('DescribeOrganization', {}), { Name: 'corp' })
    assert.equal(connections, calls)
  }
})
