import { createHash } from 'node:crypto'
import type { SizedSource } from '#src/formats/mime/compose.ts'
import type { Item } from '../item.ts'
import type { MailboxReader, MailboxRef } from '../store.ts'
import { DIGEST_BYTES, formatHead, headOf } from './stream-head.ts'

/**
 * An item as one stream of octets with everything it has, for another mailbox, here or at another Landbridge: a head, the
 * message where it is one, and a digest of both. `item` was read with its content and properties.
 */
export function exportedItem(mailboxes: MailboxReader, at: MailboxRef, item: Item): SizedSource {
  const head = formatHead(headOf(item))
  const bodyBytes = item.body === null ? 0 : item.sizeBytes
  return {
    sizeBytes: head.length + bodyBytes + DIGEST_BYTES,
    async *read() {
      const digest = createHash('sha256').update(head)
      yield head
      if (item.body !== null) {
        for await (const piece of mailboxes.readBody(at, item.body)) {
          digest.update(piece)
          yield piece
        }
      }
      yield digest.digest()
    },
  }
}
