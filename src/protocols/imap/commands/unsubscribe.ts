import { subscribeFolder } from '#src/domain/mailbox/folders.ts'
import { command } from '../command.ts'
import { getOwnFolder } from '../own-folder.ts'

/** UNSUBSCRIBE, RFC 9051 §6.3.8. */
export const unsubscribe = command({
  name: 'UNSUBSCRIBE',
  state: 'authenticated',

  parse: (args) => {
    const name = args.mailbox()
    args.end()
    return name
  },

  run: async (session, name) => {
    const { mailbox, folder } = await getOwnFolder(session, name)
    if (folder.subscribed !== false) await subscribeFolder(session.store, mailbox.at, folder.no, false)
    return undefined
  },
})
