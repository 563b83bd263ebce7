import type { Store } from '../store.ts'
import { Flag, type Flags, type FolderNo, type ItemState } from './item.ts'
import type { IndexedMessage } from './message-parts.ts'
import { giveQuotaNotice, type Troubled } from './quota-notice.ts'
import type { MailboxRef, NewItem } from './store.ts'

/** A message that was taken in and waits for its folder. */
export type ArrivedMessage = {
  indexed: IndexedMessage
  flags: Flags
  keywords: readonly string[]
  /** Epoch milliseconds. */
  receivedAt: number
}

/** Stores messages that were taken in, all of them or none; they are durable when this resolves. Refuses `over-quota`, `no-such-folder`. */
export async function storeMessages(
  store: Store,
  at: MailboxRef,
  folder: FolderNo,
  messages: readonly ArrivedMessage[],
  options: { troubled?: Troubled } = {},
): Promise<readonly ItemState[]> {
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  const states = await store.transact(scope, async ({ mailboxes }) => {
    const stored: ItemState[] = []
    for (const message of messages) stored.push(await mailboxes.appendItem(at, arrivedItem(folder, message)))
    return stored
  })
  await giveQuotaNotice(store, at, options)
  return states
}

/** The item of a message that was taken in. */
export function arrivedItem(
  folder: FolderNo,
  { indexed: { item, staged: body }, flags, keywords, receivedAt }: ArrivedMessage,
): NewItem {
  const marks = (flags & ~Flag.hasAttachment) | item.flags
  return { ...item, folder, flags: marks, keywords, receivedAt, body }
}
