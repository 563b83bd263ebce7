import { Refusal } from '../refusal.ts'
import type { ItemNo } from './item.ts'
import type { MailboxReader, MailboxRef } from './store.ts'

/** What is to be written was made of an item that has been changed since it was read. */
export class ChangedMeanwhile extends Refusal {
  constructor() {
    super('try-later', 'Somebody else changed this meanwhile. Try again.')
  }
}

/** Refuses `ChangedMeanwhile` for an item that was changed after that modseq; one that is gone is not judged. */
export async function requireUnchanged(
  mailboxes: MailboxReader,
  at: MailboxRef,
  no: ItemNo,
  since: number | undefined,
): Promise<void> {
  if (since === undefined) return
  const [item] = await mailboxes.getItems(at, [no])
  if (item !== undefined && item.modseq > since) throw new ChangedMeanwhile()
}
