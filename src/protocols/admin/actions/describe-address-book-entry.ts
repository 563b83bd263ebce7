import { z } from 'zod'
import { explain } from '#src/domain/directory-sync/why.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { attribute, inOrganization } from '../fields.ts'

/** Ours: why somebody is, or is not, in the address book. */
export const describeAddressBookEntry = defineAction({
  name: 'DescribeAddressBookEntry',
  reads: true,
  input: z.object({ ...inOrganization, Text: attribute.min(1).max(1024) }),
  run: async ({ store }, input) => {
    const found = await explain(store, input.OrganizationId, input.Text)
    return {
      Explanations: found.map(({ name, address, guid, entry, place, isShown, sentences }) =>
        present({
          Name: name,
          Email: address,
          Guid: guid,
          EntityId: entry,
          Place: place,
          Shown: isShown,
          Sentences: [...sentences],
        }),
      ),
    }
  },
})
