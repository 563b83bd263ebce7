import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newEntryId } from '#src/base/ids.ts'
import type { EntryFilter } from '#src/domain/directory/entry.ts'
import { deleteEntry, freshEntry } from '#src/domain/directory/entry-changes.ts'
import type { DirectoryChange } from '#src/domain/directory/store.ts'
import { eraseDirectory } from '#src/store/directory/erase.ts'
import { addUser, type Furnished, furnished, NOW } from '#test/domain/directory/furnished.ts'

async function fill({ store, org }: Furnished, count: number, name: (n: number) => string) {
  await store.transact({ organization: org }, async ({ directory }) => {
    for (let n = 0; n < count; n++) {
      await directory.createEntry(org, {
        ...freshEntry(newEntryId(), name(n), `Name ${n}`, NOW),
        kind: 'group',
      })
    }
  })
}

async function names({ store, org }: Furnished, limit: number, filter: EntryFilter = {}) {
  const pages: string[][] = []
  for (let after: number | null = null; ; ) {
    const page: Awaited<ReturnType<typeof store.directory.listEntries>> = await store.directory.listEntries(
      org,
      { kind: 'group', after, limit, filter },
    )
    pages.push(page.rows.map((row) => row.name))
    if (page.next === null) return pages
    after = page.next
  }
}

test('entries come in pages, in the order in which they were made, each once', async () => {
  const all = await furnished()
  await addUser(all.store, all.org, 'not-a-group')
  await fill(all, 250, (n) => `g${n}`)
  const pages = await names(all, 100)
  assert.deepEqual(
    pages.map((page) => page.length),
    [100, 100, 50],
  )
  assert.deepEqual(
    pages.flat(),
    Array.from({ length: 250 }, (_, n) => `g${n}`),
  )
  assert.deepEqual(
    (await names(all, 125)).map((page) => page.length),
    [125, 125],
    'a full last page says that it is the last',
  )
})

test('a filter looks at 1,000 entries a call at most, and the page goes on', async () => {
  const all = await furnished()
  await fill(all, 2_300, (n) => (n === 2_299 ? 'Needle' : `hay${n}`))
  const pages = await names(all, 10, { namePrefix: 'need' })
  assert.deepEqual(pages, [[], [], ['Needle']])
})

test('filters by state, display name and primary address', async () => {
  const all = await furnished()
  const { store, org } = all
  const ann = await addUser(store, org, 'ann')
  await addUser(store, org, 'bob')
  const found = async (filter: EntryFilter) =>
    (await store.directory.listEntries(org, { kind: 'user', limit: 100, filter })).rows.map((row) => row.name)
  assert.deepEqual(await found({ primaryAddressPrefix: 'BOB@ex' }), ['bob'])
  assert.deepEqual(await found({ displayNamePrefix: 'A' }), ['ann'])
  assert.deepEqual(await found({ states: ['DISABLED'] }), [])
  await store.transact({ organization: org }, ({ directory }) =>
    directory.saveEntry(org, { ...ann, state: 'DISABLED' }),
  )
  assert.deepEqual(await found({ states: ['DISABLED'] }), ['ann'])
  await deleteEntry(store, org, ann.id, NOW)
  assert.deepEqual(await found({}), ['bob'])
  assert.deepEqual(await found({ states: ['DELETED'] }), ['ann'])
})

