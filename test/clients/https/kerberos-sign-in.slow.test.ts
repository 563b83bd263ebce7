import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { EwsClient } from '#src/clients/ews/ews-client.ts'
import { HttpsFailure } from '#src/clients/https/https-failure.ts'
import { KerberosTickets } from '#src/clients/kerberos/kerberos-tickets.ts'
import { type ConfiguredKdc, Realms } from '#src/clients/kerberos/realms.ts'
import { formatResponse } from '#src/wire/ews/response.ts'
import { application, context, der, objectId, octetString, sequence } from '#src/wire/kerberos/der.ts'
import { KdcError } from '#src/wire/kerberos/messages.ts'
import { ntlmGate } from '#test/support/ntlm-gate.ts'
import { type KdcScript, kdcError, scriptedKdc } from '#test/support/scripted-kdc.ts'
import { localhostCertificate, reply, type StubRequest, stubHttps } from '#test/support/stub-https.ts'

const rooms = formatResponse('GetRoomLists', {
  ResponseClass: 'Success',
  ResponseCode: 'NoError',
  RoomLists: [],
}).join('')
const login = { user: 'CORP\\svc', password: 'geheim' }
const pair = await localhostCertificate()

const CHOICE_MS = 19_999

type Given = { kdcs?: readonly ConfiguredKdc[]; answer(asked: StubRequest): void }

async function against(t: TestContext, { kdcs = [], answer }: Given) {
  const stub = await stubHttps(answer, pair)
  const waits = { connectMs: 20_000, timeoutMs: 20_000, choiceMs: CHOICE_MS }
  const client = new EwsClient(
    {
      url: `${stub.url}/EWS/Exchange.asmx`,
      login,
      tls: { ca: pair.cert },
      kerberos: new KerberosTickets(new Realms(kdcs, async () => []), waits),
    },
    '1.2.3',
  )
  t.after(() => {
    client.close()
    return stub.close()
  })
  const ask = () => client.call('GetRoomLists', {}, { timeoutMs: 20_000 })
  const failing = async (): Promise<HttpsFailure> => {
    const error = await ask().then(
      () => assert.fail('It was answered.'),
      (rejected: unknown) => rejected,
    )
    assert.ok(error instanceof HttpsFailure, String(error))
    return error
  }
  return { stub, ask, failing }
}

async function kdcOf(t: TestContext, script: KdcScript = {}): Promise<ConfiguredKdc> {
  const kdc = await scriptedKdc(script)
  t.after(() => kdc.close())
  return { realm: 'CORP.EXAMPLE', host: kdc.host, port: kdc.port }
}

const refusing = (offers: string[]) => (asked: StubRequest) =>
  reply(asked, 401, '', { 'www-authenticate': offers })
