import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Value } from '#src/store/driver/driver.ts'
import { keptPlan, SqliteConnection } from '#src/store/driver/sqlite-connection.ts'

test('limits and equations do not show the planner their variable', () => {
  const text = 'SELECT b FROM t WHERE a = ? AND b >= ? AND c IN (?, ?) ORDER BY b LIMIT ?'
  assert.equal(keptPlan(text), 'SELECT b FROM t WHERE a = +? AND b >= +? AND c IN (?, ?) ORDER BY b LIMIT +?')
})

test('a value of any type is found, and written, as it is', async () => {
  const connection = new SqliteConnection(':memory:')
  try {
    connection.database.exec('CREATE TABLE t (no INTEGER PRIMARY KEY, n BIGINT, s TEXT, b BLOB)')
    const values: [Value, Value, Value][] = [
      [1, '01', Buffer.from('01')],
      [-9_007_199_254_740_991, '-1', Buffer.from([0, 255])],
      [0, '', Buffer.alloc(0)],
      [null, null, null],
    ]
    for (const [no, [n, s, b]] of values.entries()) {
      await connection.run('INSERT INTO t (no) VALUES (?)', no)
      await connection.run('UPDATE t SET n = ?, s = ?, b = ? WHERE no = ?', n, s, b, no)
      const kept = await connection.get('SELECT n, s, b FROM t WHERE no = ?', no)
      assert.deepEqual(kept, { n, s, b })
      const found = await connection.all(
        'SELECT no FROM t WHERE n = ? AND s = ? AND b = ? ORDER BY no LIMIT ?',
        ...[n, s, b, 2],
      )
      assert.deepEqual(found, n === null ? [] : [{ no }])
    }
    // Text is not taken for the number that it looks like, nor for other text.
    assert.deepEqual(await connection.all('SELECT no FROM t WHERE s = ? ORDER BY no LIMIT ?', '1', 9), [])
    assert.equal((await connection.all('SELECT no FROM t WHERE n >= ? ORDER BY no LIMIT ?', -1, 1)).length, 1)
    assert.equal(
      (await connection.all('SELECT no FROM t WHERE n >= ? ORDER BY no LIMIT ?', -1, -1)).length,
      2,
    )
  } finally {
    connection.close()
  }
})
