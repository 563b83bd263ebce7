import assert from 'node:assert/strict'
import { test } from 'node:test'
import { directoryGrants } from '#src/domain/migration/directory-grants.ts'
import { synced } from '#test/domain/directory-sync/synced.ts'
import { guidOf, mailboxObject } from '#test/support/memory-directory.ts'

test('rights of somebody who is gone are not told, though nothing says so of the mailbox that named them', async (t) => {
  const { directory, organization, store, sync, temporary } = await synced()
  t.after(() => temporary.remove())
  const rights = {
    sendAs: [{ guid: guidOf(2) }],
    delegates: [{ guid: guidOf(3) }],
    fullAccess: [{ guid: guidOf(4) }],
  }
  const bert = mailboxObject(2, 'bert')
  directory.put(mailboxObject(1, 'anna', rights), bert, mailboxObject(3, 'carl'), mailboxObject(4, 'dora'))
  const told = async () => {
    const all: string[] = []
    for (let place: Parameters<typeof directoryGrants>[2] = null; ; ) {
      const { grants, next } = await directoryGrants(store.directorySync, organization, place, 100)
      all.push(...grants.map(({ grantee, right }) => `${grantee} ${right}`))
      if (next === null) return all
      place = next
    }
  }
  await sync()
  const everybody = [
    'carl@corp.example send-on-behalf',
    'dora@corp.example full-access',
    'bert@corp.example send-as',
  ]
  assert.deepEqual(await told(), everybody)
  directory.remove(guidOf(2))
  directory.remove(guidOf(4))
  assert.equal((await sync()).full, null)
  assert.deepEqual(await told(), ['carl@corp.example send-on-behalf'])
  directory.put(bert)
  await sync()
  assert.deepEqual(await told(), ['carl@corp.example send-on-behalf', 'bert@corp.example send-as'])
})
