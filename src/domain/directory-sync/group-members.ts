import { counted } from '#src/base/figure-words.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import { losesTooMany } from './guards.ts'
import { targetOf } from './linked.ts'
import type { KnownObject, StoredObject, SyncReader } from './store.ts'

/** Whether a group is held until the next run says the same (exchange-interop 1.7). One that was held is believed now. */
export async function losesMembers(
  sync: SyncReader,
  organization: OrganizationId,
  object: StoredObject,
  known: KnownObject,
): Promise<boolean> {
  if (known.heldRun !== null || !known.object?.members || object.members === null) return false
  const keys = async (members: NonNullable<StoredObject['members']>) => {
    const set = new Set<string>()
    for (const member of members) set.add(await targetOf(sync, organization, member))
    return set
  }
  return losesTooMany(await keys(known.object.members), await keys(object.members))
}

/** How many members come and go, in words. */
export async function memberChanges(
  sync: SyncReader,
  organization: OrganizationId,
  object: StoredObject,
  known: KnownObject | undefined,
): Promise<string[]> {
  if (object.members === null) return []
  const before = new Set<string>()
  for (const member of known?.object?.members ?? []) before.add(await targetOf(sync, organization, member))
  let came = 0
  for (const member of object.members) if (!before.delete(await targetOf(sync, organization, member))) came++
  return [
    ...(came > 0 ? [`+ ${counted(came, 'member')}`] : []),
    ...(before.size > 0 ? [`- ${counted(before.size, 'member')}`] : []),
  ]
}
