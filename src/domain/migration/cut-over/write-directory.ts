import { Refusal } from '../../refusal.ts'
import type { Store } from '../../store.ts'
import type { Member, Project } from '../engine/project.ts'
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
export type DirectoryStep = {
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
 * is not touched. Answers what was changed. Refuses `wrong-state`, `try-later`.
 */
export async function writeDirectoryStep(
  store: Store,
  project: Project,
  directory: ExchangeDirectory,
  member: Member,
  before: DirectoryValues,
): Promise<readonly WrittenAttribute[]> {
  if (member.state !== 'verified')
    throw new Refusal(
      'wrong-state',
      `${member.address} has not moved and been verified yet: its old mailbox is still read. Wait until its batch is done.`,
    )
  const step = await planDirectoryStep(store, project, directory, member)
  if (step.changes.length === 0) return []
  if (!sameValues(step.before, before)) throw meanwhile(member, changedAttributes(step.before, before))
  await directory.change(step.place, step.before, step.after)
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
): Promise<readonly WrittenAttribute[]> {
  const batch = await store.migration.getBatch(project.organization, project.id, member.batch)
  if (batch.state !== 'rolled-back')
    throw new Refusal(
      'wrong-state',
      `Batch ${batch.no} has not gone back, so mail for ${member.address} still comes here. Roll it back first ("landbridge migrate rollback").`,
    )
  const { recipient, object } = await look(store, project, directory, member)
  if (sameValues(object.values, before)) return []
  const ours = valuesAfter({ values: before, legacyDn: object.legacyDn }, recipient)
  if (!sameValues(object.values, ours)) throw meanwhile(member, changedAttributes(object.values, ours))
  await directory.change(object.place, object.values, before)
  return changedAttributes(object.values, before)
}

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
