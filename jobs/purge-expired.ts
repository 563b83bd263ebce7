import { purgeExpired } from '#src/domain/directory/purge.ts'
import type { Expired } from '#src/domain/directory/store.ts'
import type { Store } from '#src/domain/store.ts'
import type { Job } from '#src/platform/scheduler/job.ts'

const PAGE = 50

/** Destroys mailboxes and entries past their 30 days of grace (DIR-06, DIR-07). */
export function purgeExpiredJob(deps: { store: Store; now: () => number }): Job {
  return {
    name: 'purge-expired',
    schedule: '12 * * * *',
    async run(signal) {
      for (let after: Expired | null = null; ; ) {
        signal.throwIfAborted()
        const { next } = await purgeExpired(deps.store, deps.now(), PAGE, after)
        if (next === null) return
        after = next
      }
    },
  }
}
