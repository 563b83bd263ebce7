import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type InternetMailOptions, internetMail } from '#connectors/internet-mail/internet-transport.ts'
import { isPublicAddress } from '#connectors/internet-mail/public-address.ts'
import type { QueuedMessage, QueuedRecipient } from '#src/domain/delivery/queue.ts'
import type { Attempt, AttemptResult } from '#src/domain/delivery/transport.ts'
import type { MtaStsPolicy } from '#src/platform/dns/mta-sts.ts'
import { runServer, testCertificate } from '#test/protocols/smtp/running-server.ts'
import { ScriptedIntake } from '#test/protocols/smtp/scripted-intake.ts'
import { type FixedNames, fixedDns } from '#test/support/fixed-dns.ts'
import { attemptTo } from '#test/support/mail-attempt.ts'
import { type SmtpScript, scriptedSmtp } from '#test/support/scripted-smtp.ts'

const never = AbortSignal.any([])

const patient = { closeMs: 1_000 }
const silence = (): string => ''
/** Short where the server says nothing; a busy machine takes its time everywhere else. */
const deadlinesFor = ({ greeting, message }: SmtpScript) => ({
  ...patient,
  ...(greeting === '' && { greetingMs: 300 }),
  ...(message === silence && { endMs: 300 }),
})

/** far.example and its mail host are this machine. */
const near: FixedNames = {
  'far.example': { mx: [{ preference: 10, exchange: 'mx.far.example' }] },
  'mx.far.example': { a: ['127.0.0.1'] },
}

type Setup = Partial<InternetMailOptions> & { names?: FixedNames; policy?: MtaStsPolicy }

async function open(t: TestContext, script: SmtpScript, { names = near, policy, ...more }: Setup = {}) {
  const server = await scriptedSmtp(script)
  const transport = internetMail({
    dns: fixedDns(names),
    mtaSts: { policyFor: async () => policy },
    helloName: 'mx.corp.example',
    isOurs: (host) => host === 'mx.corp.example',
    tls: 'opportunistic',
    privateAddresses: true,
    port: server.port,
    deadlines: deadlinesFor(script),
    ...more,
  })
  t.after(async () => {
    server.close()
    await transport.close()
  })
  return { server, transport }
}

type Case = {
  message?: Partial<QueuedMessage>
  recipients?: readonly (Partial<QueuedRecipient> & { address: string })[]
  domain?: string
}

const attempt = ({ message, recipients, domain = 'far.example' }: Case = {}): Attempt =>
  attemptTo({ kind: 'internet', domain }, { message, recipients })

const told = (results: readonly AttemptResult[]) =>
  results.map((result) => {
    if (result.outcome === 'delivered') return `delivered ${result.reports}`
    if (result.outcome === 'stopped') return 'stopped'
    return `${result.permanent ? 'never' : 'later'} ${result.cause} ${result.status}${result.uncertain ? ' uncertain' : ''}`
  })

/** What one server says, and what becomes of it. */
const cases: [what: string, script: SmtpScript, attempt: Case, expected: string[]][] = [
  ['a plain acceptance', {}, {}, ['delivered relayed']],
  ['a server with DSN', { extensions: ['DSN', 'SIZE'] }, {}, ['delivered next-hop']],
  ['no such user', { command: at('RCPT', '550 5.1.1 no such user') }, {}, ['never refused 5.1.1']],
  ['greylisting', { command: at('RCPT', '450 4.7.1 later') }, {}, ['later refused 4.7.1']],
  ['a refusal without status', { command: at('RCPT', '550 no') }, {}, ['never refused 5.0.0']],
  ['a refused sender', { command: at('MAIL', '550 5.7.1 not you') }, {}, ['never refused 5.7.1']],
  ['a refused message', { message: () => '554 5.6.0 spam' }, {}, ['never refused 5.6.0']],
  ['a message for later', { message: () => '451 4.3.0 busy' }, {}, ['later refused 4.3.0']],
  [
    'a closed connection after the final dot',
    { message: () => null },
    {},
    ['later unreachable 4.4.2 uncertain'],
  ],
  ['silence after the final dot', { message: silence }, {}, ['later unreachable 4.4.2 uncertain']],
  ['a closed connection before DATA', { command: at('DATA', null) }, {}, ['later unreachable 4.4.2']],
  [
    'a server that closes for maintenance',
    { command: at('MAIL', '421 4.3.2 closing') },
    {},
    ['later refused 4.3.2'],
  ],
  ['a greeting of refusal', { greeting: '554 5.7.1 blocked' }, {}, ['never unreachable 5.7.1']],
  ['a greeting for later', { greeting: '421 4.7.0 too many' }, {}, ['later unreachable 4.7.0']],
  ['no greeting', { greeting: '' }, {}, ['later unreachable 4.4.2']],
  ['nonsense', { greeting: 'hello there' }, {}, ['later unreachable 4.5.0']],
  [
    'a message that is too large for it',
    { extensions: ['SIZE 10'] },
    { message: { sizeBytes: 11 } },
    ['never unreachable 5.3.4'],
  ],
  [
    'a server without SMTPUTF8, where only ASCII is said',
    {},
    { message: { utf8: true } },
    ['delivered relayed'],
  ],
  [
    'an address that a server without SMTPUTF8 cannot be told',
    {},
    { recipients: [{ address: 'jürgen@far.example' }] },
    ['never unreachable 5.6.7'],
  ],
  [
    'a server without TLS for a message that must not travel in clear',
    {},
    { message: { requireTls: true } },
    ['never insecure 5.7.10'],
  ],
  [
    'recipients that differ',
    { command: (verb, line) => rcptByName(verb, line) },
    { recipients: ['good', 'gone', 'full', 'fine'].map((name) => ({ address: `${name}@far.example` })) },
    ['delivered relayed', 'never refused 5.1.1', 'later refused 4.2.2', 'delivered relayed'],
  ],
]

