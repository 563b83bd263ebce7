import type { OrganizationId } from '#src/base/ids.ts'
import type { ItemNo } from '../mailbox/item.ts'
import type { ReportWishes } from './intake.ts'

/** Name of a message on its way, from intake to its last recipient: 32 hex digits. Replies, headers and the trace show it. */
export type TransitId = string & { readonly transit: unique symbol }

/** Where a queued recipient's mail goes next. Recipients of one message with the same route travel together. */
export type Route =
  /** To the mail exchangers of a domain. */
  | { kind: 'internet'; domain: string }
  /** To the Exchange side of a shared domain (`home` is `exchange`, or unknown before the MX cut-over). */
  | { kind: 'exchange' }
  /** Through an SMTP gateway that a flow rule or setting names (FLW-12). */
  | { kind: 'gateway'; name: string }
  /** Into a mailbox here that could not take it at once: its key was out of reach. */
  | { kind: 'local' }

/** Whether it leads to strangers, straight or through a gateway: they check what SPF, DKIM and ARC say of us. */
export const leavesUs = (route: Route): boolean => route.kind === 'internet' || route.kind === 'gateway'

export type QueuedRecipient = {
  /** Number in its message, from 1. */
  no: number
  /** Where it is delivered. */
  address: string
  /** Whom the sender wrote to, when that is another address: a group, an alias, a mailbox that forwards. */
  writtenTo?: string
  notify?: ReportWishes
  /** ORCPT (RFC 3461 §4.2). */
  originalRecipient?: { type: string; address: string }
  route: Route
}

/** A message in the queue without its octets, which lie as an item in the organisation's transport mailbox. */
export type QueuedMessage = {
  id: TransitId
  organization: OrganizationId
  item: ItemNo
  /** Envelope sender; empty for the null sender. */
  sender: string
  /** Address of the header field From, for the trace; empty when there is none. */
  from: string
  /** Which way it came. `report`: made here (delivery reports, notices): when it fails, nothing is reported. */
  origin: 'inbound' | 'submitted' | 'report'
  subject: string
  messageId: string
  sizeBytes: number
  eightBit: boolean
  utf8: boolean
  requireTls: boolean
  envelopeId?: string
  returnContent?: 'full' | 'headers'
  queuedAt: number
}

/** How far the delivery to one recipient is. Times are epoch milliseconds. */
export type RecipientProgress = {
  attempts: number
  nextAttemptAt: number
  /** Held by a delivery that is under way, until then; after a crash the next start frees it. */
  leasedUntil: number | null
  delayReportedAt: number | null
  /** Attempts of which nobody knows how they ended (the reply was lost, we crashed): each may have delivered a copy. */
  uncertainAttempts: number
  /** What the last attempt met, a sentence with the server's words. */
  problem: string | null
}

/** What an attempt came to for one recipient. */
export type Settlement =
  | { no: number; outcome: 'delivered'; remote: string; reply: string }
  /** For good: it leaves the queue, and its sender is told if it wants to be. */
  | { no: number; outcome: 'failed'; status: string; problem: string; remote?: string; reply?: string }
  | {
      no: number
      outcome: 'postponed'
      status: string
      problem: string
      nextAttemptAt: number
      /** The next hop may have taken it: its reply to the end of the message was lost. */
      uncertain?: boolean
      /** Its sender is told of the delay in this transaction, and not again. */
      delayReported?: boolean
      remote?: string
      reply?: string
    }
