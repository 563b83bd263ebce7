import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { authenticationTime } from '#src/clients/kerberos/exchanges.ts'
import { KerberosFailure } from '#src/clients/kerberos/kerberos-failure.ts'
import { KerberosTickets } from '#src/clients/kerberos/kerberos-tickets.ts'
import { Realms } from '#src/clients/kerberos/realms.ts'
import { encryptions } from '#src/wire/kerberos/encryption.ts'
import { formatAuthenticator, KdcError } from '#src/wire/kerberos/messages.ts'
import { type KdcScript, kdcError, scriptedKdc, wantsProof } from '#test/support/scripted-kdc.ts'

const REALM = 'CORP.EXAMPLE'
const HOST = 'mail.corp.example'
const WAITS = { connectMs: 20_000, timeoutMs: 20_000, choiceMs: 20_000 }
const login = (user = 'svc@corp.example', password = 'geheim') => ({ user, password })
const noDns = () => Promise.resolve([])

async function against(t: TestContext, script: KdcScript = {}, waits = WAITS) {
  const kdc = await scriptedKdc(script)
  t.after(() => kdc.close())
  const tickets = new KerberosTickets(
    new Realms([{ realm: REALM, host: kdc.host, port: kdc.port }], noDns),
    waits,
  )
  return { kdc, tickets }
}

async function failing(
  tickets: KerberosTickets,
  given = login(),
  { host = HOST, signal }: { host?: string; signal?: AbortSignal } = {},
): Promise<KerberosFailure> {
  const error = await tickets.ticketFor(given, host, { signal }).then(
    () => assert.fail('There is a ticket.'),
    (rejected: unknown) => rejected,
  )
  assert.ok(error instanceof KerberosFailure, String(error))
  assert.doesNotMatch(error.message, /geheim|falsch/)
  assert.match(error.message, /\.$/)
  return error
}

for (const { id, name } of encryptions)
  test(`a ticket is got with ${name}, with and without a proof, and kept`, async (t) => {
    for (const trusting of [false, true]) {
      const { kdc, tickets } = await against(t, { encryption: id, trusting })
      const ticket = await tickets.ticketFor(login(), HOST)
      assert.deepEqual(ticket?.service.parts, ['HTTP', HOST])
      assert.equal(ticket.key.encryption.id, id)
      const questions = kdc.asked.length
      assert.equal(questions, trusting ? 2 : 3)
      assert.equal(await tickets.ticketFor(login(), HOST), ticket)
      await tickets.ticketFor(login(), 'other.corp.example')
      assert.equal(kdc.asked.length, questions + 1)
      tickets.forget(login(), HOST)
      assert.notEqual(await tickets.ticketFor(login(), HOST), ticket)
      assert.equal(kdc.asked.length, questions + 2)
    }
  })

test('many who want the same ticket ask for it once', async (t) => {
  const { kdc, tickets } = await against(t)
  const all = await Promise.all(Array.from({ length: 10 }, () => tickets.ticketFor(login(), HOST)))
  assert.equal(new Set(all).size, 1)
  assert.equal(kdc.asked.length, 3)
})

test('a ticket that has ended is asked for anew', async (t) => {
  const { kdc, tickets } = await against(t, { lifeMs: -60_000 })
  await tickets.ticketFor(login(), HOST)
  await tickets.ticketFor(login(), HOST)
  assert.equal(kdc.asked.length, 6)
})

test('a ticket of some age is asked for anew, and used on while no KDC answers', async (t) => {
  let isAway = false
  const { kdc, tickets } = await against(t, {
    ageMs: 16 * 60_000,
    instead: () => (isAway ? 'hang-up' : undefined),
  })
  const first = await tickets.ticketFor(login(), HOST)
  const second = await tickets.ticketFor(login(), HOST)
  assert.notEqual(second, first)
  assert.equal(kdc.asked.length, 6)
  isAway = true
  for (let no = 0; no < 2; no++) assert.equal(await tickets.ticketFor(login(), HOST), second)
  assert.equal(kdc.asked.length, 7)
})