function at(wanted: string, answer: string | null): NonNullable<SmtpScript['command']> {
  return (verb) => (verb === wanted ? answer : undefined)
}

function rcptByName(verb: string, line: string): string | undefined {
  if (verb !== 'RCPT') return undefined
  if (line.includes('gone')) return '550 5.1.1 gone'
  return line.includes('full') ? '452 4.2.2 full' : undefined
}

for (const [what, script, given, expected] of cases) {
  test(`${what}: ${expected.join(', ')}`, async (t) => {
    const { transport } = await open(t, script)
    const results = await transport.deliver(attempt(given), never)
    assert.deepEqual(told(results), expected)
  })
}

/** What DNS says, and what becomes of it. */
const ways: [what: string, names: FixedNames, more: Setup, expected: string][] = [
  ['a null MX', { 'far.example': { mx: [{ preference: 0, exchange: '' }] } }, {}, 'never unreachable 5.1.10'],
  ['no such domain', {}, {}, 'never unreachable 5.1.2'],
  ['DNS that does not answer', { 'far.example': { mx: 'timeout' } }, {}, 'later unreachable 4.4.3'],
  [
    'a host without address',
    { 'far.example': { mx: [{ preference: 1, exchange: 'x.example' }] } },
    {},
    'never unreachable 5.4.4',
  ],
  [
    'a circle',
    { 'far.example': { mx: [{ preference: 1, exchange: 'mx.corp.example' }] } },
    {},
    'never unreachable 5.4.6',
  ],
  ['an MX that is this machine', near, { privateAddresses: false }, 'never unreachable 5.4.4'],
  ['a domain without MX', { 'far.example': { a: ['127.0.0.1'] } }, {}, 'delivered relayed'],
]

for (const [what, names, more, expected] of ways) {
  test(`${what}: ${expected}`, async (t) => {
    const { transport } = await open(t, {}, { names, ...more })
    assert.deepEqual(told(await transport.deliver(attempt(), never)), [expected])
  })
}

test('an address literal is its own host', async (t) => {
  const { transport } = await open(t, {})
  assert.deepEqual(told(await transport.deliver(attempt({ domain: '[127.0.0.1]' }), never)), [
    'delivered relayed',
  ])
  assert.deepEqual(told(await transport.deliver(attempt({ domain: '[nonsense]' }), never)), [
    'never unreachable 5.1.2',
  ])
})

const two: FixedNames = {
  'far.example': {
    mx: [
      { preference: 10, exchange: 'a.far.example' },
      { preference: 20, exchange: 'b.far.example' },
    ],
  },
  'a.far.example': { a: ['127.0.0.2'] },
  'b.far.example': { a: ['127.0.0.1'] },
}

test('the next host is asked when the first cannot be reached, which is remembered for a while', async (t) => {
  let now = 0
  const { server, transport } = await open(t, {}, { names: two, now: () => now })
  assert.deepEqual(told(await transport.deliver(attempt(), never)), ['delivered relayed'])
  // Nobody listened at 127.0.0.2; now somebody does, but is not asked yet.
  const first = await listenAt(t, server.port, '127.0.0.2')
  await transport.deliver(attempt(), never)
  assert.equal(first(), 0)
  now = 61_000
  await transport.deliver(attempt(), never)
  assert.equal(first(), 1)
})

async function listenAt(t: TestContext, port: number, host: string): Promise<() => number> {
  const { createServer } = await import('node:net')
  let connections = 0
  const server = createServer((socket) => {
    connections++
    socket.end('421 not now\r\n')
  })
  await new Promise<void>((resolve) => server.listen(port, host, resolve))
  t.after(() => server.close())
  return () => connections
}

