import { formatListRights, parseAclSubject } from '#src/wire/imap/acl.ts'
import { granteeOf } from '../acl-identifiers.ts'
import { everyRight, rightGroups } from '../acl-rights.ts'
import { command } from '../command.ts'
import { getAdministered } from '../folder-acl.ts'

/** LISTRIGHTS, RFC 4314 §3.4. */
export const listrights = command({
  name: 'LISTRIGHTS',
  state: 'authenticated',
  parse: parseAclSubject,

  run: async (session, { mailbox: name, identifier }) => {
    const { mailbox } = await getAdministered(session, name)
    const isOwner = (await granteeOf(session, identifier)) === mailbox.owner
    const [required, groups] = isOwner ? [everyRight, []] : ['', rightGroups]
    session.untagged(formatListRights({ mailbox: name, identifier, required, groups }, session.utf8))
    return undefined
  },
})
