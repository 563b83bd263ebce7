import { photoOf } from '#src/domain/directory/attachments.ts'
import { putEntryAttachment } from '#src/domain/directory/entry-changes.ts'
import { defineAction } from '../action.ts'
import { blob, getInAddressBook, inAddressBook } from '../attachment-members.ts'

/** The picture the address book shows: JPEG, PNG, GIF or WebP of at most 100 KB, as thumbnails of Active Directory. */
export const putUserPhoto = defineAction({
  name: 'PutUserPhoto',
  input: inAddressBook.extend({ Photo: blob }),
  run: async ({ store }, input) => {
    const { id } = await getInAddressBook(store, input)
    await putEntryAttachment(store, input.OrganizationId, id, 'photo', photoOf(input.Photo))
    return {}
  },
})
