import type { Member } from './project.ts'

/** Those that the last delta of their batch is for. */
const takesPart: ReadonlySet<Member['state']> = new Set(['initial-sync', 'synced'])

/**
 * How long the last delta of a batch may take, in milliseconds: as long as its deltas took last, so many mailboxes at once; null where none
 * has ended yet. The first copy of a mailbox says nothing of it.
 */
export function finalPassMs(
  members: readonly Pick<Member, 'state' | 'pass' | 'lastPass'>[],
  lanes: number,
): number | null {
  const taking = members.filter(({ state }) => takesPart.has(state))
  const deltas = taking.flatMap(({ pass, lastPass }) =>
    pass > 1 && lastPass !== null && lastPass.endedAt > 0 ? lastPass.endedAt - lastPass.startedAt : [],
  )
  if (deltas.length === 0) return null
  const all = (deltas.reduce((sum, ms) => sum + ms, 0) / deltas.length) * taking.length
  return deltas.reduce((longest, ms) => Math.max(longest, ms), all / Math.max(1, lanes))
}
