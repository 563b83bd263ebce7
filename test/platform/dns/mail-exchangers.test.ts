import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type DnsClient, openDns } from '#src/platform/dns/dns-client.ts'
import { DnsFault } from '#src/platform/dns/dns-fault.ts'
import { mailExchangers } from '#src/platform/dns/mail-exchangers.ts'
import { startDnsServer, type TestDnsServer } from '#test/support/dns-server.ts'

let server: TestDnsServer
let dns: DnsClient

before(async () => {
  server = await startDnsServer({
    'three.test': {
      MX: [
        [20, 'b.three.test'],
        [10, 'a.three.test'],
        [20, 'c.three.test'],
      ],
    },
    'a.three.test': { A: ['192.0.2.1', '192.0.2.2'], AAAA: ['2001:db8::1'] },
    'b.three.test': { A: ['192.0.2.3'] },
    'c.three.test': { AAAA: ['2001:db8::3'] },
    'plain.test': { A: ['192.0.2.9'] },
    'txt-only.test': { TXT: ['hello'] },
    'none.test': { MX: [[0, '']], A: ['192.0.2.9'] },
    'mixed.test': {
      MX: [
        [0, ''],
        [5, 'b.three.test'],
      ],
    },
    'dangling.test': { MX: [[5, 'gone.test']], A: ['192.0.2.9'] },
    'half.test': {
      MX: [
        [5, 'broken.test'],
        [6, 'b.three.test'],
      ],
    },
    'broken.test': { trouble: 'servfail' },
    'troubled.test': {
      MX: [
        [5, 'broken.test'],
        [6, 'gone.test'],
      ],
    },
    'alias.test': { CNAME: 'three.test' },
  })
  dns = openDns({ servers: [server.address] })
})
after(() => server.close())

const namesOf = async (domain: string, random: () => number = () => 0) => {
  const route = await mailExchangers(dns, domain, { random })
  return route.kind === 'hosts' ? route.hosts.map(({ host }) => host) : route.kind
}

test('hosts come by preference, equals by chance, with the addresses of both families', async () => {
  const up = [0.1, 0.2, 0.3].values()
  const rising = () => up.next().value!
  const down = [0.3, 0.2, 0.1].values()
  const falling = () => down.next().value!
  const orders = [await namesOf('three.test', rising), await namesOf('three.test', falling)].map(String)
  assert.ok(orders.every((order) => order.startsWith('a.three.test,')))
  assert.notEqual(orders[0], orders[1])
  const route = await mailExchangers(dns, 'three.test')
  assert.ok(route.kind === 'hosts' && !route.implicit)
  assert.deepEqual([...route.hosts[0]!.addresses].sort(), ['192.0.2.1', '192.0.2.2', '2001:db8::1'])
  assert.deepEqual(await namesOf('alias.test', () => 0).then((names) => names.at(0)), 'a.three.test')
})

const routes: [domain: string, expected: object][] = [
  [
    'plain.test',
    {
      kind: 'hosts',
      implicit: true,
      hosts: [{ host: 'plain.test', preference: 0, addresses: ['192.0.2.9'] }],
    },
  ],
  ['txt-only.test', { kind: 'no-host', reason: 'no-address' }],
  ['none.test', { kind: 'null-mx' }],
  [
    'mixed.test',
    {
      kind: 'hosts',
      implicit: false,
      hosts: [{ host: 'b.three.test', preference: 5, addresses: ['192.0.2.3'] }],
    },
  ],
  ['dangling.test', { kind: 'no-host', reason: 'no-address' }],
  [
    'half.test',
    {
      kind: 'hosts',
      implicit: false,
      hosts: [{ host: 'b.three.test', preference: 6, addresses: ['192.0.2.3'] }],
    },
  ],
  ['nobody.test', { kind: 'no-such-domain' }],
]
for (const [domain, expected] of routes) {
  test(`the route of ${domain}`, async () => assert.deepEqual(await mailExchangers(dns, domain), expected))
}

test('what DNS cannot say now is a fault, not a bounce', async () => {
  for (const domain of ['broken.test', 'troubled.test'])
    await assert.rejects(mailExchangers(dns, domain), (error) => error instanceof DnsFault && !error.isAnswer)
})

test('mail never goes to ourselves, nor to hosts less preferred than we', async () => {
  const route = async (domain: string, ours: string) => {
    const found = await mailExchangers(dns, domain, { isOurs: (host) => host === ours })
    return found.kind === 'hosts' ? found.hosts.map(({ host }) => host) : found
  }
  assert.deepEqual(await route('three.test', 'b.three.test'), ['a.three.test'])
  assert.deepEqual(await route('three.test', 'a.three.test'), { kind: 'no-host', reason: 'only-ourselves' })
  assert.deepEqual(await route('plain.test', 'plain.test'), { kind: 'no-host', reason: 'only-ourselves' })
})
