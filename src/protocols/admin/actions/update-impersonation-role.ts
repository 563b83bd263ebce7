import { z } from 'zod'
import { updateImpersonationRole as update } from '#src/domain/impersonation/roles.ts'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'
import { roleFields, roleId, wantedRole } from '../impersonation-members.ts'

/** The role is what is given here from now on, also for tokens that are out. */
export const updateImpersonationRole = defineAction({
  name: 'UpdateImpersonationRole',
  input: z.object({ ...inOrganization, ImpersonationRoleId: roleId, ...roleFields }),
  run: async ({ store, now }, { OrganizationId, ImpersonationRoleId, ...given }) => {
    const wanted = await wantedRole(store, OrganizationId, given)
    await update(store.organizations, OrganizationId, ImpersonationRoleId, wanted, now())
    return {}
  },
})
