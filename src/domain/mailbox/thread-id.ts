import { createHash } from 'node:crypto'
import { parseMessageIds } from '#src/formats/header/message-id.ts'
import type { Envelope } from '#src/formats/mime/envelope.ts'
import type { ItemSummary } from './content.ts'
import type { ItemState } from './item.ts'

/**
 * Which conversation a message belongs to (RFC 8474 §5.2), or undefined for what is no message. Made from the message
 * alone, by the id of the message that began the conversation: no table is kept for it, it never changes, and it is the
 * same in every folder, mailbox and protocol. The price is that a sender who leaves out References, or its beginning,
 * begins another conversation. 1 letter and 24 of the base64url alphabet.
 */
export function threadIdOf(item: ItemState, { envelope }: ItemSummary): string | undefined {
  if (item.class !== 'message' || !envelope) return undefined
  const root = rootOf(envelope) ?? `original ${item.body ?? `item ${item.no}`}`
  return `T${createHash('sha256').update(root).digest().subarray(0, 18).toString('base64url')}`
}

function rootOf({ references, inReplyTo, messageId }: Envelope): string | undefined {
  return references?.[0] ?? parseMessageIds(inReplyTo ?? '')[0] ?? (messageId || undefined)
}
