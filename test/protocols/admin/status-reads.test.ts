/** What a status reads: whoever watches asks each second, beside mailboxes with millions of items. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Store } from '#src/domain/store.ts'
import { describeMigration } from '#src/protocols/admin/actions/describe-migration.ts'
import { openSites } from '#test/support/migration-site.ts'

const start = openSites()

/** The same store, which notes what is asked of the migration. */
const noting = (store: Store, asked: string[]): Store =>
  ({
    ...store,
    migration: new Proxy(store.migration, {
      get: (of, name) => {
        const method = of[name as keyof typeof of] as (...args: unknown[]) => unknown
        return (...args: unknown[]) => {
          const { batch } = (args[2] ?? {}) as { batch?: number }
          asked.push(name === 'listMembers' ? `listMembers of batch ${batch}` : String(name))
          return method.apply(of, args)
        }
      },
    }),
  }) as Store

test('a status reads no item, and mailboxes of batches that are worked on alone', async () => {
  const site = await start(['anna', 'ben', 'cem'], { batches: 3 })
  const { organization, store } = site
  await store.transact({ organization }, async ({ migration }) => {
    const [first, second] = [await site.batch(1), await site.batch(2)]
    await migration.putBatch(organization, { ...first, state: 'done' })
    await migration.putBatch(organization, { ...second, state: 'initial-sync' })
  })
  const asked: string[] = []
  const found = await describeMigration.run(
    {
      store: noting(store, asked),
      migration: { live: () => ({ lanes: [], servers: [], rates: [], noRoom: null }) },
      now: () => site.clock.now(),
    } as never,
    { OrganizationId: organization, ProjectId: 'move' },
  )
  assert.deepEqual(
    (found.Batches as { BatchNumber: number; Mailboxes: number }[]).map((row) => [
      row.BatchNumber,
      row.Mailboxes,
    ]),
    [
      [1, 1],
      [2, 1],
      [3, 1],
    ],
  )
  assert.deepEqual(asked.sort(), [
    'countMemberStates',
    'listBatches',
    'listGrants',
    'listMembers of batch 2',
    'listProjects',
    'listSources',
  ])
})
