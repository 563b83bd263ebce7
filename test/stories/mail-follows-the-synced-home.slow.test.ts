import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import nodemailer from 'nodemailer'
import { syncDirectory } from '#src/domain/directory-sync/run.ts'
import { domainRecord } from '#test/domain/directory/furnished.ts'
import { type ScriptedSmtp, scriptedSmtp } from '#test/support/scripted-smtp.ts'
import { type MailSite, openMailSite } from './mail-site.ts'

let exchange: ScriptedSmtp
let site: MailSite
let folder: string
let ann: { address: string }

/** Exchange's directory, as ldifde writes it: ann has moved here, eve has not, paul is a partner, mixed has them all. */
const place = (name: string) => `CN=${name},OU=People,DC=corp,DC=test`
const guid = (no: number) => Buffer.alloc(16, no).toString('base64')
const record = (no: number, name: string, lines: readonly string[]) =>
  [
    `dn: ${place(name)}`,
    `objectGUID:: ${guid(no)}`,
    `mailNickname: ${name}`,
    `displayName: ${name}`,
    `proxyAddresses: SMTP:${name}@corp.test`,
    `uSNChanged: ${no}`,
    ...lines,
  ].join('\n')
const person = ['objectClass: top', 'objectClass: user']
const group = (...members: readonly string[]) => [
  'objectClass: top',
  'objectClass: group',
  'msExchRecipientTypeDetails: 256',
  ...members.map((name) => `member: ${place(name)}`),
]
const directory = [
  record(1, 'ann', [...person, 'msExchRecipientTypeDetails: 128', 'targetAddress: SMTP:ann@lb.corp.test']),
  record(2, 'eve', [
    ...person,
    'msExchRecipientTypeDetails: 1',
    'homeMDB: CN=DB1,DC=corp,DC=test',
    `msExchMailboxGuid:: ${guid(102)}`,
  ]),
  record(3, 'paul', [
    'objectClass: top',
    'objectClass: contact',
    'msExchRecipientTypeDetails: 64',
    'targetAddress: SMTP:paul@partner.example',
  ]),
  record(4, 'mixed', group('ann', 'eve', 'inner')),
  record(5, 'inner', group('eve', 'ann', 'mixed')),
]

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'landbridge-home-'))
  exchange = await scriptedSmtp({ extensions: ['8BITMIME', 'DSN', 'PIPELINING'] })
  site = await openMailSite({
    settings: {
      'exchange.host': '127.0.0.1',
      'exchange.port': exchange.port,
      'exchange.tls': 'never',
      'exchange.addresses': '127.0.0.1',
      'smtp.verifySenders': 'no',
    },
  })
  const { store, directorySync } = site.service.data
  const { organization } = site
  await store.organizations.changeSettings(organization, { interoperability: true })
  await store.transact({ organization }, ({ directory }) =>
    directory.createDomain(organization, domainRecord('lb.corp.test', { use: 'routing' }), {
      selector: 'lb-1',
      privateKey: 'secret',
    }),
  )
  await site.call('UpdateRoutingDomain', { DomainName: 'lb.corp.test' })
  ann = await site.user('ann')
  const file = join(folder, 'directory.ldf')
  await writeFile(file, `${directory.join('\n\n')}\n`)
  await site.call('ConnectDirectory', { LdifFile: file })
  const { decisions } = await syncDirectory(
    { store, openSource: directorySync.openSource, everyMs: 1, now: Date.now, random: () => 0 },
    organization,
    { signal: new AbortController().signal },
  )
  assert.deepEqual(decisions, { local: 1, create: 4 })
})
after(async () => {
  await site.end()
  exchange.close()
  await rm(folder, { recursive: true })
})

const inbox = async () => (await site.messages(ann.address)).length
const send = (to: string[], subject: string) =>
  site.as(ann.address).sendMail({ from: ann.address, to, subject, text: 'x' })

test('mail follows the home that the sync set: here, to Exchange, or to a partner', {
  timeout: 300_000,
}, async () => {
  await send(['ann@corp.test', 'eve@corp.test', 'paul@corp.test'], 'Everywhere')
  await site.until(() => exchange.messages.length === 1 && site.world.messages.length === 1)
  assert.deepEqual(exchange.messages[0]!.rcpt, ['eve@corp.test'])
  assert.deepEqual(site.world.messages[0]!.rcpt, ['paul@partner.example'])
  assert.equal(await inbox(), 1)
})

test('a mixed group of Exchange is expanded there alone, and reaches members on both sides once', {
  timeout: 300_000,
}, async () => {
  await send(['mixed@corp.test'], 'To all of us')
  await site.until(() => exchange.messages.length === 2)
  const [, taken] = exchange.messages
  assert.deepEqual(taken!.rcpt, ['mixed@corp.test'])
  assert.equal(await inbox(), 1)
  // Exchange sends what is for its mail users to the routing domain: by way of the group, and of the one inside it.
  const back = nodemailer.createTransport({ host: '127.0.0.1', port: site.port('mx'), ignoreTLS: true })
  for (let way = 0; way < 2; way++)
    await back.sendMail({ envelope: { from: ann.address, to: ['ann@lb.corp.test'] }, raw: taken!.content })
  assert.equal(await inbox(), 2)
  assert.equal(exchange.messages.length, 2)
})

test('a group of ours with members on both sides is expanded here, and reaches each once', {
  timeout: 300_000,
}, async () => {
  const { GroupId } = await site.call('CreateGroup', { Name: 'ours' })
  await site.call('RegisterToWorkMail', { EntityId: GroupId!, Email: 'ours@corp.test' } as never)
  const { store } = site.service.data
  for (const name of ['ann', 'eve', 'paul', 'inner']) {
    const member = await store.directory.findEntry(site.organization, { address: `${name}@corp.test` })
    await site.call('AssociateMemberToGroup', { GroupId: GroupId!, MemberId: member!.id } as never)
  }
  const before = await inbox()
  await send(['ours@corp.test', 'eve@corp.test'], 'To ours')
  await site.until(() => exchange.messages.length === 3 && site.world.messages.length === 2)
  assert.deepEqual(exchange.messages[2]!.rcpt.toSorted(), ['eve@corp.test', 'inner@corp.test'])
  assert.deepEqual(site.world.messages[1]!.rcpt, ['paul@partner.example'])
  assert.equal(await inbox(), before + 1)
})
