import { z } from 'zod'
import type { OrganizationId } from '#src/base/ids.ts'
import { pathOfKey } from '#src/domain/migration/engine/grants/named-folder.ts'
import type { DeferredGrant, ProjectId } from '#src/domain/migration/engine/project/project.ts'
import { findProject } from '#src/domain/migration/engine/steer/steer-project.ts'
import type { LedgerFolder } from '#src/domain/migration/store.ts'
import type { Store } from '#src/domain/store.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { page } from '../fields.ts'
import { withThoseAbove } from '../migration-folders.ts'
import { grantMembers, inProject } from '../migration-members.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

/** Ours: rights that wait for their other end, were given again, or lead to nobody. */
export const listMigrationGrants = defineAction({
  name: 'ListMigrationGrants',
  reads: true,
  input: z.object({
    ...inProject,
    ...page,
    State: z.enum(['waiting', 'applied', 'unresolved', 'dropped']).optional(),
  }),
  run: async ({ store }, input) => {
    const { id } = await findProject(store, input.OrganizationId, input.ProjectId)
    const { rows, next } = await store.migration.listGrants(input.OrganizationId, id, {
      ...(input.State !== undefined && { state: input.State }),
      after: parseNextToken(input.NextToken, 'number'),
      limit: pageLimit(input.MaxResults),
    })
    const named = await withNamedFolders(store, { organization: input.OrganizationId, project: id }, rows)
    return present({ Grants: named.map(grantMembers), NextToken: formatNextToken(next) })
  },
})

/** A source tells a right by the key of its folder, which says nothing to people. */
async function withNamedFolders(
  { migration }: Pick<Store, 'migration'>,
  { organization, project }: { organization: OrganizationId; project: ProjectId },
  grants: readonly DeferredGrant[],
): Promise<readonly DeferredGrant[]> {
  const known = new Map<string, readonly LedgerFolder[]>()
  const asked = Map.groupBy(grants, ({ owner }) => owner)
  const named: DeferredGrant[] = []
  for (const grant of grants) {
    const { owner, folder } = grant
    if (folder !== null && !known.has(owner)) {
      const member = await migration.findMember(organization, project, owner)
      const at = member?.mailbox && { organization, mailbox: member.mailbox }
      const keys = [...new Set(asked.get(owner)!.flatMap((each) => each.folder ?? []))]
      const found = at ? await migration.findLedgerFolders(at, member.source, { keys }) : []
      known.set(owner, at ? await withThoseAbove(migration, at, member.source, found) : [])
    }
    named.push(folder === null ? grant : { ...grant, folder: pathOfKey(folder, known.get(owner)!) ?? folder })
  }
  return named
}
