import type { MailboxId, OrganizationId } from '#src/base/ids.ts'
import type { HeaderField } from '#src/formats/header/fields.ts'
import type { Envelope } from '#src/formats/mime/envelope.ts'
import type { Flags, FolderNo, ItemNo } from '../mailbox/item.ts'
import type { NewItem } from '../mailbox/store.ts'
import type { RoutedEntry } from '../routing/decide-route.ts'
import type { IncomingMessage } from './incoming-message.ts'

/** A message about to be put into a mailbox. */
export type MailboxDelivery = {
  organization: OrganizationId
  entry: RoutedEntry
  mailbox: MailboxId
  /** Envelope sender; empty for the null sender. */
  sender: string
  fields: readonly HeaderField[]
  envelope: Envelope
  message: IncomingMessage
  /** Verdicts or policies want it in Junk. */
  junk: boolean
  /** And nothing but the verdict of the spam scanner does. */
  onlySpam?: boolean
}

export type MailboxDecision = {
  /** Distinguished name of the folder it goes to; null when no copy is kept. */
  folder: string | null
  /** It goes on to these, as it is, its author unchanged (RUL-02). Never done for the null sender (RUL-03). */
  redirectTo: readonly string[]
  /** What rules of the owner make of it beside that. */
  ruled?: Ruled
  /** What was to be sent on and was not, for the trace. */
  unsent?: Unsent
}

/** It was there before and came back, it is a report (RUL-03), or no more may be sent today (LIM-06). */
export type Unsent = { because: 'circle' | 'report' | 'limit'; recipients: readonly string[] }

export type Ruled = {
  /** Folders it goes to instead of `folder`, which is for the case that none of them is there any more. */
  folders: readonly FolderNo[]
  flags: Flags
  keywords: readonly string[]
  properties: NonNullable<NewItem['properties']>
  letters: readonly RuleLetter[]
  applied: readonly AppliedRule[]
}

/** What a rule sends: the message forwarded, within another one or as what is attached to it, or an answer. */
export type RuleLetter =
  | { kind: 'forward' | 'forward-attached'; to: readonly Recipient[] }
  | { kind: 'reply'; with: ItemNo }
type Recipient = { name?: string; address: string }

/** For the trace (RUL-05, MON-10). */
export type AppliedRule = {
  name: string
  actions: readonly { action: string; recipients?: readonly string[] }[]
  folder?: string
  recipients: readonly string[]
}

/** The same, with nothing sent on, and then the message stays. */
export const withoutSending = ({ folder, ruled }: MailboxDecision, unsent: Unsent): MailboxDecision => ({
  folder: folder ?? 'inbox',
  redirectTo: [],
  unsent,
  ...(ruled && { ruled: { ...ruled, letters: [] } }),
})

/** What becomes of a message at a mailbox. The rules of its owner are such a step. */
export type MailboxStep = (delivery: MailboxDelivery) => Promise<MailboxDecision>
