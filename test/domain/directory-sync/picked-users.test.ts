import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { registerToWorkMail } from '#src/domain/directory/registration.ts'
import type { Refusal } from '#src/domain/refusal.ts'
import { domainRecord, PLAN } from '#test/domain/directory/furnished.ts'
import { guidOf, mailboxObject } from '#test/support/memory-directory.ts'
import { type Synced, synced } from './synced.ts'

describe('users picked from the directory of Exchange (DIR-02)', () => {
  let world: Synced
  const find = (name: string) =>
    world.store.directory.findEntry(world.organization, { address: `${name}@corp.example` })
  const pick = async (name: string, email = `${name}@corp.example`) => {
    const entry = (await find(name))!.id
    return registerToWorkMail(world.store, world.organization, { entry, email }, PLAN, world.clock.now)
  }
  before(async () => {
    world = await synced()
    await world.store.transact({ organization: world.organization }, ({ directory }) =>
      directory.createDomain(world.organization, domainRecord('corp.example'), {
        selector: 'lb-1',
        privateKey: 'secret',
      }),
    )
    const mailUser = {
      type: 'mail-user',
      hasMailbox: false,
      targetAddress: 'SMTP:anna@elsewhere.example',
    } as const
    world.directory.put(mailboxObject(1, 'anna', mailUser), mailboxObject(2, 'bert'))
    await world.sync()
  })
  after(() => world.temporary.remove())

  it('a mail user gets a mailbox here, once, and the directory changes nothing of it but what is shown', async () => {
    assert.equal((await find('anna'))?.home, 'external')
    const picked = await pick('anna')
    assert.equal(picked.home, 'local')
    assert.equal(picked.target, null)
    assert.ok(picked.mailbox)
    assert.deepEqual((await pick('anna')).mailbox, picked.mailbox)
    world.directory.change(guidOf(1), { details: { jobTitle: 'Director' } })
    await world.sync()
    const after = await find('anna')
    assert.equal(after?.home, 'local')
    assert.equal(after?.mailbox, picked.mailbox)
    assert.equal(after?.details.jobTitle, 'Director')
    assert.equal(after?.source?.guid, guidOf(1))
    assert.equal((await world.sync({ full: true })).outcome, 'unchanged')
  })

  it('who has a mailbox in Exchange is moved by a migration, and told so', async () => {
    await assert.rejects(pick('bert'), ({ reason, message }: Refusal) => {
      assert.equal(reason, 'not-supported')
      assert.match(message, /migrate/)
      return true
    })
    assert.equal((await find('bert'))?.home, 'exchange')
  })
})
