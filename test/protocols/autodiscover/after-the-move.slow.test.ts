/** What docs/guide/after-the-move.md tells the owners of programs: what each of them hears once its mailbox has moved. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { discoverEws } from '#src/clients/autodiscover/discover.ts'
import { chooseRoutingDomain, registerMailDomain } from '#src/domain/directory/mail-domains.ts'
import {
  formatOutlookReply,
  formatPoxError,
  formatPoxRequest,
  parsePoxReply,
  parsePoxRequest,
} from '#src/wire/autodiscover/pox.ts'
import { mobileResponseNamespace, outlookResponseNamespace } from '#src/wire/autodiscover/schema.ts'
import { type AvailabilitySite, openAvailabilitySite, PASSWORD } from '#test/stories/availability-site.ts'
import { certificateFor } from '#test/support/certificate.ts'
import { startDnsServer, type TestDnsServer } from '#test/support/dns-server.ts'
import { reply, stubHttps } from '#test/support/stub-https.ts'

const ANN = 'ann@corp.test'
const ROUTED = 'ann@lb.corp.test'
const pox = '/autodiscover/autodiscover.xml'

let site: AvailabilitySite
let dns: TestDnsServer
before(async () => {
  dns = await startDnsServer({})
  site = await openAvailabilitySite('corp', { 'dns.servers': dns.address })
  const { store } = site.service.data
  const domain = { name: 'lb.corp.test', use: 'routing' } as const
  const { ownershipToken } = await registerMailDomain(store, site.organization, domain, Date.now())
  dns.zone.set('_landbridge.lb.corp.test', { TXT: [ownershipToken] })
  await site.call('VerifyMailDomain', { DomainName: 'lb.corp.test' })
  await chooseRoutingDomain(store, site.organization, 'lb.corp.test')
  await site.user('ann')
})
after(async () => {
  await site?.end()
  await dns?.close()
})

const asked = (EMailAddress: string) => ({
  for: 'outlook' as const,
  EMailAddress,
  AcceptableResponseSchema: outlookResponseNamespace,
})

test('a program that speaks EWS is led here by the redirect of Exchange to the address in the routing domain', async (t) => {
  // Of a name of its own: the service here has signed one for localhost too, and both are trusted.
  const pair = await certificateFor(['localhost'], { commonName: 'exchange.corp.test' })
  // As Exchange answers for a mail user: with its external address, and with nothing for that one.
  const exchange = await stubHttps((request) => {
    const { EMailAddress } = parsePoxRequest(request.body)
    const said =
      EMailAddress === ANN
        ? formatOutlookReply({ Account: { Action: 'redirectAddr', RedirectAddr: ROUTED } })
        : formatPoxError(500, 'The email address cannot be found.', new Date(0))
    reply(request, 200, said)
  }, pair)
  t.after(() => exchange.close())
  const found = await discoverEws(ANN, {
    login: { user: ANN, password: PASSWORD, scheme: 'basic' },
    version: '1',
    tls: { ca: `${site.ca}\n${exchange.pair.cert}` },
    urls: [new URL(pox, exchange.url), new URL(pox, site.base)],
  })
  assert.equal(found.ewsUrl, `${site.base}/EWS/Exchange.asmx`, JSON.stringify(found.tried))
  assert.equal(found.address, ROUTED, JSON.stringify(found.tried))
})

test('by either address it is told the one that others see, with the same answer', async () => {
  const [own, routed] = await Promise.all(
    [ANN, ROUTED].map(async (address) => {
      const { status, text } = await site.send(pox, ANN, formatPoxRequest(asked(address)))
      assert.equal(status, 200)
      return parsePoxReply(text, { lenient: false }).Outlook!
    }),
  )
  assert.equal(own!.User!.AutoDiscoverSMTPAddress, ANN)
  assert.deepEqual(routed, own)
})

test('Outlook for Windows is offered no MAPI over HTTP, though it says that it would speak it', async () => {
  const { text } = await site.send(pox, ANN, formatPoxRequest(asked(ANN)), {
    headers: { 'x-mapihttpcapability': '1', 'user-agent': 'Microsoft Office/16.0 (Windows NT 10.0)' },
  })
  const { Protocol: protocols } = parsePoxReply(text, { lenient: false }).Outlook!.Account!
  assert.deepEqual(
    protocols!.map(({ Type }) => Type),
    ['EXCH', 'EXPR', 'WEB'],
  )
  assert.doesNotMatch(text, /mapiHttp/i)
  for (const path of ['/mapi/emsmdb/', '/mapi/nspi/', '/rpc/rpcproxy.dll'])
    assert.equal((await site.send(path, ANN, 'x')).status, 404, path)
})

test('phones are told that there is no ActiveSync, in either form and at its own address', async () => {
  const body = formatPoxRequest({
    for: 'mobilesync',
    EMailAddress: ANN,
    AcceptableResponseSchema: mobileResponseNamespace,
  })
  const { Failure: failure, Mobile: mobile } = parsePoxReply((await site.send(pox, ANN, body)).text)
  assert.deepEqual([failure?.Error.ErrorCode, mobile], [601, undefined])
  const json = await site.send(
    `/autodiscover/autodiscover.json?Email=${encodeURIComponent(ANN)}&Protocol=ActiveSync`,
    null,
  )
  assert.deepEqual([json.status, JSON.parse(json.text).ErrorCode], [400, 'ProtocolNotSupported'])
  const itself = await site.send('/Microsoft-Server-ActiveSync', ANN, undefined, { method: 'OPTIONS' })
  assert.equal(itself.status, 404)
})
