import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BoundedRows } from '#src/store/bounded-rows.ts'
import type { Driver } from '#src/store/driver/driver.ts'
import { SqliteConnection } from '#src/store/driver/sqlite-connection.ts'

test('of more rows than there may be the oldest go, a hundredth at once, and few times all are counted', async (t) => {
  const sql = new SqliteConnection(':memory:')
  t.after(() => sql.close())
  await sql.run('CREATE TABLE kept (name TEXT NOT NULL PRIMARY KEY, at BIGINT NOT NULL)')
  let counted = 0
  const read = {
    get: (text: string, ...values: string[]) => {
      counted++
      return sql.get(text, ...values)
    },
  }
  const driver = { read, transact: (work: (to: unknown) => unknown) => work(sql) } as unknown as Driver
  const rows = new BoundedRows(driver, { table: 'kept', time: 'at', most: 200 })
  const times = Array.from({ length: 1_000 }, (_, no) => (no * 7) % 1_000)
  for (const at of times) {
    await rows.put(
      async () => void (await sql.run('INSERT INTO kept (name, at) VALUES (?, ?)', `n${at}`, at)),
    )
    const found = (await sql.get<{ found: number }>('SELECT COUNT(*) AS found FROM kept'))!.found
    assert.ok(found <= 200, `${found} rows`)
  }
  const [oldest] = await sql.all<{ at: number }>('SELECT at FROM kept ORDER BY at')
  assert.ok(oldest!.at > 700, `${oldest!.at} is still there`)
  assert.ok(counted < 350, `counted ${counted} times`)
})

test('those that are being put there count, too', async (t) => {
  const sql = new SqliteConnection(':memory:')
  t.after(() => sql.close())
  await sql.run('CREATE TABLE kept (name TEXT NOT NULL PRIMARY KEY, at BIGINT NOT NULL)')
  const driver = { read: sql, transact: (work: (to: unknown) => unknown) => work(sql) } as unknown as Driver
  const rows = new BoundedRows(driver, { table: 'kept', time: 'at', most: 100 })
  const putAtOnce = (from: number, count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, no) =>
        rows.put(async () => {
          await new Promise(setImmediate)
          await sql.run('INSERT INTO kept (name, at) VALUES (?, ?)', `n${from + no}`, from + no)
        }),
      ),
    )
  await putAtOnce(0, 60)
  await putAtOnce(60, 100)
  const { found, last } = (await sql.get<{ found: number; last: number }>(
    'SELECT COUNT(*) AS found, MAX(at) AS last FROM kept',
  ))!
  assert.ok(found <= 100, `${found} rows`)
  assert.equal(last, 159)
})
