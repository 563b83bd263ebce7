import { type Day, parseDay } from '#src/domain/migration/day.ts'
import { withoutMark } from '#src/domain/migration/report/csv.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { hasColumns } from './grant-source.ts'
import { openTable } from './table.ts'
import { isTrue } from './values.ts'

/**
 * The days that an earlier plan announced: its mailboxes.csv, columns EmailAddress and Day, and the numbers of its batches
 * in AnnouncedAs (as people know them from a plan before it) or Batch. `pilot`: column Pilot says that it is of the pilot.
 */
export async function* readAnnounced(
  file: string,
  signal?: AbortSignal,
): AsyncGenerator<{ address: string; day: Day; batch: number | null; pilot: boolean }> {
  const table = await openTable(file, signal)
  if (!hasColumns(table, ['emailaddress', 'day'])) {
    throw new Refusal(
      'invalid-parameter',
      `${table.name} has no columns EmailAddress and Day. Give the mailboxes.csv of the plan that was announced.`,
    )
  }
  for await (const rows of table.rows()) {
    for (const row of rows) {
      const day = parseDay(row.value('Day').trim())
      if (day === null) {
        throw new Refusal(
          'invalid-parameter',
          `${row.where}: Day is "${row.value('Day')}"; write 2026-12-31.`,
        )
      }
      const batch = row.value('AnnouncedAs').trim() || row.value('Batch').trim()
      const isNumber = /^[1-9]\d{0,8}$/.test(batch)
      yield {
        ...{ address: withoutMark(row.value('EmailAddress')), day, batch: isNumber ? Number(batch) : null },
        pilot: isTrue(row.value('Pilot')),
      }
    }
  }
}
