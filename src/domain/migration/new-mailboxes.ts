import type { OrganizationId } from '#src/base/ids.ts'
import { parseAddrSpec } from '#src/formats/address/addr-spec.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import { ownerOf } from './engine/flip/flip.ts'
import { noSource } from './engine/project/named.ts'
import type { Member, ProjectId } from './engine/project/project.ts'
import { isFree } from './engine/project/state.ts'
import type { NewMember } from './engine/steer/steer-members.ts'

/**
 * What somebody adds to a migration, looked at before anything of it is written. Refuses `invalid-parameter` (no address, one that
 * is named twice), `no-such-item` (no such source) and `name-taken` (in the project already). Answers whose addresses nobody here
 * has; with `owners` that is refused as well (`no-such-entry`).
 */
export async function requireAddable(
  { store, organization, project }: { store: Store; organization: OrganizationId; project: ProjectId },
  given: readonly NewMember[],
  { owners }: { owners: boolean },
): Promise<readonly string[]> {
  const sources = (await store.migration.listSources(organization, project)).map(({ id }) => id)
  const named = new Set<string>()
  const nobody: string[] = []
  for (const each of given) {
    requireAddress(each.address)
    const address = each.address.toLowerCase()
    if (named.has(address))
      throw new Refusal('invalid-parameter', `${address} is named twice. Name each mailbox once.`)
    named.add(address)
    if (!sources.includes(each.source)) throw noSource(each.source, sources)
    const known = await store.migration.findMember(organization, project, address)
    if (known !== undefined && !isFree(known))
      throw new Refusal(
        'name-taken',
        `${address} is in batch ${known.batch} of this migration already. Take it out there first ("landbridge migrate remove"), if it should move with another batch.`,
      )
    // Whoever comes again goes to the owner that was named before.
    const entry = each.entry ?? known?.entry ?? null
    if (!(await hasOwner(store, organization, { address, entry }, owners))) nobody.push(address)
  }
  return nobody
}

function requireAddress(address: string): void {
  try {
    parseAddrSpec(address)
  } catch {
    throw new Refusal(
      'invalid-parameter',
      `"${address}" is no mail address. Write the primary address that the mailbox has there, as anna@corp.example.`,
    )
  }
}

async function hasOwner(
  { directory }: Store,
  organization: OrganizationId,
  of: Pick<Member, 'address' | 'entry'>,
  required: boolean,
): Promise<boolean> {
  try {
    const owner = await ownerOf(directory, organization, of)
    if (owner.state !== 'DELETED') return true
    throw new Refusal('no-such-entry', `${owner.name}, who has the address ${of.address}, is deleted here.`)
  } catch (error) {
    if (!(error instanceof Refusal) || required) throw error
    return false
  }
}
