import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { deleteFolder } from '#src/domain/mailbox/deletion.ts'
import { setSubscription } from '#src/domain/mailbox/subscriptions.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { command } from '../command.ts'
import { subscriptionName } from '../folder-names.ts'

/** DELETE, RFC 9051 §6.3.5: the messages in it go to the recoverable area. */
export const deleteMailbox = command({
  name: 'DELETE',
  state: 'authenticated',

  parse: (args) => {
    const name = args.mailbox()
    args.end()
    return name
  },

  run: async (session, name, { signal }) => {
    const { mailbox, folder } = await session.mailboxes.get(name, FolderRight.owner)
    const folders = await session.store.mailboxes.listFolders(mailbox.at)
    if (folders.some(({ parent }) => parent === folder.no))
      throw new Refusal('folder-not-empty', 'The mailbox has others below it. Delete these first.')
    if (mailbox === session.mailboxes.own && folder.subscribed === true)
      await setSubscription(session.store, mailbox.at, subscriptionName(name), true)
    await deleteFolder(session.store, mailbox.at, folder.no, 'soft', { signal })
    if (session.selected?.no === folder.no && session.selected.at.mailbox === mailbox.at.mailbox) {
      session.deselect()
      session.status({ status: 'OK', code: { code: 'CLOSED' }, text: 'The selected mailbox is no more' })
    }
    return undefined
  },
})
