import { type EntryId, newEntryId, type OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import type { Entry, Group, Home } from './entry.ts'
import {
  changeEntry,
  type EntryChange,
  freshEntry,
  nameOf,
  requireEntry,
  withChange,
} from './entry-changes.ts'
import { keptElsewhere } from './kept-elsewhere.ts'
import { LIMITS } from './limits.ts'
import { requireGroupName } from './names.ts'
import type { DirectoryReader } from './store.ts'

/** Makes a group, DISABLED and without address. Refuses `name-taken`, `reserved-name`, `invalid-parameter`. */
export async function createGroup(
  store: Store,
  organization: OrganizationId,
  group: { name: string; displayName?: string; hidden?: boolean; home?: Home; id?: EntryId },
  now: number,
): Promise<Group> {
  const name = requireGroupName(group.name)
  const entry = {
    ...freshEntry(group.id ?? newEntryId(), name, group.displayName ?? name, now),
    kind: 'group' as const,
    home: group.home ?? 'local',
    hidden: group.hidden ?? false,
  }
  return store.transact(
    { organization },
    async ({ directory }) => (await directory.createEntry(organization, entry)) as Group,
  )
}

export function updateGroup(
  store: Store,
  organization: OrganizationId,
  id: EntryId,
  change: EntryChange,
): Promise<Group> {
  return changeEntry(store, organization, id, ['group'], (group) => withChange(group, change))
}

/** Puts a member into a group; twice is once. Refuses `group-cycle`, `no-such-entry`, `wrong-state`, `limit-exceeded`. */
export async function associateMember(
  store: Store,
  organization: OrganizationId,
  { group, member }: { group: EntryId; member: EntryId },
): Promise<void> {
  const requireKeptHere = await keptElsewhere(store, organization)
  await store.transact({ organization }, async ({ directory }) => {
    const into = await requireEntry(directory, organization, group, 'group')
    requireKeptHere(into)
    const added = await requireEntry(directory, organization, member, 'user', 'group', 'resource', 'contact')
    if (added.kind === 'group') await requireNoCycle(directory, organization, into, added)
    await directory.addMember(organization, group, member)
  })
}

/** That it was no member is no error. Refuses `no-such-entry`, `wrong-state`. */
export async function disassociateMember(
  store: Store,
  organization: OrganizationId,
  { group, member }: { group: EntryId; member: EntryId },
): Promise<void> {
  const requireKeptHere = await keptElsewhere(store, organization)
  await store.transact({ organization }, async ({ directory }) => {
    requireKeptHere(await requireEntry(directory, organization, group, 'group'))
    await directory.getEntry(organization, member)
    await directory.removeMember(organization, group, member)
  })
}

async function requireNoCycle(
  directory: DirectoryReader,
  organization: OrganizationId,
  into: Entry,
  added: Entry,
): Promise<void> {
  if (added.id === into.id)
    throw new Refusal('group-cycle', `${nameOf(into)} cannot be a member of itself. Name another group.`)
  const above = await directory.listPrincipals(organization, into.id, {
    enabledOnly: false,
    limit: LIMITS.groupsAbove + 1,
  })
  if (above.includes(added.id)) {
    throw new Refusal(
      'group-cycle',
      `${nameOf(into)} is itself, directly or through other groups, a member of ${nameOf(added)}. Remove it there first.`,
    )
  }
  if (above.length > LIMITS.groupsAbove) {
    throw new Refusal(
      'limit-exceeded',
      `${nameOf(into)} is a member of more than ${LIMITS.groupsAbove} groups. Nest groups less deeply.`,
    )
  }
}
