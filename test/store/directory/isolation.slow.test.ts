import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OrganizationId } from '#src/base/ids.ts'
import type { AvailabilityConfiguration } from '#src/domain/availability/configuration.ts'
import type { Entry } from '#src/domain/directory/entry.ts'
import { freshEntry } from '#src/domain/directory/entry-changes.ts'
import type { DirectoryReader, DirectoryWriter, Token } from '#src/domain/directory/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { directoryWriter } from '#src/store/directory/writer.ts'
import { addUser, domainRecord, type Furnished, furnished, NOW } from '#test/domain/directory/furnished.ts'

/** What the other organisation has, by every name that could be used to ask for it. */
async function treasure({ store, other }: Furnished) {
  const user = await addUser(store, other, 'ann', 'other.example')
  const mate = await addUser(store, other, 'bob', 'other.example')
  const asked: AvailabilityConfiguration = {
    domain: 'asked.example',
    provider: { type: 'ews', endpoint: 'https://mail.asked.example/EWS/Exchange.asmx', user: 'asked' },
    createdAt: NOW,
    changedAt: NOW,
  }
  const token: Token = {
    id: 'token-1',
    entry: user.id,
    name: 't',
    scopes: ['imap'],
    createdAt: NOW,
    expiresAt: NOW,
    lastUsedAt: null,
  }
  const { group, resource, saved } = await store.transact({ organization: other }, async ({ directory }) => {
    const group = await directory.createEntry(other, {
      ...freshEntry('group-of-other' as never, 'team', 'Team', NOW),
      kind: 'group',
      state: 'ENABLED',
    })
    const resource = await directory.createEntry(other, {
      ...freshEntry('r-of-other' as never, 'room', 'Room', NOW),
      kind: 'resource',
      type: 'ROOM',
      description: '',
      bookingOptions: {
        autoAcceptRequests: true,
        autoDeclineRecurringRequests: false,
        autoDeclineConflictingRequests: false,
      },
      capacity: null,
    })
    const mailFrom = { name: 'bounce.other.example', whenMissing: 'own-domain' as const }
    await directory.saveDomain(other, { ...(await directory.getDomain(other, 'other.example')), mailFrom })
    const x500 = { kind: 'x500' as const, address: '/o=Other/cn=ann' }
    const sip = { kind: 'sip' as const, address: 'ann@other.example' }
    const saved = await directory.saveEntry(other, {
      ...((await directory.getEntry(other, user.id)) as Entry & { kind: 'user' }),
      addresses: [...user.addresses, x500, sip],
      identityProviderUserId: 'idp-ann',
    })
    await directory.putAttachment(other, user.id, 'photo', {
      type: 'image/png',
      octets: Buffer.from('photo'),
    })
    await directory.addMember(other, group.id, user.id)
    await directory.putPermission(other, { owner: user.id, grantee: group.id, rights: 2 })
    await directory.putPermission(other, { owner: mate.id, grantee: user.id, rights: 1 })
    await directory.addDelegate(other, resource.id, group.id)
    await directory.putFolderPermission(other, user.mailbox!, 1 as never, 'default', 1)
    await directory.putFolderPermission(other, user.mailbox!, 1 as never, 'anonymous', 1)
    await directory.putFolderPermission(other, user.mailbox!, 1 as never, mate.id, 1)
    await directory.createToken(other, token, 'digest-1')
    await directory.putAvailability(other, { configuration: asked, secret: 'secret' })
    const gone = freshEntry('gone-of-other' as never, 'gone', 'Gone', NOW)
    await directory.createEntry(other, { ...gone, kind: 'group' })
    await directory.removeEntry(other, gone.id)
    await directory.putSettings(other, {
      defaultDomain: 'other.example',
      routingDomain: null,
      authenticationMode: 'DIRECTORY',
    })
    return { group, resource, saved }
  })
  return { user: saved, mate, group, resource, token, asked }
}

type Trap = Awaited<ReturnType<typeof treasure>>
type Name = keyof DirectoryWriter
type Try = (d: DirectoryWriter, org: OrganizationId, its: Trap) => Promise<unknown>
const page = { limit: 100 }

