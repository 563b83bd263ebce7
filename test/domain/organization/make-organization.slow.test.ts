import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { makeOrganization } from '#src/domain/organization/make-organization.ts'
import { addTestDomain } from '#test/domain/directory/furnished.ts'
import { temporaryStore } from '#test/support/store.ts'

const NOW = Date.UTC(2026, 10, 22)

test('an organisation is there with all its domains, or nothing of it is', async (t) => {
  const { store, organization, keyFolder, remove } = await temporaryStore({ mailboxes: 0 })
  t.after(remove)
  await addTestDomain(store, organization.id, { alias: 'taken', suffix: 'test' }, NOW)
  const keys = readdirSync(keyFolder)
  const make = (alias: string, ...domains: string[]) =>
    makeOrganization(store, { alias, domains }, 'test', NOW)
  await assert.rejects(make('taken', 'one.example'), { reason: 'domain-in-use' })
  await assert.rejects(make('new', 'one.example', 'one.example'), { reason: 'invalid-parameter' })
  await assert.rejects(make('new', 'one.example', 'no domain'), { reason: 'invalid-parameter' })
  await assert.rejects(make(organization.alias), { reason: 'name-taken' })
  assert.deepEqual(
    (await store.organizations.list(null, 9)).rows.map(({ alias }) => alias),
    [organization.alias],
  )
  assert.deepEqual(readdirSync(keyFolder), keys)

  const { id } = await make('new', 'one.example', 'two.example')
  assert.equal((await store.organizations.find({ id }))?.defaultDomain, 'new.test')
  const { rows } = await store.directory.listDomains(id, { limit: 9 })
  assert.deepEqual(
    rows.map(({ name, ownership, isTest }) => [name, ownership, isTest]),
    [
      ['new.test', 'VERIFIED', true],
      ['one.example', 'PENDING', false],
      ['two.example', 'PENDING', false],
    ],
  )
  assert.match((await store.directory.getDkimKey(id, 'two.example')).privateKey, /PRIVATE KEY/)
})
