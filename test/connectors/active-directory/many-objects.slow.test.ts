import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { activeDirectorySource } from '#connectors/active-directory/active-directory-source.ts'
import { processorStalls } from '#test/support/processor-stalls.ts'
import { noDns } from './organisation.ts'

const COUNT = 100_000
/** Of processor time, so that others who work on this machine do not count. */
const LONGEST_STALL_MS = 50
const MOST_HEAP_BYTES = 150 * 1024 * 1024

test('100,000 objects pass through without piling up or holding up', { timeout: 300_000 }, async () => {
  const server = fork(new URL('../../support/ldap-server-process.ts', import.meta.url), [String(COUNT)])
  const [{ port, authorities }] = (await once(server, 'message')) as [{ port: number; authorities: string }]
  const options = {
    domains: [{ name: 'corp.example.com', controllers: [`localhost:${port}`] }],
    security: 'ldaps' as const,
    authorities,
    account: { name: 'sync@corp.example.com', password: 'secret' },
    photos: false,
    rights: false,
  }
  const source = activeDirectorySource(options, { dns: noDns })
  const stalls = processorStalls()
  const reading = await source.read({ since: [], full: null, signal: new AbortController().signal })
  let objects = 0
  let members = 0
  let peak = 0
  for await (const batch of reading.changes()) {
    assert.ok(batch.objects.length <= 500)
    objects += batch.objects.length
    for (const object of batch.objects) members += object.members?.length ?? 0
    peak = Math.max(peak, process.memoryUsage().heapUsed)
  }
  let keys = 0
  for await (const some of reading.keys()) keys += some.length
  const stallMs = stalls.end()
  await reading.close()
  server.disconnect()
  await once(server, 'exit')
  assert.equal(objects, COUNT)
  assert.equal(keys, COUNT)
  assert.equal(members, 5_000 + 999 * 100)
  assert.ok(peak < MOST_HEAP_BYTES, `${Math.round(peak / 1024 / 1024)} MiB of heap`)
  assert.ok(stallMs < LONGEST_STALL_MS, `the event loop was held up for ${stallMs} ms`)
})
