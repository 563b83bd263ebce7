import { z } from 'zod'
import { deletePersonalAccessToken as remove } from '#src/domain/directory/login/token.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'
import { tokenId } from '../token-members.ts'

/** That it is not there is no error: the API model of this operation has no exception for it. */
export const deletePersonalAccessToken = defineAction({
  name: 'DeletePersonalAccessToken',
  input: z.object({ ...inOrganization, PersonalAccessTokenId: tokenId }),
  run: async ({ store }, input) => {
    try {
      await remove(store, input.OrganizationId, input.PersonalAccessTokenId)
    } catch (error) {
      if (!(error instanceof Refusal && error.reason === 'no-such-token')) throw error
    }
    return {}
  },
})
