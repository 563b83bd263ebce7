import { isDeepStrictEqual } from 'node:util'
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { DAY_MS, LIMITS } from '../directory/limits.ts'
import type { Report } from '../organization/store.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import { afterRun, applyDifference, applyWithin, MOST_WITHIN, routingDomainsOf } from './apply.ts'
import { arrivingGroups } from './arriving-groups.ts'
import type { DirectoryConnection } from './connection.ts'
import { countEntries } from './counted.ts'
import { FirstDecisions } from './decide-first.ts'
import type { Circumstances } from './decide-object.ts'
import { visibleDecisions } from './decision.ts'
import { type Difference, decideAll } from './difference.ts'
import { afterFailure } from './failed-run.ts'
import { blockedBy } from './guards.ts'
import { fewPhotos, putPhotos } from './photos.ts'
import { type Reading, stageReading } from './reading.ts'
import type { ClassCounts, RunOutcome, RunReport } from './report.ts'
import { RunLease } from './run-lease.ts'
import type { DirectorySource, FullWanted, SourceReading, WhyFull } from './source.ts'
import type { SyncRecord } from './store.ts'
import { CLEARED, clearStaged, replaced, requireWaiting, waitingOf } from './waiting-run.ts'

export type SyncDeps = {
  store: Store
  openSource: (organization: OrganizationId, connection: DirectoryConnection) => DirectorySource
  /** From one run to the next, in milliseconds. */
  everyMs: number
  now: () => number
  /** As that of `ApplyOptions`. */
  elapsed?: (() => number) | undefined
  random: () => number
  /** Called with the groups that a run has brought, once it is in place. */
  arrived?: (organization: OrganizationId, groups: readonly EntryId[]) => Promise<void>
}

export type SyncOptions = {
  /** Everything is read, not only what changed. */
  full?: boolean
  /** Nothing changes; the difference can be looked at until the next run. */
  dryRun?: boolean
  /** The clock began it: called off, it is due still. */
  isDue?: boolean
  report?: Report
  signal: AbortSignal
}

/** Everything is read once a week, whatever the changes say (exchange-interop 1.5). */
const FULL_EVERY_MS = 7 * DAY_MS
/** Runs of many organisations spread over this part of the time between two. */
const JITTER = 0.05

/**
 * One run: the directory is read and staged, the difference decided and judged, then put into place at once, or kept for
 * somebody to approve. Answers what it did. Refuses `invalid-configuration` without a connection and `try-later` while
 * another run is under way; throws `SourceFailure` when the directory cannot be read, and the signal's reason; then
 * everything is as it was before.
 */
export async function syncDirectory(
  deps: SyncDeps,
  organization: OrganizationId,
  options: SyncOptions,
): Promise<RunReport> {
  return new Run(deps, organization, options).all()
}

/**
 * Puts a run into place that waits. Refuses `wrong-state` when it waits no longer, or when it would do something else now
 * than what was shown: then that can be looked at.
 */
export async function approveRun(
  deps: SyncDeps,
  organization: OrganizationId,
  run: number,
  options: Pick<SyncOptions, 'report' | 'signal'>,
): Promise<RunReport> {
  return new Run(deps, organization, options).approve(run)
}

class Run {
  readonly #deps: SyncDeps
  readonly #organization: OrganizationId
  readonly #options: SyncOptions
  readonly #lease: RunLease
  readonly #startedAt: number

  constructor(deps: SyncDeps, organization: OrganizationId, options: SyncOptions) {
    this.#deps = deps
    this.#organization = organization
    this.#options = options
    this.#lease = new RunLease(deps, organization)
    this.#startedAt = deps.now()
  }

