import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OrganizationId } from '#src/base/ids.ts'
import { createProject } from '#src/domain/migration/engine/steer/steer-project.ts'
import type { Store } from '#src/domain/store.ts'

/** Knows one project, and takes whatever is made. */
const store = {
  migration: { listProjects: async () => [{ id: 'id-1', name: 'taken' }] },
  transact: async () => undefined,
} as unknown as Store

const made = (name: string) =>
  createProject(store, 'o' as OrganizationId, { name, settings: {}, by: 'ed' }, 0)

for (const name of ['move', 'Umzug München 2027', 'a-b.c', 'x'])
  test(`"${name}" is a name`, async () => assert.equal((await made(name)).name, name))

for (const name of ['', ' move', 'move ', 'a/b', 'a\\b', 'a\nb', '-move', '.move'])
  test(`${JSON.stringify(name)} is none`, () =>
    assert.rejects(made(name), { reason: 'invalid-parameter', message: /Choose a short one, as "move"/ }))

for (const name of ['taken', 'id-1'])
  test(`"${name}" is another's`, () => assert.rejects(made(name), { reason: 'name-taken' }))
