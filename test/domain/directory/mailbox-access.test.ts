import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EntryId } from '#src/base/ids.ts'
import {
  type FolderProfile,
  FolderRight,
  profileOf,
  rightsOfProfile,
} from '#src/domain/directory/folder-permission.ts'
import { associateMember, createGroup } from '#src/domain/directory/groups.ts'
import { type FolderPlace, findMailboxAccess } from '#src/domain/directory/mailbox-access.ts'
import {
  deleteMailboxPermissions,
  findSendingRight,
  formatPermissions,
  parsePermissions,
  putMailboxPermissions,
} from '#src/domain/directory/mailbox-permission.ts'
import { deregisterFromWorkMail, registerToWorkMail } from '#src/domain/directory/registration.ts'
import { associateDelegate, createResource } from '#src/domain/directory/resources.ts'
import type { FolderGrantee } from '#src/domain/directory/store.ts'
import { addUser, furnished, NOW, nobody, PLAN } from './furnished.ts'

const inbox = { no: 1, parent: null, class: 'message', distinguished: 'inbox' } as unknown as FolderPlace
const calendar = { no: 2, parent: null, class: 'event', distinguished: 'calendar' } as unknown as FolderPlace
const work = { no: 3, parent: 1, class: 'message', distinguished: null } as unknown as FolderPlace

async function scene() {
  const all = await furnished()
  const { store, org } = all
  const [ann, bob] = [await addUser(store, org, 'ann'), await addUser(store, org, 'bob')]
  const group = async (name: string, ...members: EntryId[]) => {
    const made = await createGroup(store, org, { name }, NOW)
    await registerToWorkMail(store, org, { entry: made.id, email: `${name}@example.com` }, PLAN, NOW)
    for (const member of members) await associateMember(store, org, { group: made.id, member })
    return made
  }
  const permit = (folder: FolderPlace, grantee: FolderGrantee, profile: FolderProfile) =>
    store.transact({ organization: org }, ({ directory }) =>
      directory.putFolderPermission(org, ann.mailbox!, folder.no, grantee, rightsOfProfile(profile)),
    )
  const access = (grantee: EntryId | 'anonymous') => findMailboxAccess(store.directory, org, ann, grantee)
  const profile = async (folder: FolderPlace, grantee: EntryId | 'anonymous' = bob.id) =>
    profileOf((await access(grantee)).rightsOn(folder))
  return { ...all, ann, bob, group, permit, access, profile }
}

test('nothing set: the calendar shows its times to the organisation and nothing to others (INT-13)', async () => {
  const { profile, access, ann } = await scene()
  assert.equal(await profile(calendar), 'FreeBusyTimeOnly')
  assert.equal(await profile(inbox), 'None')
  assert.equal(await profile(calendar, 'anonymous'), 'None')
  assert.equal((await access(ann.id)).full, true)
  assert.equal(await profile(calendar, ann.id), 'Owner')
})

test('the grantee alone before its groups, its groups together before default', async () => {
  const { group, permit, profile, bob, ann } = await scene()
  const inner = await group('inner', bob.id)
  const outer = await group('outer', inner.id)
  await permit(inbox, 'default', 'Contributor')
  assert.equal(await profile(inbox), 'Contributor')
  await permit(inbox, outer.id, 'Reviewer')
  assert.equal(await profile(inbox), 'Reviewer')
  await permit(inbox, inner.id, 'Contributor')
  const together = rightsOfProfile('Reviewer') | FolderRight.create
  assert.equal(await profile(inbox), profileOf(together))
  await permit(inbox, bob.id, 'None')
  assert.equal(await profile(inbox), 'None')
  assert.equal(await profile(calendar), 'FreeBusyTimeOnly', 'other folders are as they were')
  await permit(calendar, 'anonymous', 'FreeBusyTimeOnly')
  assert.equal(await profile(calendar, 'anonymous'), 'FreeBusyTimeOnly')
  assert.equal(await profile(inbox, 'anonymous'), 'None', 'default is not for those outside')
  assert.equal(await profile(inbox, nobody()), 'None')
  assert.ok(ann)
})

test('a disabled group gives no rights', async () => {
  const { store, org, group, permit, profile, bob } = await scene()
  const team = await group('team', bob.id)
  await permit(inbox, team.id, 'Editor')
  assert.equal(await profile(inbox), 'Editor')
  await deregisterFromWorkMail(store, org, team.id, NOW)
  assert.equal(await profile(inbox), 'None')
})

