import { randomUUID } from 'node:crypto'
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
import { blockedBy } from './guards.ts'
import { fewPhotos, putPhotos } from './photos.ts'
import { type Reading, stageReading } from './reading.ts'
import type { ClassCounts, RunOutcome, RunReport } from './report.ts'
import {
  type DirectorySource,
  type FullWanted,
  SourceFailure,
  type SourceReading,
  type SourceServer,
  type WhyFull,
} from './source.ts'
import type { SyncRecord, SyncWriter } from './store.ts'
import { CLEARED, clearStaged, LEASE_MS, replaced, requireWaiting, waitingOf } from './waiting-run.ts'

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
const RENEW_MS = 60_000
/** After a failure that time may mend, the first next try; each after that waits twice as long. */
const FIRST_RETRY_MS = 5 * 60_000
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
  readonly #token = randomUUID()
  readonly #startedAt: number
  #heldUntil = 0
  /** When the next run is due, as this one has left it: anything else there was said meanwhile, and stays. */
  #dueAt = 0

  constructor(deps: SyncDeps, organization: OrganizationId, options: SyncOptions) {
    this.#deps = deps
    this.#organization = organization
    this.#options = options
    this.#startedAt = deps.now()
  }

  async all(): Promise<RunReport> {
    const { store } = this.#deps
    const connection = await store.directorySync.findConnection(this.#organization)
    if (connection === undefined)
      throw new Refusal(
        'invalid-configuration',
        'No directory is connected. Connect one with "landbridge gal connect".',
      )
    const record = await this.#begin()
    const run = record.nextRun
    try {
      await clearStaged(store, this.#organization, waitingOf(record))
      return await this.#read(connection, record, run)
    } catch (error) {
      await this.#failed(run, error)
      throw error
    } finally {
      await this.#release()
    }
  }

  async approve(run: number): Promise<RunReport> {
    await this.#deps.store.directorySync.finishBegun(this.#organization)
    await this.#hold()
    try {
      const record = requireWaiting(await this.#record(), run)
      const pending = record.state.pending!
      const { suppressesDeletions, report } = pending
      const difference = await this.#decide(run, suppressesDeletions, report.startedAt)
      if (difference.digest !== pending.digest) {
        const shown = { ...report, decisions: difference.decisions }
        const { counts } = await this.#judge(record, report.full, difference)
        await this.#save(({ state }) => ({
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
      await this.#save(({ state }) => ({
        state: { ...state, pending: { ...state.pending!, report: waited } },
      }))
      return await this.#apply(record, run, difference, { ...waited, outcome: 'applied' })
    } finally {
      await this.#release()
    }
  }

  async #begin(): Promise<SyncRecord> {
    const { store, now, everyMs, random } = this.#deps
    await store.directorySync.finishBegun(this.#organization)
    const until = now() + LEASE_MS
    this.#dueAt = now() + Math.round(everyMs * (1 + JITTER * random()))
    const record = await store.transact({ organization: this.#organization }, async ({ directorySync }) => {
      await directorySync.takeLease(this.#organization, this.#token, now(), until)
      const found = await directorySync.findSync(this.#organization)
      await directorySync.saveSync(this.#organization, {
        nextRun: found!.nextRun + 1,
        dueAt: this.#dueAt,
      })
      return found!
    })
    this.#heldUntil = until
    return record
  }

  async #hold(): Promise<void> {
    const { store, now } = this.#deps
    if (this.#heldUntil - now() > LEASE_MS - RENEW_MS) return
    this.#heldUntil = now() + LEASE_MS
    await store.transact({ organization: this.#organization }, ({ directorySync }) =>
      directorySync.takeLease(this.#organization, this.#token, now(), this.#heldUntil),
    )
  }

  async #release(): Promise<void> {
    await this.#deps.store.transact({ organization: this.#organization }, ({ directorySync }) =>
      directorySync.freeLease(this.#organization, this.#token),
    )
  }

  async #record(): Promise<SyncRecord | undefined> {
    return this.#deps.store.directorySync.findSync(this.#organization)
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
          tick: () => this.#hold(),
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
      await this.#save(({ state }) => ({ state: afterRun(state, tried) }))
      return tried
    }
    if (blocked.length > 0) {
      const waiting = { ...report, outcome: 'waiting' as const }
      await this.#save(({ state }) => ({
        state: afterRun(replaced(state, record.waiting), waiting, {
          pending: { ...pending, report: waiting },
        }),
        waiting: run,
      }))
      return waiting
    }
    await this.#save(({ state }) => ({
      state: { ...replaced(state, record.waiting), pending },
      waiting: null,
    }))
    const applied = await this.#apply(record, run, difference, report)
    await putPhotos(this.#deps.store, this.#organization, reading, photos, {
      report: (progress) => this.#options.report?.(progress),
      tick: () => this.#hold(),
      signal: this.#options.signal,
    })
    if (pending.namesPhotos || record.state.owesPhotos)
      await this.#save(({ state }) => ({ state: { ...state, owesPhotos: false, owedPhotos: [] } }))
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
    await this.#hold()
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
      : await countEntries(this.#deps.store.directorySync, this.#organization, () => this.#hold())
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
    await this.#hold()
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
        tick: () => this.#hold(),
        progress: (done) => this.#options.report?.({ what: 'Putting into place', done, total }),
      })
    }
    const isVisible = visibleDecisions.some((decision) => (decisions[decision] ?? 0) > 0)
    const ended = { ...report, outcome: (isVisible ? 'applied' : 'unchanged') as RunOutcome, endedAt: now() }
    await this.#save(({ state }) => ({ state: afterRun(state, ended, { avoid: undefined }) }))
    await clearStaged(store, organization, [])
    await arrived(organization, groups)
    await store.transact({ organization }, ({ directorySync }) =>
      directorySync.forgetGone(organization, now() - LIMITS.graceDays * DAY_MS, CLEARED),
    )
    return ended
  }

  /** What is known of why it failed, and when to try again. Positions stay as they were. */
  async #failed(run: number, error: unknown): Promise<void> {
    const { now, everyMs } = this.#deps
    const isCancelled = this.#options.signal.aborted
    const failure =
      error instanceof SourceFailure
        ? { kind: error.kind, message: error.message }
        : {
            kind: 'refused' as const,
            message:
              error instanceof Refusal
                ? error.message
                : 'It failed for a reason of our own; the log says why.',
          }
    const report: RunReport = {
      run,
      startedAt: this.#startedAt,
      endedAt: now(),
      full: null,
      outcome: isCancelled ? 'cancelled' : 'failed',
      ...{ read: 0, inScope: 0, decisions: {}, blocked: [] },
      failure: isCancelled ? null : failure,
    }
    await this.#save(({ state, dueAt }) => {
      const tries = state.runs.findIndex(({ outcome }) => outcome !== 'failed')
      const fails = tries === -1 ? state.runs.length : tries
      // A wrong password is not tried again soon: it would lock the account.
      const mayMend = failure.kind !== 'credentials' && failure.kind !== 'rights'
      const wait = mayMend ? Math.min(everyMs, FIRST_RETRY_MS * 2 ** Math.min(fails, 10)) : everyMs
      const avoid = failedAt(error) ?? state.avoid
      const again = !isCancelled ? now() + wait : this.#options.isDue ? this.#startedAt : this.#dueAt
      // What was changed during the run does not wait for what the run itself would wait for.
      const next = dueAt === this.#dueAt ? again : Math.min(dueAt, again)
      return { state: afterRun(state, report, { avoid }), dueAt: next }
    }).catch((second: unknown) => {
      // Most likely for the same reason; the first says more.
      if (!(second instanceof Refusal)) throw second
    })
  }

  #save(change: (record: SyncRecord) => Parameters<SaveSync>[1]): Promise<void> {
    const organization = this.#organization
    return this.#deps.store.transact({ organization }, async ({ directorySync }) => {
      const record = await directorySync.findSync(organization)
      if (record) await directorySync.saveSync(organization, change(record))
    })
  }
}

/** The server whose reading did not come to its end, for a reason that is its own. */
const failedAt = (error: unknown): SourceServer | undefined =>
  error instanceof SourceFailure && (error.kind === 'busy' || error.kind === 'interrupted')
    ? error.at
    : undefined

type SaveSync = SyncWriter['saveSync']
