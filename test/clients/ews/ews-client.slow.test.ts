import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type LookupFunction, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { failureOfCall } from '#connectors/exchange/failures.ts'
import { EwsClient, type EwsServer } from '#src/clients/ews/ews-client.ts'
import { HttpsFailure } from '#src/clients/https/https-failure.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { formatFault } from '#src/wire/ews/fault.ts'
import { formatResponse } from '#src/wire/ews/response.ts'
import { ntlmGate } from '#test/support/ntlm-gate.ts'
import {
  localhostCertificate,
  type Pair,
  reply,
  type StubRequest,
  stubHttps,
} from '#test/support/stub-https.ts'

const rooms = formatResponse('GetRoomLists', {
  ResponseClass: 'Success',
  ResponseCode: 'NoError',
  RoomLists: [],
}).join('')
const fault = (...args: Parameters<typeof formatFault>) => formatFault(...args).join('')

async function against(
  t: TestContext,
  answer: (asked: StubRequest) => void | Promise<void>,
  options: Partial<EwsServer> = {},
  pair?: Pair,
) {
  const stub = await stubHttps(answer, pair)
  const client = new EwsClient(
    {
      url: `${stub.url}/EWS/Exchange.asmx`,
      login: { user: 'CORP\\svc', password: 'geheim', scheme: 'basic' },
      tls: { ca: stub.pair.cert },
      ...options,
    },
    '1.2.3',
  )
  t.after(() => {
    client.close()
    return stub.close()
  })
  const ask = (timeoutMs = 5_000, signal?: AbortSignal) =>
    client.call('GetRoomLists', {}, { timeoutMs, ...(signal && { signal }) })
  const failing = async (timeoutMs?: number, signal?: AbortSignal): Promise<HttpsFailure> => {
    const error = await ask(timeoutMs, signal).then(
      () => assert.fail('It was answered.'),
      (rejected: unknown) => rejected,
    )
    assert.ok(error instanceof HttpsFailure, String(error))
    assert.doesNotMatch(error.message, /geheim/)
    return error
  }
  return { stub, client, ask, failing }
}

test('a call says who we are and what it is, and keeps its connection', async (t) => {
  const { stub, ask } = await against(t, (asked) => reply(asked, 200, rooms))
  assert.equal((await ask()).ResponseCode, 'NoError')
  await ask()
  const [first] = stub.asked
  assert.equal(first!.headers['user-agent'], 'Landbridge/1.2.3')
  assert.equal(first!.headers.authorization, `Basic ${Buffer.from('CORP\\svc:geheim').toString('base64')}`)
  assert.match(String(first!.headers.soapaction), /messages\/GetRoomLists"$/)
  assert.match(first!.body, /RequestServerVersion Version="Exchange2010_SP1"/)
  assert.equal(stub.connections, 1)
})

test('an answer in gzip is read, and a broken one is named', async (t) => {
  let broken = false
  const { ask, failing } = await against(t, (asked) => {
    const packed = gzipSync(rooms)
    asked.response.writeHead(200, { 'content-type': 'text/xml', 'content-encoding': 'gzip' })
    asked.response.end(broken ? packed.subarray(0, 30) : packed)
  })
  assert.equal((await ask()).ResponseCode, 'NoError')
  broken = true
  assert.match((await failing()).kind, /protocol/)
})

/** An answer with something before its end that means nothing. */
const spread = (blanks: string): string => rooms.replace(/<[^<]*$/, (end) => blanks + end)
const lengths = {
  'that is short': rooms,
  'that is short and becomes long': spread(' '.repeat(3 * 2 ** 20)),
  'that is long': spread(`<!--${randomBytes(60_000).toString('base64')}-->`),
}
for (const [what, answer] of Object.entries(lengths))
  test(`an answer in gzip ${what} is read whole, however it arrives, and named where it breaks off`, async (t) => {
    const packed = gzipSync(answer)
    let part = packed
    const { stub, ask, failing } = await against(t, async ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/xml', 'content-encoding': 'gzip' })
      for (let at = 0; at < part.length; at += Math.ceil(part.length / 3)) {
        response.write(part.subarray(at, at + Math.ceil(part.length / 3)))
        await new Promise(setImmediate)
      }
      response.end()
    })
    for (let no = 0; no < 3; no++) assert.equal((await ask()).ResponseCode, 'NoError')
    assert.equal(stub.connections, 1)
    for (const end of [1, packed.length >> 1, packed.length - 1]) {
      part = packed.subarray(0, end)
      assert.equal((await failing()).kind, 'protocol', `${end} octets`)
    }
    part = Buffer.alloc(0)
    assert.equal((await failing()).kind, 'protocol')
  })

