import { z } from 'zod'
import { updateUser as update } from '#src/domain/directory/users.ts'
import { defineAction } from '../action.ts'
import { details, detailsOf } from '../address-book-members.ts'
import { getNamed } from '../entries.ts'
import { attribute, entity, hidden, inOrganization } from '../fields.ts'
import { providerUserId, role } from '../user-members.ts'

/** Changes the members given and leaves the others; an empty text removes a detail. */
export const updateUser = defineAction({
  name: 'UpdateUser',
  input: z.object({
    ...inOrganization,
    UserId: entity,
    Role: role.optional(),
    DisplayName: attribute.optional(),
    HiddenFromGlobalAddressList: hidden,
    IdentityProviderUserId: providerUserId.optional(),
    ...details,
  }),
  run: async ({ store }, input) => {
    const user = await getNamed(store, input.OrganizationId, input.UserId, 'user')
    await update(store, input.OrganizationId, user.id, {
      details: await detailsOf(store, input.OrganizationId, input, user.id),
      ...(input.Role !== undefined && { role: input.Role }),
      ...(input.DisplayName !== undefined && { displayName: input.DisplayName }),
      ...(input.HiddenFromGlobalAddressList !== undefined && { hidden: input.HiddenFromGlobalAddressList }),
      ...(input.IdentityProviderUserId !== undefined && {
        identityProviderUserId: input.IdentityProviderUserId,
      }),
    })
    return {}
  },
})
