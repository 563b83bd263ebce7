import { createHash } from 'node:crypto'
import type { SizedSource } from '#src/formats/mime/compose.ts'
import { carriedBody } from '../files.ts'
import type { Item } from '../item.ts'
import type { MailboxReader, MailboxRef } from '../store.ts'
import { DIGEST_BYTES, formatHead, headOf } from './stream-head.ts'

/**
 * An item as one stream of octets with everything it has, for another mailbox, here or at another Landbridge: a head, the
 * message where it is one, or its files, and a digest of both. `item` was read with its content, properties and structure.
 */
export function exportedItem(mailboxes: MailboxReader, at: MailboxRef, item: Item): SizedSource {
  const body = carriedBody(mailboxes, at, item)
  const head = formatHead(headOf(item, body?.sizeBytes ?? null))
  return {
    sizeBytes: head.length + (body?.sizeBytes ?? 0) + DIGEST_BYTES,
    async *read() {
      const digest = createHash('sha256').update(head)
      yield head
      if (body !== null) {
        for await (const piece of body.read()) {
          digest.update(piece)
          yield piece
        }
      }
      yield digest.digest()
    },
  }
}
