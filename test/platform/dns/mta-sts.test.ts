import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { openDns } from '#src/platform/dns/dns-client.ts'
import {
  type FetchedPolicy,
  type KeptPolicies,
  type MtaStsPolicy,
  matchesPolicy,
  openMtaSts,
  policyAllows,
} from '#src/platform/dns/mta-sts.ts'
import { type PolicyFetch, policyHost } from '#src/platform/dns/policy-host.ts'
import { certificateFor } from '#test/support/certificate.ts'
import { startDnsServer, type TestDnsServer } from '#test/support/dns-server.ts'

const file = 'version: STSv1\r\nmode: enforce\r\nmx: mx.sts.test\r\nmx: *.pool.sts.test\r\nmax_age: 86400\r\n'
let names: TestDnsServer
let web: Server
let authority: string
let clock = 0
let fetches = 0
let reply: { status: number; type: string; body: string; stall?: boolean }

before(async () => {
  names = await startDnsServer({
    '_mta-sts.sts.test': { TXT: ['v=STSv1; id=one;'] },
    'mta-sts.sts.test': { A: ['127.0.0.1'] },
    '_mta-sts.other.test': { TXT: ['v=STSv1; id=one;'] },
    'mta-sts.other.test': { A: ['127.0.0.1'] },
    '_mta-sts.double.test': { TXT: ['v=STSv1; id=one;', 'v=STSv1; id=two;'] },
  })
  const pair = await certificateFor(['mta-sts.sts.test'], { commonName: 'mta-sts.other.test' })
  authority = pair.cert
  web = createServer({ cert: pair.cert, key: pair.key }, (_, response) => {
    fetches++
    if (reply.stall) return
    response.writeHead(reply.status, { 'content-type': reply.type, location: '/' }).end(reply.body)
  })
  web.listen(0, '127.0.0.1')
  await once(web, 'listening')
})
after(async () => {
  web.closeAllConnections()
  web.close()
  await names.close()
})
beforeEach(() => {
  names.zone.set('_mta-sts.sts.test', { TXT: ['v=STSv1; id=one;'] })
  reply = { status: 200, type: 'text/plain; charset=utf-8', body: file }
  fetches = 0
})

/** DNS without memory, so that a changed zone is seen at once. */
const dns = () => openDns({ servers: [names.address], cacheWeight: 0 })
const fetchPolicy: PolicyFetch = (domain) => {
  const { port } = web.address() as AddressInfo
  // A busy machine takes its time; one that waits for silence has none to lose.
  const deadlineMs = reply.stall ? 1_500 : 30_000
  return policyHost(dns(), { authorities: [authority], port, deadlineMs })(domain)
}
const open = () => openMtaSts({ dns: dns(), fetchPolicy, now: () => clock })
const expected = { id: 'one', mode: 'enforce', mx: ['mx.sts.test', '*.pool.sts.test'], maxAgeSeconds: 86_400 }

test('a policy is fetched over verified HTTPS once, and kept', async () => {
  const sts = open()
  assert.deepEqual(await sts.policyFor('STS.test'), expected)
  assert.deepEqual(await sts.policyFor('sts.test'), expected)
  assert.equal(fetches, 1)
})

test('a new id fetches the policy again; half the age does too', async () => {
  const sts = open()
  await sts.policyFor('sts.test')
  names.zone.set('_mta-sts.sts.test', { TXT: ['v=STSv1; id=two;'] })
  reply.body = file.replace('enforce', 'testing')
  assert.equal((await sts.policyFor('sts.test'))?.mode, 'testing')
  clock += 43_200_001
  await sts.policyFor('sts.test')
  assert.equal(fetches, 3)
})

test('neither a missing record nor a failing host turns a kept policy off before its time', async () => {
  const sts = open()
  await sts.policyFor('sts.test')
  names.zone.delete('_mta-sts.sts.test')
  assert.deepEqual(await sts.policyFor('sts.test'), expected)
  names.zone.set('_mta-sts.sts.test', { TXT: ['v=STSv1; id=two;'] })
  reply.status = 500
  assert.deepEqual(await sts.policyFor('sts.test'), expected)
  assert.deepEqual(await sts.policyFor('sts.test'), expected)
  assert.equal(fetches, 2, 'a failing policy host is left alone for five minutes')
  clock += 86_400_001
  assert.equal(await sts.policyFor('sts.test'), undefined)
})

