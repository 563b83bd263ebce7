import { z } from 'zod'
import { createUser as create } from '#src/domain/directory/users.ts'
import { defineAction } from '../action.ts'
import { detailsOf } from '../address-book-members.ts'
import { present } from '../entries.ts'
import { attribute, hidden, inOrganization, password, userName } from '../fields.ts'
import { providerUserId, role } from '../user-members.ts'

/** Makes a user, disabled and without address; RegisterToWorkMail enables it. */
export const createUser = defineAction({
  name: 'CreateUser',
  input: z.object({
    ...inOrganization,
    Name: userName,
    DisplayName: attribute,
    Password: password.optional(),
    Role: role.optional(),
    FirstName: attribute.optional(),
    LastName: attribute.optional(),
    HiddenFromGlobalAddressList: hidden,
    IdentityProviderUserId: providerUserId.min(1).optional(),
  }),
  run: async ({ store, passwords, now }, input) => {
    const user = await create(
      { store, passwords },
      input.OrganizationId,
      {
        name: input.Name,
        displayName: input.DisplayName,
        hidden: input.HiddenFromGlobalAddressList ?? false,
        details: await detailsOf(store, input.OrganizationId, input),
        ...(input.Password !== undefined && { password: input.Password }),
        ...(input.Role !== undefined && { role: input.Role }),
        ...(input.IdentityProviderUserId !== undefined && {
          identityProviderUserId: input.IdentityProviderUserId,
        }),
      },
      now(),
    )
    return present({ UserId: user.id })
  },
})
