import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import type { BindSignIn } from '#connectors/active-directory/bind-sign-in.ts'
import { ActiveDirectoryAccounts } from '#src/app/active-directory-accounts.ts'
import { newMailboxId, type OrganizationId } from '#src/base/ids.ts'
import type { User } from '#src/domain/directory/entry.ts'
import { DAY_MS } from '#src/domain/directory/limits.ts'
import type { Login } from '#src/domain/directory/login/authenticator.ts'
import { failuresAmong, noFailures } from '#src/domain/directory/login/kept-failures.ts'
import type { ActiveDirectoryConnection } from '#src/domain/directory-sync/connection.ts'
import { syncDirectory } from '#src/domain/directory-sync/run.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { domainRecord } from '#test/domain/directory/furnished.ts'
import { type Synced, synced } from '#test/domain/directory-sync/synced.ts'
import { guidOf, MemoryDirectory, mailboxObject } from '#test/support/memory-directory.ts'

const connection: ActiveDirectoryConnection = {
  kind: 'active-directory',
  domains: [{ name: 'corp.example', controllers: ['127.0.0.1:1'], base: null }],
  security: 'ldaps',
  certificateName: null,
  authorities: null,
  bindName: 'svc@corp.example',
  password: 'secret',
}
const partition = 'dc=corp,dc=example'

let world: Synced
let other: OrganizationId
let accounts: ActiveDirectoryAccounts
let opened = 0

const newAccounts = () =>
  new ActiveDirectoryAccounts({
    store: world.store,
    open: () => {
      opened++
      return {} as BindSignIn
    },
    now: () => world.clock.now,
  })
const find = (name: string, of: Partial<Login> = {}) =>
  accounts.find({ name, secret: 'x', client: '192.0.2.1', purpose: 'imap', ...of })
const connect = (organization: OrganizationId, change: Partial<ActiveDirectoryConnection> = {}) =>
  world.store.transact({ organization }, ({ directorySync }) =>
    directorySync.putConnection(organization, { ...connection, ...change }, 0),
  )

before(async () => {
  world = await synced()
  const { store, organization, directory } = world
  await connect(organization)
  await store.transact({ organization }, ({ directory }) =>
    directory.createDomain(organization, domainRecord('mail.example'), { selector: 's', privateKey: 'k' }),
  )
  directory.put(
    mailboxObject(1, 'anna', {
      partition,
      proxyAddresses: ['SMTP:a.ash@mail.example'],
      account: { sam: 'Anna', upn: 'Anna.Ash@corp.example', disabled: false },
    }),
    mailboxObject(2, 'room', { partition, type: 'room' }),
    mailboxObject(3, 'paul', {
      partition,
      type: 'contact',
      account: null,
      targetAddress: 'SMTP:p@x.example',
    }),
  )
  await world.sync()
  other = (await store.organizations.create({ alias: 'other' })).id
  accounts = newAccounts()
})
after(() => world.temporary.remove())

it('knows people by address, UPN, older name and alias, in any case, and binds by the name of the directory', async () => {
  for (const name of [
    'A.Ash@mail.example',
    'anna.ash@CORP.example',
    'CORP\\anna',
    'corp.example\\ANNA',
    'anna@corp.example',
  ]) {
    const found = await find(name)
    assert.equal(found?.account.bindName, 'Anna.Ash@corp.example', name)
    assert.equal(found?.account.domain, 'corp.example')
  }
  assert.ok(await find('anna', { organization: world.organization }))
  assert.equal(opened, 1)
})

it('takes the NetBIOS name that was configured, where it is not the first label of the domain', async () => {
  const { organization, clock } = world
  await connect(organization, { domains: [{ ...connection.domains[0]!, netbios: 'OLDNAME' }] })
  clock.now += 61_000
  assert.equal((await find('oldname\\anna'))?.account.bindName, 'Anna.Ash@corp.example')
  assert.equal(await find('CORP\\anna'), undefined)
  await connect(organization)
  clock.now += 61_000
  opened = 1
})

it('knows nobody else', async () => {
  for (const name of [
    'nobody@mail.example',
    'OTHER\\anna',
    'anna',
    'room@corp.example',
    'paul@corp.example',
    'CORP\\',
  ])
    assert.equal(await find(name), undefined, name)
  assert.equal(await find('anna', { organization: other }), undefined)
})

