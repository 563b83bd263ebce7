import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { domainRecord } from '#test/domain/directory/furnished.ts'
import { PASSWORD } from '#test/stories/mail-site.ts'
import { type EwsSite, openEwsSite } from './ews-site.ts'

let site: EwsSite
before(async () => {
  site = await openEwsSite()
  await site.user('ann')
  await site.user('bob')
})
after(async () => {
  site.judge()
  await site.end()
})

const soap = (body: string, header = '') =>
  `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`
const getInbox = soap(
  '<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>',
)

test('without credentials there is a Basic challenge and nothing else, and the connection goes on', async () => {
  const { status, headers } = await site.send(getInbox)
  assert.equal(status, 401)
  assert.match(headers['www-authenticate']!, /^Basic realm="[^"]+"$/)
  assert.notEqual(headers.connection, 'close')
})

test('every form of a name signs in, whatever the case of the path', async () => {
  for (const name of [
    'ann@corp.test',
    'corp.test\\ann',
    'CORP\\ann',
    'CORP\\Ann',
    'ANN@corp.test',
    'x\\ann@corp.test',
  ]) {
    const { status, text } = await site.send(getInbox, {
      login: [name, PASSWORD],
      path: '/ews/exchange.asmx',
    })
    assert.equal(status, 200, `${name}: ${text}`)
    assert.match(text, /<t:DisplayName>Inbox<\/t:DisplayName>/)
    assert.match(text, /<s:Header><t:ServerVersionInfo MajorVersion="15"/)
  }
  const { status } = await site.send(getInbox, { login: ['ann@corp.test', 'wrong'] })
  assert.equal(status, 401)
})

test('a service account that is older than the routing domain signs in as Exchange has it typed', async () => {
  const { service, organization } = site
  const { store } = service.data
  await store.transact({ organization }, ({ directory }) =>
    directory.createDomain(organization, domainRecord('lb.corp.test', { use: 'routing' }), {
      selector: 'lb-1',
      privateKey: 'secret',
    }),
  )
  await site.call('UpdateRoutingDomain', { DomainName: 'lb.corp.test' })
  const status = async (name: string) =>
    (await site.send(getInbox, { login: [name, PASSWORD], unjudged: true })).status
  const { id } = await site.user('newer')
  const { address } = await site.user('other')
  assert.equal(await status('lb.corp.test\\ann'), 200)
  assert.equal(await status('LB.corp.test\\newer'), 200)
  assert.equal(await status('LB.corp.test\\Newer'), 200)
  assert.equal(await status('lb.corp.test\\nobody'), 401)
  assert.equal(await status('elsewhere.test\\ann'), 401)
  // Whose address it is comes before who has the name.
  await site.call('CreateUser', { Name: 'taken', DisplayName: 'taken', Password: PASSWORD })
  await site.call('CreateAlias', { EntityId: id, Alias: 'taken@corp.test' })
  const oof = (name: string, Address: string) =>
    site.send(
      soap(
        `<m:GetUserOofSettingsRequest><t:Mailbox><t:Address>${Address}</t:Address></t:Mailbox></m:GetUserOofSettingsRequest>`,
      ),
      { login: [name, PASSWORD], unjudged: true },
    )
  assert.match((await oof('corp.test\\taken', 'newer@corp.test')).text, /NoError/)
  assert.match((await oof('corp.test\\taken', address)).text, /ErrorAccessDenied/)
})

test('a compressed request is refused by HTTP, without a fault', async () => {
  const login = ['ann@corp.test', PASSWORD] as const
  const headers = { 'content-encoding': 'gzip' }
  const { status, text } = await site.send(gzipSync(getInbox), { login, headers, unjudged: true })
  assert.equal(status, 415)
  assert.doesNotMatch(text, /Fault/)
  assert.equal(
    (await site.send(getInbox, { login, headers: { 'content-encoding': 'identity' } })).status,
    200,
  )
})

test('gzip comes only to who asks for it, and the request id comes back', async () => {
  const login = ['ann@corp.test', PASSWORD] as const
  const plain = await site.send(getInbox, { login })
  assert.equal(plain.headers['content-encoding'], undefined)
  const headers = {
    'accept-encoding': 'deflate, gzip;q=0.5',
    'client-request-id': 'abc-1',
    'return-client-request-id': 'true',
  }
  const packed = await site.send(getInbox, { login, headers })
  assert.equal(packed.headers['content-encoding'], 'gzip')
  assert.equal(packed.headers['client-request-id'], 'abc-1')
  assert.equal(packed.text, plain.text)
})

test('what cannot be read is a fault that says where, and what is not known is one too', async () => {
  const login = ['ann@corp.test', PASSWORD] as const
  const broken = await site.send(soap('<m:GetFolder></m:GetFolder>'), { login })
  assert.equal(broken.status, 500)
  assert.match(broken.text, /ErrorSchemaValidation/)
  const unknown = await site.send(soap('<MakeCoffee xmlns="urn:x"/>'), { login })
  assert.equal(unknown.status, 500)
  assert.match(unknown.text, /ErrorInvalidRequest/)
})

