import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DmarcSettings, dmarcAction } from '#src/domain/authentication/dmarc-action.ts'
import { senderTrace } from '#src/domain/authentication/trace-verdicts.ts'
import {
  firstUntrustedHop,
  type ReceivedHop,
  trustedRelays,
} from '#src/domain/authentication/untrusted-hop.ts'
import type {
  DkimResult,
  DmarcVerdict,
  SenderVerdict,
  SpfResult,
  SpfVerdict,
} from '#src/domain/authentication/verdict.ts'

const failing: DmarcVerdict = {
  result: 'fail',
  fromDomain: 'bank.test',
  policyDomain: 'bank.test',
  policy: 'reject',
  percent: 100,
  alignedBy: [],
}
const verdict = (
  dmarc: Partial<DmarcVerdict>,
  arc: SenderVerdict['arc'] = { result: 'none', instances: 0 },
) => ({
  dkim: [],
  dmarc: { ...failing, ...dmarc },
  arc,
})
const on: DmarcSettings = {
  enforced: true,
  internalLink: false,
  ownDomain: false,
  trustedSealers: ['list.test'],
}
const own = { ...on, ownDomain: true }
const spfFailed: SpfVerdict = {
  result: 'fail',
  identity: 'mailfrom',
  domain: 'evil.test',
  clientAddress: '192.0.2.1',
  helo: 'x',
  envelopeFrom: 'a@evil.test',
}
const unpublished = { ...verdict({ result: 'none' }), spf: spfFailed }
const sealed = (sealer: string): SenderVerdict['arc'] => ({ result: 'pass', instances: 1, sealer })

const decisions: [
  what: string,
  verdict: SenderVerdict,
  settings: DmarcSettings,
  lot: number,
  expected: object,
][] = [
  ['reject', verdict({}), on, 0, { action: 'drop', applied: 'reject' }],
  ['quarantine', verdict({ policy: 'quarantine' }), on, 99, { action: 'junk', applied: 'quarantine' }],
  ['no policy', verdict({ policy: 'none' }), on, 0, { action: 'accept' }],
  ['a pass', verdict({ result: 'pass' }), on, 0, { action: 'accept' }],
  ['no answer now', verdict({ result: 'temperror' }), on, 0, { action: 'accept' }],
  ['not enforced', verdict({}), { ...on, enforced: false }, 0, { action: 'accept' }],
  ['the internal link', verdict({}), { ...on, internalLink: true }, 0, { action: 'accept' }],
  ['several authors', verdict({ result: 'permerror' }), on, 0, { action: 'junk' }],
  [
    'several authors, not enforced',
    verdict({ result: 'permerror' }),
    { ...on, enforced: false },
    0,
    { action: 'accept' },
  ],
  ['within pct', verdict({ percent: 30 }), on, 29, { action: 'drop', applied: 'reject' }],
  ['outside pct', verdict({ percent: 30 }), on, 30, { action: 'junk', applied: 'quarantine' }],
  ['outside pct of quarantine', verdict({ percent: 0, policy: 'quarantine' }), on, 0, { action: 'accept' }],
  ['a trusted seal', verdict({}, sealed('List.test')), on, 0, { action: 'accept' }],
  ['our domain, which publishes nothing', unpublished, own, 0, { action: 'junk', applied: 'quarantine' }],
  [
    'our domain, which asks for nothing',
    verdict({ policy: 'none' }),
    own,
    99,
    { action: 'junk', applied: 'quarantine' },
  ],
  ['our domain, which asks for more', verdict({}), own, 0, { action: 'drop', applied: 'reject' }],
  ['our domain, proven', verdict({ result: 'pass', alignedBy: ['dkim'] }), own, 0, { action: 'accept' }],
  [
    'our domain, proven without a policy',
    { ...unpublished, dmarc: { ...unpublished.dmarc, alignedBy: ['spf'] } },
    own,
    0,
    { action: 'accept' },
  ],
  ['our domain over relays only', verdict({ result: 'none' }), own, 0, { action: 'accept' }],
  ['our domain, no answer now', verdict({ result: 'temperror' }), own, 0, { action: 'accept' }],
  ['our domain by a trusted list', verdict({}, sealed('list.test')), own, 0, { action: 'accept' }],
  ['our domain from Exchange', unpublished, { ...own, internalLink: true }, 0, { action: 'accept' }],
  ['our domain, not enforced', unpublished, { ...own, enforced: false }, 0, { action: 'accept' }],
  ["a stranger's seal", verdict({}, sealed('evil.test')), on, 0, { action: 'drop', applied: 'reject' }],
]
for (const [what, found, settings, lot, expected] of decisions) {
  test(`DMARC, ${what}`, () => assert.deepEqual(dmarcAction(found, settings, lot), expected))
}

