import { subscribeFolder } from '#src/domain/mailbox/folders.ts'
import { command } from '../command.ts'
import { getOwnFolder } from '../own-folder.ts'

/** SUBSCRIBE, RFC 9051 §6.3.7. */
export const subscribe = command({
  name: 'SUBSCRIBE',
  state: 'authenticated',

  parse: (args) => {
    const name = args.mailbox()
    args.end()
    return name
  },

  run: async (session, name) => {
    const { mailbox, folder } = await getOwnFolder(session, name)
    if (folder.subscribed !== true) await subscribeFolder(session.store, mailbox.at, folder.no, true)
    return undefined
  },
})
