import type { Page } from '../../../mailbox/store.ts'
import type { Member } from '../project/project.ts'
import { type Steering, write } from '../project/steering.ts'

/** Mailboxes that one transaction makes due. */
const DUE_AT_ONCE = 200

/** Says anew when mailboxes of a batch, or of all, are due, some at a time: others write meanwhile. */
export async function changeDue(
  steering: Steering,
  waits: (member: Member) => boolean,
  dueAt: (member: Member) => number | null,
  batch?: number,
): Promise<void> {
  const { store, organization, project } = steering
  const of = batch === undefined ? {} : { batch }
  for (let after: number | null = null; ; ) {
    const page: Page<Member> = await store.migration.listMembers(organization, project, {
      ...of,
      ...{ after, limit: DUE_AT_ONCE },
    })
    const waiting = page.rows.filter(waits)
    if (waiting.length > 0)
      await write(steering, async ({ migration }) => {
        for (const { no } of waiting) {
          const member = await migration.getMember(organization, project, no)
          if (waits(member)) await migration.putMember(organization, { ...member, dueAt: dueAt(member) })
        }
      })
    if (page.next === null) return
    after = page.next
  }
}

/** Mailboxes that wait for a window, of a batch or of all, are looked at anew: it is another one by now. */
export const endWindowWait = (steering: Steering, batch?: number): Promise<void> =>
  changeDue(
    steering,
    ({ idle, dueAt }) => idle === 'window closed' && dueAt !== null && dueAt > steering.now,
    () => steering.now,
    batch,
  )