const signature = (result: DkimResult) => ({
  result,
  domain: 'a.test',
  selector: 's',
  algorithm: 'rsa-sha256',
  identity: '@a.test',
  signatureStart: 'abcdefgh',
})
const spf = (result: SpfResult) => ({
  result,
  identity: 'mailfrom' as const,
  domain: 'a.test',
  clientAddress: '192.0.2.1',
  helo: 'a.test',
  envelopeFrom: 'x@a.test',
})
test('the trace has a word for every check, and the policy only beside a failure', () => {
  assert.deepEqual(senderTrace({ ...verdict({}), spf: spf('softfail') }), {
    spfVerdict: 'GRAY',
    dkimVerdict: 'GRAY',
    dmarcVerdict: 'FAIL',
    dmarcPolicy: 'REJECT',
  })
  const good = {
    ...verdict({ result: 'pass' }),
    dkim: [signature('fail'), signature('pass')],
    spf: spf('pass'),
  }
  assert.deepEqual(senderTrace(good), { spfVerdict: 'PASS', dkimVerdict: 'PASS', dmarcVerdict: 'PASS' })
  const broken = { ...verdict({ result: 'temperror' }), dkim: [signature('fail'), signature('temperror')] }
  assert.deepEqual(senderTrace(broken), {
    spfVerdict: 'GRAY',
    dkimVerdict: 'PROCESSING_FAILED',
    dmarcVerdict: 'PROCESSING_FAILED',
  })
})

const exchange = { address: '203.0.113.10', helo: 'ex.corp.test' }
const isTrusted = trustedRelays(['203.0.113.8/29', '2001:db8:1::/48'])
const hops: [
  what: string,
  client: { address: string; helo: string },
  received: ReceivedHop[],
  judged: string | undefined,
][] = [
  [
    'a stranger is judged itself',
    { address: '198.51.100.1', helo: 'x' },
    [{ address: '192.0.2.1', helo: 'y' }],
    '198.51.100.1',
  ],
  [
    'behind Exchange, whoever gave it to Exchange',
    exchange,
    [
      { address: '192.0.2.1', helo: 'y' },
      { address: '192.0.2.9', helo: 'z' },
    ],
    '192.0.2.1',
  ],
  [
    'hops inside Exchange are passed over',
    exchange,
    [
      { address: '10.1.2.3', helo: 'mbx' },
      { address: '::1', helo: 'mbx' },
      { address: 'fe80::1', helo: 'mbx' },
      { address: '203.0.113.9', helo: 'edge' },
      { address: '2001:db8:2::1', helo: 'y' },
    ],
    '2001:db8:2::1',
  ],
  [
    'IPv4 in IPv6 clothes',
    { address: '::ffff:203.0.113.10', helo: 'ex' },
    [{ address: '192.0.2.1', helo: 'y' }],
    '192.0.2.1',
  ],
  [
    'a field without an address ends the way',
    exchange,
    [{ helo: 'y' }, { address: '192.0.2.1', helo: 'z' }],
    undefined,
  ],
  [
    'a field with nonsense ends the way',
    exchange,
    [
      { address: 'unknown', helo: 'y' },
      { address: '192.0.2.1', helo: 'z' },
    ],
    undefined,
  ],
  ['no fields', exchange, [], undefined],
]
for (const [what, client, received, judged] of hops) {
  test(what, () => assert.equal(firstUntrustedHop(client, received, isTrusted)?.address, judged))
}

test('a relay that is no address is refused at once', () => {
  assert.throws(() => trustedRelays(['ex.corp.test']), /neither an address/)
})
