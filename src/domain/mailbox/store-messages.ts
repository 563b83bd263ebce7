import type { Store } from '../store.ts'
import { Flag, type Flags, type FolderNo, type ItemState } from './item.ts'
import type { IndexedMessage } from './message-parts.ts'
import { giveQuotaNotice, type Troubled } from './quota-notice.ts'
import type { MailboxRef } from './store.ts'

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
    for (const { indexed, flags, keywords, receivedAt } of messages) {
      const { item, staged: body } = indexed
      const marks = (flags & ~Flag.hasAttachment) | item.flags
      stored.push(
        await mailboxes.appendItem(at, { ...item, folder, flags: marks, keywords, receivedAt, body }),
      )
    }
    return stored
  })
  await giveQuotaNotice(store, at, options)
  return states
}
