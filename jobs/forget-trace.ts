import type { DeliveryQueue } from '#src/domain/delivery/store.ts'
import type { Job } from '#src/platform/scheduler/job.ts'

const DAY_MS = 86_400_000
const PAGE = 1_000

/** Forgets what happened to messages, and how much was sent, once that is `keptDays` old (MON-05: 30). */
export function forgetTraceJob(deps: { queue: DeliveryQueue; keptDays: number; now: () => number }): Job {
  return {
    name: 'forget-trace',
    schedule: '40 * * * *',
    async run(signal) {
      const before = deps.now() - deps.keptDays * DAY_MS
      while (!(await deps.queue.forgetTrace(before, PAGE))) signal.throwIfAborted()
    },
  }
}