test('a server that offers Basic and Windows authentication is given Basic, after it was asked', async (t) => {
  const { stub, ask } = await against(
    t,
    (asked) => {
      if (asked.request.headers.authorization === undefined)
        reply(asked, 401, '', { 'www-authenticate': ['Negotiate', 'NTLM', 'Basic realm="mail, NTLM"'] })
      else reply(asked, 200, rooms)
    },
    { login: { user: 'svc', password: 'geheim' } },
  )
  await ask()
  await ask()
  assert.deepEqual(
    stub.asked.map(({ body }) => body.length > 0),
    [false, true, true],
  )
})

test('a server that takes Kerberos tickets alone is told apart from one that refuses the password', async (t) => {
  const refusing = (offers: string[]) => (asked: StubRequest) =>
    reply(asked, 401, '', { 'www-authenticate': offers })
  const login = { user: 'CORP\\svc', password: 'geheim' }
  const kerberos = await (await against(t, refusing(['Negotiate']), { login })).failing()
  assert.equal(kerberos.kind, 'credentials')
  assert.match(kerberos.message, /\(ways to sign in: negotiate\)\. It may take Kerberos tickets alone/)
  const both = await (await against(t, refusing(['Negotiate', 'NTLM']), { login })).failing()
  assert.match(both.message, /refused the credentials of CORP\\svc \(ways to sign in: ntlm, negotiate\)\.$/)
})

for (const hash of ['sha256', 'sha384', 'sha512']) {
  test(`NTLM is bound to the connection and to a certificate signed with ${hash}`, async (t) => {
    const pair = await localhostCertificate(hash)
    const gate = ntlmGate({ domain: 'CORP', user: 'svc', password: 'geheim' }, pair, { hash })
    const options = { login: { user: 'CORP\\svc', password: 'geheim' } }
    const { stub, ask } = await against(
      t,
      (asked) => {
        if (gate.lets(asked)) reply(asked, 200, rooms)
      },
      options,
      pair,
    )
    await ask()
    await ask()
    assert.equal(gate.handshakes, 1, 'one handshake for a connection')
    await Promise.all([ask(), ask(), ask()])
    assert.equal(gate.handshakes, stub.connections)
    assert.equal(gate.refusals, 0)
  })
}

test('wrong credentials are said once, whoever else waits, and not again', async (t) => {
  const pair = await localhostCertificate()
  const gate = ntlmGate({ domain: 'CORP', user: 'svc', password: 'other' }, pair)
  const options = { login: { user: 'CORP\\svc', password: 'geheim' } }
  const { failing } = await against(t, (asked) => void gate.lets(asked), options, pair)
  const kinds = await Promise.all([failing(), failing(), failing()])
  assert.deepEqual(
    kinds.map(({ kind }) => kind),
    ['credentials', 'credentials', 'credentials'],
  )
  assert.match((await failing()).message, /refused the credentials of CORP\\svc.*ntlm/)
  assert.equal(gate.refusals, 1)
})

test('credentials that were taken once and are refused later are tried again by one call alone', async (t) => {
  let isRight = true
  let refusals = 0
  const answer = async (asked: StubRequest) => {
    if (isRight) return reply(asked, 200, rooms)
    refusals++
    reply(asked, 401, '', { 'www-authenticate': 'Basic realm="x"' })
  }
  const { ask, failing } = await against(t, answer, { refusedMs: 2_000, connections: 4 })
  await ask()
  await Promise.all([ask(), ask(), ask(), ask()])
  isRight = false
  await failing()
  const before = refusals
  await new Promise((resolve) => setTimeout(resolve, 2_020))
  await Promise.all([failing(), failing(), failing(), failing()])
  assert.equal(refusals, before + 1)
  isRight = true
  await new Promise((resolve) => setTimeout(resolve, 2_020))
  await Promise.all([ask(), ask(), ask(), ask(), ask(), ask()])
})

