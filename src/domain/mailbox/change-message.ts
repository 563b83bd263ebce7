import type { Store } from '../store.ts'
import { Flag, type Flags, type ItemNo, type ItemState } from './item.ts'
import { type IndexedMessage, indexedMessage } from './message-parts.ts'
import { giveQuotaNotice, type Troubled } from './quota-notice.ts'
import type { ItemPatch, MailboxReader, MailboxRef } from './store.ts'
import { requireUnchanged } from './unchanged.ts'

/**
 * PidTagLastModificationTime, kept of a message that says something else now than when it came or was sent: whoever looks for what
 * changed, and sees that it moved, has to know ([MS-OXCMSG] 2.2.1.6, mfUnmodified).
 */
export const MODIFIED_KEY = '0x3008:SystemTime'

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
  options: { troubled?: Troubled; now?: () => number } = {},
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
    const edited = made ? await editedProperties(mailboxes, at, no, patch.properties, options.now) : {}
    return mailboxes.changeItem(at, no, { ...patch, ...body, ...edited })
  })
  if (made) await giveQuotaNotice(store, at, options)
  return state
}

/** Of a draft nobody takes it that it stays as it was. */
async function editedProperties(
  mailboxes: MailboxReader,
  at: MailboxRef,
  no: ItemNo,
  given: ItemPatch['properties'],
  now: () => number = Date.now,
): Promise<Pick<ItemPatch, 'properties'>> {
  const [item] = await mailboxes.getItems(at, [no], ['properties'])
  if (item === undefined || (item.flags & Flag.draft) !== 0) return {}
  const modified = new Date(now()).toISOString()
  return { properties: { ...(given ?? item.properties), [MODIFIED_KEY]: modified } }
}
