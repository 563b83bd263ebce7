import type { Member } from './project.ts'

/** Those that the last delta of their batch is for. */
const takesPart: ReadonlySet<Member['state']> = new Set(['initial-sync', 'synced'])

/**
 * How long the last delta of a batch may take, in milliseconds: as long as its deltas worked last, so many mailboxes at once, and no less than
 * the last one of each that asked for every folder, as this one does; null where none has ended yet. The first copy of a mailbox says
 * nothing of it.
 */
export function finalPassMs(
  members: readonly Pick<Member, 'state' | 'pass' | 'lastPass' | 'askedAllMs'>[],
  lanes: number,
): number | null {
  const taking = members.filter(({ state }) => takesPart.has(state))
  const deltas = taking.flatMap(({ pass, lastPass, askedAllMs = 0 }) =>
    pass > 1 && lastPass !== null && lastPass.endedAt > 0
      ? Math.max(lastPass.workedMs ?? lastPass.endedAt - lastPass.startedAt, askedAllMs)
      : [],
  )
  if (deltas.length === 0) return null
  const all = (deltas.reduce((sum, ms) => sum + ms, 0) / deltas.length) * taking.length
  return deltas.reduce((longest, ms) => Math.max(longest, ms), all / Math.max(1, lanes))
}
