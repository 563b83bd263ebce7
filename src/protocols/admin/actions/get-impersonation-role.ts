import { z } from 'zod'
import { getImpersonationRole as get } from '#src/domain/impersonation/roles.ts'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'
import { roleId, roleMembers } from '../impersonation-members.ts'

/** With its rules. */
export const getImpersonationRole = defineAction({
  name: 'GetImpersonationRole',
  reads: true,
  input: z.object({ ...inOrganization, ImpersonationRoleId: roleId }),
  run: async ({ store }, { OrganizationId, ImpersonationRoleId }) =>
    roleMembers(await get(store.organizations, OrganizationId, ImpersonationRoleId)),
})
