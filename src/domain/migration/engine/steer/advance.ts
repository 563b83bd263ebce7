import { momentWords, onClockOf } from '#src/base/figure-words.ts'
import { inFull } from '#src/base/in-full.ts'
import { Refusal } from '../../../refusal.ts'
import type { Store } from '../../../store.ts'
import { flipBatch, membersOf } from '../flip/flip.ts'
import { faultSentence, hasFailed, mayPass, preflightBatch } from '../preflight/preflight.ts'
import { type Grade, needsApproval, worseOf } from '../project/grade.ts'
import { windowFor, windowOwner } from '../project/own-settings.ts'
import type { Batch, CheckLine, Member, Project } from '../project/project.ts'
import { type BatchStep, batchAfter, hasEnded, type MemberState } from '../project/state.ts'
import { timed } from '../project/timed.ts'
import { workingTime } from '../project/window.ts'
import { costOfLeaving, failedLeave, leavingWords } from './leaving.ts'
import { advancedWords } from './trail-words.ts'

type AdvanceDeps = Parameters<typeof preflightBatch>[0] & {
  /** Mailboxes of it are being read just now. */
  isBusy?: boolean
}

/** Members that hold nobody up. */
const out: ReadonlySet<MemberState> = new Set(['left', 'cancelled', 'rolled-back'])
const settled: ReadonlySet<MemberState> = new Set(['synced', 'final', 'failed'])

/**
 * Takes a batch as far as its members let it: one step after the other until it has to wait. What it waits for stands in
 * `cause`. Whether another process does the same makes no difference: each step is a transaction that looks again.
 */
export async function advanceBatch(deps: AdvanceDeps, project: Project, no: number): Promise<Batch> {
  for (;;) {
    const batch = await deps.store.migration.getBatch(project.organization, project.id, no)
    if (batch.paused || hasEnded(batch.state)) return batch
    if (!(await step(deps, project, batch))) return batch
  }
}

/** Where a batch waits for its members: the state in which all of them are to be. */
const awaited: Partial<Record<Batch['state'], ReadonlySet<MemberState>>> = {
  'initial-sync': settled,
  finalising: new Set(['final']),
  verifying: new Set(['verified']),
}

/**
 * Whether members are still on their way, and none has failed: told without opening any of them, as each one that moves asks. A batch
 * that is kept up to date waits for its deltas, and is graded once none runs.
 */
async function isUnderWay(
  { store, now, isBusy }: AdvanceDeps,
  { organization, id }: Project,
  batch: Batch,
): Promise<boolean> {
  const rests = batch.state === 'synced' && !batch.cutOverAsked && !isDue(batch, now())
  const wanted = rests ? settled : awaited[batch.state]
  if (wanted === undefined) return false
  if (rests && isBusy) return true
  const states = await store.migration.listMemberStates(organization, id, batch.no)
  return !states.includes('failed') && states.some((state) => !out.has(state) && !wanted.has(state))
}

/** Whether something changed. */
async function step(deps: AdvanceDeps, project: Project, batch: Batch): Promise<boolean> {
  if (await isUnderWay(deps, project, batch)) return false
  const members = async () =>
    (await membersOf(deps.store.migration, project.organization, project.id, batch.no)).filter(
      ({ state }) => !out.has(state),
    )
  switch (batch.state) {
    case 'preflight':
      return preflight(deps, project, batch, await members())
    case 'waiting-window':
      return openWindow(deps, project, batch)
    case 'initial-sync':
      return synced(deps, project, batch, await members())
    case 'synced':
      return cutOver(deps, project, batch, await members())
    case 'finalising':
      return finish(deps, project, batch, await members())
    case 'flipped':
      return take(deps, project, batch, 'verify', {}, async () => undefined)
    case 'verifying':
      return verified(deps, project, batch, await members())
    default:
      return false
  }
}

/** Writes a step unless the batch is not any more what it was. */
async function take(
  { store, now }: AdvanceDeps,
  { organization, id }: Project,
  seen: Batch,
  name: BatchStep | null,
  change: Partial<Batch>,
  also: (
    members: readonly Member[],
    migration: Parameters<Parameters<Store['transact']>[1]>[0]['migration'],
  ) => Promise<void>,
): Promise<boolean> {
  return store.transact({ organization }, async ({ migration }) => {
    const batch = await migration.getBatch(organization, id, seen.no)
    if (batch.state !== seen.state || batch.paused) return false
    const state = name === null ? batch.state : batchAfter(batch.state, name)
    const after: Batch = timed(batch, { ...batch, cause: '', ...change, state }, now())
    if (state === batch.state && after.cause === batch.cause && change.grade === undefined) return false
    await migration.putBatch(organization, after)
    if (state !== batch.state) {
      const members = (await membersOf(migration, organization, id, seen.no)).filter(
        (each) => !out.has(each.state),
      )
      await also(members, migration)
      await migration.addEvent(organization, id, {
        at: now(),
        kind: state,
        batch: seen.no,
        member: null,
        by: null,
        sentence: advancedWords(seen.no, seen.state, after),
      })
    }
    return state !== batch.state
  })
}

