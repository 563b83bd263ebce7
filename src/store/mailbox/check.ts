import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { checkSealed } from '../maintenance/check-sealed.ts'
import type { Session } from '../session.ts'
import { checkTies } from './check-bodies.ts'
import { checkDigests } from './check-digests.ts'
import { checkFolders, type FolderTally } from './check-folders.ts'
import { checkItems } from './check-items.ts'
import { namedInMailbox } from './check-settings.ts'
import { checkTombstones } from './check-tombstones.ts'
import { type Checking, type CheckReport, type MailboxNumbers, mailboxFindings } from './checking.ts'

/**
 * Verifies every invariant of a mailbox, a page at a time: counts, sizes, uids, modseqs, tombstones, parents,
 * that bodies and items belong together, and that everything sealed opens in its place, but for the octets of bodies:
 * those are `readBodies`. The session reads one moment.
 */
export async function checkMailbox(session: Session, at: MailboxRef, report: CheckReport): Promise<void> {
  const open = await session.keys.mailbox(at)
  const mailbox = await session.sql.get<MailboxNumbers>(
    `SELECT next_item, next_folder, modseq, forgotten_modseq, items, size_bytes, recoverable_bytes
    FROM mailbox WHERE no = ?`,
    open.no,
  )
  const { found } = mailboxFindings(at, report)
  if (!mailbox) return found('The row of the mailbox is missing.')
  const checking: Checking = { session, at, open, mailbox, found, report }
  const folders = await checkFolders(checking)
  await checkItems(checking, folders)
  compareTotals(checking, folders)
  await checkTombstones(checking, folders)
  await checkTies(session.sql, open.no, found)
  await checkDigests(checking)
  const held = { column: 'mailbox', value: open.no, holder: open } as const
  await checkSealed(session.sql, found, held, namedInMailbox)
}

function compareTotals(checking: Checking, folders: ReadonlyMap<number, FolderTally>): void {
  const sum = { items: 0, sizeBytes: 0, recoverableBytes: 0 }
  for (const folder of folders.values()) {
    const { counted, row } = folder
    if (row.recoverable === 1) sum.recoverableBytes += counted.sizeBytes
    else {
      sum.items += counted.items
      sum.sizeBytes += counted.sizeBytes
    }
    const told = { items: row.items, unseen: row.unseen, deleted: row.deleted, sizeBytes: row.size_bytes }
    compare(checking, `Folder ${row.no}`, told, counted)
  }
  const { items, size_bytes, recoverable_bytes } = checking.mailbox
  compare(checking, 'The mailbox', { items, sizeBytes: size_bytes, recoverableBytes: recoverable_bytes }, sum)
}

function compare(
  checking: Checking,
  what: string,
  told: Record<string, number>,
  counted: Record<string, number>,
): void {
  for (const [name, value] of Object.entries(told)) {
    if (value !== counted[name])
      checking.found(`${what} says ${name} is ${value}, but counting gives ${counted[name]}.`)
  }
}
