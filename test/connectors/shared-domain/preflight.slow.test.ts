import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { exchangeTrust } from '#connectors/shared-domain/exchange-trust.ts'
import type { MailPreflight } from '#connectors/shared-domain/mail-preflight.ts'
import { checkMail } from '#connectors/shared-domain/preflight.ts'
import { testCertificate } from '#test/protocols/smtp/running-server.ts'
import { type SmtpScript, scriptedSmtp } from '#test/support/scripted-smtp.ts'

const opened: { close(): void }[] = []
after(() => {
  for (const each of opened) each.close()
})
const certificate = await testCertificate('localhost')
const start = async (script: SmtpScript) => {
  const server = await scriptedSmtp({ certificate, extensions: ['8BITMIME', 'DSN', 'PIPELINING'], ...script })
  opened.push(server)
  return server
}
/** A server that knows these and nobody else. */
const knowingThem = (...names: string[]): SmtpScript => ({
  command: (verb, line) =>
    verb === 'RCPT' && !names.some((name) => line.includes(`<${name}@`))
      ? '550 5.1.1 RESOLVER.ADR.RecipNotFound; not found'
      : undefined,
})
/** Eve has her mailbox in Exchange, Ann here. */
const knowing = knowingThem('eve', 'ann')
const ann = { address: 'ann@corp.example', routingAddress: 'ann-1@lb.corp.example' }

async function check(exchange: SmtpScript, own: SmtpScript, change: Partial<MailPreflight> = {}) {
  const [there, here] = [await start(exchange), await start(own)]
  const findings = await checkMail({
    exchange: {
      host: 'localhost',
      port: there.port,
      tls: 'required',
      verifyName: 'localhost',
      ca: certificate.cert,
      maxRecipients: 500,
    },
    hostName: 'mx.landbridge.example',
    own: { host: 'localhost', port: here.port },
    ownAuthorities: certificate.cert,
    trustedAddresses: ['10.1.1.1'],
    trustedCertificates: [],
    sharedDomain: 'corp.example',
    routingDomain: 'lb.corp.example',
    mailExchanger: 'exchange',
    recipient: 'eve@corp.example',
    resident: { ...ann, routingAddress: 'ann@lb.corp.example' },
    timeoutMs: 20_000,
    ...change,
  })
  assert.deepEqual([...there.messages, ...here.messages], [])
  return new Map(findings.map((finding) => [finding.check, finding]))
}

test('a good set-up is found good, and nothing is sent', async () => {
  const found = await check(knowing, knowing, { hostName: 'localhost.', ownAuthorities: certificate.cert })
  for (const name of [
    'connection',
    'TLS',
    'EHLO',
    'known recipient',
    'unknown recipient',
    'way back',
    'routing address',
    'trust',
    'our port',
    'routing domain',
  ])
    assert.equal(found.get(name)?.outcome, 'good', `${name}: ${found.get(name)?.sentence}`)
  assert.equal(found.get('EHLO')!.sentence, 'It offers 8BITMIME and DSN.')
  assert.match(found.get('send connector')!.remedy!, /"SMTP:lb\.corp\.example;1","SMTP:corp\.example;10"/)
})

test('a question ends at RCPT: no message is begun', async () => {
  const verbs = new Set<string>()
  const listening: SmtpScript = {
    command: (verb, line, nth) => {
      verbs.add(verb)
      return knowing.command?.(verb, line, nth)
    },
  }
  await check(listening, listening)
  assert.deepEqual([...verbs].toSorted(), ['EHLO', 'MAIL', 'QUIT', 'RCPT', 'STARTTLS'])
})

const cases: [what: string, exchange: SmtpScript, check: string, outcome: string, remedy: RegExp][] = [
  [
    'a recipient that may not be relayed to',
    { command: (verb) => (verb === 'RCPT' ? '550 5.7.54 Unable to relay recipient' : undefined) },
    'known recipient',
    'failed',
    /ms-Exch-SMTP-Accept-Any-Recipient$/,
  ],
  [
    'a sender that may not be claimed',
    {
      command: (verb) =>
        verb === 'RCPT' ? '550 5.7.60 Client does not have permissions to send as this sender' : undefined,
    },
    'known recipient',
    'failed',
    /ms-Exch-SMTP-Accept-Authoritative-Domain-Sender$/,
  ],
  [
    'any address taken',
    {},
    'unknown recipient',
    'warning',
    /^Set-AcceptedDomain corp\.example -AddressBookEnabled \$true/,
  ],
  [
    'any address taken, that of somebody here too',
    {},
    'way back',
    'not checked',
    /^Get-MailUser ann@corp\.example .*ann@lb\.corp\.example/,
  ],
  [
    'somebody here whom Exchange does not know',
    knowingThem('eve'),
    'way back',
    'failed',
    /^Enable-MailUser -Identity ann@corp\.example -ExternalEmailAddress ann@lb\.corp\.example -PrimarySmtpAddress ann@/,
  ],
  ['no 8BITMIME', { ...knowing, extensions: ['DSN'] }, '8BITMIME', 'warning', /-EightBitMimeEnabled \$true$/],
  [
    'a small limit',
    { ...knowing, extensions: ['SIZE 10485760', '8BITMIME', 'DSN'] },
    'size',
    'warning',
    /^Set-ReceiveConnector .* -MaxMessageSize 40MB/,
  ],
  ['no greeting', { greeting: null }, 'connection', 'failed', /^New-ReceiveConnector .*-RemoteIPRanges/],
]
for (const [what, exchange, name, outcome, remedy] of cases) {
  test(`${what} is named with its cmdlet`, async () => {
    const found = (await check(exchange, knowing)).get(name)
    assert.equal(found?.outcome, outcome)
    assert.match(found!.remedy!, remedy)
  })
}

