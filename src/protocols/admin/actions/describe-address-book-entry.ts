import { z } from 'zod'
import { duringRun, explain } from '#src/domain/directory-sync/why.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { attribute, inOrganization } from '../fields.ts'

/** Ours: why somebody is, or is not, in the address book; `During` says so where a run is under way. */
export const describeAddressBookEntry = defineAction({
  name: 'DescribeAddressBookEntry',
  reads: true,
  input: z.object({ ...inOrganization, Text: attribute.min(1).max(1024) }),
  run: async ({ store, now }, input) => {
    const record = await store.directorySync.findSync(input.OrganizationId)
    const found = await explain(store, input.OrganizationId, input.Text)
    return present({
      During: duringRun(record, now()),
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
    })
  },
})