/** Each method, asked about the other's things in the name of `org`. A new method does not compile until it is here. */
const tries: Record<Name, Try | readonly Try[]> = {
  directoryVersion: (d, org) => d.directoryVersion(org),
  settings: (d, org) => d.settings(org),
  getEntry: (d, org, { user }) => d.getEntry(org, user.id),
  findEntry: async (d, org, { user, group }) => {
    const keys = [
      { id: user.id },
      { address: 'ann@other.example' },
      { x500: '/o=Other/cn=ann' },
      { sip: 'ann@other.example' },
      { name: 'ann', kind: 'user' as const },
      { name: group.name, kind: 'group' as const },
      { mailbox: user.mailbox! },
      { identityProviderUserId: 'idp-ann' },
    ]
    const found = await Promise.all(keys.map((by) => d.findEntry(org, by)))
    return found.filter((entry) => entry !== undefined)
  },
  listEntries: async (d, org) => {
    const filter = { states: ['ENABLED', 'DISABLED', 'DELETED'] as const }
    const users = await d.listEntries(org, { ...page, kind: 'user', filter })
    return [...users.rows, ...(await d.listEntries(org, { ...page, filter })).rows]
  },
  directoryChanges: (d, org) => d.directoryChanges(org, { since: 0, limit: 100 }),
  findAttachment: (d, org, { user }) => d.findAttachment(org, user.id, 'photo'),
  listMembers: (d, org, { group }) => d.listMembers(org, group.id, page),
  listGroupsOf: (d, org, { user }) => d.listGroupsOf(org, user.id, page),
  listPrincipals: (d, org, { user }) => d.listPrincipals(org, user.id, { enabledOnly: false, limit: 100 }),
  listPermissions: (d, org, { user }) => d.listPermissions(org, user.id, page),
  ownRights: (d, org, { user, mate }) => d.ownRights(org, mate.id, user.id),
  mailboxRights: (d, org, { user, mate }) => d.mailboxRights(org, mate.id, user.id),
  listOwners: (d, org, { user }) => d.listOwners(org, user.id, page),
  listSharedMailboxes: (d, org, { mate }) => d.listSharedMailboxes(org, mate.id, page as never),
  listDelegates: (d, org, { resource }) => d.listDelegates(org, resource.id, page),
  listResourcesOf: (d, org, { group }) => d.listResourcesOf(org, group.id, page),
  isDelegate: (d, org, { resource, user }) => d.isDelegate(org, resource.id, user.id),
  listFolderPermissions: (d, org, { user }) => d.listFolderPermissions(org, user.mailbox!, 1 as never),
  folderPermissionsFor: async (d, org, { user, mate }) => [
    ...(await d.folderPermissionsFor(org, user.mailbox!, mate.id)),
    ...(await d.folderPermissionsFor(org, user.mailbox!, 'anonymous')),
  ],
  // Looks over the whole service on purpose, and tells whose the domain is, which DNS tells too.
  findDomainClaims: async (d, org) => (await d.findDomainClaims('other.example', 9)).includes(org),
  findDomainOwner: async (d, org) => (await d.findDomainOwner('other.example'))?.organization === org,
  findMailFromOwner: async (d, org) =>
    (await d.findMailFromOwner('bounce.other.example'))?.organization === org,
  getDomain: (d, org) => d.getDomain(org, 'other.example'),
  findDomain: (d, org) => d.findDomain(org, 'other.example'),
  listDomains: (d, org) => d.listDomains(org, page),
  countDomains: (d, org) => d.countDomains(org),
  isDomainUsed: (d, org) => d.isDomainUsed(org, 'other.example'),
  getDkimKey: (d, org) => d.getDkimKey(org, 'other.example'),
  findAvailability: (d, org) => d.findAvailability(org, 'asked.example'),
  findAvailabilityLogin: (d, org) => d.findAvailabilityLogin(org, 'asked.example'),
  listAvailability: (d, org) => d.listAvailability(org, page),
  findCredential: (d, org, { user }) => d.findCredential(org, user.id),
  findToken: async (d, org, { token }) =>
    (await d.findToken(org, { digest: 'digest-1' })) ?? d.findToken(org, { id: token.id }),
  listTokens: async (d, org, { user }) => [
    ...(await d.listTokens(org, page)).rows,
    ...(await d.listTokens(org, { ...page, entry: user.id })).rows,
  ],
  // Over the whole service too: for the job that purges, which nobody outside can call. Nothing here is due.
  listExpired: (d) => d.listExpired(NOW * 2, page),
  putSettings: (d, org) =>
    d.putSettings(org, { defaultDomain: 'x', routingDomain: null, authenticationMode: 'DIRECTORY' }),
  createEntry: (d, org, { group }) =>
    d.createEntry(org, { ...freshEntry('mine' as never, group.name, 'Mine', NOW), kind: 'group' }),
  saveEntry: [
    (d, org, { user }) => d.saveEntry(org, { ...user, displayName: 'Taken over' }),
    (d, org, { user }) => d.saveEntry(org, { ...user, addresses: [] }),
  ],
  removeRelations: [
    (d, org, { user }) => d.removeRelations(org, user.id),
    (d, org, { mate }) => d.removeRelations(org, mate.id),
    (d, org, { group }) => d.removeRelations(org, group.id),
    (d, org, { resource }) => d.removeRelations(org, resource.id),
  ],
  removeEntry: (d, org, { user }) => d.removeEntry(org, user.id),
  forgetDirectoryChanges: (d, org) => d.forgetDirectoryChanges(org, 10, 100),
  putAttachment: (d, org, { user }) => d.putAttachment(org, user.id, 'photo', null),
  addMember: (d, org, { group, mate }) => d.addMember(org, group.id, mate.id),
  removeMember: (d, org, { group, user }) => d.removeMember(org, group.id, user.id),
  putPermission: [
    (d, org, { user, mate }) => d.putPermission(org, { owner: mate.id, grantee: user.id, rights: 7 }),
    (d, org, { user, mate }) => d.putPermission(org, { owner: mate.id, grantee: user.id, rights: 0 }),
  ],
  addDelegate: (d, org, { resource, user }) => d.addDelegate(org, resource.id, user.id),
  removeDelegate: (d, org, { resource, group }) => d.removeDelegate(org, resource.id, group.id),
  putFolderPermission: [
    (d, org, { user }) => d.putFolderPermission(org, user.mailbox!, 1 as never, 'default', 0x7fb),
    (d, org, { user }) => d.putFolderPermission(org, user.mailbox!, 1 as never, 'default', null),
  ],
  removeFolderPermissions: [
    (d, org, { user }) => d.removeFolderPermissions(org, user.mailbox!),
    (d, org, { user }) => d.removeFolderPermissions(org, user.mailbox!, 1 as never),
  ],
  createDomain: (d, org) =>
    d.createDomain(org, domainRecord('other.example'), { selector: 's', privateKey: 'k' }),
  saveDomain: (d, org) => d.saveDomain(org, { ...domainRecord('other.example'), version: 1 }),
  removeDomain: (d, org) => d.removeDomain(org, 'other.example'),
  putAvailability: (d, org, { asked }) => d.putAvailability(org, { configuration: asked, secret: 'mine' }),
  removeAvailability: (d, org) => d.removeAvailability(org, 'asked.example'),
  putCredential: [
    (d, org, { user }) => d.putCredential(org, user.id, { hash: 'x', changedAt: 0 }),
    (d, org, { user }) => d.putCredential(org, user.id, null),
  ],
  createToken: (d, org, { token }) => d.createToken(org, { ...token, id: 'mine' }, 'digest-2'),
  touchToken: (d, org, { token }) => d.touchToken(org, token.id, NOW),
  removeToken: (d, org, { token }) => d.removeToken(org, token.id),
}

