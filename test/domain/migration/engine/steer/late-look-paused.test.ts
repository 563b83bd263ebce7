import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lateLook } from '#src/domain/migration/engine/steer/steer-late.ts'
import type { MigrationReader } from '#src/domain/migration/store.ts'

test('who waits for a look hears that the batch is paused, of mailboxes that it is not over for', async () => {
  const at = 1_000
  const member = (address: string, askedAt: number | undefined) => ({
    ...{ address, state: 'verified', mailbox: 'm', idle: undefined, cause: '' },
    late: { items: 0, bytes: 0, askedAt },
  })
  let paused = true
  const migration = {
    getBatch: async () => ({ paused }),
    listMembers: async () => ({
      rows: [member('anna@corp.example', at), member('ben@corp.example', undefined)],
      next: null,
    }),
  } as unknown as MigrationReader
  const of = { organization: 'o', project: 'p' } as unknown as Parameters<typeof lateLook>[1]
  const look = () => lateLook(migration, of, { batch: 3 }, { at })
  assert.deepEqual((await look()).troubles, [
    {
      address: 'anna@corp.example',
      cause: 'Batch 3 is paused. Let it go on with "landbridge migrate resume".',
    },
  ])
  paused = false
  assert.deepEqual((await look()).troubles, [])
})
