import assert from 'node:assert/strict'
import { watch } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import Database from 'better-sqlite3'
import type { Driver } from '#src/store/driver/driver.ts'
import { openSqlite } from '#src/store/driver/sqlite.ts'

async function counters(t: TestContext): Promise<{ driver: Driver; file: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-'))
  const file = join(folder, 'test.sqlite')
  const driver = await openSqlite(file, () => undefined)
  t.after(async () => {
    await driver.close()
    await rm(folder, { recursive: true })
  })
  await driver.transact((sql) => sql.run('CREATE TABLE counter (name TEXT PRIMARY KEY, value BIGINT)'))
  return { driver, file }
}

const put = 'INSERT INTO counter (name, value) VALUES (?, ?)'
const count = async (driver: Driver) =>
  (await driver.read.get<{ n: number }>('SELECT COUNT(*) AS n FROM counter'))!.n

test('members of a group that succeed are kept when another fails before or after writing', async (t) => {
  const { driver } = await counters(t)
  const results = await Promise.allSettled(
    Array.from({ length: 50 }, (_, i) =>
      driver.transact(async (sql) => {
        if (i % 10 === 3) throw new Error('before')
        await sql.run(put, `row ${i}`, i)
        if (i % 10 === 7) throw new Error('after')
        return i
      }),
    ),
  )
  for (const [i, result] of results.entries()) {
    assert.equal(result.status, i % 10 === 3 || i % 10 === 7 ? 'rejected' : 'fulfilled', `member ${i}`)
  }
  assert.equal(await count(driver), 40)
})

test('a member that breaks a constraint does not take its group with it', async (t) => {
  const { driver } = await counters(t)
  const results = await Promise.allSettled(
    ['a', 'b', 'a', 'c'].map((name) => driver.transact((sql) => sql.run(put, name, 1))),
  )
  assert.deepEqual(
    results.map((result) => result.status),
    ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  )
})

test('readers see nothing of a transaction before it is committed', async (t) => {
  const { driver } = await counters(t)
  let seen: number | undefined
  await driver.transact(async (sql) => {
    await sql.run(put, 'a', 1)
    seen = await count(driver)
    await sql.run(put, 'b', 1)
  })
  assert.equal(seen, 0)
  assert.equal(await count(driver), 2)
})

test('a transaction that writes nothing is answered, alone and among others', async (t) => {
  const { driver } = await counters(t)
  const read = () => driver.transact((sql) => sql.get('SELECT COUNT(*) AS n FROM counter'))
  assert.deepEqual(await read(), { n: 0 })
  await Promise.all([read(), driver.transact((sql) => sql.run(put, 'a', 1)), read()])
  assert.deepEqual(await read(), { n: 1 })
})

test('a writer that is used after its transaction is refused and writes nothing', async (t) => {
  const { driver } = await counters(t)
  let late: (() => Promise<number>) | undefined
  await driver.transact(async (sql) => {
    late = () => sql.run(put, 'late', 1)
  })
  assert.throws(() => late!(), /after its transaction had ended/)
  assert.equal(await count(driver), 0)
})

test('a snapshot keeps its moment while writes go on', async (t) => {
  const { driver } = await counters(t)
  await driver.transact((sql) => sql.run(put, 'before', 1))
  await driver.snapshot(async (sql) => {
    await driver.transact((inner) => inner.run(put, 'during', 1))
    assert.equal((await sql.get<{ n: number }>('SELECT COUNT(*) AS n FROM counter'))!.n, 1)
  })
  assert.equal(await count(driver), 2)
})

test('a snapshot begins in the middle of a transaction of somebody else', async (t) => {
  const { driver } = await counters(t)
  await driver.transact(async (sql) => {
    await sql.run(put, 'during', 1)
    assert.equal(await driver.snapshot(async () => await count(driver)), 0)
  })
  assert.equal(await count(driver), 1)
})

