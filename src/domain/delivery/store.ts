import type { EntryId, MailboxId, OrganizationId } from '#src/base/ids.ts'
import type { GatewayReader, GatewayWriter } from '../gateway/store.ts'
import type { Page } from '../mailbox/store.ts'
import type {
  QueuedMessage,
  QueuedRecipient,
  RecipientProgress,
  Route,
  Settlement,
  TransitId,
} from './queue.ts'
import type { Sending, SendingLimits } from './sending-limits.ts'
import type { TraceEvent, TraceQuery } from './trace.ts'

/**
 * The mailbox of an organisation that holds the octets of what is queued: an item for each message. It has no entry in
 * the directory and shows nowhere; like any mailbox it has its own key, quota aside, and is checked, backed up and shredded.
 */
export const transportMailbox = 'transport' as MailboxId

/** Recipients of one message with the same route, held by one delivery. `token` fences: a late one settles nothing. */
export type Lease = {
  message: QueuedMessage
  route: Route
  /** One text for an organisation and route, without either being readable: what `busy` counts by. */
  destination: string
  recipients: readonly (QueuedRecipient & RecipientProgress)[]
  token: number
}

export type DeliveryReader = GatewayReader & {
  /** Newest first. Refuses `key-unavailable`. */
  listQueue(
    organization: OrganizationId,
    page: { after?: string | null; limit: number },
  ): Promise<Page<QueuedMessage, string>>
  findQueued(
    organization: OrganizationId,
    id: TransitId,
  ): Promise<
    { message: QueuedMessage; recipients: readonly (QueuedRecipient & RecipientProgress)[] } | undefined
  >
  /** How much waits, over the whole service, and how long the oldest has waited. Needs no key. */
  queueStatistics(
    now: number,
  ): Promise<{ messages: number; recipients: number; due: number; oldestQueuedAt: number | null }>
  /** In order of time. One indexed read each for id, Message-ID, sender and recipient; the others are ranges of time. */
  findTrace(
    organization: OrganizationId,
    query: TraceQuery,
    page: { after?: string | null; limit: number },
  ): Promise<Page<TraceEvent, string>>
  /** External recipients that an entry, or the whole organisation, has sent to on that UTC day, `2026-11-21` (LIM-03). */
  countSent(organization: OrganizationId, day: string, entry?: EntryId): Promise<number>
  /** The same of all organisations together (LIM-04), and their recipients of all kinds from test domains (LIM-10). Needs no key. */
  countAccountSending(day: string): Promise<Sending>
}

export type DeliveryWriter = DeliveryReader &
  GatewayWriter & {
    /** The message's item was appended to the transport mailbox in this transaction. */
    enqueue(message: QueuedMessage, recipients: readonly QueuedRecipient[]): Promise<void>
    /**
     * Ends a delivery. Recipients of the lease that no settlement names are given back as they were. The message and its
     * item go with their last recipient; the transport mailbox must be in scope. Refuses `wrong-state` when the lease was lost.
     */
    settle(lease: Lease, settlements: readonly Settlement[], now: number): Promise<void>
    /** Makes waiting recipients due now (of the message, or of the organisation), at most `limit`; how many. */
    retryQueued(
      organization: OrganizationId,
      id: TransitId | null,
      now: number,
      limit: number,
    ): Promise<number>
    /**
     * Takes waiting recipients out of the queue without a report; those under way are left. Which were taken; one that is
     * damaged goes too, but is left out of the answer. The transport mailbox must be in scope.
     */
    cancelQueued(organization: OrganizationId, id: TransitId): Promise<readonly QueuedRecipient[]>
    writeTrace(events: readonly TraceEvent[]): Promise<void>
    /**
     * Adds to the day's counts. Refuses `limit-exceeded` when one of the limits would be passed; then nothing is added. Without
     * limits it is only counted.
     */
    countSending(
      organization: OrganizationId,
      sending: Sending & { day: string; entry: EntryId; limits: SendingLimits | null },
    ): Promise<void>
  }

/** The queue over all organisations, for the one job that empties it. */
export type DeliveryQueue = {
  /**
   * Takes what is due, oldest first, at most `limit` leases and `perRoute` for the same destination (those in `busy`
   * count). Durable before it resolves. A message whose organisation's key is out of reach is postponed by itself.
   */
  lease(options: {
    now: number
    untilMs: number
    limit: number
    perRoute: number
    busy: ReadonlyMap<string, number>
  }): Promise<readonly Lease[]>
  /** Epoch milliseconds of the next attempt after `now`; null when there is none. */
  nextDueAt(now: number): Promise<number | null>
  /** Frees what the process before this one held, each an attempt that ended nobody knows how; how many. At start, once. */
  freeLeases(): Promise<number>
  /** Calls back when something was queued or made due. Returns how to stop. */
  watch(queued: () => void): () => void
  /** Calls back, without waiting for it, with each event of a trace that is durable from now on. Returns how to stop. */
  watchTrace(traced: (event: TraceEvent) => void): () => void
  /** Removes trace events before `before`, and the sending counts of days before it, at most `limit`; true when none is left. */
  forgetTrace(before: number, limit: number): Promise<boolean>
}
