import { z } from 'zod'
import { addImpersonationAccount, removeImpersonationAccount } from '#src/domain/impersonation/accounts.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { entity, inOrganization } from '../fields.ts'

/**
 * Ours: with Enabled the user may act in any mailbox of the organisation over EWS, as Exchange's role ApplicationImpersonation
 * lets; without it the user is one like any other again.
 */
export const putImpersonationAccount = defineAction({
  name: 'PutImpersonationAccount',
  input: z.object({ ...inOrganization, UserId: entity, Enabled: z.boolean() }),
  run: async ({ store }, { OrganizationId, UserId, Enabled }) => {
    const { id } = await getNamed(store, OrganizationId, UserId, 'user')
    const change = Enabled ? addImpersonationAccount : removeImpersonationAccount
    await change(store.organizations, OrganizationId, id)
    return {}
  },
})