test('a refusal by one host is final only when no other may still take the message', async (t) => {
  const { transport } = await open(t, { greeting: '554 5.7.1 blocked' }, { names: two })
  assert.deepEqual(told(await transport.deliver(attempt(), never)), ['later unreachable 4.4.1'])
})

test('after an uncertain end no other host is asked', async (t) => {
  const both: FixedNames = { ...two, 'a.far.example': { a: ['127.0.0.1'] } }
  const { server, transport } = await open(t, { message: () => null }, { names: both })
  assert.deepEqual(told(await transport.deliver(attempt(), never)), ['later unreachable 4.4.2 uncertain'])
  assert.equal(server.messages.length, 1)
})

test('connections are used again', async (t) => {
  const { server, transport } = await open(t, {})
  for (let i = 0; i < 5; i++) await transport.deliver(attempt(), never)
  assert.equal(server.messages.length, 5)
  assert.equal(server.connections, 1)
  // The line with a dot of its own is stuffed on the wire.
  for (const { content } of server.messages) assert.equal(content, 'Subject: hi\r\n\r\nText\r\n..dot\r\n')
})

test('recipients beyond 500 go in further transactions, and those that are too many for the server too', async (t) => {
  const recipients = Array.from({ length: 1_100 }, (_, i) => ({ address: `r${i}@far.example` }))
  const { server, transport } = await open(t, {})
  const results = await transport.deliver(attempt({ recipients }), never)
  assert.equal(results.filter(({ outcome }) => outcome === 'delivered').length, 1_100)
  assert.deepEqual(
    results.map(({ no }) => no),
    recipients.map((_, i) => i + 1),
  )
  assert.deepEqual(
    server.messages.map(({ rcpt }) => rcpt.length),
    [500, 500, 100],
  )

  let taken = 0
  const narrow = await open(t, {
    command: (verb) => {
      if (verb === 'MAIL') taken = 0
      return verb === 'RCPT' && ++taken > 100 ? '452 4.5.3 too many' : undefined
    },
  })
  const again = await narrow.transport.deliver(attempt({ recipients: recipients.slice(0, 250) }), never)
  assert.equal(again.filter(({ outcome }) => outcome === 'delivered').length, 250)
  assert.equal(new Set(narrow.server.messages.flatMap(({ rcpt }) => rcpt)).size, 250)
  assert.equal(narrow.server.messages.flatMap(({ rcpt }) => rcpt).length, 250)
})

test('what the sender wishes of reports is handed on', async (t) => {
  const { server, transport } = await open(t, { extensions: ['DSN'] })
  await transport.deliver(
    attempt({
      message: { envelopeId: 'E1', returnContent: 'headers' },
      recipients: [{ address: 'ann@far.example', notify: { success: true, failure: false, delay: true } }],
    }),
    never,
  )
  assert.match(server.messages[0]!.mail, /ENVID=E1/)
  assert.match(server.messages[0]!.mail, /RET=HDRS/)
})

test('success for whom an address of ours stands is not left to the next hop to report', async (t) => {
  const lines: string[] = []
  const command = (verb: string, line: string) => {
    if (verb === 'RCPT') lines.push(line.trim())
    return undefined
  }
  const { transport } = await open(t, { extensions: ['DSN'], command })
  const notify = { success: true, failure: true, delay: false }
  const recipients = [
    { address: 'ann@far.example', writtenTo: 'team@corp.example', notify },
    { address: 'ben@far.example', notify },
  ]
  const inbound = await transport.deliver(attempt({ message: { origin: 'inbound' }, recipients }), never)
  assert.deepEqual(told(inbound), ['delivered relayed', 'delivered next-hop'])
  assert.match(lines[0]!, /NOTIFY=FAILURE$/)
  assert.match(lines[1]!, /NOTIFY=SUCCESS,FAILURE$/)
  const submitted = await transport.deliver(attempt({ message: { origin: 'submitted' }, recipients }), never)
  assert.deepEqual(told(submitted), ['delivered next-hop', 'delivered next-hop'])
})

test('TLS is used where it is offered, by whatever certificate; the server learns the name it is asked by', async (t) => {
  const certificate = await testCertificate('other.example')
  const { server, transport } = await open(t, { certificate })
  assert.deepEqual(told(await transport.deliver(attempt(), never)), ['delivered relayed'])
  assert.equal(server.messages[0]!.tls, true)
})

test('mail flows in clear only when that is allowed', async (t) => {
  const { server, transport } = await open(t, {}, { tls: 'required' })
  assert.deepEqual(told(await transport.deliver(attempt(), never)), ['later insecure 4.7.5'])
  assert.equal(server.messages.length, 0)
})

