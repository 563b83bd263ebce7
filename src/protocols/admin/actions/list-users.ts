import { z } from 'zod'
import { defineAction } from '../action.ts'
import { commonMembers, present } from '../entries.ts'
import { listEntries, prefixes, statesOf } from '../entry-list.ts'
import { entityState, inOrganization, page, prefix } from '../fields.ts'

const filters = z.object({
  UsernamePrefix: prefix,
  DisplayNamePrefix: prefix,
  PrimaryEmailPrefix: prefix,
  State: entityState.optional(),
  IdentityProviderUserIdPrefix: prefix,
})

export const listUsers = defineAction({
  name: 'ListUsers',
  reads: true,
  input: z.object({ ...inOrganization, ...page, Filters: filters.optional() }),
  run: async ({ store }, input) => {
    const given = input.Filters ?? {}
    const filter = {
      ...statesOf(given.State),
      ...prefixes({
        namePrefix: given.UsernamePrefix,
        displayNamePrefix: given.DisplayNamePrefix,
        primaryAddressPrefix: given.PrimaryEmailPrefix,
        identityProviderUserIdPrefix: given.IdentityProviderUserIdPrefix,
      }),
    }
    return listEntries(store, input, { kind: 'user', filter, member: 'Users' }, (user) =>
      present({
        Id: user.id,
        ...commonMembers(user),
        DisplayName: user.displayName,
        UserRole: user.role,
        IdentityProviderUserId: user.identityProviderUserId ?? undefined,
      }),
    )
  },
})
