import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import { removeFromFolder } from './folder-removal.ts'
import type { FolderNo, ItemNo, ItemState } from './item.ts'
import { giveQuotaNotice } from './quota-notice.ts'
import type { MailboxRef } from './store.ts'
import { type ArrivedMessage, arrivedItem, storeMessages } from './store-messages.ts'

/** A message where it lies. */
type Placed = { at: MailboxRef; folder: FolderNo; item: ItemNo }

/**
 * Puts a message in the place of another, which goes to the recoverable area. Within one mailbox that is one step, and
 * only what it grows by counts against the quota; else the new one is stored first. Refuses `no-such-item` when the old
 * one lies in its folder no more, `over-quota`, `no-such-folder`.
 */
export async function replaceMessage(
  store: Store,
  old: Placed,
  to: { at: MailboxRef; folder: FolderNo },
  message: ArrivedMessage,
): Promise<ItemState> {
  if (to.at.mailbox !== old.at.mailbox) {
    const [stored] = await storeMessages(store, to.at, to.folder, [message])
    await removeFromFolder(store, old.at, { folder: old.folder, items: [old.item] })
    return stored!
  }
  const { at } = old
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  const state = await store.transact(scope, async ({ mailboxes }) => {
    const [there] = await mailboxes.getItems(at, [old.item])
    if (there?.folder !== old.folder) throw new Refusal('no-such-item', 'The message is not there any more.')
    const target = await mailboxes.findFolder(at, { distinguished: 'recoverableitemsdeletions' })
    if (target === undefined)
      throw new Refusal('no-such-folder', 'The mailbox has no folder for what is deleted.')
    await mailboxes.moveItems(at, { items: [old.item], to: target.no })
    return mailboxes.appendItem(at, arrivedItem(to.folder, message))
  })
  await giveQuotaNotice(store, at)
  return state
}
