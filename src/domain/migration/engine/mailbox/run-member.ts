import type { MailboxId } from '#src/base/ids.ts'
import type { Spool } from '../../../delivery/spool.ts'
import { Refusal } from '../../../refusal.ts'
import type { Store, Writer } from '../../../store.ts'
import type { MailboxSource, SourceFolder, SourceMailbox } from '../../source.ts'
import { SourceFailure } from '../../source-failure.ts'
import { LeaseLost } from '../../store.ts'
import { applySettings } from '../flip/flip.ts'
import { CarefulReading } from '../ledger/careful-reading.ts'
import { findOrigin } from '../ledger/ledger-origin.ts'
import { LEASE_MS, type PassRun } from '../ledger/page-run.ts'
import { Drained, type Lane } from '../pace/lane.ts'
import { noRoomIn, type RoomHere } from '../pace/room-here.ts'
import { runPass } from '../pass/run-pass.ts'
import { gradeOf, weightOf, worseOf } from '../project/grade.ts'
import { endLook, noneHere } from '../project/late-looks.ts'
import { settingsFor } from '../project/own-settings.ts'
import type { Batch, Counts, Member, Project } from '../project/project.ts'
import { AWAY_REST_MS, LanePostponed } from '../project/retry.ts'
import { isFlipped, memberAfter, memberTakes } from '../project/state.ts'
import { runReturn, sayReturn } from '../return/run-return.ts'
import { noteDifferences, noteRewritten } from '../verify/note-differences.ts'
import { verifyMailbox } from '../verify/verify.ts'
import { beginRun, goesOn, type Leased } from './begin-run.ts'
import { mailboxLosses } from './mailbox-losses.ts'
import { settingsBeside } from './take-settings.ts'
import { targetMailbox } from './target-mailbox.ts'

export type MemberDeps = {
  store: Store
  spool: Spool
  lane: Lane
  room: RoomHere
  openSource(project: Project, source: string): Promise<MailboxSource>
  /** Whether another lane fills that mailbox just now. */
  isFilled?: (mailbox: MailboxId) => boolean
  /** Whether no other lane runs just now. */
  isAlone?: () => boolean
  /** Shows how far the lane is. */
  running?: (run: PassRun) => void
  /** Told of what is our own fault. */
  trouble: (message: string, error: unknown) => void
}

/** After a failure of ours, or one that only somebody here can mend. */
const REST_MS = 5 * 60_000

export type MemberEnd = 'done' | 'postponed' | 'drained' | 'failed' | 'lost' | 'busy' | 'no-room'

/**
 * One pass through one mailbox under a lease of its own, and what follows from how it ended: the next state, when it is due
 * again, and why it waits. Never rejects but for what the signal of the lane says.
 */
export async function runMember(deps: MemberDeps, project: Project, no: number): Promise<MemberEnd> {
  try {
    return await runAlone(deps, project, no)
  } catch (error) {
    // Nothing can be written, not even that: the lease ends by itself.
    if (!deps.room.note(error)) throw error
    return 'no-room'
  }
}

async function runAlone(deps: MemberDeps, project: Project, no: number): Promise<MemberEnd> {
  const { store, lane } = deps
  const { organization, id } = project
  const begins = await beginRun({ store, clock: lane.clock }, project, no)
  if (begins === 'busy') return 'busy'
  if (begins === 'rests') return 'postponed'
  const beating = new AbortController()
  const beat = heartbeat(deps, project, no, begins.lease, beating.signal)
  try {
    return await runLeased(deps, project, no, begins)
  } catch (error) {
    if (error instanceof LeaseLost) return 'lost'
    lane.signal.throwIfAborted()
    throw error
  } finally {
    beating.abort()
    await beat
    if (!begins.isFreed)
      await store.transact({ organization }, ({ migration }) =>
        migration.freeLease(organization, id, no, begins.lease.token),
      )
  }
}