test('an operation that is not offered has a typed answer', async () => {
  const client = site.client('ann@corp.test')
  const code = await client.code('CreateManagedFolder', { FolderNames: ['x'] })
  assert.equal(code, 'ErrorInvalidOperation')
})

test('who guessed too often hears so, with the right password too, and others sign in', async () => {
  await site.user('gus')
  const as = (password: string) => site.send(getInbox, { login: ['gus@corp.test', password] })
  for (let count = 0; count < 5; count++) assert.equal((await as(`wrong-${count}`)).status, 401)
  const wrong = await as('wrong-again')
  const right = await as(PASSWORD)
  for (const { status, text, headers } of [wrong, right]) {
    assert.equal(status, 503)
    assert.match(text, /^Too many wrong passwords or tokens for this account, or from this address\./)
    assert.match(text, new RegExp(`in ${headers['retry-after']} s\\.\n$`))
  }
  assert.equal((await site.send(getInbox, { login: ['ann@corp.test', PASSWORD] })).status, 200)
})

test('compressed requests are refused again and again, and each refusal can be read', async () => {
  const login = ['ann@corp.test', PASSWORD] as const
  const headers = { 'content-encoding': 'gzip' }
  for (const octets of [1_000, 300_000, 300_000, 1_000])
    assert.equal((await site.send(Buffer.alloc(octets, 7), { login, headers })).status, 415)
})

test('a name that Exchange has no operation for is a fault', async () => {
  const login = ['ann@corp.test', PASSWORD] as const
  const { status, text } = await site.send(soap('<m:FooBar/>'), { login })
  assert.equal(status, 500)
  assert.match(text, /<s:Fault>.*ErrorInvalidRequest.*There is no operation FooBar\./s)
  assert.doesNotMatch(text, /FooBarResponse/)
})

test('a header that must be understood and is not known is a fault, and is passed over otherwise', async () => {
  const login = ['ann@corp.test', PASSWORD] as const
  const ask = (attributes: string) => {
    const header = `<x:Deal xmlns:x="urn:x" ${attributes}>1</x:Deal>`
    return site.send(getInbox.replace('<s:Header>', `<s:Header>${header}`), { login })
  }
  const refused = await ask('s:mustUnderstand="1"')
  assert.equal(refused.status, 500)
  assert.match(refused.text, /<faultcode>s:MustUnderstand<\/faultcode>/)
  assert.match(refused.text, /ServerVersionInfo/)
  assert.equal((await ask('s:mustUnderstand="0"')).status, 200)
  assert.equal((await ask('')).status, 200)
  // It is for somebody on the way.
  assert.equal((await ask('s:mustUnderstand="1" s:actor="urn:other"')).status, 200)
  const known = '<t:RequestServerVersion Version="Exchange2016" s:mustUnderstand="1"/>'
  assert.equal((await site.send(getInbox.replace('<s:Header>', `<s:Header>${known}`), { login })).status, 200)
})

test('any version is taken, future ones too', async () => {
  const login = ['ann@corp.test', PASSWORD] as const
  const header = '<t:RequestServerVersion Version="Exchange2031_SP9"/>'
  const { status } = await site.send(getInbox.replace('<s:Header>', `<s:Header>${header}`), { login })
  assert.equal(status, 200)
})

test('impersonation is for who has full access, and its refusals are faults of their own', async () => {
  const as = (address: string) =>
    site.client('bob@corp.test', {
      ExchangeImpersonation: { ConnectingSID: { SmtpAddress: { Value: address } } },
    })
  const inbox = {
    FolderShape: { BaseShape: 'IdOnly' },
    FolderIds: [{ DistinguishedFolderId: { Id: 'inbox' } }],
  } as const
  const denied = await as('ann@corp.test').askAnyway('GetFolder', inbox)
  assert.equal(denied.fault?.code, 'ErrorImpersonateUserDenied')
  assert.equal(denied.status, 500)
  const nobody = await as('nobody@corp.test').askAnyway('GetFolder', inbox)
  assert.equal(nobody.fault?.code, 'ErrorNonExistentMailbox')
  const { directory } = site.service.data.store
  const ann = await directory.findEntry(site.organization, { address: 'ann@corp.test' })
  const bob = await directory.findEntry(site.organization, { address: 'bob@corp.test' })
  await site.call('PutMailboxPermissions', {
    EntityId: ann!.id,
    GranteeId: bob!.id,
    PermissionValues: ['FULL_ACCESS'],
  })
  const own = await site.client('ann@corp.test').one('GetFolder', inbox)
  const [theirs] = await as('ann@corp.test').messages('GetFolder', inbox)
  assert.deepEqual(theirs!.Folders, own.Folders)
})

test('a page answers a browser, and other methods are refused', async () => {
  const login = ['ann@corp.test', PASSWORD] as const
  assert.equal((await site.send('', { method: 'GET' })).status, 401)
  assert.equal((await site.send('', { method: 'GET', login })).status, 200)
  assert.equal((await site.send('', { method: 'PUT', login })).status, 405)
})
