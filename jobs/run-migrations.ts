import type { MailboxId, OrganizationId } from '#src/base/ids.ts'
import type { PassRun } from '#src/domain/migration/engine/ledger/page-run.ts'
import { heldFirst } from '#src/domain/migration/engine/mailbox/held-first.ts'
import { runMember } from '#src/domain/migration/engine/mailbox/run-member.ts'
import { lookAgainAt, type SourceBudget } from '#src/domain/migration/engine/pace/budget.ts'
import { budgetedSource } from '#src/domain/migration/engine/pace/budgeted-source.ts'
import { Lane } from '#src/domain/migration/engine/pace/lane.ts'
import { beyondCaps, fitsBeside } from '#src/domain/migration/engine/pace/lanes-at-once.ts'
import { type OpenedSource, OpenSources, sourceKey } from '#src/domain/migration/engine/pace/open-sources.ts'
import { RoomHere } from '#src/domain/migration/engine/pace/room-here.ts'
import { Asides } from '#src/domain/migration/engine/pass/asides.ts'
import { BatchPaces } from '#src/domain/migration/engine/progress/batch-paces.ts'
import {
  type LiveMigration,
  type LiveRate,
  liveLane,
  liveServer,
} from '#src/domain/migration/engine/progress/live.ts'
import { ProjectPaces } from '#src/domain/migration/engine/progress/project-paces.ts'
import {
  changeMember,
  lookLater,
  setAside,
  type Waiting,
} from '#src/domain/migration/engine/project/due-members.ts'
import { givenUp, isGivenUp } from '#src/domain/migration/engine/project/late-looks.ts'
import { isOpen, mayRun, waitsForTime } from '#src/domain/migration/engine/project/may-run.ts'
import { nextMoment } from '#src/domain/migration/engine/project/next-moment.ts'
import type {
  Batch,
  Member,
  Project,
  ProjectId,
  SourceConfig,
} from '#src/domain/migration/engine/project/project.ts'
import type { IdleCause } from '#src/domain/migration/engine/project/retry.ts'
import { hasEnded, isBack, memberTakes } from '#src/domain/migration/engine/project/state.ts'
import { mayRunBeside } from '#src/domain/migration/engine/project/unclean-ends.ts'
import { endReturn } from '#src/domain/migration/engine/return/run-return.ts'
import { advanceBatch, waitsForRetry } from '#src/domain/migration/engine/steer/advance.ts'
import type { MigrationDeps } from '#src/domain/migration/engine/steer/migration-deps.ts'
import { GradeTurns } from '#src/domain/migration/engine/verify/grade-turns.ts'
import type { MailboxSource } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { DueMember } from '#src/domain/migration/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { heapGrowth } from '#src/platform/memory/heap-growth.ts'

type Running = {
  project: Project
  batch: number
  member: Member
  source: string
  database: string | undefined
  budget: SourceBudget
  lane: Lane
  run: PassRun | undefined
  startedAt: number
  drain: AbortController
  cut: AbortController
  drainedAt: number | undefined
  ended: Promise<void>
}

const batchKey = (project: Project, no: number): string => `${sourceKey(project, '')}${no}`

/** Settings, caps and windows are looked at at least this often while anything runs, and else. */
const LOOK_MS = 2_000
const QUIET_MS = 60_000
/** What does not come to its end by itself within this is cut off. */
const DRAIN_MS = 55_000
/** The same for a mailbox that was taken out, or whose batch has ended: nobody waits for what it would still copy. */
const GONE_MS = 1_000
const MOST_DUE = 1_000

/**
 * Runs migrations: takes batches from state to state, and mailboxes that are due through their passes, as many at once as
 * project, source and server allow. Everything it knows lies in the store: it may be ended at any point, and several processes
 * may do the same.
 */
export class RunMigrations {
  readonly #deps: MigrationDeps
  readonly #sources: OpenSources
  readonly #room: RoomHere
  readonly #running = new Map<string, Running>()
  readonly #asides: Asides
  readonly #paces = new BatchPaces()
  readonly #grades = new GradeTurns()
  /** Of each project, over all its sources. */
  readonly #totals: ProjectPaces
  #held: readonly DueMember[] = []
  readonly #stopping = new AbortController()
  #wakeUp: (() => void) | undefined
  #woken = false
  #loop: Promise<void> | undefined
  #stopWatching: (() => void) | undefined

  constructor(deps: MigrationDeps) {
    this.#deps = deps
    this.#sources = new OpenSources(deps)
    this.#totals = new ProjectPaces(deps.clock)
    this.#asides = new Asides(this.#stopping.signal)
    this.#room = new RoomHere(deps.clock, deps.freeBytes, (message) => deps.alert(message, {}))
  }