test('a message that must not travel in clear comes back at once where TLS cannot be had, and waits where it may be had later', async (t) => {
  const certificate = await testCertificate('mx.far.example')
  const wrong = await testCertificate('other.example')
  const withTls = { certificate, extensions: ['REQUIRETLS'] }
  const results = async (script: SmtpScript, ca = certificate.cert) => {
    const { transport } = await open(t, script, { ca })
    return told(await transport.deliver(attempt({ message: { requireTls: true } }), never))
  }
  assert.deepEqual(await results(withTls), ['delivered relayed'])
  assert.deepEqual(await results({ certificate }), ['never unreachable 5.7.30'])
  assert.deepEqual(await results({ ...withTls, certificate: wrong }, wrong.cert), ['never insecure 5.7.10'])
  assert.deepEqual(await results(withTls, wrong.cert), ['never insecure 5.7.10'])
  const answering = (answer: string | null) => ({ ...withTls, command: at('STARTTLS', answer) })
  assert.deepEqual(await results(answering('502 5.5.1 no')), ['never insecure 5.7.10'])
  assert.deepEqual(await results(answering('454 4.7.0 not now')), ['later insecure 4.7.0'])
})

const policy: MtaStsPolicy = { id: '1', mode: 'enforce', mx: ['mx.far.example'], maxAgeSeconds: 60 }

test('MTA-STS in force: a certificate that does not prove the name gets no mail, one that does gets it', async (t) => {
  const wrong = await testCertificate('other.example')
  const bad = await open(t, { certificate: wrong }, { policy, ca: wrong.cert })
  assert.deepEqual(told(await bad.transport.deliver(attempt(), never)), ['later insecure 4.7.5'])
  const clear = await open(t, {}, { policy })
  assert.deepEqual(told(await clear.transport.deliver(attempt(), never)), ['later insecure 4.7.5'])
  const right = await testCertificate('mx.far.example')
  const good = await open(t, { certificate: right }, { policy, ca: right.cert })
  assert.deepEqual(told(await good.transport.deliver(attempt(), never)), ['delivered relayed'])
  assert.equal(good.server.messages[0]!.serverName, 'mx.far.example')
  assert.deepEqual([bad.server.messages.length, clear.server.messages.length], [0, 0])
})

test('MTA-STS in force: hosts that the policy does not name get no mail; in testing they do', async (t) => {
  const strict = await open(t, {}, { policy: { ...policy, mx: ['else.far.example'] } })
  assert.deepEqual(told(await strict.transport.deliver(attempt(), never)), ['later insecure 4.7.5'])
  const testing = await open(t, {}, { policy: { ...policy, mode: 'testing', mx: ['else.far.example'] } })
  assert.deepEqual(told(await testing.transport.deliver(attempt(), never)), ['delivered relayed'])
})

test('a stop cuts a slow server off, and the attempt does not count', async (t) => {
  const { transport } = await open(
    t,
    { command: at('MAIL', '') },
    { deadlines: { ...patient, mailMs: 60_000 } },
  )
  const started = Date.now()
  const results = await transport.deliver(attempt(), AbortSignal.timeout(100))
  assert.deepEqual(told(results), ['stopped'])
  assert.ok(Date.now() - started < 20_000)
})

test('a slow server that keeps going is waited for', async (t) => {
  const { transport } = await open(t, { delayMs: 100 })
  assert.deepEqual(told(await transport.deliver(attempt(), never)), ['delivered relayed'])
})

test('our own server takes it whole, by TLS, in chunks, and promises the reports', async (t) => {
  const intake = new ScriptedIntake([
    { call: 'recipient', argument: 'gone@far.example', outcome: 'no-such-entry' },
  ])
  const server = await runServer('mx', intake, { pair: await testCertificate('mx.far.example') })
  t.after(() => server.stop())
  const { transport } = await open(t, {}, { port: server.port })
  const recipients = [
    { address: 'ann@far.example', notify: { success: true, failure: true, delay: false } },
    { address: 'gone@far.example' },
  ]
  const results = await transport.deliver(attempt({ recipients }), never)
  assert.deepEqual(told(results), ['delivered next-hop', 'never refused 5.1.1'])
  assert.equal(intake.messages[0]!.content.toString(), 'Subject: hi\r\n\r\nText\r\n.dot\r\n')
  const calls = intake.calls.join('\n')
  assert.match(calls, /from mx mx\.corp\.example ESMTP TLS/)
  assert.match(calls, /ann@far\.example.*"success":true/)
})

test('addresses that are nobody’s on the Internet', () => {
  const ours = [
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
  ]
  ours.push(
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
  )
  for (const address of [...ours, 'ff02::1', '2002:7f00:1::', '64:ff9b:1::1', 'not an address'])
    assert.equal(isPublicAddress(address), false, address)
  for (const address of ['8.8.8.8', '172.32.0.1', '2a00:1450::1', '::ffff:8.8.8.8', '64:ff9b::808:808'])
    assert.equal(isPublicAddress(address), true, address)
})
