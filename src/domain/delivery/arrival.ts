import type { ItemNo } from '../mailbox/item.ts'
import type { IndexedMessage } from '../mailbox/message-parts.ts'
import type { MailboxRef, NewItem } from '../mailbox/store.ts'
import type { Writer } from '../store.ts'
import type { LocalTarget } from './recipients.ts'
import type { TakenMessage } from './taken-message.ts'

/** A message that is about to come into mailboxes here, its TNEF unfolded. */
export type ArrivingMessage = Pick<
  TakenMessage,
  'organization' | 'sender' | 'message' | 'connection' | 'fromExchange' | 'inside'
> & { messageId: string }

/** A copy in its folder, and what its item is made of. */
export type StoredCopy = { no: ItemNo } & Pick<IndexedMessage['item'], 'structure' | 'summary'>

/** What else a message does where it comes to: a meeting request puts an event into the calendar. */
export type Arrival = {
  /**
   * Runs in the transaction that stores the copy, with nothing but its writer, and gives what its item has beyond that of
   * other mail. It may run again.
   */
  into(writer: Writer, at: MailboxRef, target: LocalTarget): Promise<Pick<NewItem, 'content'>>
  /** Runs after that in the same transaction, when the copy lies in its folder. */
  stored(writer: Writer, at: MailboxRef, target: LocalTarget, copy: StoredCopy): Promise<void>
  /** When everything is durable and the sender has been answered: what the mailboxes answer. */
  after(delivered: readonly LocalTarget[]): Promise<void>
}

/** Looks at a message once for all its mailboxes; undefined when it does nothing there. */
export type ArrivalStep = (
  message: ArrivingMessage,
  targets: readonly LocalTarget[],
) => Promise<Arrival | undefined>
