import type { Store } from '../../../store.ts'
import { LEASE_MS, type Lease } from '../ledger/page-run.ts'
import type { Clock } from '../pace/clock.ts'
import type { Batch, Member, Project } from '../project/project.ts'
import { isFlipped, memberAfter, memberTakes } from '../project/state.ts'
import { endsOf, newLeaseToken, restOf, restWords } from '../project/unclean-ends.ts'

/** A mailbox under a lease, as it was before and is by now; `isBegun`: its pass was begun with the lease. */
export type Leased = {
  lease: Lease
  before: Member
  member: Member
  batch: Batch
  isBegun: boolean
  isFreed: boolean
}

/**
 * Takes the lease of a mailbox and begins its pass. `busy` while somebody else has it; `rests` where the process ended over it too
 * often. A crash of the machine may undo it: then nobody has the lease, and whoever has it next begins the same pass.
 */
export function beginRun(
  { store, clock }: { store: Store; clock: Clock },
  { organization, id }: Project,
  no: number,
): Promise<Leased | 'busy' | 'rests'> {
  const token = newLeaseToken()
  const now = clock.now()
  return store.transact({ organization, mayBeLost: true }, async ({ migration }) => {
    const held = await migration.getMember(organization, id, no)
    const fence = await migration.leaseMember(organization, id, no, { token, now, until: now + LEASE_MS })
    if (fence === null) return 'busy'
    const before = { ...held, uncleanEnds: endsOf(held) }
    const dueAt = goesOn(held) ? restOf(held, now) : undefined
    if (dueAt !== undefined) {
      const cause = restWords(before.uncleanEnds!, held.address, dueAt)
      await migration.putMember(organization, { ...before, dueAt, idle: 'ended the service', cause })
      await migration.freeLease(organization, id, no, token)
      return 'rests'
    }
    const batch = await migration.getBatch(organization, id, before.batch)
    const isBegun = before.state !== 'returning' && memberTakes(before.state, 'begin')
    const member = isBegun ? { ...before, ...begun(before, batch, now) } : before
    if (isBegun || before.uncleanEnds !== undefined) await migration.putMember(organization, member)
    return { lease: { token, fence }, before, member, batch, isBegun, isFreed: false }
  })
}

export const goesOn = ({ state }: Pick<Member, 'state'>): boolean =>
  state === 'returning' || memberTakes(state, 'begin')

const begun = (member: Member, batch: Batch, now: number): Partial<Member> => {
  const wanted = isFlipped(batch.state) ? 'late' : batch.state === 'finalising' ? 'final' : 'delta'
  const next: Partial<Member> = { state: memberAfter(member.state, 'begin'), cause: '', idle: undefined }
  // The pass that was interrupted goes on; for the last delta everything is looked at once more.
  if (member.passFor === wanted) return next
  return {
    ...next,
    pass: member.pass + 1,
    passFor: wanted,
    lastPass: { startedAt: now, endedAt: 0, items: 0, bytes: 0, requests: 0 },
  }
}
