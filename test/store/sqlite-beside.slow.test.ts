import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Driver } from '#src/store/driver/driver.ts'
import { openSqlite } from '#src/store/driver/sqlite.ts'

const filler =
  'INSERT INTO filler (text) WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 800) SELECT randomblob(16000) FROM n'
const rows = async (driver: Driver) =>
  (await driver.read.get<{ rows: number }>('SELECT COUNT(*) AS rows FROM filler'))!.rows

describe('copies and proofs of a large database', () => {
  let folder: string
  let file: string
  let driver: Driver
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landbridge-beside-'))
    file = join(folder, 'large.sqlite')
    driver = await openSqlite(file, assert.fail)
    await driver.transact((sql) => sql.run('CREATE TABLE filler (no INTEGER PRIMARY KEY, text BLOB)'))
    for (let i = 0; i < 16; i++) await driver.transact((sql) => sql.run(filler))
  })
  after(async () => {
    await driver.close()
    await rm(folder, { recursive: true })
  })
  const open = async () => {
    await driver.close()
    driver = await openSqlite(file, assert.fail)
  }

  it('are of one moment, end while writes go on, and tell how far they are', async () => {
    const was = await rows(driver)
    let copying = true
    let written = 0
    const writer = (async () => {
      while (copying) {
        await driver.transact((sql) => sql.run('INSERT INTO filler (text) VALUES (randomblob(5000))'))
        written++
      }
    })()
    const told: [done: number, total: number][] = []
    await driver.copyTo(`${file}.copy`, undefined, (done, total) => told.push([done, total]))
    copying = false
    await writer
    assert.ok(written > 10, `${written} writes while it was copied`)
    assert.ok(told.length > 10 && told.every(([done, total]) => done <= total))
    assert.equal((await stat(`${file}.copy`)).mode & 0o777, 0o600)
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.includes('copy')),
      ['large.sqlite.copy'],
    )
    const copy = await openSqlite(`${file}.copy`, assert.fail)
    const copied = await rows(copy)
    assert.ok(copied >= was && copied <= was + written, `${copied} rows of ${was} to ${was + written}`)
    assert.deepEqual(await copy.verify(), [])
    await copy.close()
  })

  for (const work of ['copyTo', 'verify'] as const) {
    const begin = (signal?: AbortSignal) =>
      work === 'verify'
        ? driver.verify(signal)
        : driver.copyTo(join(folder, `${work}-${Math.random()}`), signal)
    /** Once its process has opened the database. There it is frozen, so that it cannot be done before it is called off. */
    const underWay = async () => {
      for (let looks = 0; ; looks++) {
        const [child] = await childrenWith(file)
        if (child !== undefined) return process.kill(child, 'SIGSTOP')
        assert.ok(looks < 2_000, 'its process never opened the database')
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
    }
    const skip = existsSync('/proc/self/task') ? false : 'needs /proc'

    it(`end at once when they are called off (${work})`, { skip }, async () => {
      const stop = new AbortController()
      const working = begin(stop.signal)
      await underWay()
      const from = performance.now()
      stop.abort(new Error('enough'))
      await assert.rejects(working, /enough/)
      assert.ok(performance.now() - from < 20_000, `${performance.now() - from} ms`)
      assert.deepEqual(await childrenWith(file), [])
    })

    it(`do not hold up the end of the store (${work})`, { skip }, async () => {
      const ended = assert.rejects(begin(), /closing/)
      await underWay()
      const from = performance.now()
      await driver.close()
      const tookMs = performance.now() - from
      driver = await openSqlite(file, assert.fail)
      await ended
      assert.ok(tookMs < 20_000, `${tookMs} ms`)
    })
  }

  it('say why they failed', async () => {
    await assert.rejects(driver.copyTo(join(folder, 'missing', 'copy')), /ENOENT/)
    await assert.rejects(driver.copyTo(file), /EEXIST/)
  })

  it('leave the log short when one moment follows the other while writes never pause', async () => {
    await open()
    let writing = true
    let written = 0
    const writer = (async () => {
      while (writing) {
        await driver.transact((sql) => sql.run('INSERT INTO filler (text) VALUES (zeroblob(1000000))'))
        written++
      }
    })()
    while (written < 250)
      await driver.snapshot(async (sql) => {
        for (const to = written + 10; written < to; ) await new Promise(setImmediate)
        await sql.get('SELECT COUNT(*) FROM filler')
      })
    writing = false
    await writer
    const log = (await stat(`${file}-wal`)).size
    assert.ok(log < 180e6, `250 MB were written; the log has ${log} octets`)
  })
})

/** Processes of ours that have that file open. */
async function childrenWith(file: string): Promise<number[]> {
  const found: number[] = []
  const children = await readFile(`/proc/self/task/${process.pid}/children`, 'utf8')
  for (const child of children.split(' ').filter(Boolean)) {
    const maps = await readFile(`/proc/${child}/maps`, 'utf8').catch(() => '')
    if (maps.includes(`${file}-shm`)) found.push(Number(child))
  }
  return found
}
