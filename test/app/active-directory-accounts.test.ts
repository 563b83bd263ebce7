import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import type { BindSignIn } from '#connectors/active-directory/bind-sign-in.ts'
import { ActiveDirectoryAccounts } from '#src/app/active-directory-accounts.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import type { Login } from '#src/domain/directory/login/authenticator.ts'
import type { ActiveDirectoryConnection } from '#src/domain/directory-sync/connection.ts'
import { syncDirectory } from '#src/domain/directory-sync/run.ts'
import { domainRecord } from '#test/domain/directory/furnished.ts'
import { type Synced, synced } from '#test/domain/directory-sync/synced.ts'
import { MemoryDirectory, mailboxObject } from '#test/support/memory-directory.ts'

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
