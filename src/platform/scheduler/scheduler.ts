import { schedule, validate } from 'node-cron'
import PQueue from 'p-queue'
import { PartFailures } from '#src/base/part-failures.ts'
import type { Job } from './job.ts'

/** Told how each run went. */
type JobLog = {
  info(fields: { job: string; ms: number }, message: string): void
  error(fields: { job: string; of?: string; err: unknown }, message: string): void
}

/** A job whose last run failed: since when (epoch milliseconds) its runs do, and for which parts of its work, where not for all. */
type FailingJob = { job: string; since: number; of: readonly string[] }

/** How many jobs run at the same time: they share the machine with the people who use it. */
const AT_ONCE = 2

/** Runs jobs when they are due: node-cron says when, p-queue how many at once, and none beside itself. */
export class Scheduler {
  readonly #queue = new PQueue({ concurrency: AT_ONCE })
  readonly #stopping = new AbortController()
  readonly #jobs: readonly Job[]
  readonly #tasks: ReturnType<typeof schedule>[] = []
  readonly #under = new Set<string>()
  readonly #log: JobLog
  readonly #failing = new Map<string, FailingJob>()

  constructor(jobs: readonly Job[], log: JobLog) {
    this.#log = log
    this.#jobs = jobs
    for (const job of jobs) {
      if (!validate(job.schedule))
        throw new Error(`The schedule of job ${job.name} is no cron text: ${job.schedule}`)
      this.#tasks.push(schedule(job.schedule, () => this.run(job)))
    }
  }

  /** Runs those now that also run when the service has started. */
  begin(): void {
    for (const job of this.#jobs) if (job.atStart) void this.run(job)
  }

  /** Runs a job now, unless it is under way or waiting already; resolves when it has ended, whether well or not. */
  async run(job: Job): Promise<void> {
    if (this.#under.has(job.name) || this.#stopping.signal.aborted) return
    this.#under.add(job.name)
    try {
      await this.#queue.add(() => this.#runOnce(job))
    } catch (error) {
      // Those that wait are called off when the service stops; a job's own failure does not come this far.
      if (!this.#stopping.signal.aborted) throw error
    } finally {
      this.#under.delete(job.name)
    }
  }

  get failing(): readonly FailingJob[] {
    return [...this.#failing.values()]
  }

  /** Asks what is under way to end, and waits for it. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('The service is stopping'))
    this.#queue.clear()
    for (const task of this.#tasks) await task.destroy()
    await this.#queue.onIdle()
  }

  async #runOnce(job: Job): Promise<void> {
    const start = performance.now()
    try {
      await job.run(this.#stopping.signal)
      this.#failing.delete(job.name)
      this.#log.info({ job: job.name, ms: Math.round(performance.now() - start) }, 'Job done')
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#failed(job.name, error)
    }
  }

  #failed(job: string, error: unknown): void {
    const parts = error instanceof PartFailures ? error.failures : []
    const { since = Date.now() } = this.#failing.get(job) ?? {}
    this.#failing.set(job, { job, since, of: parts.map(({ of }) => of) })
    if (parts.length === 0) this.#log.error({ job, err: error }, 'Job failed')
    for (const part of parts) this.#log.error({ job, of: part.of, err: part.error }, 'Job failed for one')
  }
}
