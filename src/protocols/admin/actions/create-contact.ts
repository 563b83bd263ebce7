import { z } from 'zod'
import { createContact as create } from '#src/domain/directory/contacts.ts'
import { defineAction } from '../action.ts'
import { detailsOf } from '../address-book-members.ts'
import { contactAddresses, contactChange } from '../contact-members.ts'
import { attribute, inOrganization } from '../fields.ts'

/** Ours: WorkMail takes contacts from Active Directory only. Puts somebody elsewhere into the address book, enabled at once. */
export const createContact = defineAction({
  name: 'CreateContact',
  input: z.object({
    ...inOrganization,
    Name: attribute.min(1),
    EmailAddresses: contactAddresses,
    ...contactChange,
  }),
  run: async ({ store, now }, input) => {
    const contact = await create(
      store,
      input.OrganizationId,
      {
        name: input.Name,
        addresses: input.EmailAddresses,
        target: input.TargetAddress || null,
        hidden: input.HiddenFromGlobalAddressList ?? false,
        details: await detailsOf(store, input.OrganizationId, input),
        ...(input.DisplayName !== undefined && { displayName: input.DisplayName }),
      },
      now(),
    )
    return { ContactId: contact.id }
  },
})
