import { z } from 'zod'
import { defineAction } from '../action.ts'
import { formatDetails } from '../address-book-members.ts'
import { commonMembers, getNamed, present } from '../entries.ts'
import { entity, inOrganization } from '../fields.ts'

export const describeContact = defineAction({
  name: 'DescribeContact',
  reads: true,
  input: z.object({ ...inOrganization, ContactId: entity }),
  run: async ({ store }, input) => {
    const contact = await getNamed(store, input.OrganizationId, input.ContactId, 'contact')
    const mail = contact.addresses.filter(({ kind }) => kind !== 'x500' && kind !== 'sip')
    return present({
      ContactId: contact.id,
      ...commonMembers(contact),
      DisplayName: contact.displayName,
      EmailAddresses: mail.map(({ address }) => address),
      TargetAddress: contact.target ?? undefined,
      HiddenFromGlobalAddressList: contact.hidden,
      ...(await formatDetails(store, input.OrganizationId, contact)),
    })
  },
})
