import { setImmediate } from 'node:timers/promises'
import { Damaged } from '#src/domain/damaged.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { Finding } from '#src/domain/maintenance/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Row } from '../driver/driver.ts'
import type { OpenMailbox, Session } from '../session.ts'

/** Where a check tells what it finds, and how far it is. */
export type CheckReport = {
  found(finding: Finding): void
  checked(count: { items: number }): void
  signal?: AbortSignal
}

/** What every part of the check works with. */
export type Checking = {
  session: Session
  at: MailboxRef
  open: OpenMailbox
  mailbox: MailboxNumbers
  /** `what` is said of the mailbox; where and remedy are added. */
  found(what: string): void
  report: CheckReport
}

export const mailboxWhere = (at: MailboxRef): string =>
  `mailbox ${at.mailbox} of organisation ${at.organization}`

/** Tells what is wrong with a mailbox: where, and what to do, are the same for all of it. */
export function mailboxFindings(at: MailboxRef, report: CheckReport): Pick<Checking, 'found'> {
  const where = mailboxWhere(at)
  const remedy = 'Restore the mailbox from a backup; until then it is best not written to.'
  return { found: (what) => report.found({ where, what, remedy }) }
}

export type MailboxNumbers = Row & {
  next_item: number
  next_folder: number
  modseq: number
  forgotten_modseq: number
  items: number
  size_bytes: number
  recoverable_bytes: number
}

/** Between pages: everybody else's turn, and the place where a check that is called off ends. */
export async function breathe({ report }: Pick<Checking, 'report'>): Promise<void> {
  await setImmediate()
  report.signal?.throwIfAborted()
}

/** Does what opens something sealed; when that refuses `damaged`, tells it and goes on. */
export async function opens<T>(
  checking: Pick<Checking, 'found'>,
  what: string,
  open: () => T | Promise<T>,
): Promise<T | undefined> {
  try {
    return await open()
  } catch (error) {
    // A tag that verifies over text that does not parse is damage as well.
    if (!(error instanceof SyntaxError) && !(error instanceof Refusal && error.reason === 'damaged'))
      throw error
    checking.found(
      error instanceof Damaged ? `${what}: ${error.what}` : `${what} does not open: ${error.message}.`,
    )
    return undefined
  }
}
