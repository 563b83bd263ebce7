import { formatMyRights } from '#src/wire/imap/acl.ts'
import { lettersOf } from '../acl-rights.ts'
import { command } from '../command.ts'

/** MYRIGHTS, RFC 4314 §3.5. */
export const myrights = command({
  name: 'MYRIGHTS',
  state: 'authenticated',

  parse: (args) => {
    const name = args.mailbox()
    args.end()
    return name
  },

  run: async (session, name) => {
    const { rights } = await session.mailboxes.get(name)
    session.untagged(formatMyRights(name, lettersOf(rights), session.utf8))
    return undefined
  },
})
