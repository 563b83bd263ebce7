import type { RulePredicatesType } from '../schema-types.ts'

/** What texts are looked for in, by the name of the predicate. */
export const textPredicates = {
  ContainsBodyStrings: 'body',
  ContainsHeaderStrings: 'header',
  ContainsRecipientStrings: 'recipient',
  ContainsSenderStrings: 'sender',
  ContainsSubjectOrBodyStrings: 'subject-or-body',
  ContainsSubjectStrings: 'subject',
} as const satisfies Partial<Record<keyof RulePredicatesType, string>>

/** What is true or not of a message; a predicate that says false asks for nothing, as in Exchange. */
export const markPredicates = {
  HasAttachments: 'has-attachments',
  IsApprovalRequest: 'approval-request',
  IsAutomaticForward: 'automatic-forward',
  IsAutomaticReply: 'automatic-reply',
  IsEncrypted: 'encrypted',
  IsMeetingRequest: 'meeting-request',
  IsMeetingResponse: 'meeting-response',
  IsNDR: 'delivery-report',
  IsPermissionControlled: 'permission-controlled',
  IsReadReceipt: 'read-receipt',
  IsSigned: 'signed',
  IsVoicemail: 'voicemail',
  NotSentToMe: 'not-sent-to-me',
  SentCcMe: 'sent-cc-me',
  SentOnlyToMe: 'sent-only-to-me',
  SentToMe: 'sent-to-me',
  SentToOrCcMe: 'sent-to-or-cc-me',
} as const satisfies Partial<Record<keyof RulePredicatesType, string>>

/** What WithinSizeRange counts in, in octets. */
export const RULE_KILOBYTE = 1024