const otherTime = Date.now() - 600_000
type Sentence = [what: string, script: KdcScript, kind: string, sentence: RegExp]
const sentences: readonly Sentence[] = [
  [
    'a wrong password',
    { password: 'anders' },
    'account',
    /refused the credentials of svc@corp\.example: the password is wrong/,
  ],
  [
    'a wrong password where no proof is wanted',
    { password: 'anders', trusting: true },
    'account',
    /refused the credentials of svc@corp\.example: the password is wrong/,
  ],
  [
    'a locked account',
    { instead: () => kdcError(KdcError.revoked) },
    'account',
    /locked, disabled or expired/,
  ],
  [
    'a password that has ended',
    { instead: () => kdcError(KdcError.keyExpired) },
    'account',
    /has expired or has to be changed/,
  ],
  [
    'an unknown account',
    { instead: () => kdcError(KdcError.unknownClient) },
    'refused',
    /knows no account svc@corp\.example\. Write it as user@domain/,
  ],
  [
    'an unknown service',
    { instead: ({ type }) => (type === 12 ? kdcError(KdcError.unknownService) : undefined) },
    'refused',
    /knows no service HTTP\/mail\.corp\.example\. .* setspn -S HTTP\/mail\.corp\.example ACCOUNT/,
  ],
  [
    'no encryption in common',
    { instead: () => kdcError(KdcError.noEncryption) },
    'refused',
    /no encryption for .* msDS-SupportedEncryptionTypes/,
  ],
  [
    'a clock that is wrong',
    { instead: () => kdcError(KdcError.skew, { time: otherTime }) },
    'refused',
    /the clocks differ: ours is \d+ minutes ahead\. Set both/,
  ],
  [
    'an answer too big',
    { instead: () => kdcError(KdcError.tooBig) },
    'refused',
    /too big, although it was asked over TCP/,
  ],
  ['a policy', { instead: () => kdcError(KdcError.policy) }, 'refused', /by its policy/],
  [
    'an error nobody knows',
    { instead: () => kdcError(60, { text: 'no \x07 luck' }) },
    'refused',
    /with error 60 \(no +luck\)/,
  ],
  [
    'a realm that leads in a circle',
    { refersTo: REALM },
    'refused',
    /leads to another realm again and again/,
  ],
  [
    'a realm whose KDC nobody knows',
    { refersTo: 'OTHER.EXAMPLE' },
    'refused',
    /No KDC of OTHER\.EXAMPLE is known: DNS has no _kerberos\._tcp of it/,
  ],
  [
    'a smart card',
    { instead: () => kdcError(KdcError.preauthRequired, { data: Buffer.from('3000', 'hex') }) },
    'refused',
    /takes no password of svc@corp\.example: it wants a smart card/,
  ],
  [
    'a password that is hardly stretched',
    { iterations: 4_095 },
    'protocol',
    /broken answer about krbtgt \(a password that is hardly stretched\)/,
  ],
  [
    'a KDC that does not tell how a key is made',
    { instead: () => wantsProof() },
    'refused',
    /no encryption for/,
  ],
  [
    'a ticket for another service than it says',
    {
      names: ({ type, service }) => (type === 12 ? { ticket: ['HTTP', 'x'], part: service } : undefined),
    },
    'protocol',
    /about HTTP\/mail\.corp\.example \(a ticket for another service than it says\)/,
  ],
  ...([10, 12] as const).map(
    (asked): Sentence => [
      `a ticket for another kind of service (${asked})`,
      {
        names: ({ type }) => (type === asked ? { ticket: ['CIFS', 'x'], part: ['CIFS', 'x'] } : undefined),
      },
      'protocol',
      /\(a ticket for another kind of service\)/,
    ],
  ),
  [
    'a realm that is no name',
    { instead: () => kdcError(KdcError.wrongRealm, { realm: 'EVIL\r\n\x1b[31m.EXAMPLE' }) },
    'refused',
    /^No KDC of EVIL \[31m\.EXAMPLE is known/,
  ],
  [
    'a ticket that breaks off',
    { change: (octets) => Buffer.concat([Buffer.from([0, 0, 0, 40]), octets.subarray(4, 44)]) },
    'protocol',
    /sent a broken answer/,
  ],
  [
    'an answer that is none',
    { instead: () => Buffer.from('HTTP/1.1 400 Bad Request') },
    'protocol',
    /sent a broken answer/,
  ],
  [
    'an answer of no end',
    { change: () => Buffer.from([0x7f, 0xff, 0xff, 0xff, 1]) },
    'unreachable',
    /sent what no KDC sends/,
  ],
  [
    'a KDC that hangs up',
    { instead: () => 'hang-up' },
    'unreachable',
    /No KDC of CORP\.EXAMPLE answered \(127\.0\.0\.1:\d+ broke the connection off\)\. Open TCP port 88/,
  ],
]
for (const [what, script, kind, sentence] of sentences)
  test(`${what} is named`, async (t) => {
    const { tickets } = await against(t, script)
    const failure = await failing(tickets)
    assert.match(failure.message, sentence)
    assert.equal(failure.kind, kind)
  })

test('a KDC that says nothing is named, and not asked again at once', async (t) => {
  const { kdc, tickets } = await against(t, { instead: () => 'silence' }, { ...WAITS, timeoutMs: 500 })
  assert.match((await failing(tickets)).message, /did not answer within 0\.5 s/)
  await failing(tickets)
  assert.ok(kdc.asked.length <= 1)
})

test('who waits for a silent KDC may be called off', async (t) => {
  const { tickets } = await against(t, { instead: () => 'silence' })
  const called = new AbortController()
  const [first, second] = [
    failing(tickets, login(), called),
    failing(tickets, login('b@corp.example'), called),
  ]
  setImmediate(() => called.abort())
  assert.equal((await first).kind, 'aborted')
  assert.equal((await second).kind, 'aborted')
})

test('a dead KDC is passed over for the next one', async (t) => {
  const { kdc } = await against(t)
  const dead = createServer()
  await new Promise<void>((resolve) => dead.listen(0, '127.0.0.1', resolve))
  const { port } = dead.address() as { port: number }
  await new Promise((resolve) => dead.close(resolve))
  const srv = async (name: string) => {
    assert.equal(name, '_kerberos._tcp.corp.example')
    return [
      { port, target: 'localhost' },
      { port: kdc.port, target: 'localhost' },
    ]
  }
  const both = new KerberosTickets(new Realms([], srv), WAITS)
  assert.notEqual(await both.ticketFor(login(), HOST), undefined)
})

test('a wrong password is asked about once, whoever has it', async (t) => {
  const { kdc, tickets } = await against(t)
  for (let no = 0; no < 3; no++)
    assert.equal((await failing(tickets, login('svc@corp.example', 'falsch'))).kind, 'account')
  assert.equal(kdc.asked.filter(({ hasProof }) => hasProof).length, 1)
  assert.notEqual(await tickets.ticketFor(login(), HOST), undefined)
})

test('a question is passed on to the realm of the account, and to that of the server', async (t) => {
  const far = await scriptedKdc()
  const near = await scriptedKdc({
    instead: ({ type }) =>
      type === 10 ? kdcError(KdcError.wrongRealm, { realm: 'FAR.EXAMPLE' }) : undefined,
  })
  t.after(() => Promise.all([far.close(), near.close()]))
  const at = ({ host, port }: typeof far, realm: string) => ({ realm, host, port })
  const tickets = new KerberosTickets(new Realms([at(near, REALM), at(far, 'FAR.EXAMPLE')], noDns), WAITS)
  const ticket = await tickets.ticketFor(login(), HOST)
  assert.deepEqual(ticket?.service.parts, ['HTTP', HOST])
  assert.deepEqual(
    far.asked.map(({ realm, type }) => `${type} ${realm}`),
    ['10 FAR.EXAMPLE', '10 FAR.EXAMPLE', '12 FAR.EXAMPLE'],
  )
})

test('a KDC that does not answer comes last from then on', async (t) => {
  const [away, near] = [await scriptedKdc({ instead: () => 'hang-up' }), await scriptedKdc()]
  t.after(() => Promise.all([away.close(), near.close()]))
  const kdcs = [away, near].map(({ host, port }) => ({ realm: REALM, host, port }))
  await new KerberosTickets(new Realms(kdcs, noDns), WAITS).ticketFor(login(), HOST)
  assert.equal(away.asked.length, 1)
})

test('a proof goes to one KDC, as each counts wrong ones', async (t) => {
  const script: KdcScript = { instead: ({ hasProof }) => (hasProof ? 'hang-up' : undefined) }
  const all = [await scriptedKdc(script), await scriptedKdc(script)]
  t.after(() => Promise.all(all.map((kdc) => kdc.close())))
  const kdcs = all.map(({ host, port }) => ({ realm: REALM, host, port }))
  const { kind } = await failing(new KerberosTickets(new Realms(kdcs, noDns), WAITS))
  assert.equal(kind, 'unreachable')
  assert.equal(all.flatMap(({ asked }) => asked).filter(({ hasProof }) => hasProof).length, 1)
})

test('RC4 is used with a password only where the setting names the KDC', async (t) => {
  const { kdc } = await against(t, { encryption: 23 })
  const tickets = new KerberosTickets(
    new Realms([], async () => [{ port: kdc.port, target: 'localhost' }]),
    WAITS,
  )
  assert.match(
    (await failing(tickets)).message,
    /with RC4 a password is used only where kerberos\.controllers/,
  )
  assert.deepEqual(
    kdc.asked.map(({ hasProof }) => hasProof),
    [false],
  )
})

test('an address that DNS has in place of a name is not connected to', async (t) => {
  const { kdc } = await against(t)
  const srv = async () => [{ port: kdc.port, target: '127.0.0.1' }]
  assert.equal((await failing(new KerberosTickets(new Realms([], srv), WAITS))).kind, 'refused')
  assert.equal(kdc.asked.length, 0)
})

test('a ticket for tickets that the KDC takes no more is asked for anew', async (t) => {
  const ended = 32
  const { kdc, tickets } = await against(t, {
    instead: ({ type }) => (type === 12 && kdc.asked.length === 4 ? kdcError(ended) : undefined),
  })
  await tickets.ticketFor(login(), HOST)
  await tickets.ticketFor(login(), 'other.corp.example')
  assert.deepEqual(
    kdc.asked.map(({ type }) => type),
    [10, 10, 12, 12, 10, 10, 12],
  )
})

test('while a ticket is good nobody is asked where a KDC is', async (t) => {
  const { kdc } = await against(t)
  const realms = new Realms([{ realm: REALM, host: kdc.host, port: kdc.port }], noDns)
  const tickets = new KerberosTickets(realms, WAITS)
  const first = await tickets.ticketFor(login(), HOST)
  t.mock.method(realms, 'homeOf', () => Promise.reject(new Error('DNS is away')))
  assert.equal(await tickets.ticketFor(login(), HOST), first)
})

test('no two authenticators are of the same microsecond', () => {
  const octets = Array.from({ length: 2_000 }, () =>
    formatAuthenticator({
      realm: REALM,
      client: { type: 1, parts: ['svc'] },
      sum: { type: 1, octets: Buffer.alloc(0) },
      now: authenticationTime(),
    }).toString('hex'),
  )
  assert.equal(new Set(octets).size, octets.length)
})

test('where no KDC is known there is no ticket, and DNS is asked once', async () => {
  const names: string[] = []
  const srv = async (name: string) => {
    names.push(name)
    return []
  }
  const tickets = new KerberosTickets(new Realms([], srv), WAITS)
  for (let no = 0; no < 2; no++) {
    const { kind, message } = await failing(tickets, login('CORP\\svc'), { host: 'ex1.mail.corp.example' })
    assert.equal(kind, 'refused')
    assert.match(message, /^No KDC of MAIL\.CORP\.EXAMPLE or CORP\.EXAMPLE is known: DNS has no/)
  }
  assert.deepEqual(names, ['_kerberos._tcp.mail.corp.example', '_kerberos._tcp.corp.example'])
  for (const host of ['192.0.2.1', '[2001:db8::1]'])
    assert.match(
      (await failing(tickets, login(), { host })).message,
      /is no name, and there are tickets for names alone/,
    )
})

test('DNS that does not answer is no DNS that knows of none', async () => {
  let questions = 0
  const srv = async () => {
    questions++
    throw new Error('timeout')
  }
  const tickets = new KerberosTickets(new Realms([], srv), WAITS)
  const { kind, message } = await failing(tickets)
  assert.equal(kind, 'unreachable')
  assert.match(message, /DNS did not answer when asked for _kerberos\._tcp\.corp\.example/)
  await failing(tickets)
  assert.equal(questions, 2)
})

test('answers that were changed on their way give a ticket or a sentence, and nothing else', async (t) => {
  let change = (octets: Buffer): Buffer => octets
  const { tickets } = await against(t, { change: (octets) => change(octets) }, WAITS)
  let no = 0
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 255 }), async (place, bits) => {
      change = (octets) => {
        const changed = Buffer.from(octets)
        // The length before the answer is left, or the rest would be waited for.
        changed[4 + (place % (changed.length - 4))]! ^= bits
        return changed
      }
      await tickets.ticketFor(login(`svc${no++}@corp.example`), HOST).catch((error: unknown) => {
        assert.ok(error instanceof KerberosFailure, String(error))
      })
    }),
    { numRuns: 150 },
  )
})
