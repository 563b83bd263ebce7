import type { OrganizationId } from '#src/base/ids.ts'
import type { Writer } from '../../store.ts'
import { applyDelegates } from './apply-delegates.ts'
import { applyGrants } from './grants.ts'
import type { Member, ProjectId } from './project.ts'

/** How many rights were given, and how many of those that were tried could not be. */
export type GivenGrants = { given: number; refused: number }

/**
 * Gives, inside a transaction, what these members may do and what others may do with them, as far as both ends are here; delegates
 * become delegates. What is refused is noted with its reason, and tried again when one of its ends comes, or at `retry`.
 */
export async function giveGrants(
  writer: Writer,
  organization: OrganizationId,
  project: ProjectId,
  members: readonly Member[],
  now: number,
): Promise<GivenGrants> {
  const applied = await applyGrants(writer, organization, project, members, now)
  const refused = await applyDelegates(writer, organization, applied)
  for (const { grant, why } of refused)
    await writer.migration.putGrant(organization, project, {
      ...grant,
      state: 'unresolved',
      cause: `May send on behalf, and is no delegate: ${why}`,
    })
  return { given: applied.length - refused.length, refused: refused.length }
}
