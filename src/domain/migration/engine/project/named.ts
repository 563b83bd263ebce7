import type { OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '../../../refusal.ts'
import type { MigrationReader } from '../../store.ts'
import type { Member, ProjectId } from './project.ts'

/** What people name in a migration, and how it is refused where it is not there. */

/** The mailbox of a migration with that address. Refuses `no-such-item`. */
export async function getMemberOf(
  { migration }: { migration: Pick<MigrationReader, 'findMember'> },
  organization: OrganizationId,
  project: ProjectId,
  address: string,
): Promise<Member> {
  const found = await migration.findMember(organization, project, address.toLowerCase())
  if (found !== undefined) return found
  throw new Refusal(
    'no-such-item',
    `${address} is not in this migration. "landbridge migrate report" lists who is.`,
  )
}

/** Refuses `no-such-item` for a source that a project does not have. */
export function noSource(source: string, known: readonly string[]): Refusal {
  const there =
    known.length === 0
      ? 'It has none yet; say where the mailboxes are with "landbridge migrate source".'
      : `It has: ${known.join(', ')}.`
  return new Refusal('no-such-item', `The migration has no source "${source}". ${there}`)
}
