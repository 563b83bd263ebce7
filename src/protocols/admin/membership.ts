import { z } from 'zod'
import type { EntryId } from '#src/base/ids.ts'
import type { Store } from '#src/domain/store.ts'
import { getNamed } from './entries.ts'
import { entity, inOrganization } from './fields.ts'

/** Names a group and something that is, or is to be, a member of it. */
export const membership = z.object({ ...inOrganization, GroupId: entity, MemberId: entity })

/** The two by their ids. Refuses `no-such-entry`. */
export async function getMembership(
  store: Store,
  { OrganizationId, GroupId, MemberId }: z.output<typeof membership>,
): Promise<{ group: EntryId; member: EntryId }> {
  const group = await getNamed(store, OrganizationId, GroupId, 'group')
  const member = await getNamed(store, OrganizationId, MemberId, 'user', 'group', 'resource', 'contact')
  return { group: group.id, member: member.id }
}
