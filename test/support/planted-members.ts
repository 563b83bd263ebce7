import type { User } from '#src/domain/directory/entry.ts'
import type { Member, ProjectSettings } from '#src/domain/migration/engine/project/project.ts'
import { addMembers } from '#src/domain/migration/engine/steer/steer-members.ts'
import { exchangeUser } from './migration-site.ts'
import type { Stand } from './planted-faults.ts'
/** A member beside Anna, who is made unless somebody of that name is to be missing. */
export async function withMember(
  { site }: Stand,
  name: string,
  { isThere = true, owner }: { isThere?: boolean; owner?: string } = {},
): Promise<void> {
  const { store, organization } = site
  if (isThere)
    await store.transact({ organization }, async ({ directory }) => {
      site.entries.set(name, (await directory.createEntry(organization, exchangeUser(name))).id)
    })
  await addMembers(site.steering(), [
    {
      ...{ address: `${name}@corp.example`, batch: 1, source: 'old' },
      ...(owner !== undefined && { entry: site.entries.get(owner)! }),
    },
  ])
}

export const changeAnna = async ({ site }: Stand, change: Partial<User>): Promise<void> => {
  const anna = await site.entry('anna')
  await site.store.transact({ organization: site.organization }, ({ directory }) =>
    directory.saveEntry(site.organization, { ...anna, ...change } as User),
  )
}
export const changeMember = async ({ site }: Stand, change: Partial<Member>): Promise<void> => {
  const member = await site.member('anna')
  await site.store.transact({ organization: site.organization }, ({ migration }) =>
    migration.putMember(site.organization, { ...member, ...change }),
  )
}
export const changeSettings = async ({ site }: Stand, change: Partial<ProjectSettings>): Promise<void> => {
  const project = await site.current()
  await site.store.transact({ organization: site.organization }, ({ migration }) =>
    migration.putProject({ ...project, settings: { ...project.settings, ...change } }),
  )
}
