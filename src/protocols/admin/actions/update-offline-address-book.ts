import { z } from 'zod'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'
import { offlineBookMembers } from '../offline-book-members.ts'

/** Ours, named as Exchange's cmdlet: makes the offline address book now, as a long operation. */
export const updateOfflineAddressBook = defineAction({
  name: 'UpdateOfflineAddressBook',
  input: z.object(inOrganization),
  run: async ({ operations, offlineBooks }, { OrganizationId: organization }) => {
    const name = 'UpdateOfflineAddressBook'
    const id = operations.start({ name, organization }, async (_report, signal) => {
      const { book, changed } = await offlineBooks.make(organization, signal)
      return { ...offlineBookMembers(organization, book), Changed: changed }
    })
    return { OperationId: id }
  },
})
