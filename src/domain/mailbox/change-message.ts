import type { Store } from '../store.ts'
import { Flag, type Flags, type ItemNo, type ItemState } from './item.ts'
import { type IndexedMessage, indexedMessage } from './message-parts.ts'
import { giveQuotaNotice, type Troubled } from './quota-notice.ts'
import type { ItemPatch, MailboxRef } from './store.ts'
import { requireUnchanged } from './unchanged.ts'

/** What is to be changed of an item that is a message. */
export type MessageChange = {
  /** What it says from now on (RFC 5322), read once. */
  source?: { sizeBytes: number; read(): AsyncIterable<Uint8Array> }
  addFlags?: Flags
  removeFlags?: Flags
  patch?: Pick<ItemPatch, 'keywords' | 'properties' | 'receivedAt'>
  /** Only as long as nobody else has changed it since. */
  unchangedSince?: number
}

/**
 * Changes a message where it lies: a draft is written anew under its own number. All of it happens or none. Refuses `no-such-item`,
 * `over-quota`, `ChangedMeanwhile`.
 */
export async function changeMessage(
  store: Store,
  at: MailboxRef,
  no: ItemNo,
  { source, addFlags = 0, removeFlags = 0, patch = {}, unchangedSince }: MessageChange,
  options: { troubled?: Troubled } = {},
): Promise<ItemState> {
  const made: IndexedMessage | undefined =
    source && (await indexedMessage(store, at, source.sizeBytes, source.read()))
  const body: ItemPatch = made
    ? { body: made.staged, summary: made.item.summary, structure: made.item.structure ?? null }
    : {}
  const attached = made ? made.item.flags & Flag.hasAttachment : undefined
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  const state = await store.transact(scope, async ({ mailboxes }) => {
    await requireUnchanged(mailboxes, at, no, unchangedSince)
    const add = addFlags | (attached ?? 0)
    const remove = removeFlags | (attached === 0 ? Flag.hasAttachment : 0)
    if (add !== 0 || remove !== 0) await mailboxes.changeFlags(at, [no], { add, remove })
    return mailboxes.changeItem(at, no, { ...patch, ...body })
  })
  if (made) await giveQuotaNotice(store, at, options)
  return state
}