const ofToken = ({ request }: StubRequest): string =>
  /^Negotiate (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
/** NTLM inside Negotiate begins otherwise. */
const isTicket = (asked: StubRequest): boolean => ofToken(asked).startsWith('YI')
const isShown = ({ headers }: { headers: { authorization?: string | undefined } }): boolean =>
  headers.authorization?.startsWith('Negotiate YI') === true

test('where no KDC is known NTLM is spoken as ever, and where there is one that knows no such service', async (t) => {
  const gate = ntlmGate({ domain: 'CORP', user: 'svc', password: 'geheim' }, pair)
  const unknown = await kdcOf(t, {
    instead: ({ type }) => (type === 12 ? kdcError(KdcError.unknownService) : undefined),
  })
  for (const kdcs of [[], [unknown]]) {
    const { stub, ask } = await against(t, {
      kdcs,
      answer: (asked) => void (gate.lets(asked) && reply(asked, 200, rooms)),
    })
    await ask()
    assert.equal(
      stub.asked.some(({ headers }) => headers.authorization?.startsWith('Negotiate')),
      false,
    )
  }
  assert.equal(gate.handshakes, 2)
  assert.equal(gate.refusals, 0)
})

test('a server that takes tickets alone is told with why there is none', async (t) => {
  const nobody = await (await against(t, { answer: refusing(['Negotiate']) })).failing()
  assert.equal(nobody.kind, 'credentials')
  assert.match(
    nobody.message,
    /\(ways to sign in: negotiate\)\. It may take Kerberos tickets alone\. Neither the account nor the server tells a realm\.$/,
  )
  const kdcs = [await kdcOf(t, { instead: () => kdcError(KdcError.unknownClient) })]
  const { message } = await (await against(t, { kdcs, answer: refusing(['Negotiate']) })).failing()
  assert.match(message, /Kerberos tickets alone\. The KDC of CORP\.EXAMPLE knows no account CORP\\svc\./)
})

test('with its KDC out of reach such a server is one that is out of reach, and asked again', async (t) => {
  const kdcs = [await kdcOf(t, { instead: () => 'hang-up' })]
  const { stub, failing } = await against(t, { kdcs, answer: refusing(['Negotiate']) })
  const { kind, message } = await failing()
  assert.equal(kind, 'unreachable')
  assert.match(message, /No KDC of CORP\.EXAMPLE answered/)
  const before = stub.asked.length
  assert.equal((await failing()).kind, 'unreachable')
  assert.ok(stub.asked.length > before)
})

test('a wrong password that a KDC names is not tried in another way', async (t) => {
  const kdcs = [await kdcOf(t, { password: 'anders' })]
  const { stub, failing } = await against(t, {
    kdcs,
    answer: refusing(['Negotiate', 'NTLM', 'Basic realm="x"']),
  })
  for (let no = 0; no < 2; no++) {
    const { kind, message } = await failing()
    assert.equal(kind, 'credentials')
    assert.match(message, /refused the credentials of CORP\\svc: the password is wrong/)
  }
  assert.deepEqual(
    stub.asked.map(({ headers }) => headers.authorization),
    [undefined],
  )
})

/** NegTokenResp (RFC 4178 §4.2.2) around what a server says of a ticket. */
const refusalOf = (code: number): string => {
  const error = der(application(0), objectId('1.2.840.113554.1.2.2'), Buffer.from([3, 0]), kdcError(code))
  return der(context(1), sequence(der(context(2), octetString(error)))).toString('base64')
}
const words: readonly [token: string, sentence: RegExp][] = [
  [
    ` ${refusalOf(KdcError.skew)}`,
    /refused the Kerberos ticket of CORP\\svc: its clock and ours differ; set both/,
  ],
  [
    ` ${refusalOf(KdcError.modified)}`,
    /it runs under another account .* setspn -Q HTTP\/localhost shows that/,
  ],
  ['', /setspn -Q HTTP\/localhost shows the account/],
  [' YIEAAAAA', /setspn -Q HTTP\/localhost shows the account/],
]
test('a ticket that the server refuses is asked for anew once, then told with what the server says of it', async (t) => {
  for (const [token, sentence] of words) {
    const { stub, failing } = await against(t, {
      kdcs: [await kdcOf(t)],
      answer: refusing([`Negotiate${token}`]),
    })
    const { kind, message } = await failing()
    assert.equal(kind, 'credentials')
    assert.match(message, sentence)
    // Nothing, two tickets, and the beginning of NTLM.
    assert.equal(new Set(stub.asked.map(({ headers }) => headers.authorization)).size, 4)
  }
})

test('behind a ticket that a server refuses NTLM is tried inside Negotiate', async (t) => {
  const gate = ntlmGate({ domain: 'CORP', user: 'svc', password: 'geheim' }, pair, { word: 'Negotiate' })
  const { stub, ask } = await against(t, {
    kdcs: [await kdcOf(t)],
    answer: (asked) =>
      isTicket(asked) ? refusing(['Negotiate'])(asked) : void (gate.lets(asked) && reply(asked, 200, rooms)),
  })
  await ask()
  await ask()
  assert.equal(gate.handshakes, 1)
  assert.equal(gate.refusals, 0)
  assert.equal(stub.asked.filter(isShown).length, 2)
})

test('a wrong password that a KDC names late is not tried in another way', async (t) => {
  const choice = new AbortController()
  const timeout = AbortSignal.timeout
  // The time of choice ends while the proof is on its way, and the KDC answers after that.
  t.mock.method(AbortSignal, 'timeout', (ms: number) =>
    ms === CHOICE_MS ? choice.signal : timeout.call(AbortSignal, ms),
  )
  const kdcs = [
    await kdcOf(t, {
      password: 'anders',
      after: async ({ hasProof }) => {
        if (!hasProof) return
        choice.abort()
        for (let no = 0; no < 20; no++) await new Promise((resolve) => setImmediate(resolve))
      },
    }),
  ]
  const { stub, failing } = await against(t, { kdcs, answer: refusing(['Negotiate', 'NTLM']) })
  const { kind, message } = await failing()
  assert.equal(kind, 'credentials')
  assert.match(message, /the password is wrong/)
  assert.deepEqual(
    stub.asked.map(({ headers }) => headers.authorization),
    [undefined],
  )
  assert.equal(choice.signal.aborted, true)
})

test('a server that ends each connection is shown a ticket on the next one too', async (t) => {
  const { stub, ask } = await against(t, {
    kdcs: [await kdcOf(t)],
    answer: (asked) => {
      if (!isTicket(asked)) return reply(asked, 401, '', { 'www-authenticate': 'Negotiate' })
      asked.response.setHeader('connection', 'close')
      reply(asked, 200, rooms)
    },
  })
  await ask()
  await ask()
  assert.equal(stub.connections, 2)
  const tickets = stub.asked.flatMap(({ headers }) => headers.authorization ?? [])
  assert.equal(new Set(tickets).size, 2)
})

const both = ['Negotiate', 'Basic realm="x"']
/** Lets in whoever shows a ticket or says the password. */
const letting = (asked: StubRequest) =>
  isTicket(asked) || asked.request.headers.authorization?.startsWith('Basic ')
    ? reply(asked, 200, rooms)
    : refusing(both)(asked)
const wayOf = ({ headers }: { headers: { authorization?: string | undefined } }) =>
  headers.authorization?.split(' ')[0]

test('where no new ticket is to be had in the middle what else is offered goes on', async (t) => {
  let isAway = false
  const kdcs = [await kdcOf(t, { lifeMs: -60_000, instead: () => (isAway ? 'hang-up' : undefined) })]
  const { stub, ask } = await against(t, { kdcs, answer: letting })
  await ask()
  isAway = true
  await ask()
  await ask()
  assert.deepEqual(stub.asked.map(wayOf), [undefined, 'Negotiate', undefined, 'Basic', 'Basic'])
})

test('a ticket too long for the server leaves what else is offered, and is named where nothing is', async (t) => {
  const kdcs = [await kdcOf(t, { ticketBytes: 40_000 })]
  const { stub, ask } = await against(t, { kdcs, answer: letting })
  await ask()
  await ask()
  assert.deepEqual(stub.asked.map(wayOf), [undefined, undefined, 'Basic', 'Basic'])
  const { kind, message } = await (await against(t, { kdcs, answer: refusing(['Negotiate']) })).failing()
  assert.equal(kind, 'credentials')
  assert.match(message, /takes no Kerberos ticket of 40 KB, as that of CORP\\svc is: .* MaxFieldLength/)
})

test('a bad request is one, however long the ticket, unless the server says that its header is too long', async (t) => {
  const kdcs = [await kdcOf(t, { ticketBytes: 8_000 })]
  const failure = async (said: string) => {
    const answer = (asked: StubRequest) =>
      isTicket(asked) ? reply(asked, 400, said) : refusing(['Negotiate'])(asked)
    return (await (await against(t, { kdcs, answer })).failing()).message
  }
  for (const said of [
    '<HTML><BODY><h2>Bad Request - Request Too Long</h2><hr><p>HTTP Error 400. The size of the request headers is too long.</p></BODY></HTML>',
    '<center><h1>400 Bad Request</h1></center><center>Request Header Or Cookie Too Large</center>',
    'Your browser sent a request that this server could not understand. Size of a request header field exceeds server limit.',
    'Message: Request header is too large',
  ])
    assert.match(await failure(said), /takes no Kerberos ticket of \d+ KB/, said)
  for (const said of [
    '',
    '<h2>Bad Request - Invalid Hostname</h2>',
    'The request body is too large: send less of it. '.repeat(2_000),
    'ErrorSchemaValidation',
  ]) {
    const message = await failure(said)
    assert.match(message, /400/, said)
    assert.doesNotMatch(message, /ticket/, said)
  }
})