test('our side: somebody whom Exchange could not send to', async () => {
  const refused = (await check(knowing, knowing, { resident: ann })).get('routing address')
  assert.equal(refused?.outcome, 'failed')
  assert.match(refused!.sentence, /ann-1@lb\.corp\.example is refused here: 550 5\.1\.1/)
  const resident = { ...ann, routingAddress: null }
  const without = (await check(knowing, knowing, { resident })).get('routing address')
  assert.equal(without?.remedy, 'landbridge alias add ann@corp.example ann@lb.corp.example')
  const brien = { ...resident, address: "o'brien@corp.example" }
  const quoted = await check(knowingThem('eve'), knowing, {
    resident: brien,
    recipient: "o'neil@corp.example",
  })
  assert.equal(
    quoted.get('routing address')?.remedy,
    "landbridge alias add 'o'\\''brien@corp.example' 'o'\\''brien@lb.corp.example'",
  )
  assert.match(quoted.get('way back')!.remedy!, /^Enable-MailUser -Identity 'o''brien@corp\.example' -Ext/)
  assert.match(quoted.get('known recipient')!.remedy!, /^Get-Recipient 'o''neil@corp\.example';/)
  const nobody = await check(knowing, knowing, { resident: null })
  assert.equal(nobody.get('way back')?.outcome, 'not checked')
})

test('a certificate for another name is named', async () => {
  const exchange = {
    host: 'localhost',
    port: (await start(knowing)).port,
    tls: 'required',
    verifyName: 'ex1.corp.example',
    ca: certificate.cert,
    maxRecipients: 500,
  } as const
  const found = (await check(knowing, knowing, { exchange })).get('TLS')
  assert.equal(found?.outcome, 'failed')
  assert.match(found!.remedy!, /^Enable-ExchangeCertificate .*ex1\.corp\.example/)
})

test('a server that calls itself as we do is named, whatever name it is reached by', async () => {
  const found = await check(
    {
      ...knowing,
      command: (verb) => (verb === 'EHLO' ? '250-MX.landbridge.example\r\n250 STARTTLS' : undefined),
    },
    knowing,
  )
  assert.equal(found.get('names')?.outcome, 'failed')
  assert.equal((await check(knowing, knowing)).get('names')?.outcome, 'good')
})

test('our side: a routing domain that is not refused, no trust, no port', async () => {
  const open = await check(knowing, {}, { trustedAddresses: [], routingDomain: 'lb.corp.example' })
  assert.equal(open.get('routing domain')?.outcome, 'failed')
  assert.match(open.get('trust')!.remedy!, /exchange\.addresses/)
  const closed = await check(knowing, knowing, { own: { host: '127.0.0.1', port: 1 } })
  assert.equal(closed.get('our port')?.outcome, 'failed')
})

test('Exchange is known by address or certificate, at the port for other servers only', () => {
  const isExchange = exchangeTrust({ addresses: ['10.1.0.0/16'], certificates: ['AB:CD'] })
  const from = { role: 'mx', clientAddress: '192.0.2.1', helo: 'x', extended: true } as const
  const shown = { subject: '', fingerprint256: 'ab:cd', authorized: false }
  const tls = { protocol: 'TLSv1.3', cipher: 'x', clientCertificate: shown }
  assert.equal(isExchange(from), false)
  assert.equal(isExchange({ ...from, clientAddress: '10.1.2.3' }), true)
  assert.equal(isExchange({ ...from, clientAddress: '::ffff:10.1.2.3' }), true)
  assert.equal(isExchange({ ...from, tls }), true)
  assert.equal(isExchange({ ...from, role: 'submission', tls }), false)
})
