import type { MailboxId } from '#src/base/ids.ts'
import type { MailboxRef } from '../mailbox/store.ts'
import { Refusal } from '../refusal.ts'
import { membersOf } from './engine/flip/flip.ts'
import type { Batch, Member } from './engine/project/project.ts'
import { type BatchState, batchWords, isFlipped } from './engine/project/state.ts'
import type { Steering } from './engine/project/steering.ts'

/** States in which nothing of a batch runs, and nothing has moved. */
const atRest: ReadonlySet<BatchState> = new Set(['draft', 'planned', 'cancelled', 'rolled-back'])

/**
 * Forgets a migration of which nothing has moved and nothing is copied: its sources with their passwords, batches, mailboxes and
 * events. Refuses `wrong-state`, with the command that comes first.
 */
export async function removeProject({ store, organization, project }: Steering): Promise<void> {
  const empty = new Set<MailboxId | null>()
  const made: MailboxId[] = []
  for (const { mailbox, madeHere, flippedAt } of await membersOf(store.migration, organization, project)) {
    if (mailbox === null || flippedAt !== null || !(await isEmpty(store, { organization, mailbox }))) continue
    empty.add(mailbox)
    if (madeHere) made.push(mailbox)
  }
  await store.transact({ organization, mailboxes: made }, async ({ migration, mailboxes }) => {
    await migration.getProject(organization, project)
    for (const batch of await migration.listBatches(organization, project)) requireAtRest(batch)
    for (const member of await membersOf(migration, organization, project))
      if (!empty.has(member.mailbox)) requireNoCopy(member)
    for (const mailbox of made) await mailboxes.destroyMailbox({ organization, mailbox })
    await migration.removeProject(organization, project)
  })
}

/** Whether nothing was copied into it. */
async function isEmpty(store: Steering['store'], at: MailboxRef): Promise<boolean> {
  try {
    const { counts } = await store.migration.countLedger(at)
    return Object.values(counts).every((n) => n === 0)
  } catch (error) {
    // Destroyed meanwhile.
    if (error instanceof Refusal && error.reason === 'no-such-mailbox') return false
    throw error
  }
}

function requireAtRest({ no, state, flippedAt }: Batch): void {
  if (isFlipped(state) || flippedAt !== null)
    throw new Refusal(
      'wrong-state',
      `Batch ${no} has moved, and what this migration knows of its people is the proof and the way back. It is kept.`,
    )
  if (!atRest.has(state))
    throw new Refusal(
      'wrong-state',
      `Batch ${no} is ${batchWords[state]}. Cancel it ("landbridge migrate cancel") and take its copies away ("landbridge migrate rollback") first.`,
    )
}

function requireNoCopy({ address, batch, mailbox, state }: Member): void {
  if (mailbox === null || state === 'rolled-back') return
  throw new Refusal(
    'wrong-state',
    `A copy of ${address} is here. Cancel batch ${batch} ("landbridge migrate cancel") and take its copies away ("landbridge migrate rollback") first.`,
  )
}
