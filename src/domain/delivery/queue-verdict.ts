import type { QueuedRecipient, RecipientProgress, Settlement } from './queue.ts'
import { isReportable, type Reported, wantsReport } from './report.ts'
import { isLate, nextAttemptAt, type RetryPolicy } from './retry.ts'
import type { Lease } from './store.ts'
import type { TraceEvent } from './trace.ts'
import { outgoingEvent } from './trace-outgoing.ts'
import type { AttemptResult } from './transport.ts'

/** What follows from an attempt for one recipient: in the queue, in the trace, and for the sender. */
export type Verdict = {
  settlement: Settlement
  event: TraceEvent | undefined
  reported: Reported | undefined
}

/** Delivered, failed for good, or to be tried again; and who hears of it (RFC 3461, RFC 3464). */
export function judge(
  { policy, random }: { policy: RetryPolicy; random: () => number },
  { message, route }: Lease,
  recipient: QueuedRecipient & RecipientProgress,
  result: Exclude<AttemptResult, { outcome: 'stopped' }>,
  now: number,
): Verdict {
  const local = route.kind === 'local'
  const told = (each: Omit<Reported, 'recipient'>): Reported | undefined =>
    isReportable(message) && wantsReport(recipient, each.action) ? { ...each, recipient } : undefined
  // A mailbox here is not behind another server.
  const remoteOf = (name: string | undefined) => (local || name === undefined ? {} : { remote: name })
  if (result.outcome === 'delivered') {
    const { no, remote, reply, reports } = result
    const action = reports === 'final' ? 'delivered' : 'relayed'
    return {
      settlement: { no, outcome: 'delivered', remote, reply },
      // What goes into a mailbox here is told by the delivery to that mailbox.
      event: local
        ? undefined
        : outgoingEvent('OUTGOING_EMAIL_SENT', message, recipient, now, { remote, reply }),
      reported: reports === 'next-hop' ? undefined : told({ action, status: '2.0.0', ...remoteOf(remote) }),
    }
  }
  const { no, problem, uncertain = false } = result
  const said = {
    ...(result.remote !== undefined && { remote: result.remote }),
    ...(result.reply !== undefined && { reply: result.reply }),
  }
  const words = {
    ...(result.reply === undefined ? { reason: problem } : { diagnostic: result.reply }),
    ...remoteOf(result.remote),
  }
  const at = {
    attempts: recipient.attempts,
    cause: result.cause,
    queuedAt: message.queuedAt,
    delayReported: recipient.delayReportedAt !== null,
    now,
  }
  const next = result.permanent ? null : nextAttemptAt(at, policy, random)
  if (next === null) {
    // X.4.7: the time is up, though each single failure was for a while only.
    const status = result.permanent ? result.status : '4.4.7'
    return {
      settlement: { no, outcome: 'failed', status, problem, ...said },
      event: outgoingEvent(
        local ? 'INCOMING_EMAIL_BOUNCED' : 'OUTGOING_EMAIL_BOUNCED',
        message,
        recipient,
        now,
        { ...said, status, reason: problem, uncertain },
      ),
      reported: told({ action: 'failed', status, ...words }),
    }
  }
  const late = isLate(at, policy)
    ? told({
        action: 'delayed',
        status: result.status,
        willRetryUntilMs: message.queuedAt + policy.expireMs,
        ...words,
      })
    : undefined
  return {
    settlement: {
      no,
      outcome: 'postponed',
      status: result.status,
      problem,
      nextAttemptAt: next,
      uncertain,
      delayReported: late !== undefined,
      ...said,
    },
    event: outgoingEvent('OUTGOING_EMAIL_DELAYED', message, recipient, now, {
      ...said,
      status: result.status,
      reason: problem,
      nextAttemptAt: next,
      uncertain,
    }),
    reported: late,
  }
}
