import { subscribeFolder } from '#src/domain/mailbox/folders.ts'
import { readSubscriptions, setSubscription } from '#src/domain/mailbox/subscriptions.ts'
import { command } from '../command.ts'
import { subscriptionName } from '../folder-names.ts'

/** SUBSCRIBE, RFC 9051 §6.3.7: also to mailboxes of others. */
export const subscribe = command({
  name: 'SUBSCRIBE',
  state: 'authenticated',

  parse: (args) => {
    const name = args.mailbox()
    args.end()
    return name
  },

  run: async (session, given) => {
    const { store, mailboxes } = session
    const { at } = mailboxes.own
    const name = subscriptionName(given)
    // A name without its mailbox stays as it is.
    if ((await readSubscriptions(store.mailboxes, at)).has(name)) return undefined
    const { mailbox, folder } = await mailboxes.get(name)
    if (mailbox !== mailboxes.own) await setSubscription(store, at, name, true)
    else if (folder.subscribed !== true) await subscribeFolder(store, at, folder.no, true)
    return undefined
  },
})
