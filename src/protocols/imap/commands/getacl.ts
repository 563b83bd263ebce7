import { type AclEntry, formatAcl } from '#src/wire/imap/acl.ts'
import { identifierOf } from '../acl-identifiers.ts'
import { lettersOf, ownerRights } from '../acl-rights.ts'
import { command } from '../command.ts'
import { getAdministered } from '../folder-acl.ts'

/** People before `anyone` and `anonymous`. */
const order = ({ identifier }: AclEntry): number => Number(/^(anyone|anonymous)$/.test(identifier))

/** GETACL, RFC 4314 §3.3: the owner first, who always has every right. */
export const getacl = command({
  name: 'GETACL',
  state: 'authenticated',

  parse: (args) => {
    const name = args.mailbox()
    args.end()
    return name
  },

  run: async (session, name) => {
    const { mailbox, folder } = await getAdministered(session, name)
    const { organization, mailbox: id } = mailbox.at
    const entries: AclEntry[] = []
    for (const { grantee, rights } of await session.store.directory.listFolderPermissions(
      organization,
      id,
      folder.no,
    )) {
      const identifier = await identifierOf(session, grantee)
      if (identifier !== undefined) entries.push({ identifier, rights: lettersOf(rights) })
    }
    entries.sort((a, b) => order(a) - order(b) || (a.identifier < b.identifier ? -1 : 1))
    const owner = await identifierOf(session, mailbox.owner)
    if (owner !== undefined) entries.unshift({ identifier: owner, rights: ownerRights })
    session.untagged(formatAcl(name, entries, session.utf8))
    return undefined
  },
})
