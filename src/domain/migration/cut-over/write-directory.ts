import { Refusal } from '../../refusal.ts'
import type { Store } from '../../store.ts'
import type { Batch, Member, MigrationEvent, Project } from '../engine/project/project.ts'
import { isFlipped } from '../engine/project/state.ts'
import {
  changedAttributes,
  type DirectoryObject,
  type DirectoryValues,
  type ExchangeDirectory,
  sameValues,
  valuesAfter,
  type WrittenAttribute,
} from './directory-values.ts'
import { type MovedRecipient, movedRecipient } from './moved-recipient.ts'

/** An object of a batch in the directory: as it is, as it shall be, and what of it changes. */
type DirectoryStep = {
  address: string
  place: string
  before: DirectoryValues
  after: DirectoryValues
  changes: readonly WrittenAttribute[]
}

/** What would be changed of a mailbox that has moved; nothing is. Refuses `wrong-state`, `no-such-entry`. */
export async function planDirectoryStep(
  store: Store,
  project: Project,
  directory: ExchangeDirectory,
  member: Member,
): Promise<DirectoryStep> {
  const { recipient, object } = await look(store, project, directory, member)
  const after = valuesAfter(object, recipient)
  return {
    address: member.address,
    place: object.place,
    before: object.values,
    after,
    changes: changedAttributes(object.values, after),
  }
}

/**
 * Makes the object of somebody who has moved lead here. `before` is what the plan read and somebody keeps: what is otherwise by now
 * is not touched. Noted in the trail before it is done, so that what was begun is known whatever comes between, and after it.
 * Answers what was changed. Refuses `wrong-state`, `try-later`.
 */
export async function writeDirectoryStep(
  store: Store,
  project: Project,
  directory: ExchangeDirectory,
  member: Member,
  before: DirectoryValues,
  who: Who,
): Promise<readonly WrittenAttribute[]> {
  requireMoved(member)
  const step = await planDirectoryStep(store, project, directory, member)
  if (step.changes.length === 0) return []
  if (!sameValues(step.before, before)) throw meanwhile(member, changedAttributes(step.before, before))
  await noted(store, project, member, who, {
    intent: `The object of ${member.address} in the directory is to lead here (${step.changes.join(', ')}).`,
    done: `The object of ${member.address} in the directory leads here now (${step.changes.join(', ')}).`,
    requireStill: (present, batch) => {
      requireMoved(present)
      if (!isFlipped(batch.state)) throw notAnyMore(member, batch)
    },
    change: () => directory.change(step.place, step.before, step.after),
  })
  return step.changes
}

/**
 * Puts an object back as `before` has it, once its batch has gone back. Only what we made of it is undone: what somebody changed
 * since is not touched. Refuses `wrong-state`, `try-later`.
 */
export async function undoDirectoryStep(
  store: Store,
  project: Project,
  directory: ExchangeDirectory,
  member: Member,
  before: DirectoryValues,
  who: Who,
): Promise<readonly WrittenAttribute[]> {
  requireGoneBack(member, await store.migration.getBatch(project.organization, project.id, member.batch))
  const { recipient, object } = await look(store, project, directory, member)
  if (sameValues(object.values, before)) return []
  const ours = valuesAfter({ values: before, legacyDn: object.legacyDn }, recipient)
  if (!sameValues(object.values, ours)) throw meanwhile(member, changedAttributes(object.values, ours))
  const changes = changedAttributes(object.values, before)
  await noted(store, project, member, who, {
    intent: `The object of ${member.address} in the directory is to be as it was (${changes.join(', ')}).`,
    done: `The object of ${member.address} in the directory is as it was again (${changes.join(', ')}).`,
    requireStill: requireGoneBack,
    change: () => directory.change(object.place, object.values, before),
  })
  return changes
}

/** Who writes, and by what clock, for the trail. */
type Who = { by: string; now: () => number }

/**
 * Notes what is to be done in the transaction that looks again whether it may be, since a batch can go back meanwhile; then does
 * it, and notes that. An intent without its end: nobody knows whether it was done.
 */
async function noted(
  store: Store,
  { organization, id }: Project,
  { no }: Member,
  { by, now }: Who,
  step: {
    intent: string
    done: string
    requireStill: (present: Member, batch: Batch) => void
    change: () => Promise<void>
  },
): Promise<void> {
  const eventOf = (batch: number, sentence: string): Omit<MigrationEvent, 'no'> => ({
    ...{ at: now(), kind: 'directory', batch, member: no, by, sentence },
  })
  const batchNo = await store.transact({ organization }, async ({ migration }) => {
    const present = await migration.getMember(organization, id, no)
    const batch = await migration.getBatch(organization, id, present.batch)
    step.requireStill(present, batch)
    await migration.addEvent(organization, id, eventOf(batch.no, step.intent))
    return batch.no
  })
  await step.change()
  await store.transact({ organization }, ({ migration }) =>
    migration.addEvent(organization, id, eventOf(batchNo, step.done)),
  )
}

function requireMoved({ address, state }: Member): void {
  if (state === 'verified') return
  throw new Refusal(
    'wrong-state',
    `${address} has not moved and been verified yet: its old mailbox is still read. Wait until its batch is done.`,
  )
}

function requireGoneBack({ address }: Member, { no, state }: Batch): void {
  if (state === 'rolled-back') return
  throw new Refusal(
    'wrong-state',
    `Batch ${no} has not gone back, so mail for ${address} still comes here. Roll it back first ("landbridge migrate rollback").`,
  )
}

const notAnyMore = ({ address }: Member, { no }: Batch) =>
  new Refusal('wrong-state', `Batch ${no} went back meanwhile, so the object of ${address} stays as it is.`)

const meanwhile = ({ address }: Member, changed: readonly string[]) =>
  new Refusal(
    'wrong-state',
    `${address} was changed in the directory meanwhile (${changed.join(', ')}), so nothing of it was written. Look at it, then ask again.`,
  )

async function look(
  store: Store,
  { organization }: Project,
  directory: ExchangeDirectory,
  member: Member,
): Promise<{ recipient: MovedRecipient; object: DirectoryObject }> {
  const recipient = await movedRecipient(store, organization, member)
  if (recipient.before === null)
    throw new Refusal(
      'wrong-state',
      `${member.address} does not come from the directory that is connected, so there is nothing to write. Use "landbridge migrate script".`,
    )
  const object = await directory.find(recipient.before.guid)
  if (object === undefined)
    throw new Refusal(
      'wrong-state',
      `${member.address} (${recipient.before.place}) is not in the directory any more.`,
    )
  return { recipient, object }
}
