import type { AdministrationMemory, KeptAnswer } from '#src/domain/administration/store.ts'
import { BoundedRows } from './bounded-rows.ts'
import type { Driver, Sql } from './driver/driver.ts'

const KEPT = 10_000

export function administrationMemory(driver: Driver): AdministrationMemory {
  const answers = new BoundedRows(driver, { table: 'kept_answer', time: 'at', most: KEPT })
  return {
    findAnswer: (name) =>
      driver.read.get<KeptAnswer>('SELECT request, answer, at FROM kept_answer WHERE name = ?', name),

    async keepAnswer(name, { request, answer, at }, oldest) {
      const write = async (sql: Sql) => {
        await sql.run('DELETE FROM kept_answer WHERE at < ?', oldest)
        await sql.run(
          `INSERT INTO kept_answer (name, request, answer, at) VALUES (?, ?, ?, ?)
          ON CONFLICT (name) DO UPDATE SET request = excluded.request, answer = excluded.answer, at = excluded.at`,
          name,
          request,
          answer,
          at,
        )
      }
      await answers.put(() => driver.transact(write))
    },

    async signedAhead(accessKey) {
      const row = await driver.read.get<{ at: number }>(
        'SELECT at FROM signed_ahead WHERE access_key = ?',
        accessKey,
      )
      return row?.at ?? 0
    },

    async noteSignedAhead(accessKey, signedAt, oldest) {
      await driver.transact(async (sql) => {
        await sql.run('DELETE FROM signed_ahead WHERE at < ?', oldest)
        await sql.run(
          `INSERT INTO signed_ahead (access_key, at) VALUES (?, ?)
          ON CONFLICT (access_key) DO UPDATE SET at = excluded.at WHERE excluded.at > signed_ahead.at`,
          accessKey,
          signedAt,
        )
      })
    },
  }
}
