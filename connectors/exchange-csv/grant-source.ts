import type { FoundGrant, GrantSource, LeftOut } from '#src/domain/migration/grant.ts'
import type { FoundBooking } from '#src/domain/migration/moved-booking.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { calendarProcessing, sendOnBehalf } from './calendar-processing.ts'
import { folderPermission } from './folder-permission.ts'
import type { GrantFile } from './grant-rows.ts'
import { mailboxPermission } from './mailbox-permission.ts'
import { adPermission, recipientPermission } from './recipient-permission.ts'
import { openTable, type Table } from './table.ts'

/** Told apart by their columns, the most particular first. */
const files: readonly GrantFile[] = [
  calendarProcessing,
  recipientPermission,
  folderPermission,
  adPermission,
  mailboxPermission,
  sendOnBehalf,
]

export const hasColumns = (table: Table, columns: readonly string[]): boolean => {
  const there = new Set(table.columns.map((column) => column.toLowerCase()))
  return columns.every((column) => there.has(column))
}

/** A file that one of Exchange's cmdlets wrote, as a source of grants; `Refusal` when its columns are of none of them. */
export async function grantSource(file: string, signal?: AbortSignal): Promise<GrantSource> {
  const table = await openTable(file, signal)
  const kind = files.find(({ columns }) => hasColumns(table, columns))
  if (kind === undefined) {
    throw new Refusal(
      'invalid-parameter',
      `${table.name} is none of the files that tell permissions: its columns are ${table.columns.join(', ')}. ` +
        `Wanted: ${files.map(({ cmdlet, columns }) => `${cmdlet} (${columns.join(', ')})`).join('; ')}.`,
    )
  }
  return sourceOf(table, kind)
}

/** Send on behalf from the file of mailboxes itself, where it has that column. */
export async function sendOnBehalfSource(file: string, signal?: AbortSignal): Promise<GrantSource | null> {
  const table = await openTable(file, signal)
  return hasColumns(table, ['grantsendonbehalfto']) ? sourceOf(table, sendOnBehalf) : null
}

const sourceOf = (table: Table, kind: GrantFile): GrantSource => ({
  name: `${table.name} (${kind.cmdlet})`,
  read: async function* () {
    for await (const rows of table.rows()) {
      const grants: FoundGrant[] = []
      const leftOut: LeftOut[] = []
      const bookings: FoundBooking[] = []
      for (const row of rows) {
        const said = kind.said(row)
        grants.push(...said.grants)
        leftOut.push(...said.leftOut)
        bookings.push(...(said.bookings ?? []))
      }
      yield { grants, leftOut, bookings }
    }
  },
})
