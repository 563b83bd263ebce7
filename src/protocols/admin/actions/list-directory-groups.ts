import { z } from 'zod'
import { directoryGroups } from '#src/domain/migration/directory-grants.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { inOrganization, page } from '../fields.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

/** Ours: groups of the directory that the address book comes from, with the names of their members; of dynamic ones none are known. */
export const listDirectoryGroups = defineAction({
  name: 'ListDirectoryGroups',
  reads: true,
  input: z.object({ ...inOrganization, ...page }),
  run: async ({ store }, input) => {
    const after = parseNextToken(input.NextToken, 'string')
    const limit = pageLimit(input.MaxResults)
    const found = await directoryGroups(store.directorySync, input.OrganizationId, after, limit)
    return present({
      Groups: found.groups.map(({ group, names, members }) => ({
        Group: group,
        Names: names,
        Dynamic: members === null,
        Members: members ?? [],
      })),
      NextToken: formatNextToken(found.next),
    })
  },
})
