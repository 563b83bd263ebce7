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

export function noSuchMailbox(at: MailboxRef): Refusal {
  return new Refusal(
    'no-such-mailbox',
    `There is no mailbox ${at.mailbox} in organisation ${at.organization}.`,
  )
}