  start(): void {
    this.#stopWatching = this.#deps.store.migration.watch(() => this.wake())
    this.#loop = this.#all()
  }

  /** Drains what runs; what has not ended when `signal` aborts is cut off. */
  async stop(signal: AbortSignal): Promise<void> {
    this.#stopWatching?.()
    this.#stopping.abort(new Error('The service is stopping'))
    this.wake()
    await this.#loop
    for (const { drain } of this.#running.values()) drain.abort()
    const cut = () => {
      for (const running of this.#running.values()) running.cut.abort(new Error('The service is stopping'))
    }
    if (signal.aborted) cut()
    else signal.addEventListener('abort', cut, { once: true })
    await Promise.all([...this.#running.values()].map(({ ended }) => ended))
    await this.#asides.allEnded()
    signal.removeEventListener('abort', cut)
    await this.#sources.closeAll()
  }

  /** As `budgetedSource` of the account as it is read with now, for whoever does not wait when its server is busy. */
  budgeted(organization: OrganizationId, config: SourceConfig, source: MailboxSource): MailboxSource {
    const { clock } = this.#deps
    const budget = this.#sources.budgetOf(organization, config, source)
    return budgetedSource({ source, budget, clock, attempts: 1 })
  }

  wake(): void {
    this.#woken = true
    this.#wakeUp?.()
  }

  live(): LiveMigration {
    return {
      lanes: [...this.#running.values()].map(liveLane),
      servers: this.#sources.budgets().map(liveServer),
      rates: this.#rates(),
      noRoom: this.#room.trouble,
    }
  }

  #rates(): LiveRate[] {
    const running = [...this.#running.values()].map(({ project, batch, run }) => ({
      project: project.id,
      batch,
      done: run?.done,
    }))
    return this.#paces.rates(this.#deps.clock.now(), running)
  }

  async #all(): Promise<void> {
    const { store, clock, trouble, alone } = this.#deps
    const { signal } = this.#stopping
    if (alone) this.#held = await heldFirst(store, trouble)
    while (!signal.aborted) {
      this.#woken = false
      let ms = QUIET_MS
      try {
        ms = await this.#look()
      } catch (error) {
        if (!signal.aborted && !this.#room.note(error))
          trouble('Migrations could not be looked at; it is tried again.', error)
      }
      if (this.#woken || signal.aborted) continue
      const woken = new AbortController()
      this.#wakeUp = () => woken.abort()
      await clock.sleep(ms, AbortSignal.any([signal, woken.signal])).catch(() => undefined)
      this.#wakeUp = undefined
    }
  }

  /** One look at everything; answers when the next one is due, in milliseconds. */
  async #look(): Promise<number> {
    const { store, clock } = this.#deps
    const seen = new Map<string, { project: Project; batches: Map<number, Batch> }>()
    let next = QUIET_MS
    for (const { organization, project: id } of await store.migration.listMigrating()) {
      const found = await this.#lookAt(organization, id)
      if (found === undefined) continue
      seen.set(`${organization}/${id}`, found)
      const now = clock.now()
      next = Math.min(next, (nextMoment(found.project, found.batches.values(), now) ?? Infinity) - now)
    }
    await this.#drain(seen)
    this.#rates()
    // A pre-flight may ask any of them.
    if (this.#asides.isNone)
      await this.#sources.closeIdle(
        new Set([...this.#running.values()].map(({ project, source }) => sourceKey(project, source))),
      )
    const noRoomMs = await this.#room.wait()
    if (noRoomMs > 0) return noRoomMs
    const due = await store.migration.listDue(clock.now() + 1, MOST_DUE)
    const waiting: Waiting[] = []
    for (const each of [...this.#held, ...due])
      await this.#begin(each, seen.get(`${each.organization}/${each.project}`), waiting)
    this.#held = []
    // Others behind them may have a place, and so many are not looked at each time.
    if (due.length === MOST_DUE) await lookLater(store, waiting, clock.now())
    const at = await store.migration.nextDueAt(clock.now())
    const now = clock.now()
    next = Math.min(next, (at ?? Number.POSITIVE_INFINITY) - now, this.#sources.nextMs(now))
    if (this.#running.size > 0) next = Math.min(next, LOOK_MS)
    return Math.max(1, next)
  }

  /** The project with its batches, each taken as far as it goes; undefined while its key is out of reach. */
  async #lookAt(
    organization: OrganizationId,
    id: ProjectId,
  ): Promise<{ project: Project; batches: Map<number, Batch> } | undefined> {
    const { store, clock, trouble, freeBytes } = this.#deps
    const { signal } = this.#stopping
    const batches = new Map<number, Batch>()
    try {
      const project = await store.migration.getProject(organization, id)
      this.#sources.noteConfigs(project, await store.migration.listSources(organization, id))
      this.#sources.setCaps(project)
      await this.#totals.note(store, project)
      for (const batch of await store.migration.listBatches(organization, id)) {
        signal.throwIfAborted()
        const moves =
          !batch.paused && !hasEnded(batch.state) && batch.state !== 'draft' && batch.state !== 'planned'
        const deps = {
          store,
          signal,
          freeBytes,
          now: () => clock.now(),
          openSource: async (of: Project, source: string) =>
            budgetedSource({ ...(await this.#sources.open(of, source)), clock }),
        }
        // Servers are asked about each mailbox: nobody else waits for that.
        if (moves && batch.state === 'preflight' && !waitsForRetry(batch, clock.now()))
          this.#aside(project, batch.no, (cut) => advanceBatch({ ...deps, signal: cut }, project, batch.no))
        else if (!moves) this.#asides.cut(batchKey(project, batch.no))
        const own = [...this.#running.values()].filter((each) => each.project.id === id)
        const reads = own.some((each) => each.batch === batch.no)
        const isBusy = reads && !this.#grades.isDue(id, batch.no, clock.now())
        const advanced =
          moves && batch.state !== 'preflight'
            ? await advanceBatch({ ...deps, isBusy }, project, batch.no)
            : batch
        batches.set(batch.no, advanced)
        if (isBack(batch.state)) await endReturn(store, project, batch)
      }
      return { project, batches }
    } catch (error) {
      if (signal.aborted) throw error
      // Gone meanwhile, or its organisation's key is out of reach: the others are not held up.
      if (!this.#room.note(error) && !(error instanceof Refusal))
        trouble(`Migration project ${id} could not go on; it is tried again.`, error)
      return undefined
    }
  }

  #aside(project: Project, batch: number, work: (signal: AbortSignal) => Promise<unknown>): void {
    this.#asides.begin(batchKey(project, batch), work, {
      failed: (error) => {
        if (!this.#room.note(error))
          this.#deps.trouble('A pre-flight could not be done; it is tried again.', error)
      },
      ended: () => this.wake(),
    })
  }

  /**
   * Lanes whose batch was paused or ended, whose mailbox was taken out, whose window is closed, or for which caps that became lower
   * have no place any more, come to their end.
   */
  async #drain(seen: ReadonlyMap<string, { project: Project; batches: Map<number, Batch> }>): Promise<void> {
    const now = this.#deps.clock.now()
    const all = [...this.#running.values()].filter(({ drain }) => !drain.signal.aborted)
    const tooMany = new Set(
      [...seen.values()].flatMap(({ project }) =>
        beyondCaps(
          project.settings,
          all.filter((each) => each.project.id === project.id),
        ),
      ),
    )
    for (const running of this.#running.values()) {
      const found = seen.get(`${running.project.organization}/${running.project.id}`)
      const batch = found?.batches.get(running.batch)
      const member = batch && (await this.#present(running))
      const stays = found && batch && member && mayRun(batch, member) && isOpen(found.project, batch, now)
      if (stays && !tooMany.has(running) && running.drainedAt === undefined) continue
      running.drainedAt ??= now
      running.drain.abort()
      const isGone =
        found && (!batch || hasEnded(batch.state) || !member || !memberTakes(member.state, 'begin'))
      if (now - running.drainedAt > (isGone ? GONE_MS : DRAIN_MS))
        running.cut.abort(new Error('It was drained for too long'))
    }
  }

  /** The mailbox of a lane as it is by now; undefined where it is in that batch no more. */
  async #present({ project, batch, member: { no } }: Running): Promise<Member | undefined> {
    try {
      const member = await this.#deps.store.migration.getMember(project.organization, project.id, no)
      return member.batch === batch ? member : undefined
    } catch (error) {
      if (error instanceof Refusal) return undefined
      throw error
    }
  }

  async #begin(
    due: DueMember,
    found: { project: Project; batches: Map<number, Batch> } | undefined,
    waiting: Waiting[],
  ): Promise<void> {
    const { store, clock } = this.#deps
    const lane = `${due.organization}/${due.project}/${due.no}`
    if (found === undefined || this.#running.has(lane) || this.#stopping.signal.aborted) return
    const { project } = found
    const lanes = [...this.#running.values()].filter((each) => each.project.id === project.id)
    if (lanes.length >= project.settings.lanes) return
    const member = await store.migration.getMember(due.organization, due.project, due.no)
    const batch = found.batches.get(member.batch)
    const now = clock.now()
    if (member.dueAt === null || member.dueAt > now) return // Done since it was listed.
    if (batch === undefined || !mayRun(batch, member)) {
      if (!(await setAside(store, project, member.no))) this.wake()
      return
    }
    const later = waitsForTime(project, batch, member, now)
    if (later !== null) return changeMember(store, project, member.no, () => later)
    if (member.leasedUntil !== null && member.leasedUntil > now) return
    if (this.#isFilled(member.mailbox) || !mayRunBeside(member, this.#running.values())) return
    const { settings } = project
    if (isGivenUp(member, settings, now))
      return changeMember(store, project, member.no, (present) => givenUp(present, settings, now))
    const key = sourceKey(project, member.source)
    const { resting } = this.#sources
    const rest = resting.find(key, now)
    if (rest !== undefined) return this.#rests(project, member, rest, waiting)
    let opened: OpenedSource
    try {
      opened = await this.#sources.open(project, member.source)
    } catch (error) {
      if (!(error instanceof SourceFailure) && !(error instanceof Refusal)) throw error
      await this.#rests(project, member, resting.note(key, now, error), waiting)
      this.#sources.noteConfigs(project, await store.migration.listSources(due.organization, due.project))
      return resting.find(key, now)
        ? undefined
        : changeMember(store, project, member.no, () => ({ dueAt: now }))
    }
    const { budget } = opened
    const { trouble } = budget
    if (trouble !== undefined && trouble.until > now) {
      const { idle, message } = trouble
      const until = lookAgainAt(trouble, now)
      return this.#rests(project, member, { until, idle, cause: `${idle}: ${message}` }, waiting)
    }
    if (!fitsBeside(project.settings, lanes, member)) return void waiting.push({ project, no: member.no })
    const mine = lanes.filter(({ source }) => source === member.source)
    // A server in trouble is asked by one lane first.
    if (trouble !== undefined && mine.length > 0) return
    this.#run(lane, project, member, opened)
  }

  /** Whether a lane fills it just now, of whatever project: two that read one source at once would write what is new twice. */
  #isFilled(mailbox: Member['mailbox'], but?: Running): boolean {
    const others = [...this.#running.values()].filter((each) => each !== but)
    return mailbox !== null && others.some(({ run, member }) => (run?.at ?? member).mailbox === mailbox)
  }

  /** Said once in each row, however often the source is tried. */
  async #rests(
    project: Project,
    { no, ...known }: Member,
    { until, cause, idle = 'trying again' }: { until: number; cause: string; idle?: IdleCause },
    waiting: Waiting[],
  ): Promise<void> {
    if (known.idle === idle && known.cause === cause) waiting.push({ project, no, until })
    else await changeMember(this.#deps.store, project, no, () => ({ dueAt: until, idle, cause }))
  }

  #run(key: string, project: Project, member: Member, { budget, tally }: OpenedSource): void {
    const { store, spool, clock, random, alert, trouble } = this.#deps
    const [drain, cut] = [new AbortController(), new AbortController()]
    const total = this.#totals.of(project)
    const reads = [total.begin(), budget.begin(), heapGrowth.begin()]
    const lane = new Lane({
      ...{ clock, budget, total, tally },
      priority: member.priority,
      random,
      signal: cut.signal,
      drain: drain.signal,
      alert: (message) => alert(message, { organization: project.organization, project: project.name }),
    })
    const running: Running = {
      ...{ project, member, budget, lane },
      ...{ batch: member.batch, source: member.source, database: member.database },
      run: undefined,
      startedAt: clock.now(),
      drain,
      cut,
      drainedAt: undefined,
      ended: Promise.resolve(),
    }
    this.#running.set(key, running)
    const of = { project: project.id, batch: member.batch }
    this.#paces.begin(of)
    const deps = {
      store,
      spool,
      lane,
      trouble,
      room: this.#room,
      isFilled: (mailbox: MailboxId) => this.#isFilled(mailbox, running),
      isAlone: () => this.#running.size === 1,
      openSource: async (of: Project, source: string) => (await this.#sources.open(of, source)).source,
      running: (run: PassRun) => {
        running.run = run
      },
    }
    running.ended = runMember(deps, project, member.no)
      .then(() => undefined)
      .catch((error: unknown) => {
        if (!cut.signal.aborted)
          trouble(`Mailbox ${member.no} of migration ${project.id} could not go on.`, error)
      })
      .finally(() => {
        for (const end of reads) end()
        this.#paces.end({ ...of, done: running.run?.done })
        this.#running.delete(key)
        this.wake()
      })
  }
}
