import { type Counts, noCounts } from '#src/domain/migration/engine/project/project.ts'
import type { ItemLedgerState } from '#src/domain/migration/engine/project/state.ts'
import type { LossWeight } from '#src/domain/migration/source.ts'
import type { LedgerFolderNo, MigrationReader } from '#src/domain/migration/store.ts'
import type { OpenMailbox, Session } from '../session.ts'
import { sourceKey } from './ledger-folders.ts'

type CountRow = { state: string; weight: string | null; n: number; bytes: number }
const SUMS = 'SELECT state, weight, COUNT(*) AS n, SUM(size_bytes) AS bytes FROM migration_item'
const GROUPED = 'GROUP BY state, weight'
/** The index of another condition stays in use. */
export const OF_SOURCE =
  'AND (? IS NULL OR +folder IN (SELECT no FROM migration_folder WHERE mailbox = ? AND source_key = ?))'
export const ofSource = (open: OpenMailbox, source: string | undefined) => {
  const key = source === undefined ? null : sourceKey(open, source)
  return [key, open.no, key] as const
}

function summed(rows: readonly CountRow[]) {
  const counts: Counts = { ...noCounts }
  const losses: Record<LossWeight, number> = { metadata: 0, visible: 0, content: 0 }
  for (const { state, weight, n, bytes } of rows) {
    counts[state as ItemLedgerState] += n
    if (state === 'copied') counts.bytes += bytes
    if (weight !== null) losses[weight as LossWeight] += n
  }
  return { counts, losses }
}

/** Sums over the items of a ledger. */
export function ledgerCounts({
  sql,
  keys,
}: Session): Pick<MigrationReader, 'countLedger' | 'countTroubled' | 'countLedgerFolders'> {
  return {
    async countLedger(at, source) {
      const open = await keys.mailbox(at)
      const rows = await sql.all<CountRow>(
        `${SUMS} WHERE mailbox = ? ${OF_SOURCE} ${GROUPED}`,
        open.no,
        ...ofSource(open, source),
      )
      return summed(rows)
    },

    async countTroubled(at, source) {
      const open = await keys.mailbox(at)
      const rows = await sql.all<CountRow>(
        `${SUMS} WHERE mailbox = ? AND (state <> 'copied' OR weight IS NOT NULL) ${OF_SOURCE} ${GROUPED}`,
        open.no,
        ...ofSource(open, source),
      )
      return summed(rows)
    },

    async countLedgerFolders(at, folders) {
      if (folders.length === 0) return []
      const open = await keys.mailbox(at)
      const rows = await sql.all<{ folder: number; copied: number; bytes: number; settled: number }>(
        `SELECT folder, SUM(CASE WHEN item IS NULL THEN 0 ELSE 1 END) AS copied,
          SUM(CASE WHEN item IS NULL THEN 0 ELSE size_bytes END) AS bytes, COUNT(*) AS settled
        FROM migration_item WHERE mailbox = ? AND folder IN (${folders.map(() => '?').join(', ')}) GROUP BY folder`,
        open.no,
        ...folders,
      )
      return rows.map((row) => ({ ...row, folder: row.folder as LedgerFolderNo }))
    },
  }
}
