import { expireRecoverable } from '#src/domain/mailbox/deletion.ts'
import { forEveryMailbox } from '#src/domain/mailbox/every-mailbox.ts'
import type { Store } from '#src/domain/store.ts'
import type { Job } from '#src/platform/scheduler/job.ts'

/** Removes for ever what has lain in the recoverable area past its time. */
export function expireRecoverableJob({ store, now }: { store: Store; now: () => number }): Job {
  return {
    name: 'expire-recoverable',
    schedule: '40 2 * * *',
    run: (signal) =>
      forEveryMailbox(
        store,
        async (at) => void (await expireRecoverable(store, at, now(), { signal })),
        signal,
      ),
  }
}
