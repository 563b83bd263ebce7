import { defineAction } from '../action.ts'
import { commonMembers, present } from '../entries.ts'
import { listEntries, namedFilter, namedList } from '../entry-list.ts'

export const listContacts = defineAction({
  name: 'ListContacts',
  reads: true,
  input: namedList,
  run: async ({ store }, input) =>
    listEntries(
      store,
      input,
      { kind: 'contact', filter: namedFilter(input), member: 'Contacts' },
      (contact) => present({ Id: contact.id, ...commonMembers(contact), DisplayName: contact.displayName }),
    ),
})
