import { counted } from '#src/base/figure-words.ts'
import type { EntryId, MailboxId, OrganizationId } from '#src/base/ids.ts'
import { primaryAddress } from '../../../directory/entry.ts'
import type { ArrivalSteps } from '../../../directory/registration.ts'
import { Refusal } from '../../../refusal.ts'
import type { Store, Writer } from '../../../store.ts'
import type { ProjectId } from '../project/project.ts'
import { applyDelegates } from './apply-delegates.ts'
import { type AppliedGrant, type Arrival, applyGrants, findEnd, openGrantsOf } from './grants.ts'

/** How many rights were given, and how many of those that were tried could not be. */
export type GivenGrants = { given: number; refused: number }

/**
 * Gives, inside a transaction, what who comes may do and what others may do with their mailboxes, as far as both ends are here, in
 * whichever project of the organisation it was noted; delegates become delegates. What is refused is noted with its reason, and
 * tried again when one of its ends comes, or at `retry`. `project` brings them; null: none does.
 */
export async function giveGrants(
  writer: Writer,
  organization: OrganizationId,
  project: ProjectId | null,
  arrivals: readonly Arrival[],
  now: number,
): Promise<GivenGrants> {
  const applied = await applyGrants(writer, organization, project, arrivals, now)
  const refused = await applyDelegates(writer, organization, applied)
  for (const { project: noted, grant, why } of refused)
    await writer.migration.putGrant(organization, noted, {
      ...grant,
      state: 'unresolved',
      cause: `May send on behalf, and is no delegate: ${why}`,
    })
  const kept = applied.filter(({ grant }) => !refused.some((each) => each.grant === grant))
  await tellOthers(writer, organization, project, kept, now)
  return { given: kept.length, refused: refused.length }
}

/** Each other project that had noted something of it hears that it was given, and by whom. */
async function tellOthers(
  { migration }: Writer,
  organization: OrganizationId,
  project: ProjectId | null,
  given: readonly AppliedGrant[],
  now: number,
): Promise<void> {
  const elsewhere = Map.groupBy(
    given.filter((each) => each.project !== project),
    (each) => each.project,
  )
  if (elsewhere.size === 0) return
  const why =
    project === null
      ? 'was enabled here'
      : `came with the project "${(await migration.getProject(organization, project)).name}"`
  for (const [other, { length }] of elsewhere)
    await migration.addEvent(organization, other, {
      at: now,
      kind: 'granted',
      batch: null,
      member: null,
      by: null,
      sentence: `Given again: ${counted(length, 'right')}, as the other end ${why}.`,
    })
}

/** Mailboxes of who is here already and has given them a right that waits for them. */
export async function ownersTouched(
  readers: Pick<Store, 'migration' | 'directory'>,
  organization: OrganizationId,
  project: ProjectId | null,
  arrivals: readonly Arrival[],
): Promise<readonly MailboxId[]> {
  const touched = new Set<MailboxId>()
  const open = await openGrantsOf(readers, organization, project, arrivals)
  const owners = new Map(open.map((each) => [`${each.project}\0${each.grant.owner}`, each]))
  for (const { project: noted, grant } of owners.values()) {
    const end = await findEnd(readers, organization, noted, grant.owner)
    if (end?.entry.home === 'local' && end.entry.mailbox !== null) touched.add(end.entry.mailbox)
  }
  return [...touched]
}

/**
 * Gives groups that the address book brought, or brought again, what waits for them; one at a time, so that one that is refused keeps
 * no other from it. That one waits on.
 */
export async function giveToGroups(
  store: Store,
  organization: OrganizationId,
  groups: readonly EntryId[],
  now: number,
): Promise<void> {
  if (groups.length === 0 || (await store.migration.listProjects(organization)).length === 0) return
  for (const entry of groups) {
    const found = await store.directory.findEntry(organization, { id: entry })
    const address = found && primaryAddress(found)
    if (address === undefined || address === null) continue
    const arrivals: readonly Arrival[] = [{ entry, address, x500: [] }]
    if ((await openGrantsOf(store, organization, null, arrivals)).length === 0) continue
    const mailboxes = await ownersTouched(store, organization, null, arrivals)
    try {
      await store.transact({ organization, mailboxes }, (writer) =>
        giveGrants(writer, organization, null, arrivals, now),
      )
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
    }
  }
}

/** Gives who is enabled here what migrations have deferred until then. */
export const deferredRights: ArrivalSteps = {
  mailboxes: (store, organization, entry, address) =>
    ownersTouched(store, organization, null, [{ entry, address, x500: [] }]),
  arrived: async (writer, organization, entry, address, now) => {
    await giveGrants(writer, organization, null, [{ entry, address, x500: [] }], now)
  },
}
