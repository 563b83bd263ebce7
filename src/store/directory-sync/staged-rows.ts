import type { OrganizationId } from '#src/base/ids.ts'
import type { Decision } from '#src/domain/directory-sync/decision.ts'
import type { Sql } from '../driver/driver.ts'
import { STAGED_COLUMNS, type StagedRow } from './object-row.ts'

/** Rows of a run in the order of their keys. */
export function stagedAfter(
  sql: Sql,
  org: OrganizationId,
  run: number,
  only: keyof typeof ONLY | undefined,
  after: string,
  limit: number,
): Promise<StagedRow[]> {
  const head = `SELECT ${STAGED_COLUMNS} FROM source_staged WHERE org = ? AND run = ?`
  const tail = 'AND guid > ? ORDER BY guid LIMIT ?'
  if (only === undefined) return sql.all(`${head} ${tail}`, org, run, after, limit)
  return sql.all(`${head} AND ${ONLY[only]} ${tail}`, org, run, after, limit)
}

/** Rows that one page goes through: only their key and what was decided are read. */
const LOOKED_AT = 2_000

/** An index of decisions would cost each run more than it saves those who look at one of them. */
export async function decidedAfter(
  sql: Sql,
  org: OrganizationId,
  run: number,
  decisions: readonly Decision[],
  after: string,
  size: number,
): Promise<{ guids: readonly string[]; next: string | null }> {
  const looked = await sql.all<{ guid: string; decision: Decision | null }>(
    'SELECT guid, decision FROM source_staged WHERE org = ? AND run = ? AND guid > ? ORDER BY guid LIMIT ?',
    org,
    run,
    after,
    LOOKED_AT,
  )
  const found = looked.filter(({ decision }) => decision !== null && decisions.includes(decision))
  const guids = found.slice(0, size).map(({ guid }) => guid)
  const end = looked.length < LOOKED_AT ? null : looked.at(-1)!.guid
  return { guids, next: found.length > size ? guids.at(-1)! : end }
}

const ONLY = { releasing: 'step = 1', 'without-object': 'there = 0', 'with-object': 'there = 1' }