const answers: [what: string, kind: string, answer: (asked: StubRequest) => void][] = [
  ['403', 'forbidden', (asked) => reply(asked, 403, 'no', { 'content-type': 'text/html' })],
  ['500 with HTML', 'protocol', (asked) => reply(asked, 500, '<html>', { 'content-type': 'text/html' })],
  ['a sign-in page', 'protocol', (asked) => reply(asked, 200, '<html>', { 'content-type': 'text/html' })],
  ['a redirect', 'protocol', (asked) => reply(asked, 302, '', { location: 'https://other.example/' })],
  ['503', 'busy', (asked) => reply(asked, 503, '', { 'retry-after': '7', 'content-type': 'text/plain' })],
  ['cut XML', 'protocol', (asked) => reply(asked, 200, rooms.slice(0, -20))],
  ['a fault', 'fault', (asked) => reply(asked, 500, fault('ErrorAccessDenied', 'No.'))],
]
for (const [what, kind, answer] of answers) {
  test(`${what} is a failure with the name ${kind}`, async (t) => {
    const { failing } = await against(t, answer)
    const failure = await failing()
    assert.equal(failure.kind, kind, failure.message)
    if (what === '503') assert.equal(failure.backOffMs, 7_000)
    if (kind === 'fault') assert.equal(failure.code, 'ErrorAccessDenied')
  })
}

test('a busy server says how long to leave it alone, in whatever form', async (t) => {
  let said = '297,749'
  const { failing } = await against(t, (asked) =>
    reply(asked, 500, fault('ErrorServerBusy', 'Busy.', { BackOffMilliseconds: said })),
  )
  assert.deepEqual([(await failing()).kind, (await failing()).backOffMs], ['busy', 297_749])
  said = '1500.5 ms'
  assert.equal((await failing()).backOffMs, 1_500)
  said = 'soon'
  assert.equal((await failing()).backOffMs, undefined)
})

test('how long a busy server asks to be left alone is heard with any status, in its fault or beside it', async (t) => {
  const busy = (backOff?: string) =>
    fault('ErrorServerBusy', 'Busy.', backOff === undefined ? {} : { BackOffMilliseconds: backOff })
  const inSevenSeconds = {
    date: 'Mon, 23 Nov 2026 10:00:00 GMT',
    'retry-after': 'Mon, 23 Nov 2026 10:00:07 GMT',
  }
  const cases: [
    status: number,
    body: string,
    headers: Record<string, string>,
    backOffMs: number | undefined,
  ][] = [
    [503, busy('4000'), {}, 4_000],
    [429, busy('4000'), { 'retry-after': '7' }, 4_000],
    [503, busy(), { 'retry-after': '7' }, 7_000],
    [500, busy(), { 'retry-after': '7' }, 7_000],
    [503, fault('ErrorInternalServerTransientError', 'Later.'), { 'retry-after': '7' }, 7_000],
    [503, '<html>busy', { 'retry-after': '7' }, 7_000],
    [503, '', inSevenSeconds, 7_000],
    [503, '', { 'retry-after': 'soon' }, undefined],
  ]
  let now = cases[0]!
  const { failing } = await against(t, (asked) => reply(asked, now[0], now[1], now[2]))
  for (now of cases) {
    const { kind, backOffMs } = await failing()
    assert.deepEqual([kind, backOffMs], ['busy', now[3]], JSON.stringify(now))
  }
})

test('a connection that breaks is tried once more, but not for what changes something', async (t) => {
  let cuts = 1
  const { stub, client, ask, failing } = await against(t, (asked) => {
    if (cuts-- > 0) asked.request.socket.destroy()
    else reply(asked, 200, rooms)
  })
  await ask()
  assert.equal(stub.asked.length, 2)
  cuts = 2
  assert.equal((await failing()).kind, 'lost')
  assert.equal(stub.asked.length, 4)
  cuts = 1
  const send = { SaveItemToFolder: false, ItemIds: [] }
  await assert.rejects(client.call('SendItem', send), (error: HttpsFailure) => error.kind === 'lost')
  assert.equal(stub.asked.length, 5)
})

test('a slow server is given up in time, also in the middle of its answer; a caller may stop', async (t) => {
  const caller = new AbortController()
  let stops = false
  const { failing } = await against(t, (asked) => {
    asked.response.writeHead(200, { 'content-type': 'text/xml' })
    asked.response.write(rooms.slice(0, 100))
    if (stops) caller.abort()
  })
  // The rest of the answer never comes: without a deadline neither would end.
  assert.equal((await failing(500)).kind, 'timeout')
  stops = true
  assert.equal((await failing(60_000, caller.signal)).kind, 'aborted')
})

