/** A batch that failed is tried again while an engine looks at it, or by a process that ends amid that: it goes on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { retryBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { Store } from '#src/domain/store.ts'
import { type MigrationSite, openSites } from '#test/support/migration-site.ts'

const start = openSites()

/** Its only mailbox could not be read, and could be by now. */
async function failed(): Promise<MigrationSite> {
  const site = await start(['anna'])
  let isBroken = true
  site.source.before = ({ op }) => {
    if (op === 'changes' && isBroken) throw new SourceFailure('mailbox-permanent', 'no', 'It cannot be read.')
  }
  site.engine()
  await site.start()
  await site.until('it has failed', async () => (await site.batch()).state === 'failed')
  isBroken = false
  return site
}

/** The store, for whom `between` happens after the first transaction. */
function seamed({ store }: MigrationSite, between: () => Promise<void>): Store {
  let isFirst = true
  return new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name)
      if (name !== 'transact') return typeof value === 'function' ? value.bind(target) : value
      return async (...of: Parameters<Store['transact']>) => {
        const done = await target.transact(...of)
        if (isFirst) {
          isFirst = false
          await between()
        }
        return done
      }
    },
  })
}

test('an engine that looks between the mailbox and its batch holds nobody up', async () => {
  const site = await failed()
  const store = seamed(site, async () => {
    for (const engine of site.engines) engine.wake()
    await site.until('the engine has set it aside', async () => (await site.member('anna')).dueAt === null)
  })
  assert.equal((await retryBatch({ ...site.steering(), store }, 1)).mailboxes, 1)
  for (const engine of site.engines) engine.wake()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
})

test('whoever ended between the two is followed by whoever asks again', async () => {
  const site = await failed()
  const store = seamed(site, () => Promise.reject(new Error('It was killed.')))
  await assert.rejects(retryBatch({ ...site.steering(), store }, 1), /It was killed/)
  assert.equal((await site.member('anna')).state, 'waiting')
  await retryBatch(site.steering(), 1)
  for (const engine of site.engines) engine.wake()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
})
