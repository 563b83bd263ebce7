import { formatQuotaRoots } from '#src/wire/imap/quota.ts'
import { command } from '../command.ts'
import { getQuotaMailbox, rootOf, tellQuota } from '../quota-roots.ts'

/** GETQUOTAROOT, RFC 9208 §4.1.2. Whose mailbox the user may only see parts of has no root for the user. */
export const getquotaroot = command({
  name: 'GETQUOTAROOT',
  state: 'authenticated',

  parse: (args) => {
    const name = args.mailbox()
    args.end()
    return name
  },

  run: async (session, name) => {
    const mailbox = await getQuotaMailbox(session, name)
    const roots = mailbox.access.full ? [rootOf(mailbox)] : []
    session.untagged(formatQuotaRoots(name, roots, session.utf8))
    if (mailbox.access.full) await tellQuota(session, mailbox)
    return undefined
  },
})
