import { type CountedLane, fitsBeside } from '../pace/lanes-at-once.ts'
import { finalPassMs } from '../project/final-pass.ts'
import { windowFor } from '../project/own-settings.ts'
import type { Batch, Member, Project } from '../project/project.ts'
import type { IdleCause } from '../project/retry.ts'
import { hasEnded, isCopying, isFlipped } from '../project/state.ts'
import { endOfWork } from '../project/window.ts'
import { estimateCopy, type Reading, type ToCome } from './copy-estimate.ts'
import type { Done, Rate } from './rate-window.ts'

/** What is still to be copied for the first time, and when that may be done. */
export type Progress = {
  items: number
  bytes: number
  /** Mailboxes that did not say yet how large they are. */
  unknown: number
  /** As likely sooner as later, epoch milliseconds; null: not to be said, or nothing is to come. */
  doneAt: number | null
  /** Nine times in ten it is done between these, as far as the mailboxes that were measured tell. */
  earliestAt: number | null
  latestAt: number | null
  measured: number
  /** What the last delta may take, in milliseconds; null: not to be said. */
  finalMs: number | null
  /** Mailboxes that are not worked on just now, by why. */
  idle: Readonly<Partial<Record<IdleCause, number>>>
  /**
   * Why nothing of it goes on, in the words of the first mailbox that stands still; empty while one is worked on. Always told where the
   * service ended over one.
   */
  standstill: string
  failed: number
  /** Why, of the first of them: `ben@corp.example: There is no such mailbox.` */
  failures: readonly string[]
}

/** Mailboxes that failed are named up to so many. */
const MOST_FAILURES = 5

/** What stands still until somebody mends it, or the other side is well again. */
const troubles: ReadonlySet<IdleCause> = new Set([
  'server refuses us',
  'server out of reach',
  'server asked to wait',
  'no room there',
  'trying again',
  'ended the service',
])

/** A mailbox with a lane: what its server fails at, and what this run of its pass has read. */
export type RunningMailbox = { trouble: string | null; read: Reading }

export type AtWork = {
  /** Mailboxes of the batch with a lane, by number. */
  running: ReadonlyMap<number, RunningMailbox>
  /** All of the project, of whichever batch. */
  lanes: readonly CountedLane[]
  rate: Rate | null
  /** The engine begins nothing: there is no room here. */
  noRoom: boolean
  now: number
}

/** Pure: how far a batch is, by what its mailboxes have and what their source said of them. */
export function progressOf(
  project: Pick<Project, 'settings'>,
  batch: Pick<Batch, 'state' | 'paused' | 'startAfter' | 'own'>,
  members: readonly Member[],
  { running, lanes: others, rate, noRoom, now }: AtWork,
): Progress {
  const { settings } = project
  const window = windowFor(project, batch)
  const left = { items: 0, bytes: 0, unknown: 0 }
  const readings: Reading[] = []
  const atWork: ToCome[] = []
  const waiting: ToCome[] = []
  const sizes: Done[] = []
  const unsaid: { counts: Member['counts']; read: Reading | undefined; isAtWork: boolean }[] = []
  const idle: Partial<Record<IdleCause, number>> = {}
  const failures: string[] = []
  let failed = 0
  let isAtWork = false
  let standstill = ''
  let ended = ''
  for (const member of members) {
    const { state, expected, counts } = member
    const lane = running.get(member.no)
    if (state === 'failed' && ++failed <= MOST_FAILURES) failures.push(`${member.address}: ${member.cause}`)
    const isOfFirst = state === 'waiting' || state === 'initial-sync'
    const read = readingOf(member, isOfFirst ? lane?.read : undefined)
    if (read !== undefined) readings.push(read)
    if (expected !== null) sizes.push(expected)
    if (isOfFirst) {
      if (expected === null) unsaid.push({ counts, read, isAtWork: lane !== undefined })
      else {
        const more = leftOf(expected, counts)
        left.items += more.items
        left.bytes += more.bytes
        ;(lane === undefined ? waiting : atWork).push({ left: more, read })
      }
    }
    const cause =
      lane !== undefined
        ? null
        : idleCause(batch, member, { fits: fitsBeside(settings, others, member), noRoom, now })
    if (cause !== null) idle[cause] = (idle[cause] ?? 0) + 1
    if (cause === 'ended the service') ended ||= member.cause
    if (lane?.trouble === null) isAtWork = true
    else if (lane !== undefined) standstill ||= lane.trouble
    else if (standstill === '' && cause !== null && troubles.has(cause)) standstill = member.cause
  }
  // Those that did not say their size are taken to be like the others, once half of them did.
  left.unknown = unsaid.length
  if (sizes.length > 0)
    for (const [no, { counts, read, isAtWork }] of unsaid.entries())
      (isAtWork ? atWork : waiting).push({ left: leftOf(sizes[no % sizes.length]!, counts), read })
  const toCome = [...atWork, ...waiting]
  const lanes = atWork.length || Math.max(1, Math.min(settings.lanes, toCome.length))
  const isRead = left.items + left.bytes + left.unknown === 0
  const told =
    isRead || left.unknown > sizes.length || batch.paused
      ? null
      : estimateCopy(toCome, { readings, rate: atWork.length === 0 ? null : rate, lanes })
  const from = Math.max(now, batch.startAfter ?? now)
  const at = (ms: number | undefined) => (ms === undefined ? null : endOfWork(window, from, ms))
  return {
    ...left,
    ...{ doneAt: at(told?.ms), earliestAt: at(told?.earliestMs), latestAt: at(told?.latestMs) },
    measured: told?.mailboxes ?? 0,
    finalMs: finalPassMs(members, settings.lanes),
    idle,
    standstill: ended || (isAtWork ? '' : standstill),
    ...{ failed, failures },
  }
}

