import { z } from 'zod'
import { Refusal } from '#src/domain/refusal.ts'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'
import { formatToken, tokenId } from '../token-members.ts'

export const getPersonalAccessTokenMetadata = defineAction({
  name: 'GetPersonalAccessTokenMetadata',
  reads: true,
  input: z.object({ ...inOrganization, PersonalAccessTokenId: tokenId }),
  run: async ({ store }, input) => {
    const id = input.PersonalAccessTokenId
    const token = await store.directory.findToken(input.OrganizationId, { id })
    if (token !== undefined) return formatToken(token)
    throw new Refusal(
      'no-such-token',
      `There is no personal access token ${id}. List the tokens to see their ids.`,
    )
  },
})
