import type { OrganizationId } from '#src/base/ids.ts'
import type { TransitId } from './queue.ts'

/**
 * What happened to a message (MON-07..13): envelope, verdicts, rules, routes and results; never the body (MON-06).
 * `traceId` is the message's transit id; `messageId` joins the sender's side and the receiver's side.
 */
export type TraceEvent = {
  organization: OrganizationId
  traceId: TransitId
  /** Epoch milliseconds. */
  at: number
  name:
    | 'ORGANIZATION_EMAIL_RECEIVED'
    | 'MAILBOX_EMAIL_DELIVERED'
    | 'RULE_APPLIED'
    | 'JOURNALING_INITIATED'
    | 'INCOMING_EMAIL_BOUNCED'
    | 'OUTGOING_EMAIL_SUBMITTED'
    | 'OUTGOING_EMAIL_SENT'
    | 'OUTGOING_EMAIL_DELAYED'
    | 'OUTGOING_EMAIL_BOUNCED'
    | 'OUTGOING_EMAIL_CANCELLED'
    | 'DMARC_POLICY_APPLIED'
    | 'VIRUS_DROPPED'
    | 'ROUTED'
    | 'DUPLICATE_DROPPED'
    | 'GROUP_MEMBERS_SKIPPED'
    | 'GROUP_CIRCLE_ENDED'
    | 'SENDING_ON_STOPPED'
    /** Ours: a recipient or a message that was not taken. */
    | 'EMAIL_REFUSED'
  /** The fields that workmail.md names for the event, by those names. */
  fields: Readonly<Record<string, unknown>>
  /** What it can be found by: addresses in any case, Message-ID with its brackets. */
  senders: readonly string[]
  recipients: readonly string[]
  messageId?: string
}

export type TraceQuery = {
  traceId?: TransitId
  messageId?: string
  sender?: string
  recipient?: string
  /** Epoch milliseconds, inclusive and exclusive. */
  from?: number
  to?: number
}
