import type { FolderNo } from '#src/domain/mailbox/item.ts'
import type { DistinguishedFolder, MailboxRef } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Sql } from '../driver/driver.ts'
import type { NewMailbox, OpenMailbox } from '../session.ts'
import { createFolder } from './folder-changes.ts'

/** Makes the row of a mailbox and the folders it comes with; a folder's parent stands before it. Refuses `name-taken`. */
export async function createMailbox(
  sql: Sql,
  fresh: NewMailbox,
  at: MailboxRef,
  options: { quotaBytes: number; folders: readonly DistinguishedFolder[] },
  now: number,
): Promise<void> {
  const made = await sql.run(
    `INSERT INTO mailbox (no, organization, id, key_ref, wrapped_key, state, next_item, next_folder, modseq,
      forgotten_modseq, items, size_bytes, recoverable_bytes, quota_bytes, quota_notice, created_at)
    VALUES (?, ?, ?, ?, ?, 'active', 1, 1, 0, 0, 0, 0, 0, ?, 0, ?) ON CONFLICT (organization, id) DO NOTHING`,
    fresh.no,
    at.organization,
    at.mailbox,
    fresh.keyRef,
    fresh.wrappedKey,
    options.quotaBytes,
    now,
  )
  if (made === 0)
    throw new Refusal('name-taken', `There is already a mailbox ${at.mailbox} in this organisation.`)
  const numbers = new Map<string, FolderNo>()
  for (const { parent, ...folder } of options.folders) {
    const parentNo = parent === null ? null : numbers.get(parent)
    if (parentNo === undefined)
      throw new Error(`Folder ${folder.distinguished} comes before its parent ${parent}`)
    const { no } = await createFolder(sql, fresh, { ...folder, parent: parentNo }, now)
    numbers.set(folder.distinguished, no)
  }
}

/** Removes the key: what is left is unreadable for ever, and goes in the background. */
export async function destroyMailbox(sql: Sql, open: OpenMailbox): Promise<void> {
  await sql.run("UPDATE mailbox SET wrapped_key = NULL, state = 'destroyed' WHERE no = ?", open.no)
}