test('no server, no TLS, no trust and no connection in time each have their name', async (t) => {
  const { stub } = await against(t, (asked) => reply(asked, 200, rooms))
  const deaf = createServer(() => {}).listen(0, '127.0.0.1')
  await once(deaf, 'listening')
  t.after(() => deaf.close())
  const plain = createServer((socket) => socket.end('HTTP/1.1 400 Bad\r\n\r\n')).listen(0, '127.0.0.1')
  await once(plain, 'listening')
  t.after(() => plain.close())
  const port = (server: typeof deaf) => (server.address() as { port: number }).port
  const here: LookupFunction = (_host, { all }, done) =>
    all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)
  const kind = async (url: string, ca?: string, connectMs = 20_000) => {
    const login = { user: 'svc', password: 'geheim' }
    const client = new EwsClient(
      { url, login, connectMs, tls: ca === undefined ? {} : { ca }, ...(ca && { lookup: here }) },
      '1',
    )
    try {
      return await client.call('GetRoomLists', {}, { timeoutMs: 30_000 }).then(
        () => 'answered',
        (error: HttpsFailure) => error.kind,
      )
    } finally {
      client.close()
    }
  }
  assert.equal(await kind('https://127.0.0.1:1/'), 'unreachable')
  assert.equal(await kind('https://nobody.invalid/'), 'unreachable')
  assert.equal(await kind(stub.url), 'tls')
  const wrongName = stub.url.replace('localhost', 'mail.other.example')
  assert.equal(await kind(wrongName, stub.pair.cert), 'tls')
  assert.equal(await kind(`https://127.0.0.1:${port(plain)}/`), 'tls')
  assert.equal(await kind(`https://127.0.0.1:${port(deaf)}/`, undefined, 300), 'unreachable')
})

test('a server that goes away while TLS is made is out of reach a while, and refuses nothing', async (t) => {
  const ways: readonly ((socket: Socket) => void)[] = [
    (socket) => socket.resetAndDestroy(),
    (socket) => socket.destroy(),
    (socket) => socket.end(),
  ]
  for (const goes of ways) {
    const server = createServer((socket) =>
      socket.on('error', () => undefined).once('data', () => goes(socket)),
    ).listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => server.close())
    const { port } = server.address() as { port: number }
    const login = { user: 'svc', password: 'geheim' }
    const client = new EwsClient({ url: `https://127.0.0.1:${port}/`, login }, '1')
    t.after(() => client.close())
    await assert.rejects(client.call('GetRoomLists', {}, { timeoutMs: 30_000 }), (error) => {
      assert.ok(error instanceof HttpsFailure)
      assert.equal(error.kind, 'unreachable')
      assert.match(error.message, /^127\.0\.0\.1:\d+ broke the connection off while TLS was made: .+\.$/)
      const failure = failureOfCall(error, new AbortController().signal)
      assert.ok(failure instanceof SourceFailure)
      assert.equal(failure.kind, 'transient')
      return true
    })
  }
})

test('a failure without a word of its own has none', async () => {
  const lookup: LookupFunction = (_host, _options, done) => done(new Error('not from here'), '')
  const login = { user: 'svc', password: 'geheim' }
  const client = new EwsClient({ url: 'https://nobody.invalid/', login, lookup }, '1')
  await assert.rejects(client.call('GetRoomLists', {}, { timeoutMs: 60_000 }), {
    kind: 'unreachable',
    code: undefined,
  })
  client.close()
})

test('envelopes that follow each other are given as they come', async (t) => {
  const news = (status: 'OK' | 'Closed') =>
    formatResponse('GetStreamingEvents', {
      ResponseMessages: [
        {
          GetStreamingEventsResponseMessage: {
            ResponseClass: 'Success',
            ResponseCode: 'NoError',
            ConnectionStatus: status,
          },
        },
      ],
    }).join('')
  let more = () => {}
  const { client, stub } = await against(t, ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/xml' })
    response.write(news('OK'))
    more = () => response.end(news('Closed'))
  })
  const request = { SubscriptionIds: ['a'], ConnectionTimeout: 1 }
  const seen: (string | undefined)[] = []
  for await (const { ResponseMessages } of client.calls('GetStreamingEvents', request, {
    timeoutMs: 60_000,
  })) {
    const { GetStreamingEventsResponseMessage: message } = ResponseMessages[0]!
    seen.push(message!.ConnectionStatus)
    // The second one is sent when the first has arrived.
    more()
  }
  assert.deepEqual(seen, ['OK', 'Closed'])
  // Packed, they would wait for each other.
  assert.equal(stub.asked[0]!.headers['accept-encoding'], 'identity')
})
