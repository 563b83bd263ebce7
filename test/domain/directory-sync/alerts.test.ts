import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { domainRecord } from '#test/domain/directory/furnished.ts'
import { guidOf, mailboxObject } from '#test/support/memory-directory.ts'
import { type Synced, synced } from './synced.ts'

describe('who over there reaches for what is here is told once', () => {
  let world: Synced
  const rita = () =>
    world.store.directory
      .findEntry(world.organization, { address: 'rita@corp.example' })
      .then((entry) => entry!)
  before(async () => {
    world = await synced()
    const { organization, store, directory: source } = world
    await store.transact({ organization }, ({ directory }) =>
      directory.createDomain(organization, domainRecord('lb.corp.example', { use: 'routing' }), {
        selector: 'lb-1',
        privateKey: 'secret',
      }),
    )
    source.put(mailboxObject(1, 'rita'))
    await world.sync()
    const routing = { kind: 'routing', address: 'rita@lb.corp.example' } as const
    const entry = await rita()
    await store.transact({ organization }, ({ directory }) =>
      directory.saveEntry(organization, {
        ...{ ...entry, home: 'local', target: null },
        addresses: [...entry.addresses, routing],
      }),
    )
    source.remove(guidOf(1))
    await world.sync()
    assert.equal((await rita()).source, undefined)
  })
  after(() => world.temporary.remove())

  it('somebody asks for an address of a mailbox here, and does not get it', async () => {
    const proxyAddresses = ['SMTP:mallory@corp.example', 'smtp:rita@corp.example']
    world.directory.put(mailboxObject(2, 'mallory', { proxyAddresses, madeAt: '19990101000000.0Z' }))
    world.directory.put(mailboxObject(3, 'maria', { proxyAddresses: ['SMTP:rita@corp.example'] }))
    const { alerts } = await world.sync()
    assert.equal(alerts?.length, 2)
    for (const alert of alerts)
      assert.match(
        alert,
        /^CN=(mallory|maria),.* asks for an address of somebody here.*rita@corp\.example belongs/,
      )
    assert.equal((await rita()).home, 'local')
    assert.equal((await rita()).source, undefined)
    assert.equal((await world.sync({ full: true })).alerts, undefined)
  })

  it('an account over there becomes that of a mailbox here', async () => {
    const given = {
      type: 'mail-user',
      hasMailbox: false,
      targetAddress: 'SMTP:rita@lb.corp.example',
    } as const
    world.directory.put(mailboxObject(4, 'rita.ash', given))
    const { alerts } = await world.sync()
    assert.match(alerts!.join(), /^The mailbox rita@lb\.corp\.example here .* CN=rita\.ash,.*: the password/)
    assert.equal((await rita()).source?.guid, guidOf(4))
    assert.equal((await world.sync({ full: true })).alerts, undefined)
  })

  it('between two over there nobody needs to hear of it', async () => {
    world.directory.put(mailboxObject(5, 'one'))
    world.directory.put(
      mailboxObject(6, 'two', { proxyAddresses: ['SMTP:two@corp.example', 'smtp:one@corp.example'] }),
    )
    assert.equal((await world.sync()).alerts, undefined)
  })

  it('many are told of twenty', async () => {
    for (let no = 20; no < 60; no++)
      world.directory.put(
        mailboxObject(no, `m${no}`, {
          proxyAddresses: [`SMTP:m${no}@corp.example`, 'smtp:rita@corp.example'],
        }),
      )
    assert.equal((await world.sync()).alerts?.length, 20)
  })
})
