import { putEntryAttachment } from '#src/domain/directory/entry-changes.ts'
import { defineAction } from '../action.ts'
import { getInAddressBook, inAddressBook } from '../attachment-members.ts'

/** That there was none is no error. */
export const deleteUserPhoto = defineAction({
  name: 'DeleteUserPhoto',
  input: inAddressBook,
  run: async ({ store }, input) => {
    const { id } = await getInAddressBook(store, input)
    await putEntryAttachment(store, input.OrganizationId, id, 'photo', null)
    return {}
  },
})