it('keeps wrong attempts of those without a mailbox together, the newest of a day, over a restart', async () => {
  const { organization } = world
  const of = (name: string) => failuresAmong(world.store, organization, name)
  const anna = async () => (await find('a.ash@mail.example'))!.account.memory!
  assert.deepEqual(await (await anna()).find(), noFailures)
  await (await anna()).keep({ failures: 2, last: 7 })
  await of('bert').keep({ failures: 3, last: 8 })
  await world.temporary.reopen()
  accounts = newAccounts()
  assert.deepEqual(await (await anna()).find(), { failures: 2, last: 7 })
  assert.deepEqual(await of(guidOf(1)).find(), { failures: 2, last: 7 }, 'by the key of the account')
  assert.deepEqual(await of('bert').find(), { failures: 3, last: 8 })
  await of('bert').keep(noFailures)
  assert.deepEqual([await of('bert').find(), (await (await anna()).find()).failures], [noFailures, 2])
  await of('carl').keep({ failures: 1, last: 8 + DAY_MS })
  assert.deepEqual(await (await anna()).find(), noFailures, 'what is a day old counts no more')
  assert.deepEqual((await world.temporary.care.check({ bodies: false })).findings, [])
})

it('keeps wrong attempts beside the mailbox that somebody has here, over a restart', async () => {
  const { organization } = world
  const before = await find('a.ash@mail.example')
  const mailbox = newMailboxId()
  const at = { organization, mailbox }
  await world.store.transact({ organization, newMailboxes: [mailbox] }, async (writer) => {
    await writer.mailboxes.createMailbox(at, { quotaBytes: 1_000, folders: distinguishedFolders })
    const user = (await writer.directory.getEntry(organization, before!.user.id)) as User
    await writer.directory.saveEntry(organization, { ...user, home: 'local', role: 'USER', mailbox })
  })
  const memory = async () => (await find('a.ash@mail.example'))!.account.memory!
  assert.deepEqual(await (await memory()).find(), noFailures)
  await (await memory()).keep({ failures: 2, last: 7 })
  await world.temporary.reopen()
  accounts = newAccounts()
  assert.deepEqual(await (await memory()).find(), { failures: 2, last: 7 })
  assert.deepEqual((await world.temporary.care.check({ bodies: false })).findings, [])
})

it('does not guess where two organisations have the same name', async () => {
  const { store, clock } = world
  await store.organizations.changeSettings(other, { interoperability: true })
  await connect(other)
  const theirs = new MemoryDirectory()
  const account = { sam: 'anna', upn: 'anna@else.example', disabled: false }
  theirs.put(mailboxObject(9, 'anna', { partition, account }))
  await syncDirectory({ ...world.deps, openSource: () => theirs }, other, {
    signal: new AbortController().signal,
  })
  clock.now += 61_000
  assert.equal(await find('CORP\\anna'), undefined)
  assert.equal((await find('anna', { organization: other }))?.organization, other)
  assert.equal((await find('a.ash@mail.example'))?.organization, world.organization)
  await connect(other, { domains: [{ ...connection.domains[0]!, name: 'else.example' }] })
  clock.now += 61_000
  assert.equal((await find('CORP\\anna'))?.organization, world.organization)
})

it('leaves those to the directory here whose passwords only an identity provider knows, and who are disconnected', async () => {
  const { store, organization } = world
  const mode = (authenticationMode: 'DIRECTORY' | 'IDENTITY_PROVIDER_ONLY') =>
    store.transact({ organization }, async ({ directory }) => {
      await directory.putSettings(organization, {
        ...(await directory.settings(organization)),
        authenticationMode,
      })
    })
  await mode('IDENTITY_PROVIDER_ONLY')
  assert.equal(await find('a.ash@mail.example'), undefined)
  await mode('DIRECTORY')
  assert.ok(await find('a.ash@mail.example'))
  await store.transact({ organization }, ({ directorySync }) =>
    directorySync.putConnection(organization, null, 0),
  )
  assert.equal(await find('a.ash@mail.example'), undefined)
})
