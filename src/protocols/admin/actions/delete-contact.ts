import { z } from 'zod'
import { deleteEntry } from '#src/domain/directory/entry-changes.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { entity, inOrganization } from '../fields.ts'

/** Takes a contact out of the address book and out of every group. */
export const deleteContact = defineAction({
  name: 'DeleteContact',
  input: z.object({ ...inOrganization, ContactId: entity }),
  run: async ({ store, now }, input) => {
    const contact = await getNamed(store, input.OrganizationId, input.ContactId, 'contact')
    await deleteEntry(store, input.OrganizationId, contact.id, now())
    return {}
  },
})