test('reads of rows apart keep their moment without holding the log, and only those of the organisation are there', async (t) => {
  const { driver, file } = await counters(t)
  const folder = dirname(file)
  const add = (org: string, no: number) =>
    driver.transact((sql) => sql.run('INSERT INTO thing (org, no) VALUES (?, ?)', org, no))
  await driver.transact(async (sql) => {
    await sql.run('CREATE TABLE thing (org TEXT NOT NULL, no BIGINT NOT NULL, PRIMARY KEY (org, no))')
    await sql.run('CREATE INDEX thing_by_no ON thing (no)')
  })
  for (const [org, no] of [
    ['a', 1],
    ['a', 2],
    ['b', 3],
  ] as const)
    await add(org, no)
  const made = new Set<string>()
  const watcher = watch(folder, (_, name) => void made.add(String(name)))
  await driver.apart(['thing'], 'a', async (sql) => {
    await add('a', 4)
    assert.deepEqual(await sql.all('SELECT no FROM thing WHERE no > 0 ORDER BY no'), [{ no: 1 }, { no: 2 }])
    const other = new Database(file)
    assert.deepEqual(other.pragma('wal_checkpoint(RESTART)', { simple: true }), 0, 'somebody holds the log')
    other.close()
    await assert.rejects(sql.run('DELETE FROM thing'), /readonly/)
  })
  watcher.close()
  assert.deepEqual(
    [...made].filter((name) => name.includes('before')),
    [`${basename(file)}-before-1`],
    'the copy has another file beside it',
  )
  const names = async () => (await readdir(folder)).filter((name) => name.includes('before'))
  assert.deepEqual(await names(), [])
  await writeFile(`${file}-before-7`, 'left by a process that was killed')
  const again = await openSqlite(file, () => undefined)
  await again.close()
  assert.deepEqual(await names(), [])
})

test('a transaction is told when others wait for it', async (t) => {
  const { driver } = await counters(t)
  let other: Promise<number> | undefined
  const told = await driver.transact(async () => {
    const before = driver.isAwaited
    other = driver.transact((sql) => sql.run(put, 'other', 1))
    return [before, driver.isAwaited]
  })
  assert.deepEqual(told, [false, true])
  assert.equal(await other, 1)
  assert.equal(driver.isAwaited, false)
})

test('a copy holds one moment and opens by itself', async (t) => {
  const { driver, file } = await counters(t)
  for (let i = 0; i < 100; i++) await driver.transact((sql) => sql.run(put, `row ${i}`, i))
  await driver.copyTo(`${file}.copy`)
  const copy = await openSqlite(`${file}.copy`, () => undefined)
  assert.equal(await count(copy), 100)
  await copy.close()
})

test('the log starts anew instead of growing while writes never pause', async (t) => {
  const { driver, file } = await counters(t)
  const { stat } = await import('node:fs/promises')
  const filler = 'x'.repeat(8_000)
  await driver.transact((sql) => sql.run('CREATE TABLE filler (no BIGINT PRIMARY KEY, text TEXT)'))
  for (let round = 0; round < 160; round++) {
    await Promise.all(
      Array.from({ length: 128 }, (_, i) =>
        driver.transact((sql) =>
          sql.run('INSERT INTO filler (no, text) VALUES (?, ?)', round * 128 + i, filler),
        ),
      ),
    )
  }
  const log = (await stat(`${file}-wal`)).size
  assert.ok(log < 130 * 1024 * 1024, `160 MB were written; the log has ${log} octets`)
})

test('after close nothing is taken any more, and what was taken before is kept', async (t) => {
  const { driver, file } = await counters(t)
  const pending = driver.transact((sql) => sql.run(put, 'last', 1))
  await driver.close()
  assert.equal(await pending, 1)
  await assert.rejects(
    driver.transact((sql) => sql.run(put, 'too late', 1)),
    /closed/,
  )
  const again = await openSqlite(file, () => undefined)
  assert.equal(await count(again), 1)
  await again.close()
  driver.close = async () => undefined
})

test('a member that never comes back fails alone, also when it wrote, and holds up the others only once', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { driver } = await counters(t)
  let began = 0
  const stuck = driver.transact(async (sql) => {
    began++
    await sql.run(put, 'stuck', 1)
    await new Promise(() => undefined)
  })
  const beside = driver.transact((sql) => sql.run(put, 'beside', 1))
  const failed = assert.rejects(stuck, /awaited something that is not its writer/)
  while (began === 0) await new Promise(setImmediate)
  t.mock.timers.tick(10_000)
  await failed
  assert.equal(await beside, 1)
  assert.equal(await driver.transact((sql) => sql.run(put, 'later', 1)), 1)
  assert.equal(began, 1)
  assert.equal(await count(driver), 2)
})

test('a member that began later than the watch over its group is stopped too', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { driver } = await counters(t)
  let began = 0
  const first = driver.transact((sql) => sql.run(put, 'first', 1))
  const stuck = driver.transact(async () => {
    began++
    await new Promise(() => undefined)
  })
  const failed = assert.rejects(stuck, /awaited something that is not its writer/)
  while (began === 0) await new Promise(setImmediate)
  t.mock.timers.tick(10_000)
  t.mock.timers.tick(10_000)
  await failed
  assert.equal(await first, 1)
  assert.equal(await driver.transact((sql) => sql.run(put, 'later', 1)), 1)
})

test('the files of the database are for their owner alone', async (t) => {
  const { file } = await counters(t)
  const { stat } = await import('node:fs/promises')
  for (const each of [file, `${file}-wal`, `${file}-shm`]) {
    assert.equal((await stat(each)).mode & 0o777, 0o600, each)
  }
})
