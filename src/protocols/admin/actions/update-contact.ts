import { z } from 'zod'
import { updateContact as update } from '#src/domain/directory/contacts.ts'
import { defineAction } from '../action.ts'
import { detailsOf } from '../address-book-members.ts'
import { contactAddresses, contactChange } from '../contact-members.ts'
import { getNamed } from '../entries.ts'
import { entity, inOrganization } from '../fields.ts'

/** Changes the members given and leaves the others; addresses are replaced together. */
export const updateContact = defineAction({
  name: 'UpdateContact',
  input: z.object({
    ...inOrganization,
    ContactId: entity,
    EmailAddresses: contactAddresses.optional(),
    ...contactChange,
  }),
  run: async ({ store }, input) => {
    const { OrganizationId: organization } = input
    const contact = await getNamed(store, organization, input.ContactId, 'contact')
    await update(store, organization, contact.id, {
      details: await detailsOf(store, organization, input, contact.id),
      ...(input.EmailAddresses !== undefined && { addresses: input.EmailAddresses }),
      ...(input.TargetAddress !== undefined && { target: input.TargetAddress || null }),
      ...(input.DisplayName !== undefined && { displayName: input.DisplayName }),
      ...(input.HiddenFromGlobalAddressList !== undefined && { hidden: input.HiddenFromGlobalAddressList }),
    })
    return {}
  },
})