const waits = async (
  deps: AdvanceDeps,
  project: Project,
  batch: Batch,
  cause: string,
  change: Partial<Batch> = {},
) => {
  const same = batch.cause === cause && (change.grade === undefined || change.grade === batch.grade)
  if (!same) await take(deps, project, batch, null, { ...change, cause }, async () => undefined)
  return false
}

/** Until a pre-flight that only met servers out of reach is made again; after the last, each such time. */
const RETRY_MINUTES = [1, 2, 5, 10, 15] as const

/** Whether its pre-flight is made again by itself, and not yet. */
export const waitsForRetry = ({ state, preflight }: Batch, now: number): boolean =>
  state === 'preflight' && (preflight?.retry?.at ?? 0) > now

/** Lines that a batch keeps, faults before warnings: all are told by asking for its pre-flight, part by part. */
const MOST_KEPT = 100
const keptLines = (lines: readonly CheckLine[]): readonly CheckLine[] =>
  (['failed', 'warning'] as const)
    .flatMap((kept) => lines.filter(({ state }) => state === kept))
    .slice(0, MOST_KEPT)

async function preflight(
  deps: AdvanceDeps,
  project: Project,
  batch: Batch,
  members: readonly Member[],
): Promise<boolean> {
  if (waitsForRetry(batch, deps.now())) return false
  const lines = await preflightBatch(deps, project, batch, members)
  const failed = hasFailed(lines)
  const change = { preflight: { at: deps.now(), lines: keptLines(lines) } }
  if (failed && mayPass(lines)) {
    const attempts = (batch.preflight?.retry?.attempts ?? 0) + 1
    const minutes = RETRY_MINUTES[attempts - 1] ?? RETRY_MINUTES.at(-1)!
    const at = deps.now() + minutes * 60_000
    const cause = `${faultSentence(lines)} It is looked at again by itself, next at ${clockWords(project, batch, at)}.`
    return waits(deps, project, batch, cause, { preflight: { ...change.preflight, retry: { attempts, at } } })
  }
  if (!failed) return take(deps, project, batch, 'preflight-passed', change, async () => undefined)
  const cause = faultSentence(lines)
  return take(deps, project, batch, 'preflight-failed', { ...change, cause }, async () => undefined)
}

/** A moment on the clock of the batch's window, by UTC where it has none. */
function clockWords(project: Project, batch: Batch, at: number): string {
  const window = windowFor(project, batch)
  return window === null ? momentWords(at) : onClockOf(window.zone, at)
}

function openWindow(deps: AdvanceDeps, project: Project, batch: Batch): Promise<boolean> {
  const now = deps.now()
  if (batch.startAfter !== null && now < batch.startAfter)
    return waits(deps, project, batch, `It starts after ${clockWords(project, batch, batch.startAfter)}.`)
  const time = workingTime(windowFor(project, batch), now)
  if (time === null)
    return waits(deps, project, batch, `No window of the ${windowOwner(batch)} opens any more.`)
  if (time.from > now)
    return waits(deps, project, batch, `The next window opens ${clockWords(project, batch, time.from)}.`)
  return take(deps, project, batch, 'window-opened', {}, async (members, migration) => {
    for (const member of members)
      if (member.state === 'waiting')
        await migration.putMember(project.organization, { ...member, dueAt: now, cause: '' })
  })
}

async function synced(
  deps: AdvanceDeps,
  project: Project,
  batch: Batch,
  members: readonly Member[],
): Promise<boolean> {
  if (members.some(({ state }) => !settled.has(state))) return false
  const good = members.filter(({ state }) => state !== 'failed')
  if (good.length === 0)
    return take(
      deps,
      project,
      batch,
      'fail',
      { cause: members[0]?.cause ?? 'No mailbox is left.' },
      async () => undefined,
    )
  return take(deps, project, batch, 'all-synced', { grade: gradeOfAll(good) }, async () => undefined)
}

const isDue = ({ completeAfter }: Batch, now: number): boolean =>
  completeAfter !== null && now >= completeAfter

const gradeOfAll = (members: readonly Member[]): Grade =>
  members.reduce<Grade>((worst, { grade }) => worseOf(worst, grade ?? 'perfect'), 'perfect')

