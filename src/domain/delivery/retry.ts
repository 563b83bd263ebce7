const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/**
 * `refused`: a server said 4xx; `unreachable`: nobody there said anything; `insecure`: it has no TLS, or none that can be trusted,
 * where mail may not go without.
 */
export type Cause = 'refused' | 'unreachable' | 'insecure'

/** How long and how often the queue tries. */
export type RetryPolicy = {
  /** After this a message goes back to its sender. */
  expireMs: number
  /** After this its sender is told that it is late; of what rarely mends itself, earlier. */
  delayReportMs: number
  insecureReportMs: number
  /** From each attempt to the next; the last goes on for ever. */
  stepsMs: Readonly<Record<Cause, readonly number[]>>
}

const minutes = (...steps: readonly number[]) => steps.map((step) => step * MINUTE_MS)

/**
 * A server that says 4xx most often wants us to come back soon (greylisting), one that does not answer is mostly away for a
 * while. Without TLS where it is required mail waits for somebody to mend it, as with Postfix and Exchange and as RFC 8461 §5.1 has
 * it; its sender hears of that long before the usual time.
 */
export const defaultRetryPolicy: RetryPolicy = {
  expireMs: 48 * HOUR_MS,
  delayReportMs: 4 * HOUR_MS,
  insecureReportMs: 15 * MINUTE_MS,
  stepsMs: {
    refused: minutes(1, 3, 8, 15, 30, 60, 120, 240),
    unreachable: minutes(2, 5, 10, 20, 30, 60, 120, 240),
    insecure: minutes(2, 5, 10, 20, 30, 60, 120, 240),
  },
}

/** A fifth more or less, so that what failed together does not come back together. */
const JITTER = 0.2

export type Postponed = {
  /** Attempts before this one. */
  attempts: number
  cause: Cause
  queuedAt: number
  delayReported: boolean
  now: number
}

/**
 * When to try again, in epoch milliseconds; null when the time is up. The last attempt is at the end of the time, and one is
 * made when the report of a delay falls due. `random` gives at least 0 and less than 1.
 */
export function nextAttemptAt(
  { attempts, cause, queuedAt, delayReported, now }: Postponed,
  policy: RetryPolicy,
  random: () => number,
): number | null {
  const expiresAt = queuedAt + policy.expireMs
  if (now >= expiresAt) return null
  const steps = policy.stepsMs[cause]
  const step = steps[Math.min(attempts, steps.length - 1)]!
  const next = now + Math.round(step * (1 + JITTER * (2 * random() - 1)))
  const reportAt = reportDueAt({ cause, queuedAt }, policy)
  const wanted = !delayReported && now < reportAt && reportAt < next ? reportAt : next
  return Math.min(wanted, expiresAt)
}

/** Whether its sender is due to hear of the delay. */
export const isLate = (postponed: Postponed, policy: RetryPolicy): boolean =>
  !postponed.delayReported && postponed.now >= reportDueAt(postponed, policy)

const reportDueAt = (
  { cause, queuedAt }: Pick<Postponed, 'cause' | 'queuedAt'>,
  { delayReportMs, insecureReportMs }: RetryPolicy,
): number => queuedAt + (cause === 'insecure' ? Math.min(insecureReportMs, delayReportMs) : delayReportMs)
