import { randomUUID } from 'node:crypto'
import type { OrganizationId } from '#src/base/ids.ts'
import { DAY_MS, LIMITS } from '../directory/limits.ts'
import type { Report } from '../organization/store.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import { afterRun, applyDifference, applyWithin, MOST_WITHIN, routingDomainsOf } from './apply.ts'
import type { DirectoryConnection } from './connection.ts'
import { FirstDecisions } from './decide-first.ts'
import type { Circumstances } from './decide-object.ts'
import { visibleDecisions } from './decision.ts'
import { type Difference, decideAll } from './difference.ts'
import { blockedBy } from './guards.ts'
import { putPhotos } from './photos.ts'
import { type Reading, stageReading } from './reading.ts'
import type { ClassCounts, RunOutcome, RunReport } from './report.ts'
import { type DirectorySource, type FullWanted, SourceFailure, type SourceReading } from './source.ts'
import type { SyncRecord, SyncWriter } from './store.ts'

export type SyncDeps = {
  store: Store
  openSource: (organization: OrganizationId, connection: DirectoryConnection) => DirectorySource
  /** From one run to the next, in milliseconds. */
  everyMs: number
  now: () => number
  /** As that of `ApplyOptions`. */
  elapsed?: (() => number) | undefined
  random: () => number
}

export type SyncOptions = {
  /** Everything is read, not only what changed. */
  full?: boolean
  /** Nothing changes; the difference can be looked at until the next run. */
  dryRun?: boolean
  report?: Report
  signal: AbortSignal
}

/** Everything is read once a week, whatever the changes say (exchange-interop 1.5). */
const FULL_EVERY_MS = 7 * DAY_MS
const LEASE_MS = 5 * 60_000
const RENEW_MS = 60_000
/** After a failure that time may mend, the first next try; each after that waits twice as long. */
const FIRST_RETRY_MS = 5 * 60_000
/** Runs of many organisations spread over this part of the time between two. */
const JITTER = 0.05
const CLEARED = 500

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

/** Drops a run that waits; the next one reads the directory again. Refuses `wrong-state` when it waits no longer. */
export async function rejectRun(
  deps: Pick<SyncDeps, 'store' | 'now'>,
  organization: OrganizationId,
  run: number,
): Promise<void> {
  await deps.store.transact({ organization }, async ({ directorySync }) => {
    const { state } = requireWaiting(await directorySync.findSync(organization), run)
    await directorySync.saveSync(organization, {
      state: afterRun(
        state,
        { ...state.pending!.report, outcome: 'rejected', endedAt: deps.now() },
        { pending: null },
      ),
      waiting: null,
    })
  })
  await clearStaged(deps.store, organization, [])
}

