import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { askTtl } from '#src/platform/dns/ask-ttl.ts'
import { startDnsServer } from '#test/support/dns-server.ts'

const zone = await startDnsServer({
  'corp.example': { MX: [[10, 'mx.corp.example']], TXT: ['v=spf1 -all'], ttl: 7_200 },
  'autodiscover.corp.example': { CNAME: 'owa.corp.example', ttl: 120 },
  'dark.example': { MX: [[10, 'mx.corp.example']], trouble: 'silent' },
})
after(() => zone.close())
const { address: server } = zone
const ask = (name: string, type: 'A' | 'MX' | 'CNAME' | 'TXT') =>
  askTtl(name, type, { server, timeoutMs: 60_000 })

test('a name server tells for how long records are remembered', async () => {
  assert.equal(await ask('corp.example', 'MX'), 7_200)
  assert.equal(await ask('corp.example', 'TXT'), 7_200)
  assert.equal(await ask('autodiscover.corp.example', 'CNAME'), 120)
})

test('what is not there, cannot be a name, or is not answered is not told', async () => {
  assert.equal(await ask('none.example', 'MX'), null)
  assert.equal(await ask('a..example', 'MX'), null)
  assert.equal(await ask(`${'a'.repeat(64)}.example`, 'MX'), null)
  assert.equal(await askTtl('dark.example', 'MX', { server, timeoutMs: 20 }), null)
  assert.equal(await askTtl('corp.example', 'MX', { server: 'not an address', timeoutMs: 60_000 }), null)
})

test('an answer that is cut short anywhere, or is none, ends with a number or nothing', async () => {
  const broken = createSocket('udp4')
  let cut = 0
  broken.on('message', (query, peer) => {
    const answer = Buffer.concat([
      query,
      Buffer.from([0xc0, 12, 0, 15, 0, 1, 0, 0, 1, 44, 0, 4, 0, 10, 0xc0, 12]),
    ])
    answer.writeUInt16BE(2, 6)
    broken.send(answer.subarray(0, Math.max(12, cut)), peer.port, peer.address)
  })
  broken.bind(0, '127.0.0.1')
  await once(broken, 'listening')
  after(() => broken.close())
  const at = { server: `127.0.0.1:${broken.address().port}`, timeoutMs: 60_000 }
  for (cut = 12; cut < 50; cut++)
    assert.ok([null, 300].includes(await askTtl('corp.example', 'MX', at)), `${cut}`)
  assert.equal(await askTtl('corp.example', 'MX', at), 300)
})
