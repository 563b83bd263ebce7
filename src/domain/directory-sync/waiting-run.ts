import { randomUUID } from 'node:crypto'
import type { OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import { afterRun } from './apply.ts'
import { LEASE_MS } from './run-lease.ts'
import type { SyncRecord } from './store.ts'

/** Rows that one transaction takes away. */
export const CLEARED = 500

/**
 * Drops a run that waits; the next one reads the directory again. Refuses `wrong-state` when it waits no longer, and `try-later` while it
 * is put into place or another is under way.
 */
export async function rejectRun(
  deps: { store: Store; now: () => number },
  organization: OrganizationId,
  run: number,
): Promise<void> {
  const { store, now } = deps
  await store.directorySync.finishBegun(organization)
  const token = randomUUID()
  await store.transact({ organization }, async ({ directorySync }) => {
    const { state } = requireWaiting(await directorySync.findSync(organization), run)
    const { report } = state.pending!
    const endedAt = now()
    await directorySync.takeLease(organization, token, now(), now() + LEASE_MS)
    await directorySync.saveSync(organization, {
      state: afterRun(
        state,
        { ...report, outcome: 'rejected', endedAt, waitedMs: endedAt - report.endedAt },
        { pending: null },
      ),
      waiting: null,
    })
  })
  try {
    await clearStaged(store, organization, [])
  } finally {
    await store.transact({ organization }, ({ directorySync }) =>
      directorySync.freeLease(organization, token),
    )
  }
}

/** The run that waits, if there is one. */
export const waitingOf = ({ waiting }: SyncRecord): readonly number[] => (waiting === null ? [] : [waiting])

/** A run that waited is history once a newer one has an outcome of its own. */
export function replaced(state: SyncRecord['state'], waiting: number | null): SyncRecord['state'] {
  const before = state.runs.find(({ run }) => run === waiting)
  if (before === undefined) return state
  return {
    ...state,
    runs: state.runs.map((each) => (each === before ? { ...each, outcome: 'replaced' as const } : each)),
  }
}

/** Refuses `wrong-state` when it waits no longer. */
export function requireWaiting(record: SyncRecord | undefined, run: number): SyncRecord {
  if (record?.waiting === run && record.state.pending !== null) return record
  throw new Refusal(
    'wrong-state',
    record?.waiting == null
      ? 'No run waits for approval. "landbridge gal status" shows the last ones.'
      : `Run ${run} waits no longer; run ${record.waiting} does. Look at it with "landbridge gal diff".`,
  )
}

/** A page in each transaction, so that nobody waits for long. */
export async function clearStaged(
  store: Pick<Store, 'transact'>,
  organization: OrganizationId,
  kept: readonly number[],
): Promise<void> {
  for (let done = false; !done; ) {
    done = await store.transact({ organization, mayBeLost: true }, ({ directorySync }) =>
      directorySync.clearStaged(organization, kept, CLEARED),
    )
  }
}
