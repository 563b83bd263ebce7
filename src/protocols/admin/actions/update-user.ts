import { z } from 'zod'
import { updateUser as update } from '#src/domain/directory/users.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { attribute, entity, hidden, inOrganization } from '../fields.ts'
import { type DetailMember, detailMembers, detailsOf, providerUserId, role } from '../user-members.ts'

const details = Object.fromEntries(
  Object.keys(detailMembers).map((member) => [member, attribute.optional()]),
) as Record<DetailMember, z.ZodOptional<typeof attribute>>

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
      details: detailsOf(input),
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
