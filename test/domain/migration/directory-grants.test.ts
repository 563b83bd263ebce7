import assert from 'node:assert/strict'
import { test } from 'node:test'
import { directoryGrants, directoryGroups } from '#src/domain/migration/directory-grants.ts'
import { synced } from '#test/domain/directory-sync/synced.ts'
import { groupObject, guidOf, mailboxObject } from '#test/support/memory-directory.ts'

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

test('where mailboxes lie is told beside the rights', async (t) => {
  const { directory, organization, store, sync, temporary } = await synced()
  t.after(() => temporary.remove())
  const storedOn = { database: 'DB01', server: 'EX01' }
  directory.put(mailboxObject(1, 'anna', { storedOn }), mailboxObject(2, 'bert'))
  await sync()
  const told = async () => (await directoryGrants(store.directorySync, organization, null, 100)).homes
  assert.deepEqual(await told(), [{ mailbox: 'anna@corp.example', ...storedOn }])
  directory.put(mailboxObject(1, 'anna', { storedOn: { database: 'DB02', server: 'EX01' } }))
  await sync()
  assert.deepEqual(await told(), [{ mailbox: 'anna@corp.example', database: 'DB02', server: 'EX01' }])
})

test('groups come with their members, nested ones and those of no group at all; who is no longer there is none', async (t) => {
  const { directory, organization, store, sync, temporary } = await synced()
  t.after(() => temporary.remove())
  directory.put(
    mailboxObject(1, 'anna', { sendAs: [{ place: 'S-1-5-21-4-4-4-4' }, { place: 'S-1-5-21-1-1-1-2' }] }),
    mailboxObject(2, 'bert', {
      account: { sam: 'bert', upn: null, disabled: false, sid: 'S-1-5-21-1-1-1-2' },
    }),
    groupObject(10, 'team', [1, 11, 2].map(guidOf)),
    groupObject(11, 'all', [], { members: [{ guid: guidOf(10) }, { place: 'CN=Kim,OU=Elsewhere,DC=x' }] }),
    groupObject(12, 'some', [], { type: 'dynamic-group', members: null }),
  )
  await sync()
  const { groups, next } = await directoryGroups(store.directorySync, organization, null, 100)
  assert.equal(next, null)
  assert.deepEqual(
    groups.map(({ group, members: told }) => [group.split('@')[0], told]),
    [
      ['team', ['anna@corp.example', 'all@corp.example', 'bert@corp.example']],
      ['all', ['team@corp.example', 'CN=Kim,OU=Elsewhere,DC=x']],
      ['some', null],
    ],
  )
  assert.deepEqual(groups[0]!.names, ['CN=team,OU=People,DC=corp,DC=example', guidOf(10), 'team', 'team'])
  // An account that one domain did not know is looked for by its SID; who is nobody keeps it.
  const { grants } = await directoryGrants(store.directorySync, organization, null, 100)
  assert.deepEqual(
    grants.map(({ grantee }) => grantee),
    ['S-1-5-21-4-4-4-4', 'bert@corp.example'],
  )
})
