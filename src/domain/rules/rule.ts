import type { FolderNo, ItemNo } from '../mailbox/item.ts'

/** What the owner of a mailbox wants done with mail that comes into the inbox (EWS RuleType). */
export type Rule = {
  /** Base64 of eight octets. */
  id: string
  name: string
  enabled: boolean
  /** All of them must hold; none at all holds for every message. */
  conditions: RuleTests
  /** One of them is enough for the rule to leave a message alone. */
  exceptions: RuleTests
  actions: RuleActions
}

export type RulePerson = { name?: string; address: string }

export const ruleImportances = ['Low', 'Normal', 'High'] as const
type RuleImportance = (typeof ruleImportances)[number]

/** What a message is or is not; each is looked for only when a rule names it. */
const ruleMarks = [
  'has-attachments',
  'approval-request',
  'automatic-forward',
  'automatic-reply',
  'encrypted',
  'meeting-request',
  'meeting-response',
  'delivery-report',
  'permission-controlled',
  'read-receipt',
  'signed',
  'voicemail',
  'not-sent-to-me',
  'sent-cc-me',
  'sent-only-to-me',
  'sent-to-me',
  'sent-to-or-cc-me',
] as const
export type RuleMark = (typeof ruleMarks)[number]

/** Where texts are looked for, whatever their case; one of several is enough. */
const textPlaces = ['body', 'header', 'recipient', 'sender', 'subject-or-body', 'subject'] as const
export type TextPlace = (typeof textPlaces)[number]

export type RuleTests = {
  contains?: Partial<Record<TextPlace, readonly string[]>>
  categories?: readonly string[]
  itemClasses?: readonly string[]
  from?: readonly RulePerson[]
  /** In To or Cc, nowhere else (RUL-04). */
  sentTo?: readonly RulePerson[]
  /** Of X-Message-Flag; `Any` for any text. */
  flagged?: string
  importance?: RuleImportance
  sensitivity?: 'Normal' | 'Personal' | 'Private' | 'Confidential'
  marks?: readonly RuleMark[]
  /** Epoch milliseconds, both included. */
  received?: { from?: number; to?: number }
  /** Octets, both included. */
  size?: { from?: number; to?: number }
}

export type RuleActions = {
  assignCategories?: readonly string[]
  copyTo?: FolderNo
  moveTo?: FolderNo
  /** Into Deleted Items. */
  delete?: true
  /** No copy is kept. */
  permanentDelete?: true
  forwardTo?: readonly RulePerson[]
  forwardAttachedTo?: readonly RulePerson[]
  redirectTo?: readonly RulePerson[]
  importance?: RuleImportance
  markAsRead?: true
  /** The message that is the answer. */
  replyWith?: ItemNo
  stop?: true
}

export const RULE_LIMITS = {
  /** All rules of a mailbox as they are kept, in octets of JSON: Exchange's largest RulesQuota. */
  totalBytes: 256 * 1024,
  /** Characters of a name, and of one text that is looked for. */
  name: 256,
  text: 255,
  /** Entries of one list. */
  list: 200,
  /** Recipients of one action. */
  recipients: 50,
} as const
