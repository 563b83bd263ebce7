import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { knownFailure } from '#src/app/failure.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Sql } from '#src/store/driver/driver.ts'
import { openSqlite } from '#src/store/driver/sqlite.ts'
import { roomTrouble } from '#src/store/driver/sqlite-trouble.ts'

const folder = mkdtempSync(join(tmpdir(), 'landbridge-full-'))
after(() => rmSync(folder, { recursive: true }))

const fill = async (sql: Sql) => {
  await sql.run('INSERT INTO heap (octets) VALUES (?)', Buffer.alloc(1_000_000))
}

test('a disk that is full is a refusal that says so, and writing goes on once there is room', async () => {
  const told: string[] = []
  const driver = await openSqlite(join(folder, 'landbridge.sqlite'), (message) => told.push(message))
  await driver.transact((sql) => sql.run('CREATE TABLE heap (octets BLOB)'))
  // SQLite answers SQLITE_FULL to this limit as to a full disk.
  await driver.transact((sql) => sql.get('PRAGMA max_page_count = 64'))
  const outcomes = await Promise.allSettled([driver.transact(fill), driver.transact(fill)])
  for (const outcome of outcomes) {
    assert.ok(outcome.status === 'rejected' && outcome.reason instanceof Refusal, String(outcome))
    assert.equal(outcome.reason.reason, 'try-later')
    assert.match(outcome.reason.message, /The disk of the data folder is full/)
    assert.equal(knownFailure(outcome.reason)?.exitCode, 75)
    assert.deepEqual(knownFailure(outcome.reason.cause), knownFailure(outcome.reason))
  }
  await driver.transact((sql) => sql.get('PRAGMA max_page_count = 4000'))
  await driver.transact(fill)
  assert.equal((await driver.read.get('SELECT COUNT(*) AS rows FROM heap'))?.rows, 1)
  await driver.close()
})

test('a file that finds no room is the same refusal; other errors stay what they are', () => {
  const full = roomTrouble(Object.assign(new Error('x'), { code: 'ENOSPC' }))
  assert.ok(full instanceof Refusal && full.reason === 'try-later')
  const other = new Error('x')
  assert.equal(roomTrouble(other), other)
})
