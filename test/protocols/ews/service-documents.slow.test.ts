import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { operations } from '#src/protocols/ews/operations/index.ts'
import { PASSWORD } from '#test/stories/mail-site.ts'
import { command, peer } from '#test/support/peers.ts'
import { type EwsSite, openEwsSite } from './ews-site.ts'

const xmllint = peer('xmllint', command('xmllint'), 'apt-get install libxml2-utils')
const folder = mkdtempSync(join(tmpdir(), 'landbridge-wsdl-'))
const requests = join(import.meta.dirname, '../../../fixtures/ews/requests')
const login = ['ann@corp.test', PASSWORD] as const

let site: EwsSite
before(async () => {
  site = await openEwsSite()
  await site.user('ann')
})
after(async () => {
  await site.end()
  rmSync(folder, { recursive: true, force: true })
})

const get = (path: string, method = 'GET') => site.send('', { method, path, login })

/** What xmllint says of a document; nothing where it is right. The service, which is in this process, goes on meanwhile. */
const judged = (...args: string[]): Promise<string> =>
  new Promise((resolve) => {
    execFile(xmllint.found!, ['--noout', '--nonet', ...args], (error, _, said) =>
      resolve(error === null ? '' : said || error.message),
    )
  })

/** Whether the element in the body of an envelope is what the served documents allow; what is wrong where not. */
function complaint(body: string): Promise<string> {
  const file = join(folder, 'body.xml')
  writeFileSync(file, body)
  return judged('--schema', join(folder, 'messages.xsd'), file)
}

const bodyOf = (envelope: string): string => {
  const inner = /<(?:[\w-]+:)?Body\b[^>]*>(.*)<\/(?:[\w-]+:)?Body>\s*<\/(?:[\w-]+:)?Envelope>/s
    .exec(envelope)![1]!
    .trim()
  const before = envelope.slice(0, envelope.indexOf(inner))
  const declared = new Map<string, string>()
  for (const [text, name] of before.matchAll(/\s(xmlns(?::[\w-]+)?)="[^"]*"/g)) declared.set(name!, text)
  const tag = /^<[^>]*>/.exec(inner)![0]
  const missing = [...declared].filter(([name]) => !tag.includes(` ${name}=`)).map(([, text]) => text)
  return inner.replace(/^<[\w:]+/, (start) => start + missing.join(''))
}

test('the documents are there for who signs in, in any case, and read as what they are', {
  skip: xmllint.skip,
}, async () => {
  assert.equal((await site.send('', { method: 'GET', path: '/EWS/Services.wsdl' })).status, 401)
  assert.equal((await get('/EWS/types.xsd', 'POST')).status, 405)
  for (const name of ['Services.wsdl', 'messages.xsd', 'types.xsd']) {
    const { status, headers, text } = await get(`/EWS/${name}`)
    assert.equal(status, 200)
    assert.equal(headers['content-type'], 'text/xml; charset=utf-8')
    assert.equal((await get(`/ews/${name.toUpperCase()}`)).text, text)
    writeFileSync(join(folder, name), text)
  }
  const { text } = await get('/EWS/Exchange.asmx?wsdl')
  assert.equal(text, readFileSync(join(folder, 'Services.wsdl'), 'utf8'))
  const named = [...text.matchAll(/<soap:operation soapAction="[^"]*\/(\w+)"/g)].map(([, name]) => name)
  assert.deepEqual(named, [...operations.keys()].sort())
  assert.equal(await judged(join(folder, 'Services.wsdl')), '')
})

test('what clients send is what the documents allow, and what is wrong is not', {
  skip: xmllint.skip,
}, async () => {
  for (const name of readdirSync(requests).filter((one) => one.endsWith('.xml'))) {
    const body = bodyOf(readFileSync(join(requests, name), 'utf8'))
    assert.equal(await complaint(body), '', name)
  }
  const namespaces =
    'xmlns="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"'
  const getItem = (shape: string) =>
    `<GetItem ${namespaces}><ItemShape><t:BaseShape>${shape}</t:BaseShape></ItemShape><ItemIds><t:ItemId Id="x"/></ItemIds></GetItem>`
  assert.equal(await complaint(getItem('Default')), '')
  assert.match(await complaint(getItem('Everything')), /enumeration/)
  assert.match(await complaint(`<GetItem ${namespaces}><Nothing/></GetItem>`), /not expected/)
})

test('what we answer is what the documents allow', { skip: xmllint.skip }, async () => {
  const ann = site.client('ann@corp.test')
  await ann.one('CreateItem', {
    SendMeetingInvitations: 'SendToNone',
    Items: [{ CalendarItem: { Subject: 'One', Start: '2031-01-06T09:00:00Z', End: '2031-01-06T10:00:00Z' } }],
  })
  const bodies = [
    '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"/></m:ParentFolderIds></m:FindItem>',
    '<m:SyncFolderHierarchy><m:FolderShape><t:BaseShape>AllProperties</t:BaseShape></m:FolderShape></m:SyncFolderHierarchy>',
    '<m:GetServerTimeZones ReturnFullTimeZoneData="true"/>',
    '<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id="x"/></m:ItemIds></m:GetItem>',
  ]
  for (const body of bodies) {
    const envelope = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><s:Body>${body}</s:Body></s:Envelope>`
    const { text, status } = await site.send(envelope, { login })
    assert.equal(status, 200, text)
    assert.equal(await complaint(bodyOf(text)), '', body)
  }
})
