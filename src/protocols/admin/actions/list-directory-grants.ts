import { z } from 'zod'
import type { SourceGuid } from '#src/domain/directory-sync/source.ts'
import {
  type DirectoryPlace,
  directoryGrants,
  grantingStates,
} from '#src/domain/migration/directory-grants.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { inOrganization, page } from '../fields.ts'
import { foreignToken, formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

/** Ours: who may do what in whose mailbox and where each lies, as the directory that the address book comes from says it. */
export const listDirectoryGrants = defineAction({
  name: 'ListDirectoryGrants',
  reads: true,
  input: z.object({ ...inOrganization, ...page }),
  run: async ({ store }, input) => {
    const place = placeIn(parseNextToken(input.NextToken, 'string'))
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
      Mailboxes: found.homes.map(({ mailbox, database, server }) =>
        present({ Mailbox: mailbox, Database: database, Server: server }),
      ),
      NextToken: formatNextToken(next && `${next.state}:${next.after ?? ''}`),
    })
  },
})

/** Where a token goes on: the state, a colon, and behind whom. Refuses `invalid-parameter`. */
function placeIn(token: string | null): DirectoryPlace | null {
  if (token === null) return null
  const [name, after] = token.split(':')
  const state = grantingStates.find((each) => each === name)
  if (state === undefined || after === undefined) throw foreignToken()
  return { state, after: after === '' ? null : (after as SourceGuid) }
}
