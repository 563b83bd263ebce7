import { z } from 'zod'
import { removeImpersonationRole } from '#src/domain/impersonation/roles.ts'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'
import { roleId } from '../impersonation-members.ts'

/** That it is not there is no error: the API model of this operation has no exception for it. */
export const deleteImpersonationRole = defineAction({
  name: 'DeleteImpersonationRole',
  input: z.object({ ...inOrganization, ImpersonationRoleId: roleId }),
  run: async ({ store }, { OrganizationId, ImpersonationRoleId }) => {
    await removeImpersonationRole(store.organizations, OrganizationId, ImpersonationRoleId)
    return {}
  },
})