async function cutOver(
  deps: AdvanceDeps,
  project: Project,
  batch: Batch,
  members: readonly Member[],
): Promise<boolean> {
  const now = deps.now()
  const due = isDue(batch, now)
  const grade = gradeOfAll(members)
  if (!batch.cutOverAsked && !due) return waits(deps, project, batch, batch.cause, { grade })
  if (batch.completeAfter !== null && !due)
    return waits(
      deps,
      project,
      batch,
      `It is cut over after ${clockWords(project, batch, batch.completeAfter)}.`,
    )
  if (members.some(({ state }) => state === 'waiting' || state === 'initial-sync'))
    return take(deps, project, batch, 'members-added', {}, async () => undefined)
  const failed = members.filter(({ state }) => state === 'failed')
  if (failed.length > 0 && policyOf(project, batch) === 'hold') {
    const at = { organization: project.organization, project: project.id }
    const cost = await costOfLeaving(deps.store.migration, at, members, failed)
    return waits(
      deps,
      project,
      batch,
      `${failed[0]!.address} failed and holds the batch: ${inFull(failed[0]!.cause)} Retry it, remove it, or let it leave${leavingWords(cost)}.`,
      { grade },
    )
  }
  if (
    needsApproval(grade) &&
    (batch.approval === null || worseOf(batch.approval.grade, grade) !== batch.approval.grade)
  )
    return take(
      deps,
      project,
      batch,
      'approval-wanted',
      { grade, cause: `Its copy is graded "${grade}": look at the report, then approve it.` },
      async () => undefined,
    )
  return take(deps, project, batch, 'cut-over', { grade }, beginFinal(project, batch, now))
}

/** The last delta of every member; those that failed leave, where that is the policy, and else hold the batch. */
export const beginFinal =
  (project: Project, batch: Batch, now: number) =>
  async (
    members: readonly Member[],
    migration: Parameters<Parameters<Store['transact']>[1]>[0]['migration'],
  ): Promise<void> => {
    for (const member of members)
      await migration.putMember(project.organization, {
        ...member,
        priority: Math.min(member.priority, 1),
        dueAt: member.state === 'failed' ? null : now,
      })
    if (policyOf(project, batch) === 'leave') await failedLeave(migration, project, members, now)
  }

export const policyOf = (project: Project, batch: Batch): 'hold' | 'leave' =>
  batch.failingMember ?? project.settings.failingMember

/** It does not move now: whoever had the last delta already is kept up to date again. */
function backToDeltas(deps: AdvanceDeps, project: Project, batch: Batch, cause: string): Promise<boolean> {
  const change = { cause, cutOverAsked: false, completeAfter: null }
  return take(deps, project, batch, 'fail', change, async (members, migration) => {
    const dueAt = deps.now() + project.settings.deltaEveryMinutes * 60_000
    for (const member of members)
      if (member.state === 'final') await migration.putMember(project.organization, { ...member, dueAt })
  })
}

async function finish(
  deps: AdvanceDeps,
  project: Project,
  batch: Batch,
  members: readonly Member[],
): Promise<boolean> {
  const failed = members.filter(({ state }) => state === 'failed')
  if (failed.length > 0) {
    if (policyOf(project, batch) === 'hold') {
      const cause = `${failed[0]!.address} failed in its last delta: ${failed[0]!.cause}`
      return backToDeltas(deps, project, batch, cause)
    }
    await deps.store.transact({ organization: project.organization }, async ({ migration }) => {
      const all = await membersOf(migration, project.organization, project.id, batch.no)
      await failedLeave(migration, project, all, deps.now())
    })
    return true
  }
  if (members.length === 0) return backToDeltas(deps, project, batch, 'No mailbox is left in it.')
  if (members.some(({ state }) => state !== 'final')) return false
  try {
    await flipBatch(deps.store, project.organization, project.id, batch.no, deps.now())
    return true
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return waits(deps, project, batch, error.message)
  }
}

async function verified(
  deps: AdvanceDeps,
  project: Project,
  batch: Batch,
  members: readonly Member[],
): Promise<boolean> {
  if (members.some(({ state }) => state !== 'verified')) return false
  const grade = gradeOfAll(members)
  if (!needsApproval(grade)) {
    const skips = members.some(({ counts }) => counts.skipped > 0)
    return take(
      deps,
      project,
      batch,
      skips ? 'verified-with-skips' : 'verified',
      { grade },
      async () => undefined,
    )
  }
  const { approval } = batch
  if (approval !== null && worseOf(approval.grade, grade) === approval.grade)
    return take(deps, project, batch, 'verified-with-skips', { grade }, async () => undefined)
  return waits(deps, project, batch, `Verified as "${grade}": look at the report, then approve it.`, {
    grade,
  })
}
