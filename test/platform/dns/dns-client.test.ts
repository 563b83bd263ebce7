import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { AnswerCache } from '#src/platform/dns/answer-cache.ts'
import { type DnsClient, openDns } from '#src/platform/dns/dns-client.ts'
import { type DnsFailure, DnsFault } from '#src/platform/dns/dns-fault.ts'
import { reverseName, startDnsServer, type TestDnsServer } from '#test/support/dns-server.ts'

let server: TestDnsServer
let dns: DnsClient
let clock = 0
const asked = (question: string) => server.questions.filter((each) => each === question).length
const fault = (failure: DnsFailure) => (error: unknown) =>
  error instanceof DnsFault && error.failure === failure

before(async () => {
  server = await startDnsServer({
    'example.org': { MX: [[10, 'mx.example.org']], TXT: ['v=spf1 -all', 'x'.repeat(600)] },
    '_ldap._tcp.dc._msdcs.example.org': { SRV: [[0, 100, 389, 'dc1.example.org']] },
    'mx.example.org': { A: ['192.0.2.1'], AAAA: ['2001:db8::1'], ttl: 30 },
    'www.example.org': { CNAME: 'mx.example.org' },
    'bad.example.org': { trouble: 'servfail' },
    'closed.example.org': { trouble: 'refused' },
    'dead.example.org': { trouble: 'silent' },
    [reverseName('192.0.2.1')]: { PTR: ['liar.example.org', 'MX.example.org'] },
    [reverseName('2001:db8::1')]: { PTR: ['mx.example.org'] },
    [reverseName('192.0.2.7')]: { PTR: ['bad.example.org'] },
    'liar.example.org': { A: ['192.0.2.99'] },
  })
  dns = openDns({ servers: [server.address], now: () => clock })
})
after(() => server.close())

test('reads each type of record', async () => {
  assert.deepEqual(await dns.mx('example.org'), [{ preference: 10, exchange: 'mx.example.org' }])
  assert.deepEqual(new Set(await dns.txt('example.org')), new Set(['v=spf1 -all', 'x'.repeat(600)]))
  assert.deepEqual(await dns.a('mx.example.org'), ['192.0.2.1'])
  assert.deepEqual(await dns.aaaa('mx.example.org'), ['2001:db8::1'])
  assert.deepEqual(await dns.cname('www.example.org'), ['mx.example.org'])
  assert.deepEqual(await dns.a('www.example.org'), ['192.0.2.1'])
  assert.deepEqual(await dns.ptr('2001:db8::1'), ['mx.example.org'])
  const service = { priority: 0, weight: 100, port: 389, target: 'dc1.example.org' }
  assert.deepEqual(await dns.srv('_ldap._tcp.dc._msdcs.example.org'), [service])
})

test('names each failure', async () => {
  await assert.rejects(dns.a('nobody.example.org'), fault('nxdomain'))
  await assert.rejects(dns.cname('mx.example.org'), fault('nodata'))
  await assert.rejects(dns.txt('bad.example.org'), fault('servfail'))
  await assert.rejects(dns.txt('closed.example.org'), fault('servfail'))
  await assert.rejects(dns.txt(`${'l'.repeat(64)}.example.org`), fault('bad-name'))
  await assert.rejects(dns.ptr('not an address'), fault('bad-name'))
})

test('a silent server is asked again, and given up at the deadline', async () => {
  const late = openDns({ servers: [server.address], attemptMs: 600, attempts: 2, deadlineMs: 100 })
  await assert.rejects(late.txt('dead.example.org'), fault('timeout'))
  // On a busy machine the question may still be under way; a second one is not.
  while (asked('TXT dead.example.org') === 0) await pause(5)
  assert.equal(asked('TXT dead.example.org'), 1)
  const again = openDns({ servers: [server.address], attemptMs: 150, attempts: 2, deadlineMs: 30_000 })
  await assert.rejects(again.txt('dead.example.org'), fault('timeout'))
  assert.ok(asked('TXT dead.example.org') >= 3)
})

test('addresses are believed for their TTL, absence for a minute, trouble for seconds', async () => {
  const fresh = openDns({ servers: [server.address], now: () => clock })
  const before = () => [asked('A mx.example.org'), asked('A gone.example.org'), asked('A bad.example.org')]
  const ask = async () => {
    await fresh.a('mx.example.org')
    await assert.rejects(fresh.a('gone.example.org'), fault('nxdomain'))
    await assert.rejects(fresh.a('bad.example.org'), fault('servfail'))
  }
  await ask()
  const first = before()
  clock += 4_900
  await ask()
  assert.deepEqual(before(), first)
  clock += 20_000
  await ask()
  assert.deepEqual(before().slice(0, 2), first.slice(0, 2))
  assert.ok(before()[2]! > first[2]!)
  clock += 10_000
  await ask()
  assert.deepEqual([before()[0]! - first[0]!, before()[1]! - first[1]!], [1, 0])
  clock += 30_000
  await ask()
  assert.equal(before()[1]! - first[1]!, 1)
})

test('the same question at the same time is sent once', async () => {
  const fresh = openDns({ servers: [server.address] })
  const earlier = asked('MX example.org')
  await Promise.all(Array.from({ length: 20 }, () => fresh.mx('Example.org')))
  assert.equal(asked('MX example.org') - earlier, 1)
})

test('the cache stays under its weight and drops the least recently used', () => {
  const cache = new AnswerCache<number>(10, () => 0)
  for (const [key, weight] of [
    ['a', 4],
    ['b', 4],
    ['c', 2],
  ] as const)
    cache.set(key, weight, weight, 1)
  assert.equal(cache.get('a'), 4)
  cache.set('d', 3, 3, 1)
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((key) => cache.get(key)),
    [4, undefined, 2, 3],
  )
  cache.set('huge', 1, 11, 1)
  assert.equal(cache.get('huge'), undefined)
  assert.equal(cache.get('a'), 4)
})
