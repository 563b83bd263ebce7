import assert from 'node:assert/strict'
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Refusal } from '#src/domain/refusal.ts'
import { databaseFile } from '#src/store/layout.ts'
import { temporaryStore } from '#test/support/store.ts'

test('a store that can be written is proved so, and nothing is left of the proof', async () => {
  const { store, folder, remove } = await temporaryStore()
  await store.probe()
  assert.deepEqual(readdirSync(join(folder, 'bodies')), [])
  rmSync(databaseFile(folder))
  await assert.rejects(store.probe(), (error) => error instanceof Refusal && error.reason === 'damaged')
  await remove()
})
