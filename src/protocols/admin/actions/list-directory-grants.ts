import { z } from 'zod'
import type { SourceGuid } from '#src/domain/directory-sync/source.ts'
import { directoryGrants } from '#src/domain/migration/directory-grants.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { inOrganization, page } from '../fields.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

/** Ours: who may do what in whose mailbox, as the directory that the address book comes from says it. */
export const listDirectoryGrants = defineAction({
  name: 'ListDirectoryGrants',
  reads: true,
  input: z.object({ ...inOrganization, ...page }),
  run: async ({ store }, input) => {
    const token = /^([012]):(.*)$/.exec(parseNextToken(input.NextToken, 'string') ?? '')
    const place =
      token === null
        ? null
        : { state: Number(token[1]), after: token[2] === '' ? null : (token[2] as SourceGuid) }
    const found = await directoryGrants(
      store.directorySync,
      input.OrganizationId,
      place,
      pageLimit(input.MaxResults),
    )
    const { next } = found
    return present({
      Grants: found.grants.map(({ owner, grantee, right, where }) => ({
        Owner: owner,
        Grantee: grantee,
        Right: right,
        Where: where,
      })),
      NextToken: formatNextToken(next && `${next.state}:${next.after ?? ''}`),
    })
  },
})
