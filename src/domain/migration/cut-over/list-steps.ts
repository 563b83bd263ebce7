import type { ObjectState } from '../../directory-sync/store.ts'
import type { Store } from '../../store.ts'
import type { Project } from '../engine/project/project.ts'
import { mailboxStep, type ScriptStep, sharedStep } from './exchange-script.ts'
import { movedRecipient } from './moved-recipient.ts'

/** Where a list goes on: after a mailbox of the batch, then after objects that stay there. */
export type StepPlace = { part: 'mailboxes' | 'imported' | 'partial'; after: string | null }

const parts = ['mailboxes', 'imported', 'partial'] as const

/**
 * The steps of a batch for the Exchange side: its mailboxes, then the groups and rooms that have to let people here in. At most
 * `limit` mailboxes or objects are looked at. Refuses `wrong-state`, `no-such-entry`.
 */
export async function listScriptSteps(
  store: Store,
  { organization, id }: Project,
  batch: number,
  place: StepPlace | null,
  limit: number,
): Promise<{ steps: readonly ScriptStep[]; next: StepPlace | null }> {
  const { part, after } = place ?? { part: 'mailboxes', after: null }
  const goOn = (next: string | null): StepPlace | null => {
    if (next !== null) return { part, after: next }
    const following = parts[parts.indexOf(part) + 1]
    return following === undefined ? null : { part: following, after: null }
  }
  if (part === 'mailboxes') {
    const query = { batch, after: after === null ? null : Number(after), limit }
    const { rows, next } = await store.migration.listMembers(organization, id, query)
    const steps: ScriptStep[] = []
    for (const member of rows)
      if (!['left', 'cancelled'].includes(member.state))
        steps.push(mailboxStep(await movedRecipient(store, organization, member)))
    return { steps, next: goOn(next === null ? null : String(next)) }
  }
  const query = { state: part satisfies ObjectState, after, limit }
  const { rows, next } = await store.directorySync.listKnown(organization, query)
  const steps: ScriptStep[] = []
  for (const { object } of rows) {
    const step = object === null ? undefined : sharedStep(object)
    if (step === undefined) continue
    const address = object!.proxyAddresses.find((text) => text.startsWith('SMTP:'))?.slice('SMTP:'.length)
    const member = address && (await store.migration.findMember(organization, id, address))
    // A room that moves is no room of theirs any more.
    if (!member || member.batch !== batch) steps.push(step)
  }
  return { steps, next: goOn(next) }
}
