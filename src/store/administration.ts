import type { AdministrationMemory, KeptAnswer } from '#src/domain/administration/store.ts'
import type { Driver } from './driver/driver.ts'

const KEPT = 10_000
/** One is added at a time, so more than one is never too many for long. */
const FORGOTTEN_AT_ONCE = 100

export function administrationMemory(driver: Driver): AdministrationMemory {
  return {
    findAnswer: (name) =>
      driver.read.get<KeptAnswer>('SELECT request, answer, at FROM kept_answer WHERE name = ?', name),

    async keepAnswer(name, { request, answer, at }, oldest) {
      await driver.transact(async (sql) => {
        await sql.run('DELETE FROM kept_answer WHERE at < ?', oldest)
        await sql.run(
          `INSERT INTO kept_answer (name, request, answer, at) VALUES (?, ?, ?, ?)
          ON CONFLICT (name) DO UPDATE SET request = excluded.request, answer = excluded.answer, at = excluded.at`,
          name,
          request,
          answer,
          at,
        )
        await sql.run(
          `DELETE FROM kept_answer WHERE name IN
          (SELECT name FROM kept_answer ORDER BY at DESC LIMIT ${FORGOTTEN_AT_ONCE} OFFSET ${KEPT})`,
        )
      })
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