class Run {
  readonly #deps: SyncDeps
  readonly #organization: OrganizationId
  readonly #options: SyncOptions
  readonly #token = randomUUID()
  readonly #startedAt: number
  #heldUntil = 0

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
    await this.#hold()
    try {
      const record = requireWaiting(await this.#record(), run)
      const pending = record.state.pending!
      const difference = await this.#decide(run, pending.suppressesDeletions)
      if (difference.digest !== pending.digest) {
        const report = { ...pending.report, decisions: difference.decisions }
        const { counts } = this.#judge(record, difference)
        await this.#save(({ state }) => ({
          state: afterRun(state, report, {
            pending: { ...pending, report, counts, digest: difference.digest },
          }),
        }))
        throw new Refusal(
          'wrong-state',
          'The address book has changed since the difference was shown, and it would be another one now. Look at it again with "landbridge gal diff".',
        )
      }
      return await this.#apply(run, difference, { ...pending.report, outcome: 'applied' })
    } finally {
      await this.#release()
    }
  }

  async #begin(): Promise<SyncRecord> {
    const { store, now, everyMs, random } = this.#deps
    const until = now() + LEASE_MS
    const record = await store.transact({ organization: this.#organization }, async ({ directorySync }) => {
      await directorySync.takeLease(this.#organization, this.#token, now(), until)
      const found = await directorySync.findSync(this.#organization)
      await directorySync.saveSync(this.#organization, {
        nextRun: found!.nextRun + 1,
        dueAt: now() + Math.round(everyMs * (1 + JITTER * random())),
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
      const reading = await source.read({ since: state.positions, full, signal })
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
        const report = isTrusted ? await this.#conclude(record, run, reading, staged, first) : undefined
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
    reading: SourceReading,
    staged: Reading,
    first: FirstDecisions | undefined,
  ): Promise<RunReport | undefined> {
    const suppresses = ['server-changed', 'generation-changed', 'rolled-back'].includes(reading.full ?? '')
    const difference =
      first?.difference(await this.#circumstances(run, suppresses), staged.read) ??
      (await this.#decide(run, suppresses))
    // Of groups that named who was made anew nobody knows whether they still do: that does not move their change numbers.
    if (reading.full === null && difference.decisions.replace !== undefined) return undefined
    // When only changes were read: those of them that moved, and who comes into the book again.
    const photos =
      reading.full === null ? [...new Set([...staged.photos, ...difference.pictured])] : staged.photos
    const { blocked, counts } = this.#judge(record, difference)
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
      failure: null,
    }
    const pending = {
      report,
      positions: reading.positions,
      counts,
      digest: difference.digest,
      suppressesDeletions: suppresses,
      namesPhotos: photos.length > 0,
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
    const applied = await this.#apply(run, difference, report)
    await putPhotos(this.#deps.store, this.#organization, reading, photos, {
      report: (progress) => this.#options.report?.(progress),
      tick: () => this.#hold(),
      signal: this.#options.signal,
    })
    if (pending.namesPhotos || record.state.owesPhotos)
      await this.#save(({ state }) => ({ state: { ...state, owesPhotos: false } }))
    return applied
  }

  async #circumstances(run: number, suppressesDeletions: boolean): Promise<Circumstances> {
    const { store } = this.#deps
    const { settings } = await store.organizations.get(this.#organization)
    return {
      run,
      routingDomains: await routingDomainsOf(store.directory, this.#organization),
      interoperability: settings.interoperability,
      suppressesDeletions,
    }
  }

  async #decide(run: number, suppressesDeletions: boolean): Promise<Difference> {
    const at = await this.#circumstances(run, suppressesDeletions)
    const progress = (done: number) => {
      this.#options.report?.({ what: 'Comparing', done, total: 0 })
    }
    await this.#hold()
    return decideAll(this.#deps, this.#organization, at, progress, this.#options.signal)
  }

  #judge(record: SyncRecord, { sums }: Difference): { blocked: readonly string[]; counts: ClassCounts } {
    const before = record.state.counts
    const counts = Object.fromEntries(
      Object.entries(before).map(([name, count]) => {
        const key = name as keyof ClassCounts
        return [name, Math.max(0, count + sums.created[key] - sums.deleted[key] - sums.dismissed[key])]
      }),
    ) as ClassCounts
    return { blocked: blockedBy({ ...sums, before }), counts }
  }

  async #apply(run: number, { decisions }: Difference, report: RunReport): Promise<RunReport> {
    const { store, now, elapsed } = this.#deps
    this.#options.signal.throwIfAborted()
    await this.#hold()
    const steps = Object.values(decisions).reduce((sum, each) => sum + each, 0)
    const organization = this.#organization
    if (steps <= MOST_WITHIN) {
      await store.transact({ organization }, async ({ directory, directorySync: sync }) => {
        await sync.saveSync(organization, { applying: run, applyingAt: null })
        await applyWithin({ directory, sync }, organization, now())
      })
    } else {
      await applyDifference(store.directorySync, organization, {
        ...{ run, now, elapsed },
        tick: () => this.#hold(),
        progress: (done) => this.#options.report?.({ what: 'Putting into place', done, total: steps * 2 }),
      })
    }
    const isVisible = visibleDecisions.some((decision) => (decisions[decision] ?? 0) > 0)
    const ended = { ...report, outcome: (isVisible ? 'applied' : 'unchanged') as RunOutcome, endedAt: now() }
    await this.#save(({ state }) => ({ state: afterRun(state, ended) }))
    await clearStaged(store, organization, [])
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
      read: 0,
      inScope: 0,
      decisions: {},
      blocked: [],
      failure: isCancelled ? null : failure,
    }
    await this.#save(({ state }) => {
      const tries = state.runs.findIndex(({ outcome }) => outcome !== 'failed')
      const fails = tries === -1 ? state.runs.length : tries
      // A wrong password is not tried again soon: it would lock the account.
      const mayMend = failure.kind !== 'credentials' && failure.kind !== 'rights'
      const wait = mayMend ? Math.min(everyMs, FIRST_RETRY_MS * 2 ** Math.min(fails, 10)) : everyMs
      return { state: afterRun(state, report), ...(!isCancelled && { dueAt: now() + wait }) }
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

type SaveSync = SyncWriter['saveSync']

const waitingOf = ({ waiting }: SyncRecord): readonly number[] => (waiting === null ? [] : [waiting])

/** A run that waited is history once a newer one has an outcome of its own. */
function replaced(state: SyncRecord['state'], waiting: number | null): SyncRecord['state'] {
  const before = state.runs.find(({ run }) => run === waiting)
  if (before === undefined) return state
  return {
    ...state,
    runs: state.runs.map((each) => (each === before ? { ...each, outcome: 'replaced' as const } : each)),
  }
}

function requireWaiting(record: SyncRecord | undefined, run: number): SyncRecord {
  if (record?.waiting === run && record.state.pending !== null) return record
  throw new Refusal(
    'wrong-state',
    record?.waiting == null
      ? 'No run waits for approval. "landbridge gal status" shows the last ones.'
      : `Run ${run} waits no longer; run ${record.waiting} does. Look at it with "landbridge gal diff".`,
  )
}

/** A page in each transaction, so that nobody waits for long. */
async function clearStaged(
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
