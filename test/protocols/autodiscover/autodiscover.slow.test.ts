import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { discoverEws } from '#src/clients/autodiscover/discover.ts'
import { formatPoxRequest, type PoxRequest, parsePoxReply } from '#src/wire/autodiscover/pox.ts'
import { mobileResponseNamespace, outlookResponseNamespace } from '#src/wire/autodiscover/schema.ts'
import { formatSoapRequest, parseSoapReply } from '#src/wire/autodiscover/soap.ts'
import { type AvailabilitySite, openAvailabilitySite, PASSWORD } from '#test/stories/availability-site.ts'

let site: AvailabilitySite
const pox = '/autodiscover/autodiscover.xml'
const svc = '/Autodiscover/Autodiscover.svc'

before(async () => {
  site = await openAvailabilitySite('corp')
  const ann = await site.user('ann')
  await site.user('team')
  await site.call('PutMailboxPermissions', {
    EntityId: 'team',
    GranteeId: ann.id,
    PermissionValues: ['FULL_ACCESS'],
  })
})
after(() => site?.end())

const asOutlook = (EMailAddress: string): PoxRequest => ({
  for: 'outlook',
  EMailAddress,
  AcceptableResponseSchema: outlookResponseNamespace,
})
const ask = async (request: PoxRequest | string, login = 'ann@corp.test') => {
  const body = typeof request === 'string' ? request : formatPoxRequest(request)
  const { status, text, headers } = await site.send(pox, login, body)
  assert.match(String(headers['content-type']), /^text\/xml/)
  assert.equal(status, 200)
  return parsePoxReply(text, { lenient: false })
}
const askSoap = async (users: string[], settings: string[], login = 'ann@corp.test') => {
  const body = formatSoapRequest(
    'GetUserSettings',
    { Users: users.map((Mailbox) => ({ Mailbox })), RequestedSettings: settings },
    { url: `${site.base}${svc}` },
  ).join('')
  const { status, text } = await site.send(svc, login, body)
  assert.equal(status, 200, text)
  return parseSoapReply('GetUserSettings', text, { lenient: false }).reply!
}

test('who has not signed in is asked for Basic credentials, whatever the method', async () => {
  for (const path of [pox, svc, '/AUTODISCOVER/autodiscover.XML']) {
    for (const method of ['GET', 'HEAD', 'POST']) {
      const { status, headers } = await site.send(path, null, method === 'POST' ? '<a/>' : undefined, {
        method,
      })
      assert.equal(status, 401)
      assert.match(String(headers['www-authenticate']), /^Basic realm=/)
    }
  }
  assert.equal((await site.send('/autodiscover/other.xml', null)).status, 404)
})

/** Of the offline address book, which is there from here on. */
async function bookUrl(): Promise<string> {
  const { OperationId } = await site.call('UpdateOfflineAddressBook', {})
  for (;;) {
    const { State, Result } = (await site.call('DescribeOperation', { OperationId })) as {
      State: string
      Result?: { ManifestPath: string }
    }
    if (State === 'COMPLETED') return `${site.base}${Result!.ManifestPath.replace(/oab\.xml$/, '')}`
    assert.equal(State, 'RUNNING')
    await setTimeout(20)
  }
}

test('plain XML gives the same address in every slot, and the mailboxes that open by themselves', async () => {
  const book = await bookUrl()
  const { Outlook: outlook } = await ask(asOutlook('ann@corp.test'))
  assert.equal(outlook!.User!.AutoDiscoverSMTPAddress, 'ann@corp.test')
  assert.equal(outlook!.Account!.Action, 'settings')
  const protocols = outlook!.Account!.Protocol!
  assert.deepEqual(
    protocols.map(({ Type }) => Type),
    ['EXCH', 'EXPR', 'WEB'],
  )
  const url = `${site.base}/EWS/Exchange.asmx`
  for (const { ASUrl, EwsUrl, OOFUrl, EwsPartnerUrl, OABUrl } of protocols.slice(0, 2)) {
    assert.deepEqual([ASUrl, EwsUrl, OOFUrl, EwsPartnerUrl], [url, url, url, url])
    assert.equal(OABUrl, book)
  }
  assert.deepEqual(
    outlook!.Account!.AlternativeMailbox!.map(({ Type, SmtpAddress }) => [Type, SmtpAddress]),
    [['Delegate', 'team@corp.test']],
  )
  // Of a colleague nothing is told of what opens there.
  const other = await ask(asOutlook('team@corp.test'))
  assert.equal(other.Outlook!.Account!.AlternativeMailbox, undefined)
})

test('ActiveSync, which is not served, has no address', async () => {
  const { Failure: failure, Mobile: mobile } = await ask({
    for: 'mobilesync',
    EMailAddress: 'ann@corp.test',
    AcceptableResponseSchema: mobileResponseNamespace,
  })
  assert.deepEqual([failure?.Error.ErrorCode, mobile], [601, undefined])
})

test('SOAP tells of the offline address book in both slots', async () => {
  const book = await bookUrl()
  const { UserResponses } = await askSoap(['ann@corp.test'], ['ExternalOABUrl', 'InternalOABUrl'])
  assert.deepEqual(
    UserResponses![0]!.UserSettings!.map(({ Name, Value }) => [Name, Value]),
    [
      ['ExternalOABUrl', book],
      ['InternalOABUrl', book],
    ],
  )
})

