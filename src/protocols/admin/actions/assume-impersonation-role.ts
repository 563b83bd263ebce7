import { z } from 'zod'
import { getImpersonationRole } from '#src/domain/impersonation/roles.ts'
import { makeImpersonationToken, TOKEN_SECONDS } from '#src/domain/impersonation/token.ts'
import { defineAction } from '../action.ts'
import { callerName } from '../caller.ts'
import { inOrganization } from '../fields.ts'
import { roleId } from '../impersonation-members.ts'

/** IMP-02. The answer is the one place where the token is shown. */
export const assumeImpersonationRole = defineAction({
  name: 'AssumeImpersonationRole',
  input: z.object({ ...inOrganization, ImpersonationRoleId: roleId }),
  run: async ({ store, caller, log, now }, { OrganizationId, ImpersonationRoleId }) => {
    const role = await getImpersonationRole(store.organizations, OrganizationId, ImpersonationRoleId)
    log.info(
      { caller: callerName(caller), organization: OrganizationId, role: role.id, type: role.type },
      'An impersonation role was assumed',
    )
    return { Token: makeImpersonationToken(OrganizationId, role, now()), ExpiresIn: TOKEN_SECONDS }
  },
})
