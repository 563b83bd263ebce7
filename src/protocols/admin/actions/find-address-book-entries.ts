import { z } from 'zod'
import { primaryAddress } from '#src/domain/directory/entry.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { attribute, inOrganization } from '../fields.ts'

const usualResults = 25

/** Ours: the people, groups and rooms of whom a word begins with each word of the text; best first. `More`: there are others. */
export const findAddressBookEntries = defineAction({
  name: 'FindAddressBookEntries',
  reads: true,
  input: z.object({
    ...inOrganization,
    Text: attribute.min(1),
    MaxResults: z.number().int().min(1).max(100).optional(),
  }),
  run: async ({ addressBooks }, input) => {
    const limit = input.MaxResults ?? usualResults
    const found = await addressBooks.search(input.OrganizationId, input.Text, limit + 1)
    return {
      More: found.length > limit,
      Entries: found.slice(0, limit).map((entry) =>
        present({
          EntityId: entry.id,
          Kind: entry.kind,
          DisplayName: entry.displayName,
          Email: primaryAddress(entry),
          Department: entry.details.department,
          Telephone: entry.details.telephone,
          Home: entry.home,
        }),
      ),
    }
  },
})
