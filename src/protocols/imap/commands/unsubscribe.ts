import { subscribeFolder } from '#src/domain/mailbox/folders.ts'
import { readSubscriptions, setSubscription } from '#src/domain/mailbox/subscriptions.ts'
import { command } from '../command.ts'
import { subscriptionName } from '../folder-names.ts'

/** UNSUBSCRIBE, RFC 9051 §6.3.8: also from what is there no more. */
export const unsubscribe = command({
  name: 'UNSUBSCRIBE',
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
    const isKept = (await readSubscriptions(store.mailboxes, at)).has(name)
    if (isKept) await setSubscription(store, at, name, false)
    const found = isKept ? await mailboxes.find(name) : await mailboxes.get(name)
    if (found?.mailbox === mailboxes.own && found.folder.subscribed !== false)
      await subscribeFolder(store, at, found.folder.no, false)
    return undefined
  },
})
