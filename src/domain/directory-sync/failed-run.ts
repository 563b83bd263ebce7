import { Refusal } from '../refusal.ts'
import { afterRun } from './apply.ts'
import type { RunReport } from './report.ts'
import type { RecordChange } from './run-lease.ts'
import { SourceFailure, type SourceServer } from './source.ts'

/** After a failure that time may mend, the first next try; each after that waits twice as long. */
const FIRST_RETRY_MS = 5 * 60_000

type Failed = {
  run: number
  startedAt: number
  endedAt: number
  /** From one run to the next, in milliseconds. */
  everyMs: number
  /** When the next run is due, as this one had left it: anything else there was said meanwhile, and stays. */
  dueAt: number
  isCancelled: boolean
  /** The clock began it: called off, it is due still. */
  isDue: boolean
}

/** What is left of a run that failed or was called off: what is known of why, and when to try again. Positions stay as they were. */
export function afterFailure(
  error: unknown,
  { run, startedAt, endedAt, everyMs, dueAt: left, isCancelled, isDue }: Failed,
): RecordChange {
  const failure = failureOf(error)
  const report: RunReport = {
    run,
    startedAt,
    endedAt,
    full: null,
    outcome: isCancelled ? 'cancelled' : 'failed',
    ...{ read: 0, inScope: 0, decisions: {}, blocked: [] },
    failure: isCancelled ? null : failure,
  }
  return ({ state, dueAt }) => {
    const tries = state.runs.findIndex(({ outcome }) => outcome !== 'failed')
    const fails = tries === -1 ? state.runs.length : tries
    // A wrong password is not tried again soon: it would lock the account.
    const mayMend = failure.kind !== 'credentials' && failure.kind !== 'rights'
    const wait = mayMend ? Math.min(everyMs, FIRST_RETRY_MS * 2 ** Math.min(fails, 10)) : everyMs
    const avoid = failedAt(error) ?? state.avoid
    const again = !isCancelled ? endedAt + wait : isDue ? startedAt : left
    // What was changed during the run does not wait for what the run itself would wait for.
    const next = dueAt === left ? again : Math.min(dueAt, again)
    return { state: afterRun(state, report, { avoid }), dueAt: next }
  }
}

function failureOf(error: unknown): NonNullable<RunReport['failure']> {
  if (error instanceof SourceFailure) return { kind: error.kind, message: error.message }
  const message =
    error instanceof Refusal ? error.message : 'It failed for a reason of our own; the log says why.'
  return { kind: 'refused', message }
}

/** The server whose reading did not come to its end, for a reason that is its own. */
const failedAt = (error: unknown): SourceServer | undefined =>
  error instanceof SourceFailure && (error.kind === 'busy' || error.kind === 'interrupted')
    ? error.at
    : undefined
