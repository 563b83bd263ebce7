import { z } from 'zod'
import type {
  QueuedMessage,
  QueuedRecipient,
  RecipientProgress,
  Route,
  TransitId,
} from '#src/domain/delivery/queue.ts'
import { formatTimestamp, type JsonObject } from '#src/wire/aws/json-rpc.ts'
import { present } from './entries.ts'

/** The name of a message on its way, as replies, headers and the trace show it. */
export const transitId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits, as ListQueue and FindTrace show it')
  .transform((id) => id as TransitId)

/** An address in an envelope or a trace. */
export const mailAddress = z
  .string()
  .min(1)
  .max(320)
  .regex(/^[^\x00-\x20\x7f]+$/, 'must not hold blanks or control characters')

export function queuedMembers(message: QueuedMessage): JsonObject {
  return present({
    QueueId: message.id,
    Sender: message.sender,
    From: message.from,
    Origin: message.origin,
    Subject: message.subject,
    MessageId: message.messageId,
    SizeBytes: message.sizeBytes,
    QueuedTime: formatTimestamp(message.queuedAt),
  })
}

export function queuedRecipientMembers(recipient: QueuedRecipient & RecipientProgress): JsonObject {
  return present({
    Address: recipient.address,
    WrittenTo: recipient.writtenTo,
    Route: routeText(recipient.route),
    Attempts: recipient.attempts,
    UncertainAttempts: recipient.uncertainAttempts,
    NextAttemptTime: formatTimestamp(recipient.nextAttemptAt),
    UnderWay: recipient.leasedUntil !== null,
    DelayReportedTime:
      recipient.delayReportedAt === null ? undefined : formatTimestamp(recipient.delayReportedAt),
    Problem: recipient.problem ?? undefined,
  })
}

function routeText(route: Route): string {
  if (route.kind === 'internet') return `internet ${route.domain}`
  return route.kind === 'gateway' ? `gateway ${route.name}` : route.kind
}
