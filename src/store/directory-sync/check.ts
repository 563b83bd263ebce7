import type { OrganizationId } from '#src/base/ids.ts'
import type { DataKey } from '../data-key.ts'
import { type CheckRun, PAGE, paged } from '../maintenance/check-run.ts'
import { tellUs, tryOpen } from '../maintenance/findings.ts'
import {
  KNOWN_COLUMNS,
  type KnownRow,
  openKnown,
  openStaged,
  STAGED_COLUMNS,
  type StagedRow,
} from './object-row.ts'
import { syncReader } from './reads.ts'

/** Everything kept of a directory elsewhere opens, and names entries that are there unless they were purged. */
export async function checkSync(run: CheckRun, org: OrganizationId, key: DataKey | undefined): Promise<void> {
  const { sql, findings } = run
  const where = `directory of organisation ${org}, source`
  if (!key) return
  const reader = syncReader(run.session)
  for (const read of [() => reader.findSync(org), () => reader.findConnection(org)]) {
    const failure = await read().then(
      () => undefined,
      (error: unknown) => ({ error }),
    )
    if (failure)
      tryOpen(findings, where, () => {
        throw failure.error
      })
  }
  const known = paged<KnownRow & { found: string | null }>((last) =>
    sql.all(
      `SELECT ${KNOWN_COLUMNS}, (SELECT e.id FROM directory_entry e WHERE e.org = o.org AND e.id = o.entry) AS found
       FROM source_object o WHERE org = ? AND guid > ? ORDER BY guid LIMIT ${PAGE}`,
      org,
      last?.guid ?? '',
    ),
  )
  for await (const row of known) {
    tryOpen(findings, `${where}, object ${row.guid}`, () => openKnown(key, org, row))
    if (
      row.entry !== null &&
      row.found === null &&
      ['imported', 'partial', 'local', 'local-partial'].includes(row.state)
    )
      findings.add(`${where}, object ${row.guid}`, `It is entry ${row.entry}, which is not there.`, tellUs)
  }
  const staged = paged<StagedRow & { run: number }>((last) =>
    sql.all(
      `SELECT run, ${STAGED_COLUMNS} FROM source_staged WHERE org = ? AND (run, guid) > (?, ?) ORDER BY run, guid LIMIT ${PAGE}`,
      org,
      last?.run ?? -1,
      last?.guid ?? '',
    ),
  )
  for await (const row of staged)
    tryOpen(findings, `${where}, staged object ${row.guid}`, () => openStaged(key, org, row))
}
