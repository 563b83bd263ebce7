import type { Mailbox, MailboxRef } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Row, Sql } from '../driver/driver.ts'
import type { OpenMailbox } from '../session.ts'

type MailboxRow = Row & {
  modseq: number
  forgotten_modseq: number
  items: number
  size_bytes: number
  recoverable_bytes: number
  quota_bytes: number
  quota_notice: number
  created_at: number
}

export async function getMailbox(sql: Sql, open: OpenMailbox, at: MailboxRef): Promise<Mailbox> {
  const row = await sql.get<MailboxRow>(
    `SELECT modseq, forgotten_modseq, items, size_bytes, recoverable_bytes, quota_bytes, quota_notice, created_at
    FROM mailbox WHERE no = ?`,
    open.no,
  )
  if (!row) throw noSuchMailbox(at)
  return {
    organization: at.organization,
    mailbox: at.mailbox,
    modseq: row.modseq,
    forgottenModseq: row.forgotten_modseq,
    items: row.items,
    sizeBytes: row.size_bytes,
    recoverableBytes: row.recoverable_bytes,
    quotaBytes: row.quota_bytes,
    quotaNoticeGiven: row.quota_notice === 1,
    createdAt: row.created_at,
  }
}

/** Whether it can be written to: one that was opened before may have been destroyed since. */
export async function isActive(sql: Sql, open: OpenMailbox): Promise<boolean> {
  return (await sql.get("SELECT no FROM mailbox WHERE no = ? AND state = 'active'", open.no)) !== undefined
}

/** Refuses `no-such-mailbox`. */
export async function setQuota(
  sql: Sql,
  open: OpenMailbox,
  at: MailboxRef,
  quotaBytes: number,
): Promise<void> {
  const changed = await sql.run(
    "UPDATE mailbox SET quota_bytes = ? WHERE no = ? AND state = 'active'",
    quotaBytes,
    open.no,
  )
  if (changed === 0) throw noSuchMailbox(at)
}

/** Refuses `no-such-mailbox`. */
export async function setQuotaNotice(
  sql: Sql,
  open: OpenMailbox,
  at: MailboxRef,
  given: boolean,
): Promise<void> {
  const changed = await sql.run(
    "UPDATE mailbox SET quota_notice = ? WHERE no = ? AND state = 'active'",
    given ? 1 : 0,
    open.no,
  )
  if (changed === 0) throw noSuchMailbox(at)
}

/** Without a name where only its row number is known, which it was opened by a moment ago. */
export function noSuchMailbox(at?: MailboxRef): Refusal {
  const which = at ? `mailbox ${at.mailbox} in organisation ${at.organization}` : 'such mailbox any more'
  return new Refusal('no-such-mailbox', `There is no ${which}.`)
}