test('a policy outlives a restart for its max_age, and no longer', async () => {
  const disk = new Map<string, FetchedPolicy>()
  const kept: KeptPolicies = {
    find: async (domain) => disk.get(domain),
    keep: async (domain, fetched) => void disk.set(domain, fetched),
  }
  const restarted = () => openMtaSts({ dns: dns(), fetchPolicy, kept, now: () => clock })
  assert.deepEqual(await restarted().policyFor('sts.test'), expected)
  assert.deepEqual(await restarted().policyFor('STS.test'), expected)
  assert.equal(fetches, 1)
  // Whoever can stop our questions does not turn it off by waiting for a restart.
  names.zone.delete('_mta-sts.sts.test')
  assert.deepEqual(await restarted().policyFor('sts.test'), expected)
  names.zone.set('_mta-sts.sts.test', { TXT: ['v=STSv1; id=two;'] })
  reply.status = 500
  assert.deepEqual(await restarted().policyFor('sts.test'), expected)
  assert.equal(fetches, 2)
  clock += 86_400_001
  assert.equal(await restarted().policyFor('sts.test'), undefined)
  // What its domain took back is kept as well.
  reply = { ...reply, status: 200, body: file.replace('enforce', 'none') }
  assert.equal((await restarted().policyFor('sts.test'))?.mode, 'none')
  names.zone.delete('_mta-sts.sts.test')
  assert.equal((await restarted().policyFor('sts.test'))?.mode, 'none')
})

const useless: [what: string, change: Partial<typeof reply>][] = [
  ['a redirect', { status: 302 }],
  ['another status of success', { status: 206 }],
  ['HTML', { type: 'text/html' }],
  ['too much', { body: `${file}${'#'.repeat(70_000)}` }],
  ['another version', { body: file.replace('STSv1', 'STSv2') }],
  ['no max_age', { body: file.replace('max_age', 'age') }],
  ['no host', { body: file.replace(/mx:.*\r\n/g, '') }],
  ['silence', { stall: true }],
]
for (const [what, change] of useless) {
  test(`a policy host that answers with ${what} gives no policy`, async () => {
    Object.assign(reply, change)
    assert.equal(await open().policyFor('sts.test'), undefined)
    assert.equal(fetches, 1)
  })
}

test('a certificate must name the host in its subjectAltName, and be trusted', async () => {
  assert.equal(await open().policyFor('other.test'), undefined)
  const port = (web.address() as AddressInfo).port
  await assert.rejects(policyHost(dns(), { authorities: [authority], port })('other.test'), /does not name/)
  await assert.rejects(policyHost(dns(), { port })('sts.test'), /self.signed/)
})

test('a policy host with addresses that are not allowed is not asked', async () => {
  const port = (web.address() as AddressInfo).port
  const options = { authorities: [authority], port, allows: (address: string) => address !== '127.0.0.1' }
  await assert.rejects(policyHost(dns(), options)('sts.test'), /has no address/)
  assert.equal(fetches, 0)
})

test('no record, or two of them, is no policy', async () => {
  assert.equal(await open().policyFor('nobody.test'), undefined)
  assert.equal(await open().policyFor('double.test'), undefined)
  assert.equal(fetches, 0)
})

test('hosts match by name, or one label for the asterisk', () => {
  const policy = (mode: MtaStsPolicy['mode']): MtaStsPolicy => ({ ...expected, mode })
  const matching = ['mx.sts.test', 'MX.sts.test.', 'a.pool.sts.test']
  const others = [
    'sts.test',
    'pool.sts.test',
    'a.b.pool.sts.test',
    'mx.sts.test.evil.test',
    '*.pool.sts.test',
  ]
  for (const host of matching) assert.ok(policyAllows(policy('enforce'), host), host)
  for (const host of others) {
    assert.ok(!policyAllows(policy('enforce'), host), host)
    assert.ok(!matchesPolicy(policy('testing'), host), host)
    assert.ok(policyAllows(policy('testing'), host), host)
  }
})
