import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAlias } from '#src/domain/directory/aliases.ts'
import { associateMember, createGroup } from '#src/domain/directory/groups.ts'
import { DAY_MS } from '#src/domain/directory/limits.ts'
import { directoryAuthenticator, keptPasswords } from '#src/domain/directory/login/directory-authenticator.ts'
import { createPersonalAccessToken } from '#src/domain/directory/login/token.ts'
import { putMailboxPermissions } from '#src/domain/directory/mailbox-permission.ts'
import { purgeExpired } from '#src/domain/directory/purge.ts'
import { deregisterFromWorkMail, registerToWorkMail } from '#src/domain/directory/registration.ts'
import { createUser } from '#src/domain/directory/users.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { addTestDomain, CHEAP, NOW, PASSWORD } from '#test/domain/directory/furnished.ts'
import { temporaryStore } from '#test/support/store.ts'

const PLAN = { quotaBytes: 1_000_000, folders: distinguishedFolders }

test('the directory in the embedded store: made, read after a restart, checked, purged', async (t) => {
  const temporary = await temporaryStore({ mailboxes: 0 })
  t.after(() => temporary.remove())
  const org = temporary.organization.id
  const { name: domain } = await addTestDomain(
    temporary.store,
    org,
    { alias: 'example', suffix: 'lb.test' },
    NOW,
  )
  const enable = async (name: string) => {
    const { id } = await createUser(
      { store: temporary.store, passwords: CHEAP },
      org,
      { name, displayName: name, password: PASSWORD },
      NOW,
    )
    return registerToWorkMail(temporary.store, org, { entry: id, email: `${name}@${domain}` }, PLAN, NOW)
  }
  const [ann, bob] = [await enable('ann'), await enable('bob')]
  await createAlias(temporary.store, org, ann.id, `smith@${domain}`)
  const team = await createGroup(temporary.store, org, { name: 'team' }, NOW)
  await associateMember(temporary.store, org, { group: team.id, member: bob.id })
  await putMailboxPermissions(temporary.store, org, { owner: ann.id, grantee: bob.id, rights: 3 })
  const { secret } = await createPersonalAccessToken(
    temporary.store,
    org,
    { entry: ann.id, name: 'phone' },
    NOW,
  )

  await temporary.reopen()
  const { store } = temporary
  const authenticator = directoryAuthenticator({
    store,
    now: () => NOW,
    checkPassword: keptPasswords(store, CHEAP),
  })
  const login = (name: string, key: string) =>
    authenticator.authenticate({ name, secret: key, client: '192.0.2.1', purpose: 'imap' })
  assert.equal((await login(`SMITH@${domain}`, PASSWORD)).accepted, true)
  assert.equal((await login(`ann@${domain}`, secret)).accepted, true)
  assert.equal((await login(`ann@${domain}`, 'wrong')).accepted, false)
  assert.equal(
    (await store.mailboxes.listFolders({ organization: org, mailbox: ann.mailbox! })).length,
    distinguishedFolders.length,
  )
  assert.equal(await store.directory.mailboxRights(org, ann.id, bob.id), 3)
  assert.deepEqual(
    (await store.directory.listOwners(org, bob.id, { limit: 5 })).rows.map(({ rights }) => rights),
    [3],
  )

  await deregisterFromWorkMail(store, org, ann.id, NOW)
  assert.equal((await login(`ann@${domain}`, secret)).accepted, false)
  assert.equal((await purgeExpired(store, NOW + 30 * DAY_MS, 10)).purged, 1)
  await temporary.reopen()
  await assert.rejects(temporary.store.mailboxes.getMailbox({ organization: org, mailbox: ann.mailbox! }), {
    reason: 'no-such-mailbox',
  })
  assert.ok(await temporary.store.mailboxes.getMailbox({ organization: org, mailbox: bob.mailbox! }))
  const { findings } = await temporary.care.check({ bodies: true })
  assert.deepEqual(findings, [])
})

test('a directory whose key is disabled cannot be read, only that a domain is somebody’s', async (t) => {
  const temporary = await temporaryStore({ mailboxes: 0 })
  t.after(() => temporary.remove())
  const { store, organization } = temporary
  await addTestDomain(store, organization.id, { alias: 'example', suffix: 'lb.test' }, NOW)
  await store.organizations.disableKey(organization.id)
  await assert.rejects(store.directory.listEntries(organization.id, { limit: 1 }), {
    reason: 'key-unavailable',
  })
  await assert.rejects(store.directory.findEntry(organization.id, { address: 'a@example.lb.test' }), {
    reason: 'key-unavailable',
  })
  assert.equal((await store.directory.findDomainOwner('example.lb.test'))?.organization, organization.id)
  await store.organizations.enableKey(organization.id)
  assert.deepEqual((await store.directory.listEntries(organization.id, { limit: 1 })).rows, [])
})
