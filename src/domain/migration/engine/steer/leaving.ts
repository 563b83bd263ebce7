import { Breath } from '#src/base/breath.ts'
import { counted } from '#src/base/figure-words.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import { worthOf } from '../../right.ts'
import type { MigrationReader, MigrationWriter } from '../../store.ts'
import type { DeferredGrant, Member, Project, ProjectId } from '../project/project.ts'
import { type MemberState, memberAfter } from '../project/state.ts'

/** What it breaks when mailboxes leave their batch (migration.md 4.3). */
export type LeavingCost = {
  /** Rights between who leaves and who moves, in the order in which they were noted. */
  rights: readonly Pick<DeferredGrant, 'no' | 'owner' | 'grantee' | 'right'>[]
  /** What they are worth a day, in delegation-days. */
  worth: number
  /** Rights of who leaves whose other end is a name that nobody has: they may be broken too. */
  notKnown: number
}

const out: ReadonlySet<MemberState> = new Set(['left', 'cancelled', 'rolled-back'])

/** Of `members`, all of one batch, those in `leaving` stay behind while the others move. Rights across batches are none of it. */
export function costOfLeaving(
  migration: Pick<MigrationReader, 'grantsOf'>,
  of: OfProject,
  members: readonly Member[],
  leaving: readonly Member[],
): Promise<LeavingCost> {
  const gone = new Set(leaving.map(({ address }) => address))
  const staying = namesOf(members.filter(({ address }) => !gone.has(address)))
  return costBetween(migration, of, staying, leaving)
}

type OfProject = { organization: OrganizationId; project: ProjectId }

/** Names, in small letters, that members who move are called by in rights. */
const namesOf = (members: readonly Member[]): ReadonlySet<string> =>
  new Set(
    members
      .filter(({ state }) => !out.has(state))
      .flatMap(({ address, entry, x500 }) => [address, ...(entry === null ? [] : [entry]), ...x500])
      .map((name) => name.toLowerCase()),
  )

async function costBetween(
  migration: Pick<MigrationReader, 'grantsOf'>,
  { organization, project }: OfProject,
  staying: ReadonlySet<string>,
  leaving: readonly Member[],
): Promise<LeavingCost> {
  const broken = new Map<number, DeferredGrant>()
  const unknown = new Set<number>()
  const breath = new Breath()
  for (const name of leaving.flatMap(({ address, x500 }) => [address, ...x500])) {
    await breath.taken()
    for (const grant of await migration.grantsOf(organization, project, name, ['waiting', 'unresolved'])) {
      const other = grant.owner === name ? grant.grantee : grant.owner
      if (staying.has(other.toLowerCase())) broken.set(grant.no, grant)
      else if (grant.state === 'unresolved') unknown.add(grant.no)
    }
  }
  const rights = [...broken.values()].sort((a, b) => a.no - b.no)
  const worth = rights.reduce((sum, { right }) => sum + worthOf[right], 0)
  return { rights, worth, notKnown: unknown.size }
}

/** Of the members of a batch those that failed leave it, each with what that breaks in the trail. */
export async function failedLeave(
  migration: MigrationWriter,
  { organization, id }: Pick<Project, 'organization' | 'id'>,
  members: readonly Member[],
  now: number,
): Promise<void> {
  const failed = members.filter(({ state }) => state === 'failed')
  const staying = namesOf(members.filter(({ state }) => state !== 'failed'))
  for (const member of failed) {
    const { no, batch, address, cause } = member
    const cost = await costBetween(migration, { organization, project: id }, staying, [member])
    const state = memberAfter(member.state, 'leave')
    await migration.putMember(organization, { ...member, state, dueAt: null })
    await migration.addEvent(organization, id, {
      ...{ at: now, kind: 'removed', batch, member: no, by: null },
      sentence: `${address} failed and left batch ${batch}${leavingWords(cost)}: ${cause}`,
    })
  }
}

/** `, which breaks 2 rights between them and those who move (9 delegation-days a day)` */
export function leavingWords({
  rights,
  worth,
  notKnown,
}: Pick<LeavingCost, 'worth' | 'notKnown'> & { rights: { readonly length: number } }): string {
  const more = notKnown === 0 ? '' : `; of ${counted(notKnown, 'right')} more it is not known`
  if (rights.length === 0) return `, which breaks no right that is known${more}`
  return `, which breaks ${rights.length === 1 ? 'a right' : `${rights.length} rights`} between them and those who move (${worth} delegation-days a day)${more}`
}
