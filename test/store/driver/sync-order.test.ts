import assert from 'node:assert/strict'
import fs from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import Database from 'better-sqlite3'
import { openSqlite } from '#src/store/driver/sqlite.ts'

/** A table to write to, and its numbers that were committed when a sync began which has ended since. */
async function syncedRows(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-'))
  const file = join(folder, 'test.sqlite')
  const driver = await openSqlite(file, () => undefined)
  await driver.transact((sql) => sql.run('CREATE TABLE sent (no BIGINT PRIMARY KEY)'))
  const beside = new Database(file, { readonly: true })
  const committed = () => beside.prepare<[], number>('SELECT no FROM sent').pluck().all()
  const real = fs.fdatasync
  const { ino } = fs.statSync(`${file}-wal`)
  const synced = new Set<number>()
  const seen = { syncs: 0, committedMeanwhile: 0 }
  let fail = false
  t.mock.method(fs, 'fdatasync', (log: number, done: fs.NoParamCallback) => {
    // Of a store that another test of this process has left behind.
    if (fs.fstatSync(log).ino !== ino) return real(log, done)
    const before = committed()
    seen.syncs++
    real(log, async () => {
      // As slow as a busy disk: whatever may be committed in the meantime is.
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
      if (committed().length > before.length) seen.committedMeanwhile++
      if (!fail) for (const no of before) synced.add(no)
      done(fail ? new Error('The disk is gone') : null)
    })
  })
  syncBuiltinESMExports()
  t.after(async () => {
    t.mock.restoreAll()
    syncBuiltinESMExports()
    beside.close()
    await driver.close()
    await rm(folder, { recursive: true })
  })
  const send = (no: number) => driver.transact((sql) => sql.run('INSERT INTO sent (no) VALUES (?)', no))
  const failFromNow = () => {
    fail = true
  }
  return { send, synced, seen, failFromNow }
}

for (const writers of [1, 20, 100, 300]) {
  test(`with ${writers} writers no transaction is answered before a sync that began after its commit`, async (t) => {
    const { send, synced, seen } = await syncedRows(t)
    let next = 0
    let early = 0
    await Promise.all(
      Array.from({ length: writers }, async () => {
        for (let round = 0; round < 8; round++) {
          const no = next++
          await send(no)
          if (!synced.has(no)) early++
        }
      }),
    )
    assert.equal(early, 0)
    assert.equal(synced.size, writers * 8)
    // Many share a sync, and are split so that the processor has work while the disk has.
    assert.ok(seen.syncs <= (writers === 1 ? 8 : 8 * Math.ceil(writers / 24)), `${seen.syncs} syncs`)
    assert.equal(seen.committedMeanwhile > 0, writers >= 100)
  })
}

test('what was committed while a sync ran that failed is not acknowledged, nor is anything later', async (t) => {
  const { send, seen, failFromNow } = await syncedRows(t)
  failFromNow()
  const results = await Promise.allSettled(Array.from({ length: 100 }, (_, no) => send(no)))
  assert.deepEqual([...new Set(results.map(({ status }) => status))], ['rejected'])
  assert.equal(seen.committedMeanwhile, 1)
  await assert.rejects(send(1_000), /did not take the data/)
})
