import type { QueuedMessage, QueuedRecipient } from './queue.ts'
import type { TraceEvent } from './trace.ts'

/** What an event tells beside whom it is about. */
type Facts = { remote?: string; reply?: string; status?: string; reason?: string; nextAttemptAt?: number }

/** An event about one recipient of a queued message (MON-12). */
export function outgoingEvent(
  name: TraceEvent['name'],
  message: QueuedMessage,
  recipient: QueuedRecipient & { uncertainAttempts: number },
  at: number,
  facts: Facts & { uncertain?: boolean },
): TraceEvent {
  const { uncertain, status, reason, ...rest } = facts
  const { address, writtenTo } = recipient
  const bounced = name === 'OUTGOING_EMAIL_BOUNCED' || name === 'INCOMING_EMAIL_BOUNCED'
  // Attempts whose end nobody knows may each have left a copy: SMTP cannot exclude it.
  const uncertainAttempts = recipient.uncertainAttempts + (uncertain ? 1 : 0)
  return {
    organization: message.organization,
    traceId: message.id,
    at,
    name,
    fields: {
      ...(bounced ? { bouncedRecipient: { emailAddress: address, reason, status } } : { recipient: address }),
      ...(writtenTo !== undefined && { writtenTo }),
      ...(!bounced && { ...(status !== undefined && { status }), ...(reason !== undefined && { reason }) }),
      from: message.from,
      envelopeSender: message.sender,
      messageId: message.messageId,
      ...rest,
      ...(uncertainAttempts > 0 && { uncertainAttempts }),
    },
    senders: [...new Set([message.sender, message.from])].filter((sender) => sender !== ''),
    recipients: [address, ...(writtenTo === undefined ? [] : [writtenTo])],
    ...(message.messageId !== '' && { messageId: message.messageId }),
  }
}
