import { z } from 'zod'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'
import { offlineBookMembers } from '../offline-book-members.ts'

/** Ours: how new the offline address book is, and how large. */
export const describeOfflineAddressBook = defineAction({
  name: 'DescribeOfflineAddressBook',
  reads: true,
  input: z.object(inOrganization),
  run: async ({ offlineBooks }, { OrganizationId: organization }) =>
    offlineBookMembers(organization, await offlineBooks.newest(organization)),
})
