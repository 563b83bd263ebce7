import { parseAclSubject } from '#src/wire/imap/acl.ts'
import { granteeOf } from '../acl-identifiers.ts'
import { command } from '../command.ts'
import { changeRights, getAdministered } from '../folder-acl.ts'

/** DELETEACL, RFC 4314 §3.2. */
export const deleteacl = command({
  name: 'DELETEACL',
  state: 'authenticated',
  parse: parseAclSubject,

  run: async (session, { mailbox: name, identifier }) => {
    const found = await getAdministered(session, name)
    await changeRights(session, found, await granteeOf(session, identifier), null)
    return undefined
  },
})
