import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, test } from 'node:test'
import { dkimSign } from 'mailauth/lib/dkim/sign.js'
import { senderAuthenticator } from '#connectors/sender-authentication/sender-authenticator.ts'
import type { Hop, SenderVerdict } from '#src/domain/authentication/verdict.ts'
import { arcSet } from '#src/formats/dkim/arc-set.ts'
import { dkimSignatures } from '#src/formats/dkim/dkim-signature.ts'
import { readSignable } from '#src/formats/dkim/signable.ts'
import { keyRecord, type SigningKey, signingKey } from '#src/formats/dkim/signing-key.ts'
import { openDns } from '#src/platform/dns/dns-client.ts'
import { startDnsServer, type TestDnsServer } from '#test/support/dns-server.ts'

const pem = { type: 'pkcs8', format: 'pem' } as const
const rsaPem = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export(pem)
const edPem = generateKeyPairSync('ed25519').privateKey.export(pem)
const rsa = signingKey('bank.test', 'r', String(rsaPem))
const ed = signingKey('bank.test', 'e', String(edPem))
const relay = signingKey('list.test', 'arc', String(rsaPem))

const now = Date.now()
const good: Hop = { address: '192.0.2.1', helo: 'mx.bank.test' }
const bad: Hop = { address: '198.51.100.66', helo: 'evil.test' }
const body = 'Dear customer,\r\n  look at\tthis.  \r\n\r\n'
const mail = (from = 'Bank <ceo@bank.test>') =>
  `From: ${from}\r\nTo: you@corp.test\r\nSubject: Hello\r\nMessage-ID: <1@bank.test>\r\n\r\n${body}`

let server: TestDnsServer
before(async () => {
  server = await startDnsServer({
    'bank.test': { TXT: ['v=spf1 ip4:192.0.2.0/28 -all'] },
    'mx.bank.test': { TXT: ['v=spf1 a -all'], A: ['192.0.2.1'] },
    'r._domainkey.bank.test': { TXT: [keyRecord(rsa)] },
    'e._domainkey.bank.test': { TXT: [keyRecord(ed)] },
    '_dmarc.bank.test': { TXT: ['v=DMARC1; p=reject; sp=quarantine; pct=30'] },
    'arc._domainkey.list.test': { TXT: [keyRecord(relay)] },
    'news.bank.test': { TXT: ['v=spf1 -all'] },
    'strict.test': { TXT: ['v=spf1 ip4:192.0.2.1 -all'] },
    '_dmarc.strict.test': { TXT: ['v=DMARC1; p=quarantine; aspf=s'] },
    'sub.strict.test': { TXT: ['v=spf1 ip4:192.0.2.1 -all'] },
    'loop.test': { TXT: ['v=spf1 include:loop.test -all'] },
    'down.test': { trouble: 'servfail' },
    'slow.test': { trouble: 'silent' },
    '_dmarc.slow.test': { TXT: ['v=DMARC1; p=reject'] },
    'k._domainkey.slow.test': { trouble: 'silent' },
    'many.test': {
      TXT: [`v=spf1 ${Array.from({ length: 12 }, (_, n) => `a:h${n}.many.test`).join(' ')} -all`],
    },
  })
})
after(() => server.close())

async function* inPieces(message: string | Buffer, size = 1_000): AsyncGenerator<Uint8Array> {
  const octets = Buffer.from(message)
  for (let at = 0; at < octets.length; at += size) yield octets.subarray(at, at + size)
}
const judge = (
  message: string,
  hop: Hop | undefined = good,
  envelopeFrom = 'ceo@bank.test',
  deadlineMs = 20_000,
  // Answers come at once: a busy machine is not to be taken for silence where nothing is silent.
  attemptMs = envelopeFrom.endsWith('@slow.test') ? 400 : 5_000,
) =>
  senderAuthenticator({
    dns: openDns({ servers: [server.address], attemptMs, attempts: 2 }),
    hostname: 'mx.corp.test',
    deadlineMs,
  }).authenticate({ hop, envelopeFrom, content: inPieces(message) })
const sign = async (message: string, keys: SigningKey[] = [rsa]) =>
  (await dkimSignatures(await readSignable(inPieces(message)), keys, now)) + message
const words = ({ spf, spfHelo, dkim, dmarc, arc }: SenderVerdict) =>
  `spf=${spf?.result} helo=${spfHelo?.result} dkim=${dkim.map(({ result }) => result)} dmarc=${dmarc.result} arc=${arc.result}`

test('mail from where it says passes everything, and the verdict says by what', async () => {
  const verdict = await judge(await sign(mail(), [rsa, ed]))
  assert.equal(words(verdict), 'spf=pass helo=pass dkim=pass,pass dmarc=pass arc=none')
  assert.deepEqual(verdict.dmarc, {
    result: 'pass',
    fromDomain: 'bank.test',
    policyDomain: 'bank.test',
    policy: 'reject',
    percent: 30,
    alignedBy: ['spf', 'dkim'],
  })
  const [first, second] = verdict.dkim
  assert.deepEqual(
    [first?.domain, first?.selector, first?.algorithm, first?.identity, second?.algorithm],
    ['bank.test', 'r', 'rsa-sha256', '@bank.test', 'ed25519-sha256'],
  )
  assert.equal(first?.signatureStart.length, 8)
  assert.deepEqual(verdict.hop, good)
  assert.equal(verdict.spf?.domain, 'bank.test')
  assert.match(verdict.spf?.reason ?? '', /designates 192\.0\.2\.1 as permitted sender/)
})