test('a folder shows only where every folder above it is visible (DIR-23)', async () => {
  const { permit, access, bob } = await scene()
  await permit(work, bob.id, 'Reviewer')
  const before = await access(bob.id)
  assert.equal(before.shows([work, inbox]), false)
  assert.notEqual(before.rightsOn(work) & FolderRight.readAny, 0)
  await permit(inbox, bob.id, 'Reviewer')
  assert.equal((await access(bob.id)).shows([work, inbox]), true)
})

test('full access overrides folder rights; it comes through no group unless allowed (DIR-20, C-11)', async () => {
  const { store, org, ann, bob, group, permit, access } = await scene()
  await permit(inbox, bob.id, 'None')
  const put = (owner: EntryId, grantee: EntryId, words: string[], options = {}) =>
    putMailboxPermissions(store, org, { owner, grantee, rights: parsePermissions(words) }, options)
  const team = await group('team', bob.id)
  await assert.rejects(put(team.id, bob.id, ['FULL_ACCESS']), { reason: 'invalid-parameter' })
  await assert.rejects(put(ann.id, team.id, ['FULL_ACCESS']), { reason: 'invalid-parameter' })
  await assert.rejects(put(ann.id, ann.id, ['SEND_AS']), { reason: 'invalid-parameter' })
  assert.equal((await access(bob.id)).full, false)
  await put(ann.id, team.id, ['FULL_ACCESS'], { groupsMayHaveFullAccess: true })
  const full = await access(bob.id)
  assert.equal(full.full, true)
  assert.equal(profileOf(full.rightsOn(inbox)), 'Owner')
  await put(ann.id, team.id, ['SEND_AS'])
  assert.equal((await access(bob.id)).full, false, 'putting replaces')
  assert.throws(() => parsePermissions(['toString']), { reason: 'invalid-parameter' })
})

test('sending rights: own, as, on behalf, none, also through nested groups', async () => {
  const { store, org, ann, bob, group } = await scene()
  const how = () => findSendingRight(store.directory, org, ann.id, bob.id)
  const give = (grantee: EntryId, words: string[]) =>
    putMailboxPermissions(store, org, { owner: ann.id, grantee, rights: parsePermissions(words) })
  assert.equal(await findSendingRight(store.directory, org, ann.id, ann.id), 'own')
  assert.equal(await how(), null)
  const outer = await group('outer', (await group('inner', bob.id)).id)
  await give(outer.id, ['SEND_ON_BEHALF'])
  assert.equal(await how(), 'send-on-behalf')
  await give(bob.id, ['SEND_AS'])
  assert.equal(await how(), 'send-as')
  const owners = await store.directory.listOwners(org, bob.id, { limit: 10 })
  assert.deepEqual(
    owners.rows.map(({ owner, rights }) => [owner.id, formatPermissions(rights)]),
    [[ann.id, ['SEND_AS', 'SEND_ON_BEHALF']]],
  )
  const { rows } = await store.directory.listPermissions(org, ann.id, { limit: 10 })
  assert.deepEqual(new Set(rows.map(({ grantee }) => grantee)), new Set([outer.id, bob.id]))
  await deleteMailboxPermissions(store, org, { owner: ann.id, grantee: bob.id })
  assert.equal(await how(), 'send-on-behalf')
  await assert.rejects(give(nobody(), ['SEND_AS']), { reason: 'no-such-entry' })
})

test('a delegate of a resource has its calendar (DIR-19)', async () => {
  const { store, org, bob, ann, group } = await scene()
  const room = await createResource(store, org, { name: 'room', type: 'ROOM' }, NOW, {
    email: 'room@example.com',
    plan: PLAN,
  })
  const team = await group('team', bob.id)
  await associateDelegate(store, org, { resource: room.id, delegate: team.id })
  const access = await findMailboxAccess(store.directory, org, room, bob.id)
  assert.equal(profileOf(access.rightsOn(calendar)), 'Owner')
  assert.equal(profileOf(access.rightsOn(inbox)), 'None')
  assert.equal(
    profileOf((await findMailboxAccess(store.directory, org, room, ann.id)).rightsOn(calendar)),
    'FreeBusyTimeOnly',
  )
})
