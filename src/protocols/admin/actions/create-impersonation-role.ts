import { z } from 'zod'
import { createImpersonationRole as create } from '#src/domain/impersonation/roles.ts'
import { defineAction } from '../action.ts'
import { clientToken, inOrganization } from '../fields.ts'
import { roleFields, wantedRole } from '../impersonation-members.ts'

/** IMP-01. */
export const createImpersonationRole = defineAction({
  name: 'CreateImpersonationRole',
  idempotent: true,
  input: z.object({ ...inOrganization, ...roleFields, ClientToken: clientToken }),
  run: async ({ store, now }, { OrganizationId, ...given }) => {
    const wanted = await wantedRole(store, OrganizationId, given)
    const id = await create(store.organizations, OrganizationId, wanted, now())
    return { ImpersonationRoleId: id }
  },
})