/** While a call takes long or the lane waits, the lease goes on. Where it cannot, who writes next hears of it too. Never rejects. */
async function heartbeat(
  { store, lane, trouble }: MemberDeps,
  { organization, id }: Project,
  no: number,
  lease: PassRun['lease'],
  signal: AbortSignal,
): Promise<void> {
  try {
    for (;;) {
      await lane.clock.sleep(LEASE_MS / 3, signal)
      await store.transact({ organization }, ({ migration }) =>
        migration.holdLease(organization, id, no, { ...lease, until: lane.clock.now() + LEASE_MS }),
      )
    }
  } catch (error) {
    const isKnown = error instanceof LeaseLost || error instanceof Refusal || noRoomIn(error) !== undefined
    if (!signal.aborted && !isKnown) trouble('The lease of a mailbox could not be held on to.', error)
  }
}

/** Changes the mailbox under its lease; what the change depends on is read in the same transaction. With the `last` one the lease ends. */
type WriteMember = (
  change: (member: Member, migration: Writer['migration']) => Partial<Member> | Promise<Partial<Member>>,
  last?: boolean,
) => Promise<void>

type WriteLast = (change: Parameters<WriteMember>[0]) => Promise<void>

async function runLeased(deps: MemberDeps, project: Project, no: number, leased: Leased): Promise<MemberEnd> {
  const { store, lane } = deps
  const { organization, id } = project
  const { lease, before, batch, isBegun } = leased
  const write: WriteMember = async (change, last = false) => {
    await store.transact({ organization }, async ({ migration }) => {
      await migration.holdLease(organization, id, no, { ...lease, until: lane.clock.now() + LEASE_MS })
      const member = await migration.getMember(organization, id, no)
      await migration.putMember(organization, { ...member, ...(await change(member, migration)) })
      if (last) await migration.freeLease(organization, id, no, lease.token)
    })
    leased.isFreed = last
  }
  if (!goesOn(before)) return 'drained'
  const returns = before.state === 'returning'
  const goesBack = returns ? before.batch : null
  const beganAt = lane.clock.now()
  const done: PassRun['done'] = { items: 0, bytes: 0 }
  let source: SourceMailbox | undefined
  const close = async () => {
    const opened = source
    source = undefined
    await opened?.close().catch(() => undefined)
  }
  /** Whoever has the mailbox next finds no connection of ours there. */
  const writeLast: WriteLast = async (change) => {
    await close()
    await write(change, true)
  }
  try {
    const open = async () => {
      const there = await deps.openSource(project, before.source)
      return lane.call((signal) => there.open(before.address, signal))
    }
    const openAgain = async () =>
      (await deps.openSource(project, before.source)).reopen?.(before.address) ?? open()
    // Whoever has no mailbox there gets none here.
    if (before.mailbox === null) source = await open()
    const hasPlace = isBegun && before.mailbox !== null
    const at = hasPlace
      ? { organization, mailbox: before.mailbox! }
      : await targetMailbox(deps, project, no, lease)
    if (!hasPlace && deps.isFilled?.(at.mailbox)) {
      await writeLast(() => ({ dueAt: lane.clock.now() }))
      return 'drained'
    }
    const member = hasPlace ? leased.member : await store.migration.getMember(organization, id, no)
    const origin = await findOrigin(store.migration, organization, id, member.source)
    const held = { store, at, member, lease, lane, settings: settingsFor(project, batch, member) }
    const { uncleanEnds } = before
    const base = {
      ...{ ...held, spool: deps.spool, origin },
      digestKey: await store.migration.digestKey(at),
      pass: member.pass,
      copiesOnly: isFlipped(batch.state),
      asksAll: member.passFor !== 'delta',
      done,
      ...(uncleanEnds && { careful: new CarefulReading(held, uncleanEnds, deps.isAlone) }),
    }
    if (returns) {
      const { running } = deps
      await runReturn({ base, member, open, running, write })
      return 'done'
    }
    try {
      source ??= base.asksAll || member.pass < 2 ? await open() : await openAgain()
      const { file } = source
      const run: PassRun = { ...base, source, ...(file !== undefined && { origin: { ...origin, file } }) }
      deps.running?.(run)
      // Those that are kept may be of an earlier move, or of before the last words of the source.
      const anew = member.grade === null || member.passFor === 'final'
      await using settings = settingsBeside(run, { anew })
      const listed = await runPass(run)
      await settings.take()
      await endPass({ ...run, beganAt }, project, batch, writeLast, {
        cause: '',
        listed,
        anew,
        goesOn: before.passFor !== null,
      })
    } catch (error) {
      if (!base.copiesOnly || !isGoneThere(error)) throw error
      // The other side took the mailbox away after the flip, as it should: what was copied is verified all the same.
      const cause = `Nothing late was looked for: ${error.message}`
      await endPass({ ...base, beganAt }, project, batch, writeLast, {
        cause,
        listed: [],
        anew: true,
        goesOn: true,
      })
    }
    return 'done'
  } catch (error) {
    return await ended(deps, project, { error, beganAt, done }, write)
  } finally {
    await close()
    if (goesBack !== null) await sayReturn(store, project, goesBack)
  }
}

