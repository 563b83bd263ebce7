import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newEntryId } from '#src/base/ids.ts'
import { putEntryAttachment } from '#src/domain/directory/entry-changes.ts'
import { findOrganizationOf } from '#src/domain/directory/recipient.ts'
import { createUser } from '#src/domain/directory/users.ts'
import { addUser, CHEAP, type Furnished, furnished, NOW } from '#test/domain/directory/furnished.ts'

/** The statements that one call makes, and how their rows are found. */
async function plansOf({ sql, org }: Furnished, call: () => Promise<unknown>): Promise<string[][]> {
  const from = sql.statements.length
  await call()
  return sql.statements.slice(from).map((text) => sql.plan(text, ...(text.match(/\?/g) ?? []).map(() => org)))
}

test('an address of any kind is found by one read through its index', async () => {
  const all = await furnished()
  const { store, org } = all
  const ann = await addUser(store, org, 'ann')
  await store.transact({ organization: org }, ({ directory }) =>
    directory.saveEntry(org, {
      ...ann,
      addresses: [
        ...ann.addresses,
        { kind: 'alias', address: 'Ann.Smith@example.com' },
        { kind: 'x500', address: '/o=Corp/ou=Exchange/cn=Recipients/cn=ann' },
        { kind: 'sip', address: 'ann@example.com' },
      ],
    }),
  )
  const spellings = [
    { address: 'ANN@EXAMPLE.COM' },
    { address: 'ann.smith@Example.com' },
    { x500: '/O=CORP/OU=EXCHANGE/CN=RECIPIENTS/CN=ANN' },
    { x500: 'X500:/o=corp/ou=exchange/cn=recipients/cn=ann' },
    { sip: 'sip:Ann@example.com' },
  ]
  for (const by of spellings) {
    let found: unknown
    const plans = await plansOf(all, async () => {
      found = (await store.directory.findEntry(org, by))?.id
    })
    assert.equal(found, ann.id)
    assert.equal(plans.length, 1)
    assert.ok(
      plans[0]!.length === 2 && plans[0]!.every((step) => step.startsWith('SEARCH')),
      plans[0]!.join('\n'),
    )
  }
  assert.equal(await store.directory.findEntry(org, { address: 'not an address' }), undefined)
  assert.equal(
    await store.directory.findEntry(org, { address: '/o=corp/ou=exchange/cn=recipients/cn=ann' }),
    undefined,
  )
})

test('the organisation of an address is found by one read through the primary key', async () => {
  const all = await furnished()
  const plans = await plansOf(all, () => findOrganizationOf(all.store.directory, 'x@EXAMPLE.com'))
  assert.equal(plans.length, 1)
  assert.match(plans[0]!.join(), /^SEARCH mail_domain USING INDEX/)
  assert.deepEqual(await findOrganizationOf(all.store.directory, 'x@EXAMPLE.com'), {
    organization: all.org,
    use: 'mail',
  })
  assert.equal(await findOrganizationOf(all.store.directory, 'x@nowhere.example'), undefined)
})

test('no statement of the directory scans a table', async () => {
  const all = await furnished()
  const { store, sql, org } = all
  const ann = await addUser(store, org, 'ann')
  const { directory } = store
  const page = { limit: 10 }
  const plans = await plansOf(all, async () => {
    await directory.listEntries(org, { ...page, kind: 'user', filter: { namePrefix: 'a' } })
    await directory.listEntries(org, page)
    await directory.directoryChanges(org, { since: 0, limit: 10 })
    await directory.listMembers(org, ann.id, page)
    await directory.listGroupsOf(org, ann.id, page)
    await directory.listPrincipals(org, ann.id, { enabledOnly: true, limit: 10 })
    await directory.listPermissions(org, ann.id, page)
    await directory.ownRights(org, ann.id, ann.id)
    await directory.mailboxRights(org, ann.id, ann.id)
    await directory.listOwners(org, ann.id, page)
    await directory.listSharedMailboxes(org, ann.id, { limit: 10 })
    await directory.listSharedMailboxes(org, 'default', { limit: 10 })
    await directory.listDelegates(org, ann.id, page)
    await directory.isDelegate(org, ann.id, ann.id)
    await directory.folderPermissionsFor(org, ann.mailbox!, ann.id)
    await directory.isDomainUsed(org, 'example.com')
    await directory.findMailFromOwner('bounce.example.com')
    await directory.listDomains(org, page)
    await directory.findToken(org, { digest: 'x' })
    await directory.listTokens(org, { ...page, entry: ann.id })
    await directory.listExpired(NOW, page)
    await store.transact({ organization: org }, ({ directory }) => directory.removeRelations(org, ann.id))
  })
  // `up` and `granted` are the statement's own results, not tables.
  const scans = plans
    .flat()
    .filter((step) => step.startsWith('SCAN') && !/^SCAN (up|granted|g|CONSTANT ROW|\d)/.test(step))
  assert.deepEqual(scans, [])
  assert.ok(sql.statements.length > 20)
})

test('nothing readable of an entry is in the database', async () => {
  const { store, sql, org } = await furnished()
  const canary = 'Quetzalcoatlus'
  const user = await createUser(
    { store, passwords: CHEAP },
    org,
    {
      name: canary,
      displayName: `${canary} display`,
      password: `${canary}-1`,
      identityProviderUserId: `${canary}-idp`,
      details: {
        department: canary,
        mobile: '+4912345canary',
        notes: canary,
        customAttributes: { 1: canary },
      },
    },
    NOW,
  )
  await store.transact({ organization: org }, async ({ directory }) => {
    const now = await directory.getEntry(org, user.id)
    await directory.saveEntry(org, {
      ...now,
      addresses: [
        { kind: 'primary', address: `${canary}@example.com` },
        { kind: 'x500', address: `/cn=${canary}` },
      ],
    })
    await directory.createToken(
      org,
      {
        id: newEntryId(),
        entry: user.id,
        name: canary,
        scopes: [],
        createdAt: NOW,
        expiresAt: NOW,
        lastUsedAt: null,
      },
      canary,
    )
  })
  await putEntryAttachment(store, org, user.id, 'photo', { type: 'image/png', octets: Buffer.from(canary) })
  const file = sql.database.serialize().toString('latin1').toLowerCase()
  assert.ok(file.includes(user.id), 'ids are in clear, so the search looks at the right octets')
  for (const text of [canary, 'canary', 'secret-key-text', 'argon2'])
    assert.ok(!file.includes(text.toLowerCase()), text)
  const photo = await store.directory.findAttachment(org, user.id, 'photo')
  assert.deepEqual([photo?.type, Buffer.from(photo!.octets).toString()], ['image/png', canary])
})
