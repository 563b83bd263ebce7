import { defineAction } from '../action.ts'
import { base64, getAttachment, getInAddressBook, inAddressBook } from '../attachment-members.ts'

export const getUserPhoto = defineAction({
  name: 'GetUserPhoto',
  reads: true,
  input: inAddressBook,
  run: async ({ store }, input) => {
    const entry = await getInAddressBook(store, input)
    const { type, octets } = await getAttachment(store, input.OrganizationId, entry, 'photo')
    return { ContentType: type, Photo: base64(octets) }
  },
})
