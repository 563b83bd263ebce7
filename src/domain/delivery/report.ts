import { randomUUID } from 'node:crypto'
import type { MailboxId, OrganizationId } from '#src/base/ids.ts'
import { buildReport } from '#src/formats/delivery-status/report.ts'
import type { RecipientStatus, TypedAddress } from '#src/formats/delivery-status/status.ts'
import type { BodyNo } from '../mailbox/item.ts'
import type { Store } from '../store.ts'
import type { QueuedMessage, QueuedRecipient, Route } from './queue.ts'
import { transportMailboxOf } from './queue-mailbox.ts'

/** Where a report for an envelope sender goes. */
export type ReturnPath =
  /** The sender's mailbox lies here, in the same organisation. */
  | { to: 'mailbox'; mailbox: MailboxId }
  | { to: 'queue'; route: Route; address: string }
  /** There is nobody. */
  | { to: 'nobody' }

/** Finds the way back to a sender. Rejects with Refusal when that cannot be told now. */
export type FindReturnPath = (organization: OrganizationId, sender: string) => Promise<ReturnPath>

/** One recipient's line of a report. `delayed` has the time at which we give up. */
export type Reported = {
  recipient: QueuedRecipient
  action: 'failed' | 'delayed' | 'relayed' | 'delivered'
  status: string
  remote?: string
  /** What was said, or went wrong. */
  diagnostic?: string
  willRetryUntilMs?: number
}

/** RFC 3461 §4.1: without NOTIFY, failures are reported, and delays too; success never. */
export function wantsReport(recipient: QueuedRecipient, action: Reported['action']): boolean {
  const { notify } = recipient
  if (action === 'failed') return notify?.failure ?? true
  if (action === 'delayed') return notify?.delay ?? true
  return notify?.success ?? false
}

/** Never about a report, nor to the null sender (RFC 5321 §4.5.5). */
export const isReportable = (message: QueuedMessage): boolean =>
  message.sender !== '' && message.origin !== 'report'

export type ReportOctets = { octets: Uint8Array; messageId: string }

/** Header of the returned message that is looked at. */
const HEADER_BYTES = 64 * 1024
/** A message that its sender wants back whole is returned up to this size. */
const RETURN_LIMIT_BYTES = 256 * 1024

/** Writes the report about some recipients of a message. `hostName` is who we are. */
export async function writeReport(
  store: Store,
  hostName: string,
  message: QueuedMessage,
  reported: readonly Reported[],
  now: number,
): Promise<ReportOctets> {
  const messageId = `<report.${randomUUID()}@${hostName}>`
  const octets = buildReport({
    from: { name: 'Mail Delivery Service', mailbox: 'MAILER-DAEMON', host: hostName },
    to: message.sender,
    messageId,
    dateMs: now,
    status: {
      reportingMta: hostName,
      ...(message.envelopeId !== undefined && { envelopeId: message.envelopeId }),
      arrivalMs: message.queuedAt,
      recipients: reported.map((each) => statusOf(each, now)),
    },
    original: await originalOf(store, message),
    returnLimitBytes: RETURN_LIMIT_BYTES,
  })
  return { octets, messageId }
}

function statusOf(
  { recipient, action, status, remote, diagnostic, willRetryUntilMs }: Reported,
  now: number,
): RecipientStatus {
  const original =
    recipient.originalRecipient ??
    (recipient.writtenTo === undefined ? undefined : typed(recipient.writtenTo))
  return {
    finalRecipient: typed(recipient.address),
    ...(original && { originalRecipient: original }),
    action,
    status,
    ...(remote !== undefined && { remoteMta: remote }),
    ...(diagnostic !== undefined && { diagnostic }),
    lastAttemptMs: now,
    ...(willRetryUntilMs !== undefined && { willRetryUntilMs }),
  }
}

const typed = (address: string): TypedAddress => ({
  type: /^[\x20-\x7e]*$/.test(address) ? 'rfc822' : 'utf-8',
  address,
})

/** The header of the message, and all of it where its sender wants it back and it is small. */
async function originalOf(
  store: Store,
  message: QueuedMessage,
): Promise<{ header: Uint8Array; message?: Uint8Array }> {
  const at = transportMailboxOf(message.organization)
  const [item] = await store.mailboxes.getItems(at, [message.item])
  if (item?.body == null) return { header: new Uint8Array() }
  const whole = message.returnContent === 'full' && item.sizeBytes <= RETURN_LIMIT_BYTES
  const end = whole ? item.sizeBytes : Math.min(item.sizeBytes, HEADER_BYTES)
  const octets = await octetsOf(store.mailboxes.readBody(at, item.body as BodyNo, { end }))
  const cut = /\r?\n\r?\n/.exec(octets.toString('latin1'))
  const header = cut ? octets.subarray(0, cut.index + 2) : octets
  return { header, ...(whole && { message: octets }) }
}

async function octetsOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of source) chunks.push(chunk)
  return Buffer.concat(chunks)
}