  async all(): Promise<RunReport> {
    const { store, now, everyMs, random } = this.#deps
    const connection = await store.directorySync.findConnection(this.#organization)
    if (connection === undefined)
      throw new Refusal(
        'invalid-configuration',
        'No directory is connected. Connect one with "landbridge gal connect".',
      )
    const dueAt = now() + Math.round(everyMs * (1 + JITTER * random()))
    const record = await this.#lease.begin(dueAt)
    const run = record.nextRun
    try {
      await clearStaged(store, this.#organization, waitingOf(record))
      return await this.#read(connection, record, run)
    } catch (error) {
      await this.#failed(run, dueAt, error)
      throw error
    } finally {
      await this.#lease.release()
    }
  }

  async approve(run: number): Promise<RunReport> {
    await this.#deps.store.directorySync.finishBegun(this.#organization)
    await this.#lease.hold()
    try {
      const record = requireWaiting(await this.#deps.store.directorySync.findSync(this.#organization), run)
      const pending = record.state.pending!
      const { suppressesDeletions, report } = pending
      const difference = await this.#decide(run, suppressesDeletions, report.startedAt)
      if (difference.digest !== pending.digest) {
        const shown = { ...report, decisions: difference.decisions }
        const { counts } = await this.#judge(record, report.full, difference)
        await this.#lease.save(({ state }) => ({
          state: afterRun(state, shown, {
            pending: { ...pending, report: shown, counts, digest: difference.digest },
          }),
        }))
        throw new Refusal(
          'wrong-state',
          'The address book has changed since the difference was shown, and it would be another one now. Look at it again with "landbridge gal diff".',
        )
      }
      const waited = { ...report, waitedMs: this.#startedAt - report.endedAt }
      await this.#lease.save(({ state }) => ({
        state: { ...state, pending: { ...state.pending!, report: waited } },
      }))
      return await this.#apply(record, run, difference, { ...waited, outcome: 'applied' })
    } finally {
      await this.#lease.release()
    }
  }

  async #read(connection: DirectoryConnection, record: SyncRecord, run: number): Promise<RunReport> {
    const { signal } = this.#options
    const { state } = record
    const isOld = this.#deps.now() - (state.lastFullAt ?? 0) >= FULL_EVERY_MS
    const isWeekly = state.lastFullAt !== null && (isOld || !state.knowsAges)
    const due = isWeekly ? 'weekly' : state.owesPhotos ? 'photos' : null
    let full: FullWanted | null = this.#options.full ? 'asked' : due
    for (;;) {
      const source = this.#deps.openSource(this.#organization, connection)
      const reading = await source.read({ since: state.positions, full, avoid: state.avoid, signal })
      try {
        const isFirst = state.lastFullAt === null
        const first = isFirst
          ? new FirstDecisions(this.#deps, this.#organization, await this.#circumstances(run, false))
          : undefined
        const staged = await stageReading(this.#deps.store, this.#organization, run, reading, {
          expected: record.objects,
          report: (progress) => this.#options.report?.(progress),
          tick: () => this.#lease.hold(),
          signal,
          ...(first && { decide: (objects) => first.of(objects) }),
        })
        const isTrusted = staged.missed === 0 && staged.returned === 0
        const read = { connection, reading, staged, first }
        const report = isTrusted ? await this.#conclude(record, run, read) : undefined
        if (report !== undefined) return report
        // The changes did not bring all that happened: then nothing but everything is to be trusted.
        full = staged.missed > 0 ? 'missed' : 'returned'
        await clearStaged(this.#deps.store, this.#organization, waitingOf(record))
      } finally {
        await reading.close()
      }
    }
  }

  /** Undefined where everything has to be read first. */
  async #conclude(
    record: SyncRecord,
    run: number,
    {
      connection,
      reading,
      staged,
      first,
    }: {
      connection: DirectoryConnection
      reading: SourceReading
      staged: Reading
      first: FirstDecisions | undefined
    },
  ): Promise<RunReport | undefined> {
    const suppresses = ['server-changed', 'generation-changed', 'rolled-back'].includes(reading.full ?? '')
    const difference =
      first?.difference(await this.#circumstances(run, suppresses), staged.read) ??
      (await this.#decide(run, suppresses))
    // Of groups that named who was made anew nobody knows whether they still do: that does not move their change numbers.
    if (reading.full === null && difference.decisions.replace !== undefined) return undefined
    // When only changes were read: those of them that moved, who comes into the book again, and what was left of earlier runs.
    const { owedPhotos = [] } = record.state
    const photos =
      reading.full === null
        ? [...new Set([...staged.photos, ...difference.pictured, ...owedPhotos])]
        : staged.photos
    const { blocked, counts } = await this.#judge(record, reading.full, difference)
    const report: RunReport = {
      run,
      startedAt: this.#startedAt,
      endedAt: this.#deps.now(),
      full: reading.full,
      outcome: 'applied',
      read: staged.read,
      inScope: staged.inScope,
      decisions: difference.decisions,
      blocked,
      ...(difference.alerts.length > 0 && { alerts: difference.alerts }),
      failure: null,
    }
    const connected = await this.#deps.store.directorySync.findConnection(this.#organization)
    const pending = {
      report,
      // Of a directory in whose place another was connected meanwhile they say nothing.
      positions: isDeepStrictEqual(connected, connection) ? reading.positions : [],
      counts,
      digest: difference.digest,
      suppressesDeletions: suppresses,
      namesPhotos: photos.length > 0,
      ...fewPhotos(photos),
    }
    if (this.#options.dryRun) {
      const tried = { ...report, outcome: 'dry-run' as const }
      await this.#lease.save(({ state }) => ({ state: afterRun(state, tried) }))
      return tried
    }
    if (blocked.length > 0) {
      const waiting = { ...report, outcome: 'waiting' as const }
      await this.#lease.save(({ state }) => ({
        state: afterRun(replaced(state, record.waiting), waiting, {
          pending: { ...pending, report: waiting },
        }),
        waiting: run,
      }))
      return waiting
    }
    await this.#lease.save(({ state }) => ({
      state: { ...replaced(state, record.waiting), pending },
      waiting: null,
    }))
    const applied = await this.#apply(record, run, difference, report)
    await putPhotos(this.#deps.store, this.#organization, reading, photos, {
      report: (progress) => this.#options.report?.(progress),
      tick: () => this.#lease.hold(),
      signal: this.#options.signal,
    })
    if (pending.namesPhotos || record.state.owesPhotos)
      await this.#lease.save(({ state }) => ({ state: { ...state, owesPhotos: false, owedPhotos: [] } }))
    return applied
  }

  async #circumstances(
    run: number,
    suppressesDeletions: boolean,
    readAt = this.#startedAt,
  ): Promise<Circumstances> {
    const { store } = this.#deps
    const { settings } = await store.organizations.get(this.#organization)
    return {
      run,
      routingDomains: await routingDomainsOf(store.directory, this.#organization),
      interoperability: settings.interoperability,
      ...{ suppressesDeletions, readAt },
    }
  }

  async #decide(run: number, suppressesDeletions: boolean, readAt?: number): Promise<Difference> {
    const at = await this.#circumstances(run, suppressesDeletions, readAt)
    const progress = (done: number) => {
      this.#options.report?.({ what: 'Comparing', done, total: 0 })
    }
    await this.#lease.hold()
    return decideAll(this.#deps, this.#organization, at, progress, this.#options.signal)
  }

  /** Where everything was read it is counted anew what is there: what became of mailboxes here no run has counted. */
  async #judge(
    { state }: SyncRecord,
    full: WhyFull | null,
    { sums }: Difference,
  ): Promise<{ blocked: readonly string[]; counts: ClassCounts }> {
    const isKept = full === null || state.lastFullAt === null
    const before = isKept
      ? state.counts
      : await countEntries(this.#deps.store.directorySync, this.#organization, () => this.#lease.hold())
    const counts = Object.fromEntries(
      Object.entries(before).map(([name, count]) => {
        const key = name as keyof ClassCounts
        return [name, Math.max(0, count + sums.created[key] - sums.deleted[key] - sums.dismissed[key])]
      }),
    ) as ClassCounts
    return { blocked: blockedBy({ ...sums, before }), counts }
  }

  async #apply(
    { state }: SyncRecord,
    run: number,
    { decisions, steps }: Difference,
    report: RunReport,
  ): Promise<RunReport> {
    const { store, now, elapsed, arrived = async () => undefined } = this.#deps
    this.#options.signal.throwIfAborted()
    await this.#lease.hold()
    const isFirst = state.lastFullAt === null
    const changes = Object.values(decisions).reduce((sum, each) => sum + each, 0)
    const organization = this.#organization
    const groups = isFirst ? [] : await arrivingGroups(store.directorySync, organization, run, decisions)
    if (changes <= MOST_WITHIN) {
      await store.transact({ organization }, async ({ directory, directorySync: sync }) => {
        await sync.saveSync(organization, { applying: run, applyingAt: null })
        await applyWithin({ directory, sync }, organization, now())
      })
    } else {
      const total = isFirst ? steps.first : steps.later
      await applyDifference(store.directorySync, organization, {
        ...{ run, now, elapsed },
        tick: () => this.#lease.hold(),
        progress: (done) => this.#options.report?.({ what: 'Putting into place', done, total }),
      })
    }
    const isVisible = visibleDecisions.some((decision) => (decisions[decision] ?? 0) > 0)
    const ended = { ...report, outcome: (isVisible ? 'applied' : 'unchanged') as RunOutcome, endedAt: now() }
    await this.#lease.save(({ state }) => ({ state: afterRun(state, ended, { avoid: undefined }) }))
    await clearStaged(store, organization, [])
    await arrived(organization, groups)
    await store.transact({ organization }, ({ directorySync }) =>
      directorySync.forgetGone(organization, now() - LIMITS.graceDays * DAY_MS, CLEARED),
    )
    return ended
  }

  async #failed(run: number, dueAt: number, error: unknown): Promise<void> {
    const { now, everyMs } = this.#deps
    const { isDue = false, signal } = this.#options
    const about = { run, startedAt: this.#startedAt, endedAt: now(), everyMs, dueAt, isDue }
    const failed = afterFailure(error, { ...about, isCancelled: signal.aborted })
    await this.#lease.save(failed).catch((second: unknown) => {
      // Most likely for the same reason; the first says more.
      if (!(second instanceof Refusal)) throw second
    })
  }
}