const changes: [what: string, change: (message: string) => string, expected: string][] = [
  ['the body', (text) => text.replace('customer', 'victim'), 'fail'],
  ['the subject', (text) => text.replace('Hello', 'Help'), 'fail'],
  ['a second Subject', (text) => `Subject: Urgent\r\n${text}`, 'fail'],
  ['a second From', (text) => text.replace('To:', 'From: x@bank.test\r\nTo:'), 'fail'],
  ['an added Cc', (text) => `Cc: x@corp.test\r\n${text}`, 'fail'],
  [
    'blanks that relaxed form forgives',
    (text) => text.replace('Subject: Hello', 'subject:\r\n\tHello '),
    'pass',
  ],
  ['a Received field on top', (text) => `Received: from a by b; x\r\n${text}`, 'pass'],
  ['List-Id on top', (text) => `List-Id: <x.list.test>\r\n${text}`, 'pass'],
]
for (const [what, change, expected] of changes) {
  test(`a signature after ${what}: ${expected}`, async () => {
    const { dkim } = await judge(change(await sign(mail())))
    assert.equal(dkim.map(({ result }) => result).join(), expected)
  })
}

test('a forged sender fails, and the policy is told', async () => {
  const verdict = await judge(mail(), bad)
  assert.equal(words(verdict), 'spf=fail helo=none dkim= dmarc=fail arc=none')
  assert.deepEqual([verdict.dmarc.policy, verdict.dmarc.percent], ['reject', 30])
  const below = await judge(mail('x@news.bank.test'), bad, 'x@evil.test')
  assert.equal(words(below), 'spf=none helo=none dkim= dmarc=fail arc=none')
  assert.deepEqual([below.dmarc.policyDomain, below.dmarc.policy], ['bank.test', 'quarantine'])
})

test('the null sender is judged by HELO', async () => {
  const verdict = await judge(mail(), good, '')
  assert.equal(words(verdict), 'spf=pass helo=undefined dkim= dmarc=pass arc=none')
  assert.deepEqual([verdict.spf?.identity, verdict.spf?.domain], ['helo', 'mx.bank.test'])
})

test('strict alignment wants the very domain', async () => {
  assert.equal((await judge(mail('x@strict.test'), good, 'x@sub.strict.test')).dmarc.result, 'fail')
  assert.equal((await judge(mail('x@strict.test'), good, 'x@strict.test')).dmarc.result, 'pass')
})

test('over a trusted relay with no known first sender, DKIM alone can prove and nothing can fail', async () => {
  const unsigned = await senderAuthenticator({
    dns: openDns({ servers: [server.address] }),
    hostname: 'x',
  }).authenticate({ hop: undefined, envelopeFrom: 'ceo@bank.test', content: inPieces(mail()) })
  assert.deepEqual([unsigned.spf, unsigned.dmarc.result], [undefined, 'none'])
  assert.match(unsigned.dmarc.reason ?? '', /first sender/)
  const signed = await senderAuthenticator({
    dns: openDns({ servers: [server.address] }),
    hostname: 'x',
  }).authenticate({ hop: undefined, envelopeFrom: 'ceo@bank.test', content: inPieces(await sign(mail())) })
  assert.equal(signed.dmarc.result, 'pass')
})

const authors: [from: string, result: string][] = [
  ['a@bank.test, b@evil.test', 'permerror'],
  ['MAILER-DAEMON', 'none'],
  ['a@bank.test, b@bank.test', 'fail'],
]
for (const [from, result] of authors) {
  test(`From: ${from} is ${result} for DMARC`, async () => {
    assert.equal((await judge(mail(from), bad, 'x@evil.test')).dmarc.result, result)
  })
}
test('two From fields are permerror, none is none', async () => {
  assert.equal((await judge(`From: a@evil.test\r\n${mail()}`, bad)).dmarc.result, 'permerror')
  assert.equal((await judge(mail().replace(/^From.*\r\n/, ''), bad)).dmarc.result, 'none')
})

const spfCases: [sender: string, result: string][] = [
  ['x@loop.test', 'permerror'],
  ['x@down.test', 'temperror'],
  ['x@slow.test', 'temperror'],
  ['x@many.test', 'permerror'],
  ['x@nobody.test', 'none'],
  ['x@-bad-.test', 'none'],
  ['"a b"@bank.test', 'pass'],
  ['garbage', 'none'],
]
for (const [sender, result] of spfCases) {
  test(`SPF of ${sender} is ${result}`, async () => {
    assert.equal((await judge(mail(), good, sender)).spf?.result, result)
  })
}

