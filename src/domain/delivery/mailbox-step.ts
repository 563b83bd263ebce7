import type { MailboxId, OrganizationId } from '#src/base/ids.ts'
import type { HeaderField } from '#src/formats/header/fields.ts'
import type { Envelope } from '#src/formats/mime/envelope.ts'
import type { RoutedEntry } from '../routing/decide-route.ts'

/** A message about to be put into a mailbox. */
export type MailboxDelivery = {
  organization: OrganizationId
  entry: RoutedEntry
  mailbox: MailboxId
  /** Envelope sender; empty for the null sender. */
  sender: string
  fields: readonly HeaderField[]
  envelope: Envelope
  /** Verdicts or policies want it in Junk. */
  junk: boolean
}

export type MailboxDecision = {
  /** Distinguished name of the folder it goes to; null when no copy is kept. */
  folder: string | null
  /** It goes on to these, as it is, its author unchanged (RUL-02). Never done for the null sender (RUL-03). */
  redirectTo: readonly string[]
}

/** What becomes of a message at a mailbox. The rules of its owner are such a step. */
export type MailboxStep = (delivery: MailboxDelivery) => Promise<MailboxDecision>

/** Without rules: Inbox, or Junk. */
export const intoInbox: MailboxStep = async ({ junk }) => ({
  folder: junk ? 'junkemail' : 'inbox',
  redirectTo: [],
})
