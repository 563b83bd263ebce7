import { certificateOf } from '#src/domain/directory/attachments.ts'
import { putEntryAttachment } from '#src/domain/directory/entry-changes.ts'
import { defineAction } from '../action.ts'
import { blob, getInAddressBook, inAddressBook } from '../attachment-members.ts'

/** The X.509 certificate, DER or PEM, for which others encrypt (CLT-13). */
export const putUserCertificate = defineAction({
  name: 'PutUserCertificate',
  input: inAddressBook.extend({ Certificate: blob }),
  run: async ({ store }, input) => {
    const { id } = await getInAddressBook(store, input)
    await putEntryAttachment(store, input.OrganizationId, id, 'certificate', certificateOf(input.Certificate))
    return {}
  },
})
