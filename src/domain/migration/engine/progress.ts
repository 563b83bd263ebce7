import { finalPassMs } from './final-pass.ts'
import type { Batch, Member, Project } from './project.ts'
import type { Rate } from './rate-window.ts'
import type { IdleCause } from './retry.ts'
import { hasEnded, isCopying, isFlipped } from './state.ts'
import { endOfWork } from './window.ts'

/** What is still to be copied for the first time, and when that may be done. */
export type Progress = {
  items: number
  bytes: number
  /** Mailboxes that did not say yet how large they are. */
  unknown: number
  /** Epoch milliseconds; null: not to be said. */
  doneAt: number | null
  /** When it takes twice as long, which is what migrations do (migration.md 3.3). */
  latestAt: number | null
  /** What the last delta may take, in milliseconds; null: not to be said. */
  finalMs: number | null
  /** Mailboxes that are not worked on just now, by why. */
  idle: Readonly<Partial<Record<IdleCause, number>>>
  /** Why nothing of it goes on, in the words of the first mailbox that stands still; empty while one is worked on. */
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
])

/**
 * Pure: how far a batch is, by what its mailboxes have and what their source said of them; `running`: mailboxes with a lane, and what its
 * server fails at.
 */
export function progressOf(
  { settings }: Pick<Project, 'settings'>,
  batch: Pick<Batch, 'state' | 'paused'>,
  members: readonly Member[],
  { running, rate, now }: { running: ReadonlyMap<number, string | null>; rate: Rate | null; now: number },
): Progress {
  const left = { items: 0, bytes: 0, unknown: 0 }
  const idle: Partial<Record<IdleCause, number>> = {}
  const failures: string[] = []
  let failed = 0
  let isAtWork = false
  let standstill = ''
  for (const member of members) {
    const { state, expected, counts } = member
    if (state === 'failed' && ++failed <= MOST_FAILURES) failures.push(`${member.address}: ${member.cause}`)
    if (state === 'waiting' || state === 'initial-sync') {
      if (expected === null) left.unknown++
      else {
        left.items += Math.max(0, expected.items - counts.copied - counts.skipped)
        left.bytes += Math.max(0, expected.bytes - counts.bytes)
      }
    }
    const cause = running.has(member.no) ? null : idleCause(batch, member, now)
    if (cause !== null) idle[cause] = (idle[cause] ?? 0) + 1
    const trouble = running.get(member.no)
    if (trouble === null) isAtWork = true
    else if (trouble !== undefined) standstill ||= trouble
    else if (standstill === '' && cause !== null && troubles.has(cause)) standstill = member.cause
  }
  const seconds = rate === null ? Number.POSITIVE_INFINITY : secondsFor(left, rate)
  const known = left.unknown === 0 && Number.isFinite(seconds)
  const at = (times: number) => (known ? endOfWork(settings.window, now, seconds * 1_000 * times) : null)
  return {
    ...left,
    doneAt: at(1),
    latestAt: at(2),
    finalMs: finalPassMs(members, settings.lanes),
    idle,
    standstill: isAtWork ? '' : standstill,
    ...{ failed, failures },
  }
}

/** By octets and by items: many small ones take as long as a few large ones. */
function secondsFor({ items, bytes }: { items: number; bytes: number }, rate: Rate): number {
  const by = (left: number, perSecond: number) => (left === 0 ? 0 : left / perSecond)
  return Math.max(by(items, rate.itemsPerSecond), by(bytes, rate.bytesPerSecond))
}

/** Why a mailbox is not worked on; null where nothing is to be done for it. */
function idleCause(batch: Pick<Batch, 'state' | 'paused'>, member: Member, now: number): IdleCause | null {
  const { state, dueAt, idle, leasedUntil } = member
  // Nobody could write down how its last run ended: the process was killed, the disk was full.
  const dueNow = leasedUntil !== null && leasedUntil > now ? 'its last run broke off' : 'lanes all in use'
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