/** What these write is the caller's own; they are judged by what the other organisation has afterwards. */
const OWN = new Set<Name>(['putSettings', 'createEntry', 'forgetDirectoryChanges', 'putAvailability'])

test('every method of the directory is tried', async () => {
  const { session } = await furnished()
  assert.deepEqual(Object.keys(directoryWriter(session)).sort(), Object.keys(tries).sort())
})

for (const [name, attempts] of Object.entries(tries) as [Name, Try | readonly Try[]][]) {
  test(`${name} finds nothing of another organisation, and changes nothing there`, async () => {
    for (const one of [attempts].flat() as Try[]) {
      const all = await furnished()
      const { store, sql, other, session } = all
      const its = await treasure(all)
      // An organisation with nothing of its own: whatever is found is somebody else's.
      const { org } = all
      await store.transact({ organization: org }, ({ directory }) =>
        directory.removeDomain(org, 'example.com'),
      )
      const start = await store.directory.directoryVersion(org)
      const before = rowsOf(sql, other)
      const answer = await attempt(() => one(directoryWriter(session), org, its))
      if (!OWN.has(name)) assertNothing(answer, name === 'directoryVersion' ? start : undefined)
      if (!OWN.has(name) && !(name in store.directory))
        assert.ok(answer instanceof Refusal, 'a change is refused')
      assert.deepEqual(rowsOf(sql, other), before)
      // The same by its owner does find it: otherwise this would prove nothing. A name that is taken is so for both.
      const owners = await attempt(() => one(directoryWriter(session), other, its))
      if (!['listExpired', 'createDomain', 'findDomainClaims'].includes(name) && !OWN.has(name))
        assert.notDeepEqual(owners, answer)
    }
  })
}

/** What an entry has, apart from the entry itself. */
const RELATIONS: readonly Name[] = [
  'findAttachment',
  'listMembers',
  'listGroupsOf',
  'listPermissions',
  'ownRights',
  'mailboxRights',
  'listOwners',
  'listSharedMailboxes',
  'listDelegates',
  'listResourcesOf',
  'isDelegate',
  'listFolderPermissions',
  'folderPermissionsFor',
  'findCredential',
  'findToken',
  'listTokens',
]

