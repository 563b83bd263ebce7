import { Refusal } from '../refusal.ts'
import { membersOf } from './engine/flip.ts'
import type { Batch, Member } from './engine/project.ts'
import { type BatchState, isFlipped } from './engine/state.ts'
import type { Steering } from './engine/steering.ts'
import { batchWords } from './report/run-words.ts'

/** States in which nothing of a batch runs, and nothing has moved. */
const atRest: ReadonlySet<BatchState> = new Set(['draft', 'planned', 'cancelled', 'rolled-back'])

/**
 * Forgets a migration of which nothing has moved and nothing is copied: its sources with their passwords, batches, mailboxes and
 * events. Refuses `wrong-state`, with the command that comes first.
 */
export async function removeProject({ store, organization, project }: Steering): Promise<void> {
  await store.transact({ organization }, async ({ migration }) => {
    await migration.getProject(organization, project)
    for (const batch of await migration.listBatches(organization, project)) requireAtRest(batch)
    for (const member of await membersOf(migration, organization, project)) requireNoCopy(member)
    await migration.removeProject(organization, project)
  })
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