const leftOf = ({ items, bytes }: Done, counts: Member['counts']): Done => ({
  items: Math.max(0, items - counts.copied - counts.skipped),
  bytes: Math.max(0, bytes - counts.bytes),
})

/** What is known of how fast the copy that is here was made: by this run, and by those of the pass that copied. */
function readingOf(member: Member, run: Reading | undefined): Reading | undefined {
  const of = member.firstCopy ?? passOfCopy(member)
  const ms = (of?.workedMs ?? 0) + (run?.ms ?? 0)
  if (ms === 0) return undefined
  return { items: (of?.items ?? 0) + (run?.items ?? 0), bytes: (of?.bytes ?? 0) + (run?.bytes ?? 0), ms }
}

/** The pass that copies, while it is under way; null: its last one was of a copy that is gone, or is a delta. */
function passOfCopy({ state, pass, passFor, lastPass }: Member): Member['lastPass'] {
  if (state === 'initial-sync') return lastPass
  if (state === 'waiting' || state === 'failed') return passFor === null ? null : lastPass
  // Nobody noted apart what it read.
  return pass === 1 ? lastPass : null
}

/** Why a mailbox is not worked on; null where nothing is to be done for it. */
function idleCause(
  batch: Pick<Batch, 'state' | 'paused'>,
  member: Member,
  { fits, noRoom, now }: { fits: boolean; noRoom: boolean; now: number },
): IdleCause | null {
  const { state, dueAt, idle, leasedUntil } = member
  // The engine looks at what is due every few seconds, and where nothing runs, at least once a minute.
  const free = noRoom
    ? 'no room here'
    : !fits
      ? 'lanes all in use'
      : // Found again while its server rests, it is not written anew.
        idle !== undefined && troubles.has(idle)
        ? idle
        : 'about to begin'
  // Nobody could write down how its last run ended: the process was killed, the disk was full.
  const dueNow = leasedUntil !== null && leasedUntil > now ? 'its last run broke off' : free
  if (['left', 'cancelled', 'rolled-back', 'verified', 'failed'].includes(state)) return null
  if (state === 'returning') return dueAt !== null && dueAt > now ? (idle ?? 'server out of reach') : dueNow
  if (batch.paused) return 'paused'
  if (hasEnded(batch.state) || (!isCopying(batch.state) && !isFlipped(batch.state)))
    return batch.state === 'waiting-window' ? 'window closed' : null
  if (batch.state === 'approving') return 'waits for approval'
  if (dueAt === null) return 'waits for the others of its batch'
  if (dueAt <= now) return dueNow
  return idle ?? (state === 'synced' || state === 'final' ? 'next delta not due' : 'trying again')
}
