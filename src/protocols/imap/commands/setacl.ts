import { parseSetAcl } from '#src/wire/imap/acl.ts'
import { granteeOf } from '../acl-identifiers.ts'
import { requireRights, rightsOf, withoutRights } from '../acl-rights.ts'
import { command } from '../command.ts'
import { changeRights, getAdministered, givenRights } from '../folder-acl.ts'

/** SETACL, RFC 4314 §3.1. */
export const setacl = command({
  name: 'SETACL',
  state: 'authenticated',

  parse: (args) => {
    const asked = parseSetAcl(args)
    requireRights(asked.rights)
    return asked
  },

  run: async (session, { mailbox: name, identifier, change, rights: letters }) => {
    const found = await getAdministered(session, name)
    const grantee = await granteeOf(session, identifier)
    const given = (change === 'set' ? 0 : await givenRights(session, found, grantee)) ?? 0
    const rights = change === 'remove' ? withoutRights(given, letters) : given | rightsOf(letters)
    await changeRights(session, found, grantee, rights)
    return undefined
  },
})
