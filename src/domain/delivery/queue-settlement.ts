import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import type { Settlement } from './queue.ts'
import { judge, type Verdict } from './queue-verdict.ts'
import type { FindReturnPath, Reported, ReturnPath } from './report.ts'
import { type PreparedReport, prepareReport } from './report-post.ts'
import type { RetryPolicy } from './retry.ts'
import { type Lease, transportMailbox } from './store.ts'
import type { AttemptResult } from './transport.ts'

export type SettlementDeps = {
  store: Store
  findReturnPath: FindReturnPath
  /** Who we are: what reports come from. */
  hostName: string
  policy: RetryPolicy
  now: () => number
  /** At least 0, less than 1. */
  random: () => number
}

/** What an attempt came to, in recipients. */
export type Settled = {
  delivered: number
  postponed: number
  failed: number
  /** Of those postponed or failed, how many may have been delivered all the same. */
  uncertain: number
  /** Whether its sender was told something. */
  reported: boolean
}

/**
 * Ends an attempt in one transaction: recipients leave the queue or wait for their next attempt, the trace says so, and the
 * report to the sender goes into its inbox or into the queue. Refuses `wrong-state` when the lease was lost.
 */
export async function settleAttempt(
  deps: SettlementDeps,
  lease: Lease,
  results: readonly AttemptResult[],
): Promise<Settled> {
  const now = deps.now()
  const recipients = new Map(lease.recipients.map((recipient) => [recipient.no, recipient]))
  const verdicts = results.flatMap((result) => {
    const recipient = recipients.get(result.no)
    if (recipient === undefined)
      throw new Error(`The transport speaks of recipient ${result.no}, whom it was not given`)
    return result.outcome === 'stopped' ? [] : [judge(deps, lease, recipient, result, now)]
  })
  const reported = verdicts.flatMap((verdict) => verdict.reported ?? [])
  await write(deps, lease, verdicts, reported, now)
  const count = (outcome: Settlement['outcome']) =>
    verdicts.filter(({ settlement }) => settlement.outcome === outcome).length
  return {
    delivered: count('delivered'),
    postponed: count('postponed'),
    failed: count('failed'),
    uncertain: results.filter((result) => result.outcome === 'refused' && result.uncertain).length,
    reported: reported.length > 0,
  }
}

async function write(
  deps: SettlementDeps,
  lease: Lease,
  verdicts: readonly Verdict[],
  reported: readonly Reported[],
  now: number,
): Promise<void> {
  const { organization, sender } = lease.message
  const path: ReturnPath =
    reported.length > 0 ? await deps.findReturnPath(organization, sender) : { to: 'nobody' }
  try {
    await transactWith(
      deps,
      lease,
      verdicts,
      await prepareReport(deps, lease.message, reported, path, now),
      now,
    )
  } catch (error) {
    // The sender's mailbox went in between: then there is nobody to tell.
    const gone =
      error instanceof Refusal && (error.reason === 'no-such-mailbox' || error.reason === 'no-such-folder')
    if (!gone || path.to !== 'mailbox') throw error
    await transactWith(deps, lease, verdicts, undefined, now)
  }
}

async function transactWith(
  { store }: SettlementDeps,
  lease: Lease,
  verdicts: readonly Verdict[],
  report: PreparedReport | undefined,
  now: number,
): Promise<void> {
  const { organization } = lease.message
  const mailboxes = new Set([transportMailbox, ...(report ? [report.mailbox] : [])])
  await store.transact({ organization, mailboxes: [...mailboxes] }, async (writer) => {
    await writer.delivery.settle(
      lease,
      verdicts.map(({ settlement }) => settlement),
      now,
    )
    await writer.delivery.writeTrace(verdicts.flatMap(({ event }) => event ?? []))
    await report?.write(writer)
  })
}
