import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { Refusal } from '#src/domain/refusal.ts'

/** What a refusal of the other store means for the lane. Anything else is our fault and passed on. */
export function failureOf(error: unknown): unknown {
  if (!(error instanceof Refusal)) return error
  const { reason, message } = error
  const kind =
    reason === 'key-unavailable'
      ? 'refused'
      : reason === 'no-such-mailbox'
        ? 'mailbox-permanent'
        : 'transient'
  return new SourceFailure(kind, reason, message, { cause: error })
}