for (const [name, attempts] of Object.entries(tries) as [Name, Try | readonly Try[]][]) {
  test(`${name} keeps entries of the same id in two organisations apart`, async () => {
    for (const one of [attempts].flat() as Try[]) {
      const all = await furnished()
      const { store, sql, org, other, session } = all
      const its = await treasure(all)
      await store.transact({ organization: org }, async ({ directory }) => {
        for (let n = 0; n < 60; n++) await directory.putSettings(org, await directory.settings(org))
        for (const { id } of [its.user, its.mate, its.group, its.resource]) {
          const {
            version: _version,
            createdVersion: _created,
            ...entry
          } = await directory.getEntry(other, id)
          await directory.createEntry(org, { ...entry, addresses: [] })
        }
      })
      const before = rowsOf(sql, other)
      const answer = await attempt(() => one(directoryWriter(session), org, its))
      if (RELATIONS.includes(name)) assertNothing(answer, undefined)
      if (name === 'listPrincipals') assert.deepEqual(answer, [its.user.id])
      assert.deepEqual(rowsOf(sql, other), before)
    }
  })
}

test('nothing of another organisation can be made a member, grantee or delegate', async () => {
  const all = await furnished()
  const { store, org } = all
  const its = await treasure(all)
  const own = await addUser(store, org, 'own')
  const tie = (work: (d: DirectoryWriter) => Promise<void>) =>
    assert.rejects(
      store.transact({ organization: org }, ({ directory }) => work(directory)),
      { reason: 'no-such-entry' },
    )
  await tie((d) => d.addMember(org, own.id, its.user.id))
  await tie((d) => d.addMember(org, its.group.id, own.id))
  await tie((d) => d.putPermission(org, { owner: own.id, grantee: its.user.id, rights: 1 }))
  await tie((d) => d.addDelegate(org, own.id, its.user.id))
  await tie((d) => d.putFolderPermission(org, own.mailbox!, 1 as never, its.user.id, 1))
})

test('one organisation may have what another has: names, x500 and sip addresses', async () => {
  const all = await furnished()
  await treasure(all)
  const { store, org } = all
  const user = await addUser(store, org, 'ann')
  await store.transact({ organization: org }, ({ directory }) =>
    directory.saveEntry(org, {
      ...user,
      addresses: [...user.addresses, { kind: 'x500', address: '/o=Other/cn=ann' }],
    }),
  )
  const found = await store.directory.findEntry(org, { x500: '/O=OTHER/CN=Ann' })
  assert.equal(found?.id, user.id)
})

test('a row moved to another organisation does not open there', async () => {
  const all = await furnished()
  const its = await treasure(all)
  all.sql.database.prepare('UPDATE directory_entry SET org = ? WHERE id = ?').run(all.org, its.user.id)
  await assert.rejects(all.store.directory.getEntry(all.org, its.user.id), { reason: 'damaged' })
})

test('a row whose clear columns were changed is damaged', async () => {
  const { store, sql, org } = await furnished()
  const user = await addUser(store, org, 'ann')
  for (const change of [
    "state = 'DISABLED'",
    "home = 'exchange'",
    'hidden = 1',
    "mailbox = 'x'",
    'purge_at = 5',
  ]) {
    sql.database.exec('BEGIN')
    sql.database.prepare(`UPDATE directory_entry SET ${change} WHERE id = ?`).run(user.id)
    await assert.rejects(store.directory.getEntry(org, user.id), { reason: 'damaged' }, change)
    sql.database.exec('ROLLBACK')
  }
  assert.equal((await store.directory.getEntry(org, user.id)).name, 'ann')
})

async function attempt(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

function assertNothing(answer: unknown, own: unknown): void {
  if (answer instanceof Refusal) {
    assert.match(answer.reason, /^(no-such-|domain-in-use)/)
    return
  }
  if (own !== undefined) {
    assert.equal(answer, own)
    return
  }
  const nothing = [undefined, 0, false].includes(answer as never)
  const rows = Array.isArray(answer) ? answer : (answer as { rows?: unknown[] } | undefined)?.rows
  const unset = { defaultDomain: null, routingDomain: null, authenticationMode: 'DIRECTORY' }
  if (!nothing && !rows) assert.deepEqual(answer, unset)
  if (rows) assert.deepEqual(rows, [])
}

/** Every row of an organisation, in every table. */
function rowsOf(sql: Furnished['sql'], org: OrganizationId): unknown {
  return sql
    .ownedTables()
    .map((name) => [name, sql.database.prepare(`SELECT * FROM ${name} WHERE org = ?`).all(org)])
}

// The readers are a part of the writers: a method of the reader alone would not be tried.
const _every: Record<keyof DirectoryReader, unknown> = tries
void _every
