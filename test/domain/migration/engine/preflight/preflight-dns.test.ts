import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type DnsFound,
  dnsLines,
  type PreflightDns,
} from '#src/domain/migration/engine/preflight/preflight-dns.ts'

const here = { mx: 'mail.lb.example', autodiscover: 'mail.lb.example', spf: 'a:mail.lb.example' }

/** A resolver with what it is to say; a name that is not among it has nothing, `null` is no answer. */
const scripted = (answers: Record<string, DnsFound | null>, hosts: Record<string, boolean | null> = {}) =>
  ({
    here,
    look: async (name, type) => {
      const found = answers[`${type} ${name}`]
      if (found === null) throw new Error('timeout')
      return found ?? { values: [], ttlSeconds: null }
    },
    resolves: async (host) => (hosts[host] === undefined ? true : hosts[host]),
  }) satisfies PreflightDns

const of = async (
  dns: PreflightDns,
  { urls = [] as string[], addresses = ['anna@corp.example', 'ben@corp.example'] } = {},
) => {
  const lines = await dnsLines(
    dns,
    urls.map((url, at) => ({ id: `s${at}`, url })),
    addresses.map((address) => ({ address })),
    'move',
  )
  assert.ok(lines.every(({ name, state, remedy }) => name === 'DNS' && (state === 'ok') === (remedy === '')))
  return lines.map(({ state, found }) => [state, found])
}
const mx = (ttlSeconds: number | null) => ({ values: ['mx1.old.example'], ttlSeconds })
const spf = (text: string) => ({ values: ['other', text], ttlSeconds: 3_600 })

test('the server of each source is found, or not, or nobody can tell; of files there is nothing to find', async () => {
  const urls = ['https://old.example/EWS', 'imaps://gone.example:993', 'imaps://dark.example', '/srv/pst']
  const dns = scripted({}, { 'gone.example': false, 'dark.example': null })
  const told = await of(dns, { urls, addresses: [] })
  assert.deepEqual(told, [
    ['ok', 'old.example, the server of source "s0", is found.'],
    ['failed', 'Nobody knows gone.example, the server of source "s1".'],
    ['warning', 'DNS does not answer about dark.example, the server of source "s2".'],
  ])
})

test('what others remember for longer than five minutes is told before the cut-over', async () => {
  const told = await of(
    scripted({
      'MX corp.example': mx(3_600),
      'CNAME autodiscover.corp.example': { values: ['owa.old.example'], ttlSeconds: 301 },
      'TXT corp.example': spf('v=spf1 a:mail.lb.example ~all'),
    }),
  )
  assert.deepEqual(told, [
    [
      'warning',
      'The MX of corp.example leads to mx1.old.example, which others remember for 3600 s: for so long mail goes the old way after the cut-over.',
    ],
    [
      'warning',
      'autodiscover.corp.example leads to owa.old.example, which others remember for 301 s: for so long programs open the old server after the cut-over.',
    ],
    ['ok', 'The SPF record of corp.example names this service.'],
  ])
})

test('five minutes are short enough, an address serves for Autodiscover, and what leads here needs no waiting', async () => {
  const a = { values: ['192.0.2.1'], ttlSeconds: 300 }
  const states = async (answers: Record<string, DnsFound | null>) =>
    (await of(scripted(answers))).map(([state]) => state)
  assert.deepEqual(await states({ 'MX corp.example': mx(300), 'A autodiscover.corp.example': a }), [
    'ok',
    'ok',
    'warning',
  ])
  const there = { values: ['Mail.LB.example'], ttlSeconds: 86_400 }
  assert.deepEqual(
    await states({
      ...{ 'MX corp.example': there, 'CNAME autodiscover.corp.example': there },
      'TXT corp.example': spf('v=spf1 mx ~all'),
    }),
    ['ok', 'ok', 'warning'],
  )
  assert.deepEqual((await states({ 'MX corp.example': mx(null) }))[0], 'warning')
})

test('no MX, no SPF, no answer: each is a sentence, and none of it stops a batch', async () => {
  const silent = {
    'MX corp.example': null,
    'CNAME autodiscover.corp.example': null,
    'TXT corp.example': null,
  }
  const told = await of(scripted(silent))
  assert.equal(told.length, 3)
  for (const [state, found] of told) {
    assert.equal(state, 'warning')
    assert.match(found!, /^DNS does not answer about /)
  }
  assert.deepEqual(
    (await of(scripted({}))).map(([state]) => state),
    ['warning', 'ok', 'warning'],
  )
})

test('of many domains some are asked about, and that is said', async () => {
  const addresses = Array.from({ length: 23 }, (_, at) => `anna@d${at}.example`)
  const told = await of(scripted({}), { addresses })
  assert.equal(told.length, 20 * 3 + 1)
  assert.deepEqual(told.at(-1), ['warning', '3 domains more were not asked about.'])
})

test('what leads here in part leads on to the old server, and so does a name with an address of its own', async () => {
  const told = await of(
    scripted({
      'MX corp.example': { values: ['mail.lb.example', 'mx1.old.example'], ttlSeconds: 60 },
      'A autodiscover.corp.example': { values: ['192.0.2.7'], ttlSeconds: 60 },
      'TXT corp.example': { values: ['v=spf10 a:mail.lb.example', 'v=spf1 mx ~all'], ttlSeconds: 60 },
    }),
  )
  assert.deepEqual(told, [
    [
      'ok',
      'The MX of corp.example leads to mail.lb.example, mx1.old.example, which others remember for 60 s as told now.',
    ],
    ['ok', 'autodiscover.corp.example leads to 192.0.2.7, which others remember for 60 s as told now.'],
    [
      'warning',
      'The SPF record of corp.example does not name this service: mail that is sent from here may be taken for forged.',
    ],
  ])
})

test('an SPF record names this service with all that it sends from, and a server that is not known may be so later', async () => {
  const dns = scripted({ 'TXT corp.example': spf('v=spf1 ip4:192.0.2.1 ~all') }, { 'gone.example': false })
  const both = { ...dns, here: { ...here, spf: 'ip4:192.0.2.1 ip6:2001:db8::1' } }
  const source = { id: 'old', url: 'https://gone.example/EWS' }
  const lines = await dnsLines(both, [source], [{ address: 'anna@corp.example' }], 'move')
  assert.match(lines[0]!.remedy, /^Correct its address with "landbridge migrate source move old", or /)
  assert.deepEqual(
    lines.map(({ state, mayPass }) => [state, mayPass]),
    [
      ['failed', true],
      ['warning', undefined],
      ['ok', undefined],
      ['warning', undefined],
    ],
  )
  assert.match(lines.at(-1)!.remedy, /^Add ip4:192\.0\.2\.1 ip6:2001:db8::1 to it/)
})