const isGoneThere = (error: unknown): error is SourceFailure =>
  error instanceof SourceFailure && error.kind === 'mailbox-permanent'

type Ending = {
  /** What else should be known of it. */
  cause: string
  /** Folders of the source as the pass began. */
  listed: readonly SourceFolder[]
  /**
   * The whole ledger is counted; a delta goes on with what was counted last and each transaction since has added to it, so that it costs
   * what has changed.
   */
  anew: boolean
  /** An earlier run of the pass broke off, and may have written. */
  goesOn: boolean
}

async function endPass(
  run: Omit<PassRun, 'source'> & Partial<Pick<PassRun, 'source'>> & { beganAt: number },
  project: Project,
  batch: Batch,
  writeLast: WriteLast,
  { cause, listed, anew, goesOn }: Ending,
): Promise<void> {
  const { store, at, lane } = run
  const { source } = run.member
  const before = await store.migration.getMember(project.organization, project.id, run.member.no)
  const late = isFlipped(batch.state)
  // What was verified once is not compared anew for what came late: people have worked on it since.
  const isVerified = late && before.state === 'verified'
  const isWhole = !isVerified && (anew || late)
  const told = isWhole
    ? await store.migration.countLedger(at, source)
    : await store.migration.countTroubled(at, source)
  const { losses } = told
  const countsOf = ({ counts: { copied, bytes } }: Member): Counts =>
    isWhole ? told.counts : { ...told.counts, copied, bytes }
  const { copied, skipped } = countsOf(before)
  // Where a delta has written nothing, they are what the pass before it found.
  const isQuiet = isVerified || (!isWhole && !goesOn && lane.writes === 0)
  const whole = [...(isQuiet ? before.losses : await mailboxLosses(run))]
  for (const loss of whole) losses[weightOf(loss)]++
  let grade = gradeOf(losses, copied + skipped)
  let rewritten = 0
  if (isVerified) grade = worseOf(grade, before.grade ?? 'perfect')
  else if (late) {
    const { verification, sampledPart } = run.settings
    const found = await verifyMailbox({
      store,
      at,
      sourceId: run.member.source,
      level: verification,
      sampledPart,
      random: lane.random,
      signal: lane.signal,
      listed,
      // The whole source once more is for those who want to know it exactly.
      ...(verification === 3 && run.source && { source: run.source, lane }),
    })
    grade = worseOf(grade, found.grade)
    rewritten = found.rewritten
    whole.push(...(await noteDifferences(run, found.differences)))
    await applySettings(store, at, lane.clock.now())
  }
  const now = lane.clock.now()
  await writeLast(async (member, migration) => {
    const endedAt = now
    const { unasked = 0 } = run.done
    const startedAt = member.lastPass?.startedAt ?? now
    const worked = workedBy(member, run, lane)
    const lastPass = { startedAt, endedAt, requests: lane.requests, ...worked }
    // One that comes again with its copy has read only what was new.
    const isFirst = member.state === 'initial-sync' && member.firstCopy === undefined
    const askedAllMs = member.pass > 1 && unasked === 0 ? lastPass.workedMs : member.askedAllMs
    const common = {
      counts: countsOf(member),
      losses: whole,
      grade,
      lastPass,
      askedAllMs,
      ...(isFirst && { firstCopy: worked }),
      passFor: null,
      cause,
      idle: undefined,
      uncleanEnds: undefined,
    }
    const step = late ? 'verify' : member.passFor === 'final' ? 'final-pass-done' : 'pass-done'
    // Meanwhile somebody went back, took it out or cancelled its batch.
    if (!memberTakes(member.state, step)) return {}
    if (late) {
      if (rewritten > 0) await noteRewritten(migration, project, member, { rewritten, now })
      const state = memberAfter(member.state, step)
      return { ...common, ...(await endLook(migration, project, member, { now, trouble: cause })), state }
    }
    const present = await migration.getBatch(project.organization, project.id, batch.no)
    // It has moved while this pass ran: what follows the flip is still to come.
    if (member.state === 'flipped') return { ...common, dueAt: now }
    // As they are by now.
    const { settings } = await migration.getProject(project.organization, project.id)
    if (member.passFor === 'final') {
      // Another mailbox may hold the batch meanwhile: this one is kept up to date again.
      const dueAt = present.state === 'synced' ? now + settings.deltaEveryMinutes * 60_000 : null
      return { ...common, state: memberAfter(member.state, step), dueAt }
    }
    // The cut-over was asked for while this delta ran: the last one follows at once.
    const waitMs = present.state === 'finalising' ? 0 : settings.deltaEveryMinutes * 60_000
    return { ...common, state: memberAfter(member.state, step), dueAt: now + waitMs }
  })
}

