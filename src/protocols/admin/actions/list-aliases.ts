import { z } from 'zod'
import { defineAction } from '../action.ts'
import { getNamed, present } from '../entries.ts'
import { entity, inOrganization, page } from '../fields.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

/** Every SMTP address beside the primary one. An entry has so few that paging is over a list in hand. */
export const listAliases = defineAction({
  name: 'ListAliases',
  reads: true,
  input: z.object({ ...inOrganization, EntityId: entity, ...page }),
  run: async ({ store }, input) => {
    const entry = await getNamed(store, input.OrganizationId, input.EntityId, 'user', 'group', 'resource')
    const aliases = entry.addresses
      .filter(({ kind }) => kind === 'alias' || kind === 'routing')
      .map(({ address }) => address)
      .sort()
    const after = parseNextToken(input.NextToken, 'string')
    const left = after === null ? aliases : aliases.filter((address) => address > after)
    const rows = left.slice(0, pageLimit(input.MaxResults))
    return present({
      Aliases: rows,
      NextToken: formatNextToken(rows.length < left.length ? rows.at(-1)! : null),
    })
  },
})
