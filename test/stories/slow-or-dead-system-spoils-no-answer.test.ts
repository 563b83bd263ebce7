import assert from 'node:assert/strict'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import { reply, type StubHttps, type StubRequest, stubHttps } from '#test/support/stub-https.ts'
import { type AvailabilitySite, codes, introduce, openAvailabilitySite } from './availability-site.ts'

let here: AvailabilitySite
let there: AvailabilitySite
const stubs: StubHttps[] = []

before(async () => {
  here = await openAvailabilitySite('here')
  there = await openAvailabilitySite('there')
  for (const site of [here, there]) await site.user('ann')
  await introduce(here, there)
  await introduce(there, here)
})
after(async () => {
  for (const stub of stubs) await stub.close()
  await here?.end()
  await there?.end()
})

const day = { from: '2026-07-01T00:00:00', to: '2026-07-02T00:00:00' }

async function peer(domain: string, answer: (asked: StubRequest) => void, at?: string): Promise<StubHttps> {
  const stub = await stubHttps(answer)
  stubs.push(stub)
  const EwsProvider = {
    EwsEndpoint: `${at ?? stub.url}/EWS/Exchange.asmx`,
    EwsUsername: 'CORP\\svc',
    EwsPassword: 'geheim',
    Authorities: stub.pair.cert,
  }
  await here.call('CreateAvailabilityConfiguration', { DomainName: domain, EwsProvider })
  return stub
}

test('a system that is dead, one that says no and one that answers nonsense fail for their people alone', async () => {
  // Nobody is given port 1.
  await peer('dead.example', () => {}, 'https://localhost:1')
  const locked = await peer('locked.example', (asked) =>
    reply(asked, 401, '', { 'www-authenticate': 'Basic realm="x"' }),
  )
  await peer('html.example', (asked) => reply(asked, 500, '<html>', { 'content-type': 'text/html' }))
  const answers = await here.ask('ann@here.test', {
    addresses: [
      'ann@there.test',
      'a@dead.example',
      'b@locked.example',
      'c@html.example',
      'd@locked.example',
      'ann@here.test',
    ],
    ...day,
  })
  assert.deepEqual(codes(answers), [
    'NoError',
    'ErrorProxyRequestProcessingFailed',
    'ErrorInvalidCrossForestCredentials',
    'ErrorProxyRequestProcessingFailed',
    'ErrorInvalidCrossForestCredentials',
    'NoError',
  ])
  assert.match(answers[1]!.ResponseMessage!.MessageText!, /localhost:\d+ cannot be reached/)
  // It offered Basic when it was asked without, and refused it once; more attempts lock the account.
  assert.equal(locked.asked.filter(({ headers }) => headers.authorization !== undefined).length, 1)
  const later = await here.ask('ann@here.test', { addresses: ['e@locked.example'], ...day })
  assert.notEqual(codes(later)[0], 'NoError')
  assert.equal(locked.asked.filter(({ headers }) => headers.authorization !== undefined).length, 1)
})

test('a system that takes connections and never says a word is late, not away', async () => {
  const silent = createServer()
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const sockets = new Set<Socket>()
  silent.on('connection', (socket) => sockets.add(socket.on('error', () => {})))
  const EwsProvider = {
    EwsEndpoint: `https://127.0.0.1:${(silent.address() as AddressInfo).port}/EWS/Exchange.asmx`,
    EwsUsername: 'CORP\\svc',
    EwsPassword: 'geheim',
  }
  await here.call('CreateAvailabilityConfiguration', { DomainName: 'silent.example', EwsProvider })
  try {
    const answers = await here.ask('ann@here.test', { addresses: ['a@silent.example'], ...day })
    assert.deepEqual(codes(answers), ['ErrorTimeoutExpired'])
    assert.match(answers[0]!.ResponseMessage!.MessageText!, /does not answer/)
  } finally {
    for (const socket of sockets) socket.destroy()
    silent.close()
  }
})

test('who is asked in a circle says so, and nobody is asked twice', async () => {
  for (const [from, to] of [
    [here, there],
    [there, here],
  ] as const)
    await from.call('CreateAvailabilityConfiguration', {
      DomainName: 'circle.example',
      EwsProvider: {
        EwsEndpoint: `${to.base}/EWS/Exchange.asmx`,
        EwsUsername: `availability-service@${to.domain}`,
        EwsPassword: 'Correct-horse-9',
        Authorities: to.ca,
      },
    })
  const answers = await here.ask('ann@here.test', {
    addresses: ['lost@circle.example', 'ann@there.test'],
    ...day,
  })
  assert.deepEqual(codes(answers), ['ErrorProxyRequestNotAllowed', 'NoError'])
  assert.match(answers[0]!.ResponseMessage!.MessageText!, /came from another system and is not passed on/)
})

test('what Exchange or another Landbridge passes on by its mark is not passed on again', async () => {
  for (const http of [
    { 'user-agent': 'ASProxy/CrossForest/EmailDomain//15.02.2562.017' },
    { 'x-landbridge-hop': '1' },
  ]) {
    const addresses = ['ann@there.test', 'ann@here.test']
    const answers = await here.ask('ann@here.test', {
      addresses,
      ...day,
      http: http as Record<string, string>,
    })
    assert.deepEqual(codes(answers), ['ErrorProxyRequestNotAllowed', 'NoError'])
  }
})

test('a function is asked as WorkMail asks it, and what it does not know has its code', async () => {
  const stub = await stubHttps((asked) => {
    if (asked.request.headers.authorization !== 'Bearer sesame') return reply(asked, 403)
    const { mailboxes } = JSON.parse(asked.body) as { mailboxes: string[] }
    const known = (mailbox: string) =>
      mailbox.startsWith('ann')
        ? {
            mailbox,
            events: [
              { startTime: '2026-07-01T09:00:00Z', endTime: '2026-07-01T10:00:00Z', busyType: 'BUSY' },
            ],
          }
        : { mailbox, error: mailbox.startsWith('odd') ? 'It rains.' : 'MailboxNotFound' }
    reply(asked, 200, JSON.stringify({ mailboxes: mailboxes.map(known) }), {
      'content-type': 'application/json',
    })
  })
  stubs.push(stub)
  const FunctionProvider = { Endpoint: `${stub.url}/ask`, Token: 'sesame', Authorities: stub.pair.cert }
  await here.call('CreateAvailabilityConfiguration', { DomainName: 'function.example', FunctionProvider })
  const test = await here.call('TestAvailabilityConfiguration', { DomainName: 'function.example' })
  assert.deepEqual(test, { TestPassed: true })
  const answers = await here.ask('ann@here.test', {
    addresses: ['ann@function.example', 'bob@function.example', 'odd@function.example'],
    ...day,
    minutes: 60,
  })
  assert.deepEqual(codes(answers), ['NoError', 'ErrorMailRecipientNotFound', 'ErrorFreeBusyGenerationFailed'])
  assert.equal(answers[0]!.FreeBusyView!.MergedFreeBusy!.indexOf('2'), 9)
})