test('changes since a version: each entry once with its newest state, and what is gone', async () => {
  const all = await furnished()
  const { store, org } = all
  const { directory: reader } = store
  const [ann, bob, eve] = [
    await addUser(store, org, 'ann'),
    await addUser(store, org, 'bob'),
    await addUser(store, org, 'eve'),
  ]
  const start = await reader.directoryVersion(org)
  await store.transact({ organization: org }, async ({ directory }) => {
    await directory.saveEntry(org, { ...bob, displayName: 'first' })
    await directory.saveEntry(org, { ...ann, displayName: 'other' })
    await directory.saveEntry(org, { ...bob, displayName: 'second' })
    await directory.removeEntry(org, eve.id)
  })
  const collected: DirectoryChange[] = []
  for (let since: number | null = start; since !== null; ) {
    const page: { rows: readonly DirectoryChange[]; next: number | null } = await reader.directoryChanges(
      org,
      { since, limit: 1 },
    )
    assert.ok(page.rows.length <= 1)
    collected.push(...page.rows)
    since = page.next
  }
  assert.deepEqual(
    collected.map((row) =>
      row.kind === 'entry' ? `${row.entry.name}: ${row.entry.displayName}` : `gone ${row.id}`,
    ),
    ['ann: other', 'bob: second', `gone ${eve.id}`],
  )
  const now = await reader.directoryVersion(org)
  assert.deepEqual(await reader.directoryChanges(org, { since: now, limit: 10 }), { rows: [], next: null })

  const forgotten = await store.transact({ organization: org }, ({ directory }) =>
    directory.forgetDirectoryChanges(org, now, 10),
  )
  assert.equal(forgotten, true)
  await assert.rejects(reader.directoryChanges(org, { since: start, limit: 10 }), {
    reason: 'cannot-calculate-changes',
  })
  await assert.rejects(reader.directoryChanges(org, { since: now + 1, limit: 10 }), {
    reason: 'cannot-calculate-changes',
  })
  assert.deepEqual(await reader.directoryChanges(org, { since: now, limit: 10 }), { rows: [], next: null })
})

test('membership, rights and passwords change the version of the entry they belong to', async () => {
  const all = await furnished()
  const { store, org } = all
  const [ann, bob] = [await addUser(store, org, 'ann'), await addUser(store, org, 'bob')]
  const changed = async (work: Parameters<typeof store.transact>[1]) => {
    const since = await store.directory.directoryVersion(org)
    await store.transact({ organization: org }, work)
    const { rows } = await store.directory.directoryChanges(org, { since, limit: 10 })
    return rows.map((row) => (row.kind === 'entry' ? row.entry.name : row.id))
  }
  assert.deepEqual(
    await changed(({ directory }) =>
      directory.putPermission(org, { owner: ann.id, grantee: bob.id, rights: 1 }),
    ),
    ['ann'],
  )
  assert.deepEqual(await changed(({ directory }) => directory.putCredential(org, bob.id, null)), ['bob'])
  assert.deepEqual(await changed(({ directory }) => directory.addMember(org, ann.id, bob.id)), ['ann'])
  // What goes takes its memberships along: the group has changed too.
  const gone = await changed(({ directory }) => directory.removeEntry(org, bob.id))
  assert.deepEqual(gone, ['ann', bob.id])
})

test('names and addresses are one of a kind, and a failed change leaves nothing behind', async () => {
  const { store, org } = await furnished()
  const [ann, bob] = [await addUser(store, org, 'ann'), await addUser(store, org, 'bob')]
  const save = (change: object) =>
    store.transact({ organization: org }, ({ directory }) => directory.saveEntry(org, { ...bob, ...change }))
  await assert.rejects(save({ name: 'ANN' }), { reason: 'name-taken' })
  await assert.rejects(
    save({ addresses: [...bob.addresses, { kind: 'alias', address: 'ANN@example.com' }] }),
    { reason: 'address-in-use' },
  )
  assert.equal((await store.directory.findEntry(org, { address: 'bob@example.com' }))?.id, bob.id)
  await save({ name: 'Bob', addresses: [{ kind: 'primary', address: 'robert@example.com' }] })
  assert.equal(await store.directory.findEntry(org, { address: 'bob@example.com' }), undefined)
  assert.equal((await store.directory.findEntry(org, { name: 'BOB', kind: 'user' }))?.id, bob.id)
  assert.equal((await store.directory.findEntry(org, { address: 'ann@example.com' }))?.id, ann.id)
})

test('what is left of a destroyed organisation is erased in steps, its domains first', async () => {
  const { store, sql, org, other } = await furnished()
  await addUser(store, org, 'ann')
  await addUser(store, other, 'ann', 'other.example')
  assert.equal(await eraseDirectory(sql, org, 1), false)
  assert.equal(await store.directory.findDomainOwner('example.com'), undefined)
  assert.equal(await eraseDirectory(sql, org, 100), true)
  for (const name of sql.ownedTables()) {
    assert.deepEqual(sql.database.prepare(`SELECT * FROM ${name} WHERE org = ?`).all(org), [], name)
  }
  assert.ok(await store.directory.findEntry(other, { address: 'ann@other.example' }))
})
