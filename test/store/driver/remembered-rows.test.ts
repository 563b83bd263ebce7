import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import type { Driver } from '#src/store/driver/driver.ts'
import { openSqlite } from '#src/store/driver/sqlite.ts'

const FIND = 'SELECT alias FROM organization WHERE id = ?'
const PUT =
  'INSERT INTO organization (id, alias) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET alias = excluded.alias'

async function open(t: TestContext): Promise<Driver> {
  const folder = mkdtempSync(join(tmpdir(), 'landbridge-rows-'))
  const driver = await openSqlite(join(folder, 'landbridge.sqlite'), assert.fail)
  t.after(async () => {
    await driver.close()
    rmSync(folder, { recursive: true })
  })
  await driver.transact((sql) => sql.run('CREATE TABLE organization (id TEXT PRIMARY KEY, alias TEXT)'))
  await driver.transact((sql) => sql.run('CREATE TABLE other (id TEXT PRIMARY KEY, alias TEXT)'))
  return driver
}

test('a row is what was committed last, whatever was asked, written, undone or is under way', async (t) => {
  const driver = await open(t)
  const id = fc.constantFrom('a', 'b')
  const step = fc.oneof(
    fc.record({ what: fc.constant('read' as const), id }),
    fc.record({ what: fc.constantFrom('put' as const, 'undo' as const), id, alias: fc.string() }),
    fc.record({ what: fc.constant('remove' as const), id }),
  )
  const committed = new Map<string, string>()
  const check = async (id: string) => {
    const alias = committed.get(id)
    assert.deepEqual((await driver.read.get(FIND, id))?.alias, alias)
  }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      for (const each of steps) {
        if (each.what === 'put') {
          await driver.transact(async (sql) => {
            await sql.run(PUT, each.id, each.alias)
            await check(each.id)
            assert.equal((await sql.get(FIND, each.id))?.alias, each.alias)
          })
          committed.set(each.id, each.alias)
        } else if (each.what === 'undo') {
          const undone = driver.transact(async (sql) => {
            await sql.run(PUT, each.id, each.alias)
            await check(each.id)
            throw new Error('undone')
          })
          await assert.rejects(undone, /undone/)
        } else if (each.what === 'remove') {
          await driver.transact((sql) => sql.run('DELETE FROM organization WHERE id = ?', each.id))
          committed.delete(each.id)
        }
        await check(each.id)
      }
    }),
    { numRuns: 25 },
  )
})

test('values are told apart, and what else a statement reads is asked each time', async (t) => {
  const driver = await open(t)
  await driver.transact(async (sql) => {
    await sql.run(PUT, '1', 'one')
    await sql.run("INSERT INTO other (id, alias) VALUES ('1', 'one')")
  })
  assert.equal((await driver.read.get(FIND, Buffer.from('1')))?.alias, undefined)
  assert.equal((await driver.read.get(FIND, '1'))?.alias, 'one')
  const joined = 'SELECT x.alias FROM organization o JOIN other x ON x.id = o.id WHERE o.id = ?'
  const listed = 'SELECT x.alias FROM organization o, other x WHERE x.id = o.id AND o.id = ?'
  for (const text of [joined, listed]) assert.equal((await driver.read.get(text, '1'))?.alias, 'one')
  await driver.transact((sql) => sql.run("UPDATE other SET alias = 'two'"))
  for (const text of [joined, listed]) assert.equal((await driver.read.get(text, '1'))?.alias, 'two')
})
