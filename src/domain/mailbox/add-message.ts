import type { Mailbox as Address } from '#src/formats/address/mailbox-list.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import { Flag, type Flags, type FolderNo, type ItemState } from './item.ts'
import { type IndexedMessage, indexedMessage } from './message-parts.ts'
import { giveQuotaNotice, type Troubled } from './quota-notice.ts'
import type { MailboxRef, NewItem } from './store.ts'

/** Hard limit for any message that is stored; what may be sent and received has limits of its own (LIM-02). */
export const LARGEST_MESSAGE_BYTES = 40 * 1024 * 1024

type NewMessage = {
  folder: FolderNo
  /** The message as it came (RFC 5322), exactly `sizeBytes` octets. */
  source: AsyncIterable<Uint8Array>
  sizeBytes: number
  flags?: Flags
  keywords?: readonly string[]
  /** Epoch milliseconds; default is now, by the clock of the store. */
  receivedAt?: number
  properties?: NonNullable<NewItem['properties']>
  /** What is kept of it beside its octets: of a meeting message what it is. */
  contentOf?(indexed: IndexedMessage): Promise<NewItem['content'] | undefined>
  ignoreQuota?: boolean
  /** Who the notice about the quota is addressed to. */
  owner?: Address
}

/**
 * Stores a message; it is durable when this resolves. Read once, and never held as a whole. Refuses `too-large`,
 * `over-quota`, `no-such-folder`, and `invalid-parameter` when the source is not as long as was said. A notice
 * about the quota that fails afterwards goes to `troubled`, and refuses nothing.
 */
export async function addMessage(
  store: Store,
  at: MailboxRef,
  message: NewMessage,
  options: { largestBytes?: number; troubled?: Troubled } = {},
): Promise<ItemState> {
  const largest = options.largestBytes ?? LARGEST_MESSAGE_BYTES
  if (message.sizeBytes > largest) {
    throw new Refusal(
      'too-large',
      `The message has ${message.sizeBytes} octets, and at most ${largest} are accepted. Send large files another way.`,
    )
  }
  const indexed = await indexedMessage(store, at, message.sizeBytes, message.source)
  const { staged, item } = indexed
  const content = await message.contentOf?.(indexed)
  const { folder, keywords, properties, ignoreQuota } = message
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  const state = await store.transact(scope, ({ mailboxes }) =>
    mailboxes.appendItem(at, {
      ...item,
      folder,
      flags: ((message.flags ?? 0) & ~Flag.hasAttachment) | item.flags,
      receivedAt: message.receivedAt ?? store.now(),
      body: staged,
      ...(keywords && { keywords }),
      ...(properties && { properties }),
      ...(content && { content }),
      ...(ignoreQuota && { ignoreQuota }),
    }),
  )
  const { owner } = message
  await giveQuotaNotice(store, at, { ...(owner && { owner }), troubled: options.troubled })
  return state
}
