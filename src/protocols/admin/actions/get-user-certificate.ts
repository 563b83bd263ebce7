import { parseCertificate } from '#src/domain/directory/attachments.ts'
import { formatTimestamp } from '#src/wire/aws/json-rpc.ts'
import { defineAction } from '../action.ts'
import { base64, getAttachment, getInAddressBook, inAddressBook } from '../attachment-members.ts'

/** The certificate in DER, and what stands in it. */
export const getUserCertificate = defineAction({
  name: 'GetUserCertificate',
  reads: true,
  input: inAddressBook,
  run: async ({ store }, input) => {
    const entry = await getInAddressBook(store, input)
    const { octets } = await getAttachment(store, input.OrganizationId, entry, 'certificate')
    const { subject, issuer, serialNumber, validFromDate, validToDate } = parseCertificate(octets)
    return {
      Certificate: base64(octets),
      Subject: subject ?? '',
      Issuer: issuer ?? '',
      SerialNumber: serialNumber,
      NotBefore: formatTimestamp(validFromDate.getTime()),
      NotAfter: formatTimestamp(validToDate.getTime()),
    }
  },
})
