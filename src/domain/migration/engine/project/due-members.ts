import type { Store } from '../../../store.ts'
import { mayRun } from './may-run.ts'
import type { Member, Project } from './project.ts'

/** When mailboxes are looked at again. */

/** A mailbox that is due, and for which caps have no place, or whose server is left alone `until` then (epoch milliseconds). */
export type Waiting = { project: Project; no: number; until?: number }

/** Until a mailbox that waits for a place while many are due is looked at again. */
const CROWDED_MS = 60_000

type Transacts = Pick<Store, 'transact'>

export function changeMember(
  store: Transacts,
  { organization, id }: Project,
  no: number,
  change: (member: Member) => Partial<Member>,
): Promise<void> {
  return store.transact({ organization }, async ({ migration }) => {
    const member = await migration.getMember(organization, id, no)
    await migration.putMember(organization, { ...member, ...change(member) })
  })
}

/** In one transaction of each project: there may be a thousand of them at every look. */
export async function lookLater(store: Transacts, waiting: readonly Waiting[], now: number): Promise<void> {
  for (const [{ organization, id }, some] of Map.groupBy(waiting, ({ project }) => project))
    await store.transact({ organization }, async ({ migration }) => {
      for (const { no, until = 0 } of some) {
        const member = await migration.getMember(organization, id, no)
        // Whoever set it aside meanwhile makes it due again.
        if (member.dueAt === null) continue
        await migration.putMember(organization, { ...member, dueAt: Math.max(until, now + CROWDED_MS) })
      }
    })
}

/**
 * Not due while its batch does not run; whoever lets that go on makes it due again. False where that was done meanwhile: what was
 * seen before may be old.
 */
export function setAside(store: Transacts, { organization, id }: Project, no: number): Promise<boolean> {
  return store.transact({ organization }, async ({ migration }) => {
    const member = await migration.getMember(organization, id, no)
    if (mayRun(await migration.getBatch(organization, id, member.batch), member)) return false
    await migration.putMember(organization, { ...member, dueAt: null })
    return true
  })
}