/** A run of a pass: what it has read, and since when. */
type Worked = Pick<PassRun, 'done'> & { beganAt: number }

/**
 * How long a pass has worked by now and what it has read, with the runs of it that ended before it did: without the time in which its source
 * was away or refused.
 */
const workedBy = ({ lastPass }: Member, { done, beganAt }: Worked, { clock, awayMs }: Lane) => ({
  items: (lastPass?.items ?? 0) + done.items,
  bytes: (lastPass?.bytes ?? 0) + done.bytes,
  workedMs: (lastPass?.workedMs ?? 0) + Math.max(0, clock.now() - beganAt - awayMs),
})

/** Of a pass that goes on another time. */
const workedOn = (member: Member, worked: Worked, lane: Lane): Partial<Member> =>
  member.passFor === null || member.lastPass === null
    ? {}
    : { lastPass: { ...member.lastPass, ...workedBy(member, worked, lane) } }

async function ended(
  { lane, trouble }: MemberDeps,
  { organization, id }: Project,
  { error, ...worked }: { error: unknown } & Worked,
  writeAny: WriteMember,
): Promise<MemberEnd> {
  // Whoever took it out meanwhile, or cancelled its batch, has said what becomes of it.
  const write: WriteMember = (change) =>
    writeAny((member, migration) => (goesOn(member) ? change(member, migration) : {}))
  const now = lane.clock.now()
  if (error instanceof LeaseLost || noRoomIn(error) !== undefined) throw error
  if (error instanceof LanePostponed) {
    await write(async (member, migration) => {
      const configs = await migration.listSources(organization, id)
      // What it was told is not of the source as it is by now.
      const isOld = configs.some((each) => each.id === member.source && each.changedAt > worked.beganAt)
      const dueAt = isOld ? now : error.until
      const cause = `${error.idle}: ${error.message}`
      return { ...workedOn(member, worked, lane), dueAt, idle: error.idle, cause }
    })
    return 'postponed'
  }
  if (error instanceof Drained || lane.draining || lane.signal.aborted) {
    await write((member) => ({ ...workedOn(member, worked, lane), dueAt: member.dueAt }))
    return 'drained'
  }
  if (
    error instanceof SourceFailure &&
    (error.kind === 'mailbox-permanent' || error.kind === 'item-permanent')
  ) {
    await write((member) =>
      memberTakes(member.state, 'fail')
        ? { state: memberAfter(member.state, 'fail'), dueAt: null, cause: error.message }
        : { dueAt: now + REST_MS, idle: 'trying again', cause: error.message },
    )
    return 'failed'
  }
  if (error instanceof SourceFailure || error instanceof Refusal) {
    const restMs = error instanceof SourceFailure && error.kind === 'transient' ? AWAY_REST_MS : REST_MS
    const isNoneHere = error instanceof Refusal && error.reason === 'no-such-mailbox'
    await write((member) =>
      isNoneHere && member.state === 'verified'
        ? noneHere(member)
        : { dueAt: now + restMs, idle: 'trying again', cause: error.message },
    )
    return 'postponed'
  }
  trouble('A mailbox could not be migrated for a reason of our own; it is tried again.', error)
  await write(() => ({
    dueAt: now + REST_MS,
    idle: 'trying again',
    cause: 'The service failed; its log says why. It is tried again.',
  }))
  return 'postponed'
}
