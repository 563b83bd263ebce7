import { randomBytes } from 'node:crypto'
import type { OrganizationId } from '#src/base/ids.ts'
import type { QueuedMessage, QueuedRecipient, Route, TransitId } from '#src/domain/delivery/queue.ts'
import { ensureTransportMailbox } from '#src/domain/delivery/queue-mailbox.ts'
import { indexedMessage } from '#src/domain/mailbox/message-parts.ts'
import type { Store } from '#src/domain/store.ts'

export const newTransitId = (): TransitId => randomBytes(16).toString('hex') as TransitId

export const toDomain = (domain: string): Route => ({ kind: 'internet', domain })

export type QueuedForTest = {
  sender?: string
  recipients: readonly (Partial<QueuedRecipient> & { address: string })[]
  message?: Partial<QueuedMessage>
  octets?: Uint8Array
  now: number
}

/** Puts a message into the queue as the pipeline does. Recipients go to the domain of their address. */
export async function queueMessage(
  store: Store,
  organization: OrganizationId,
  { sender = 'bob@corp.example', recipients, message = {}, octets, now }: QueuedForTest,
): Promise<QueuedMessage> {
  const { at, folder } = await ensureTransportMailbox(store, organization)
  const id = message.id ?? newTransitId()
  const messageId = message.messageId ?? `<${id}@corp.example>`
  const bytes =
    octets ??
    Buffer.from(
      `From: ${sender}\r\nTo: somebody\r\nSubject: Hello ${id}\r\nMessage-ID: ${messageId}\r\n\r\nText\r\n`,
    )
  const { staged, item } = await indexedMessage(store, at, bytes.length, one(bytes))
  return store.transact({ organization, mailboxes: [at.mailbox] }, async (writer) => {
    const stored = await writer.mailboxes.appendItem(at, { ...item, folder, receivedAt: now, body: staged })
    const queued: QueuedMessage = {
      id,
      organization,
      item: stored.no,
      sender,
      from: sender,
      origin: 'submitted',
      subject: item.summary.subject,
      messageId,
      sizeBytes: bytes.length,
      eightBit: false,
      utf8: false,
      requireTls: false,
      queuedAt: now,
      ...message,
    }
    await writer.delivery.enqueue(
      queued,
      recipients.map((recipient, index) => ({
        no: index + 1,
        route: toDomain(recipient.address.slice(recipient.address.lastIndexOf('@') + 1)),
        ...recipient,
      })),
    )
    return queued
  })
}

async function* one(octets: Uint8Array): AsyncGenerator<Uint8Array> {
  yield octets
}
