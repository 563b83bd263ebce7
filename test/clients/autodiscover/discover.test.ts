import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type DiscoverOptions, discoverEws } from '#src/clients/autodiscover/discover.ts'
import { formatOutlookReply, formatPoxError, parsePoxRequest } from '#src/wire/autodiscover/pox.ts'
import { formatSoapReply, parseSoapRequest, stringSetting } from '#src/wire/autodiscover/soap.ts'
import {
  localhostCertificate,
  type Pair,
  reply,
  type StubRequest,
  stubHttps,
} from '#test/support/stub-https.ts'

const EWS = 'https://mail.corp.example/EWS/Exchange.asmx'

async function against(t: TestContext, answer: (asked: StubRequest) => void, pair?: Pair) {
  const stub = await stubHttps(answer, pair)
  t.after(() => stub.close())
  const login = { user: 'CORP\\svc', password: 'geheim', scheme: 'basic' as const }
  // Addresses that follow from the domain lead to nobody here.
  const nowhere: DiscoverOptions['lookup'] = (host, options, done) => {
    const here = { address: '127.0.0.1', family: 4 }
    if (host !== 'localhost') done(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }), '')
    else if (options.all) done(null, [here])
    else done(null, here.address, 4)
  }
  const at = (path: string) => new URL(path, stub.url)
  const find = (urls: URL[], more: Partial<DiscoverOptions> = {}) =>
    discoverEws('ann@corp.example', {
      login,
      version: '1',
      tls: { ca: stub.pair.cert },
      ...(nowhere && { lookup: nowhere }),
      urls,
      timeoutMs: 20_000,
      connectMs: 10_000,
      ...more,
    })
  return { stub, at, find }
}

const settings = (ewsUrl: string) =>
  formatOutlookReply({
    Account: {
      Protocol: [
        { Type: 'EXCH', ASUrl: 'https://inner/' },
        { Type: 'EXPR', EwsUrl: ewsUrl },
      ],
    },
  })

test('plain XML: what is for outside is found', async (t) => {
  const { stub, at, find } = await against(t, (asked) => {
    assert.equal(parsePoxRequest(asked.body).EMailAddress, 'ann@corp.example')
    reply(asked, 200, settings(EWS))
  })
  const found = await find([at('/autodiscover/autodiscover.xml')])
  assert.equal(found.ewsUrl, EWS)
  assert.match(String(stub.asked[0]!.headers.authorization), /^Basic /)
})

test('SOAP: settings are found, and a user who is elsewhere is followed', async (t) => {
  const { at, find } = await against(t, (asked) => {
    const { call } = parseSoapRequest(asked.body)
    assert.equal(call.operation, 'GetUserSettings')
    const mailbox = call.operation === 'GetUserSettings' ? call.request.Users[0]!.Mailbox : ''
    const user =
      mailbox === 'ann@corp.example'
        ? { ErrorCode: 'RedirectAddress' as const, RedirectTarget: 'ann@other.example' }
        : { ErrorCode: 'NoError' as const, UserSettings: [stringSetting('ExternalEwsUrl', EWS)] }
    reply(asked, 200, formatSoapReply('GetUserSettings', { UserResponses: [user] }).join(''))
  })
  const found = await find([at('/autodiscover/autodiscover.svc')])
  assert.deepEqual([found.ewsUrl, found.address], [EWS, 'ann@other.example'])
})

test('redirects are followed to HTTPS only, and not for ever', async (t) => {
  let hops = 0
  const { stub, at, find } = await against(t, (asked) => {
    const { url } = asked.request
    if (url === '/plain') reply(asked, 302, '', { location: 'http://localhost/' })
    else if (url === '/round') reply(asked, 302, '', { location: `/round?${++hops}` })
    else if (url?.startsWith('/round?')) reply(asked, 302, '', { location: `/round?${++hops}` })
    else if (url === '/once') reply(asked, 302, '', { location: '/autodiscover/autodiscover.xml' })
    else reply(asked, 200, settings(EWS))
  })
  assert.equal((await find([at('/once')])).ewsUrl, EWS)
  const plain = await find([at('/plain')])
  assert.equal(plain.ewsUrl, null)
  assert.match(plain.tried[1]!.outcome, /no HTTPS address/)
  const before = stub.asked.length
  assert.equal((await find([at('/round')])).ewsUrl, null)
  assert.equal(stub.asked.length - before, 11)
})

test('credentials are shown to nobody whom only a redirect names', async (t) => {
  const pair = await localhostCertificate()
  const stranger = await against(t, (asked) => reply(asked, 200, settings(EWS)), pair)
  const { stub, at, find } = await against(
    t,
    (asked) =>
      reply(
        asked,
        200,
        formatOutlookReply({ Account: { RedirectUrl: new URL('/b.xml', stranger.stub.url).href } }),
      ),
    pair,
  )
  const found = await find([at('/a.xml')])
  assert.equal(found.ewsUrl, EWS)
  assert.match(String(stub.asked[0]!.headers.authorization), /^Basic /)
  assert.deepEqual(
    stranger.stub.asked.map(({ headers }) => headers.authorization),
    [undefined],
  )
})

test('refused credentials end the search; errors, HTML and dead hosts do not', async (t) => {
  const { stub, at, find } = await against(t, (asked) => {
    const { url } = asked.request
    if (url === '/html.xml') reply(asked, 200, '<html>', { 'content-type': 'text/html' })
    else if (url === '/unknown.xml') reply(asked, 200, formatPoxError(500, 'No such user.', new Date()))
    else if (url === '/broken.xml') reply(asked, 200, '<Autodiscover')
    else if (url === '/no.xml') reply(asked, 401)
    else reply(asked, 200, settings(EWS))
  })
  const dead = new URL('https://localhost:1/x.xml')
  const found = await find([dead, at('/html.xml'), at('/unknown.xml'), at('/broken.xml'), at('/good.xml')])
  assert.equal(found.ewsUrl, EWS)
  assert.match(found.tried[2]!.outcome, /No such user\. \(500\)/)
  const before = stub.asked.length
  assert.equal((await find([at('/no.xml'), at('/good.xml')])).ewsUrl, null)
  assert.equal(stub.asked.length - before, 1)
})

test('a service record leads to HTTPS, after everything else was tried', async (t) => {
  const { at, find } = await against(t, (asked) => reply(asked, 200, settings(EWS)))
  const found = await find([], {
    findServers: async () => [{ host: 'localhost', port: Number(at('/').port) }],
    trusts: (host) => host === 'localhost',
  })
  assert.equal(found.ewsUrl, EWS)
  assert.deepEqual(
    found.tried.slice(0, 5).map(({ url }) => url),
    [
      'https://corp.example/autodiscover/autodiscover.svc',
      'https://corp.example/autodiscover/autodiscover.xml',
      'https://autodiscover.corp.example/autodiscover/autodiscover.svc',
      'https://autodiscover.corp.example/autodiscover/autodiscover.xml',
      'http://autodiscover.corp.example/autodiscover/autodiscover.xml',
    ],
  )
})
