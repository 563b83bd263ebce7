import { z } from 'zod'
import { enabled } from '#src/domain/directory/entry-changes.ts'
import { effectOn } from '#src/domain/impersonation/role.ts'
import { getImpersonationRole } from '#src/domain/impersonation/roles.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { entity, inOrganization } from '../fields.ts'
import { matchedRule, roleId } from '../impersonation-members.ts'

/** What the role may do in the mailbox of a user, and the rules that say so. */
export const getImpersonationRoleEffect = defineAction({
  name: 'GetImpersonationRoleEffect',
  reads: true,
  input: z.object({ ...inOrganization, ImpersonationRoleId: roleId, TargetUser: entity }),
  run: async ({ store }, { OrganizationId, ImpersonationRoleId, TargetUser }) => {
    const role = await getImpersonationRole(store.organizations, OrganizationId, ImpersonationRoleId)
    const user = enabled(await getNamed(store, OrganizationId, TargetUser, 'user'))
    const { effect, matched } = effectOn(role, user.id)
    return { Type: role.type, Effect: effect, MatchedRules: matched.map(matchedRule) }
  },
})
