import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { openMigrationSource } from '#src/app/migration-sources.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Spool } from '#src/platform/spool/spool.ts'
import { lockDataFolder } from '#src/store/lock.ts'

const login = (url: string) => ({
  config: {
    id: 'old',
    kind: 'landbridge' as const,
    url,
    user: null,
    options: { organization: 'corp' },
    anywhere: false,
    changedAt: 1,
  },
  secret: null,
})
const open = (url: string) => openMigrationSource(login(url), undefined as unknown as Spool)

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-source-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}

const refused = (words: RegExp) => (error: unknown) =>
  error instanceof Refusal && error.reason === 'invalid-configuration' && words.test(error.message)

test('a data folder that is in use is a named fault with what to do, and is free again after it', async (t) => {
  const folder = await temporaryFolder(t)
  const lock = lockDataFolder(folder)
  await assert.rejects(open(folder), refused(/is in use by this very service.*name a backup/))
  lock.release()
  // Now it is looked into, and has no such organisation; nothing stays locked.
  await assert.rejects(open(folder), refused(/no organisation "corp"/))
  lockDataFolder(folder).release()
})

test('a folder that is not there is not made', async (t) => {
  const folder = join(await temporaryFolder(t), 'mistyped')
  await assert.rejects(open(folder), refused(/There is no folder/))
  assert.equal(existsSync(folder), false)
})