test('silent DNS ends with temperror within the deadline, never with a failed policy', async () => {
  const key = signingKey('slow.test', 'k', String(edPem))
  const message = await sign(mail('x@slow.test'), [key])
  const began = performance.now()
  const verdict = await judge(message, bad, 'x@slow.test', 300, 15_000)
  // Waiting for DNS itself takes 45.
  assert.ok(performance.now() - began < 20_000)
  assert.equal(verdict.spf?.result, 'temperror')
  assert.deepEqual(
    verdict.dkim.map(({ result }) => result),
    ['temperror'],
  )
  assert.equal(verdict.dmarc.result, 'temperror')
})

test('a signer in trouble that cannot align does not save a forgery', async () => {
  const stranger = signingKey('slow.test', 'k', String(edPem))
  const verdict = await judge(await sign(mail(), [stranger]), bad, 'x@slow.test', 2_000)
  assert.deepEqual([verdict.dkim[0]?.result, verdict.dmarc.result], ['temperror', 'fail'])
})

test('what would cost too much is refused', async () => {
  const one = (await sign(mail())).slice(0, -mail().length)
  const signatures = await judge(one.repeat(9) + mail())
  assert.deepEqual(
    signatures.dkim.map(({ result }) => result),
    ['permerror'],
  )
  assert.match(signatures.dkim[0]?.reason ?? '', /more than 8 signatures/)
  const header = await judge(`X: ${'y'.repeat(300_000)}\r\n${mail()}`)
  assert.deepEqual([header.dkim[0]?.result, header.dmarc.result], ['permerror', 'permerror'])
  const began = process.cpuUsage()
  // 38 seconds, were it let through.
  const blanks = await judge(`DKIM-Signature: v=1; b=${' '.repeat(240_000)}x\r\n${mail()}`)
  assert.deepEqual([blanks.dkim[0]?.result, blanks.dmarc.result], ['permerror', 'permerror'])
  const groups = await judge(`From: ${'g:'.repeat(20_000)}\r\n${mail()}`)
  assert.deepEqual([groups.dkim[0]?.result, groups.dmarc.result], ['permerror', 'permerror'])
  const line = await judge((await sign(mail())) + 'z'.repeat(30_000_000), bad)
  assert.deepEqual([line.dkim[0]?.result, line.dmarc.result], ['permerror', 'fail'])
  assert.ok(process.cpuUsage(began).user < 15_000_000)
})

test('a body signed in part counts for nothing', async () => {
  const partial = { signingDomain: 'bank.test', selector: 'r', privateKey: String(rsaPem), maxBodyLength: 5 }
  const { signatures } = await dkimSign(mail(), {
    canonicalization: 'relaxed/relaxed',
    ...partial,
    signatureData: [partial],
  })
  assert.match(signatures, / l=5;/)
  const verdict = await judge(signatures + mail(), bad, 'x@evil.test')
  assert.deepEqual([verdict.dkim[0]?.result, verdict.dmarc.result], ['policy', 'fail'])
})

test('bare line ends are read as line ends, millions of them in time', async () => {
  const bare = (await sign(mail())).replaceAll('\r\n', '\n')
  assert.equal((await judge(bare)).dkim[0]?.result, 'pass')
  const began = process.cpuUsage()
  const many = await judge(`${await sign(mail())}${'\n'.repeat(2_000_000)}`)
  assert.equal(many.dkim[0]?.result, 'pass')
  // Of the processor, so that a busy machine does not count; what grows with the square takes hours.
  assert.ok(process.cpuUsage(began).user < 4_000_000)
})

test('a message that breaks off rejects with its own error', async () => {
  async function* broken() {
    yield Buffer.from(mail())
    throw new Error('disk gone')
  }
  const { authenticate } = senderAuthenticator({ dns: openDns({ servers: [server.address] }), hostname: 'x' })
  await assert.rejects(authenticate({ hop: good, envelopeFrom: '', content: broken() }), /disk gone/)
})

test('an ARC seal verifies, also on top of another, and not when the body was changed after it', async () => {
  const seal = async (message: string, chain: 'none' | 'pass' | 'fail') =>
    (await arcSet(
      await readSignable(inPieces(message)),
      relay,
      {
        chain,
        authenticationResults:
          'mx.list.test; spf=pass smtp.mailfrom=bank.test; dmarc=pass (p=reject; "é") header.from=bank.test',
      },
      now,
    )) + message
  const once = await seal(await sign(mail()), 'none')
  const first = await judge(once, bad)
  assert.deepEqual(first.arc, { result: 'pass', instances: 1, sealer: 'list.test' })
  const twice = await seal(`Received: from a by b; x\r\n${once}`, 'pass')
  assert.deepEqual((await judge(twice, bad)).arc, { result: 'pass', instances: 2, sealer: 'list.test' })
  assert.equal((await judge(twice.replace('customer', 'victim'), bad)).arc.result, 'fail')
  const failed = await seal(once.replace('customer', 'victim'), 'fail')
  assert.match(failed, /^ARC-Seal: i=2; .*cv=fail/)
  assert.equal((await judge(failed, bad)).arc.result, 'fail')
  assert.equal(await seal(failed, 'fail'), failed, 'a chain that has failed is not sealed again')
})