test('who is nobody, and what is no question, has a well-formed error', async () => {
  const code = async (request: PoxRequest | string) => (await ask(request)).Failure?.Error.ErrorCode
  assert.equal(await code(asOutlook('nobody@corp.test')), 500)
  assert.equal(await code(asOutlook('ann@elsewhere.example')), 500)
  assert.equal(await code('<html>'), 600)
  assert.equal(await code('<Autodiscover xmlns="x"/>'), 600)
  assert.equal(await code({ ...asOutlook('ann@corp.test'), AcceptableResponseSchema: 'urn:other' }), 601)
  const { status, text } = await site.send(pox, 'ann@corp.test')
  assert.equal(status, 200)
  assert.equal(parsePoxReply(text).Failure?.Error.ErrorCode, 600)
  const soap = await site.send(svc, 'ann@corp.test', '<a/>')
  assert.equal(soap.status, 500)
  assert.match(soap.text, /faultcode>s:Client/)
})

test('SOAP answers each user and each setting, or says that it cannot', async () => {
  const wanted = ['ExternalEwsUrl', 'InternalEwsUrl', 'UserDisplayName', 'EcpUrl', 'AlternateMailboxes']
  const { UserResponses } = await askSoap(['ann@corp.test', 'nobody@corp.test'], wanted)
  const [ann, nobody] = UserResponses!
  const url = `${site.base}/EWS/Exchange.asmx`
  assert.deepEqual(
    ann!.UserSettings!.slice(0, 3).map(({ Name, Value, type }) => [type, Name, Value]),
    [
      ['StringSetting', 'ExternalEwsUrl', url],
      ['StringSetting', 'InternalEwsUrl', url],
      ['StringSetting', 'UserDisplayName', 'User ann'],
    ],
  )
  assert.equal(ann!.UserSettings![3]!.AlternateMailboxes![0]!.SmtpAddress, 'team@corp.test')
  assert.deepEqual(
    ann!.UserSettingErrors!.map(({ SettingName, ErrorCode }) => [SettingName, ErrorCode]),
    [['EcpUrl', 'SettingIsNotAvailable']],
  )
  assert.equal(nobody!.ErrorCode, 'InvalidUser')
})

test('users whose mailbox is in Exchange are sent there', async (t) => {
  const other = await openAvailabilitySite('shared', {
    'exchange.autodiscoverUrl': 'https://exchange.shared.example/autodiscover/autodiscover.xml',
  })
  t.after(() => other.end())
  await other.user('ann')
  const { store } = other.service.data
  const eve = await other.user('eva')
  const entry = await store.directory.findEntry(other.organization, { id: eve.id })
  await store.transact({ organization: other.organization }, ({ directory }) =>
    directory.saveEntry(other.organization, { ...entry!, home: 'exchange', mailbox: null }),
  )
  const body = formatPoxRequest(asOutlook(eve.address))
  for (const who of ['ann@shared.test', eve.address]) {
    const { text } = await other.send(pox, who, body)
    const { Account: account } = parsePoxReply(text).Outlook!
    assert.equal(account!.RedirectUrl, 'https://exchange.shared.example/autodiscover/autodiscover.xml')
  }
  assert.equal((await other.send('/EWS/Exchange.asmx', eve.address, body)).status, 401)
})

test('JSON tells where a protocol is to anybody, and nothing of the address', async () => {
  const of = async (address: string) =>
    site.send(`/autodiscover/autodiscover.json?Email=${address}&Protocol=EWS&RedirectCount=1`, null)
  const known = await of('ann@corp.test')
  assert.equal(known.status, 200)
  assert.equal(JSON.parse(known.text).Url, `${site.base}/EWS/Exchange.asmx`)
  assert.equal((await of('nobody@corp.test')).text, known.text)
  const older = (protocol: string) =>
    site.send(`/autodiscover/autodiscover.json/v1.0/ann@corp.test?Protocol=${protocol}`, null)
  assert.match(JSON.parse((await older('AutodiscoverV1')).text).Url, /\/autodiscover\.xml$/)
  for (const none of ['Rest', 'ActiveSync', 'constructor']) {
    const { status, text } = await older(none)
    assert.deepEqual([status, JSON.parse(text).ErrorCode], [400, 'ProtocolNotSupported'])
  }
})

test('our own client finds its way by either form, with every way to write the account', async () => {
  for (const path of [pox, svc]) {
    for (const user of ['ann@corp.test', 'corp.test\\ann', 'corp\\ann']) {
      const { ewsUrl, tried } = await discoverEws('ann@corp.test', {
        login: { user, password: PASSWORD },
        version: '1',
        tls: { ca: site.ca },
        urls: [new URL(path, site.base)],
      })
      assert.equal(ewsUrl, `${site.base}/EWS/Exchange.asmx`, JSON.stringify(tried))
    }
  }
})

test('the LegacyDN that it tells leads back to the same mailbox, here and in questions when people are free', async () => {
  const told = await ask(asOutlook('ann@corp.test'))
  const LegacyDN = told.Outlook!.User!.LegacyDN!
  for (const dn of [LegacyDN, LegacyDN.toUpperCase()]) {
    const again = await ask({
      for: 'outlook',
      LegacyDN: dn,
      AcceptableResponseSchema: outlookResponseNamespace,
    })
    assert.deepEqual(again, told)
    const [answer] = await site.ask('ann@corp.test', {
      addresses: [dn],
      from: '2026-12-07T00:00:00',
      to: '2026-12-08T00:00:00',
    })
    assert.equal(answer!.ResponseMessage!.ResponseCode, 'NoError')
  }
  const other = LegacyDN.replace(/^\/o=m-.{8}/, '/o=m-00000000')
  assert.match(JSON.stringify(await ask({ for: 'outlook', LegacyDN: other })), /cannot be found/)
})
