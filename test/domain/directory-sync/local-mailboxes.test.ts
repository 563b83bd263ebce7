import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { newMailboxId } from '#src/base/ids.ts'
import { createAlias } from '#src/domain/directory/aliases.ts'
import type { User } from '#src/domain/directory/entry.ts'
import { chooseRoutingDomain } from '#src/domain/directory/mail-domains.ts'
import { purgeExpired } from '#src/domain/directory/purge.ts'
import { createResource } from '#src/domain/directory/resources.ts'
import { resetPassword } from '#src/domain/directory/users.ts'
import { totalOf } from '#src/domain/directory-sync/report.ts'
import { CHEAP, domainRecord, PLAN } from '#test/domain/directory/furnished.ts'
import { groupObject, guidOf, mailboxObject } from '#test/support/memory-directory.ts'
import { type Synced, synced } from './synced.ts'

describe('a mailbox that lives here', () => {
  let world: Synced
  const find = (address: string) => world.store.directory.findEntry(world.organization, { address })
  /** The cut-over of one mailbox: the entry stays, its home becomes ours. */
  const moveHere = async (address: string): Promise<User> => {
    const mailbox = newMailboxId()
    const entry = (await find(address)) as User
    return world.store.transact(
      { organization: world.organization, newMailboxes: [mailbox] },
      async ({ directory, mailboxes }) => {
        await mailboxes.createMailbox(
          { organization: world.organization, mailbox },
          { quotaBytes: 1_000, folders: [] },
        )
        return (await directory.saveEntry(world.organization, {
          ...entry,
          home: 'local',
          role: 'USER',
          mailbox,
          addresses: [
            ...entry.addresses,
            { kind: 'routing', address: address.replace('@corp.example', '@lb.corp.example') },
          ],
        })) as User
      },
    )
  }
  before(async () => {
    world = await synced()
    await world.store.transact({ organization: world.organization }, async ({ directory }) => {
      for (const [name, use] of [
        ['corp.example', 'mail'],
        ['lb.corp.example', 'routing'],
      ] as const)
        await directory.createDomain(world.organization, domainRecord(name, { use }), {
          selector: 'lb-1',
          privateKey: 'secret',
        })
    })
    world.directory.put(
      mailboxObject(1, 'anna', { details: { department: 'Sales' } }),
      mailboxObject(2, 'bert'),
      groupObject(3, 'all', [guidOf(1), guidOf(2)]),
    )
    await world.sync()
  })
  after(() => world.temporary.remove())

  it('stays as it is when Exchange makes a mail user of it; only what is shown follows', async () => {
    const { id, mailbox } = await moveHere('anna@corp.example')
    // Between the cmdlets of a move its X500 address is gone for a while.
    world.directory.change(guidOf(1), {
      type: 'mail-user',
      hasMailbox: false,
      legacyDn: null,
      targetAddress: 'SMTP:anna@lb.corp.example',
      displayName: 'Anna Ash',
      details: { department: 'Board' },
      proxyAddresses: ['SMTP:a.ash@corp.example', 'X500:/o=Other/cn=anna'],
    })
    assert.deepEqual((await world.sync()).decisions, { local: 1 })
    const anna = (await find('anna@corp.example')) as User
    assert.equal(anna.id, id)
    assert.equal(anna.mailbox, mailbox)
    assert.equal(anna.home, 'local')
    assert.equal(anna.role, 'USER')
    assert.equal(anna.displayName, 'Anna Ash')
    assert.equal(anna.details.department, 'Board')
    assert.deepEqual(
      anna.addresses.map(({ kind, address }) => `${kind}:${address}`),
      [
        'primary:anna@corp.example',
        'x500:/o=Corp/ou=Exchange/cn=Recipients/cn=anna',
        'routing:anna@lb.corp.example',
        'alias:a.ash@corp.example',
        'x500:/o=Other/cn=anna',
      ],
    )
  })

  it('is not deleted when the directory loses it', async () => {
    const anna = await find('anna@corp.example')
    const object = world.directory.objects.get(guidOf(1))!
    world.directory.remove(guidOf(1))
    assert.deepEqual((await world.sync()).decisions, { unlink: 1 })
    const still = await find('anna@corp.example')
    assert.equal(still?.state, 'ENABLED')
    assert.equal(still?.source, undefined)
    // Back with its target in our routing domain, it is the same one again and nobody new.
    world.directory.put(object)
    assert.deepEqual((await world.sync()).decisions, { local: 1 })
    assert.equal((await find('anna@corp.example'))?.id, anna?.id)
    assert.equal((await find('anna@corp.example'))?.source?.guid, guidOf(1))
  })

  it('may be that of a room, which Exchange reaches in the routing domain (INT-08)', async () => {
    const { store, organization, directory } = world
    const make = (name: string) =>
      createResource(store, organization, { name, type: 'ROOM' }, 0, {
        email: `${name}@corp.example`,
        plan: PLAN,
      })
    await assert.rejects(make('room9'), { reason: 'not-supported' })
    await chooseRoutingDomain(store, organization, 'lb.corp.example')
    const { id } = await make('room9')
    // New-MailUser -ExternalEmailAddress
    directory.put(
      mailboxObject(9, 'room9', {
        type: 'mail-user',
        hasMailbox: false,
        displayName: 'Room Nine',
        targetAddress: 'SMTP:room9@lb.corp.example',
      }),
    )
    assert.deepEqual((await world.sync()).decisions, { local: 1 })
    const room = await find('room9@corp.example')
    assert.ok(room?.kind === 'resource' && room.id === id && room.home === 'local')
    assert.equal(room.displayName, 'Room Nine')
  })

  it('is asked for under an address that nobody here has: quarantined, never imported as remote', async () => {
    world.directory.put(
      mailboxObject(4, 'ghost', {
        type: 'mail-user',
        hasMailbox: false,
        targetAddress: 'SMTP:ghost@lb.corp.example',
      }),
    )
    assert.deepEqual((await world.sync()).decisions, { quarantine: 1 })
    assert.equal(await find('ghost@corp.example'), undefined)
  })

  it('leaves the directory the authority while interoperability is on (INT-09, DIR-03)', async () => {
    const { store, organization } = world
    const anna = (await find('anna@corp.example'))!
    const refused = { reason: 'not-supported' }
    await assert.rejects(createAlias(store, organization, anna.id, 'x@corp.example'), refused)
    await assert.rejects(
      resetPassword({ store, passwords: CHEAP }, organization, anna.id, 'Correct-horse-9', 0),
      refused,
    )
    await store.organizations.changeSettings(organization, { interoperability: false })
    await createAlias(store, organization, anna.id, 'x@corp.example')
  })

  it('is all that stays once interoperability is off; the others return with it (INT-12, GAL-03)', async () => {
    const { store, organization } = world
    const bert = await find('bert@corp.example')
    const counts = async () => (await store.directorySync.findSync(organization))!.state.counts
    const before = await counts()
    assert.deepEqual((await world.sync()).decisions, { delete: 2, quarantine: 1 })
    assert.equal(totalOf(before) - totalOf(await counts()), 2)
    assert.equal(await find('bert@corp.example'), undefined)
    assert.equal((await find('anna@corp.example'))?.state, 'ENABLED')
    assert.equal((await world.sync()).outcome, 'unchanged')
    await store.organizations.changeSettings(organization, { interoperability: true })
    await world.sync()
    assert.equal((await find('bert@corp.example'))?.id, bert?.id)
    assert.deepEqual(await counts(), before)
  })

  it('30 days later what is gone is gone for good', async () => {
    const { store, organization, clock } = world
    world.directory.remove(guidOf(2))
    await world.sync()
    clock.now += 31 * 24 * 3_600_000
    const { purged } = await purgeExpired(store, clock.now, 100)
    assert.equal(purged, 1)
    await world.sync()
    assert.equal(await store.directorySync.findKnown(organization, { guid: guidOf(2) }), undefined)
  })

  it('gives no address to a second object that names it, as that is quarantined', async () => {
    const addresses = (name: string) => [`SMTP:${name}@corp.example`, 'smtp:both@corp.example']
    world.directory.put(
      mailboxObject(11, 'second', {
        ...{ type: 'mail-user', hasMailbox: false, targetAddress: 'SMTP:anna@lb.corp.example' },
        ...{ proxyAddresses: addresses('second'), madeAt: '20100101000000.0Z' },
      }),
      mailboxObject(12, 'younger', { proxyAddresses: addresses('younger') }),
    )
    assert.deepEqual((await world.sync()).decisions, { create: 1, quarantine: 2 })
    assert.equal((await find('both@corp.example'))?.source?.guid, guidOf(12))
  })
})
