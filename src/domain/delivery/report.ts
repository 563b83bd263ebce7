import { randomUUID } from 'node:crypto'
import type { MailboxId, OrganizationId } from '#src/base/ids.ts'
import { buildReport } from '#src/formats/delivery-status/report.ts'
import type { BodyNo } from '../mailbox/item.ts'
import type { Store } from '../store.ts'
import type { QueuedMessage, QueuedRecipient, Route } from './queue.ts'
import { transportMailboxOf } from './queue-mailbox.ts'
import { recipientStatuses } from './report-recipients.ts'

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
  /** What the remote said. */
  diagnostic?: string
  /** What went wrong in our words, where it said nothing. */
  reason?: string
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

type ReportOctets = { octets: Uint8Array; messageId: string }

/** Header of the returned message that is looked at. */
const HEADER_BYTES = 64 * 1024
/** A message that its sender wants back whole is returned up to this size. */
const RETURN_LIMIT_BYTES = 256 * 1024

/** Whether the way back ends inside the organisation, whose people may know whom an address stands for. */
const isInside = (path: ReturnPath): boolean =>
  path.to === 'mailbox' || (path.to === 'queue' && path.route.kind === 'exchange')

/** Writes the report about some recipients of a message, for whom `path` leads to. `hostName` is who we are. */
export async function writeReport(
  store: Store,
  hostName: string,
  message: QueuedMessage,
  reported: readonly Reported[],
  path: ReturnPath,
  now: number,
): Promise<ReportOctets> {
  const messageId = `<report.${randomUUID()}@${hostName}>`
  const octets = buildReport({
    from: { name: 'Mail Delivery Service', mailbox: 'MAILER-DAEMON', host: hostName },
    to: path.to === 'queue' ? path.address : message.sender,
    messageId,
    dateMs: now,
    status: {
      reportingMta: hostName,
      ...(message.envelopeId !== undefined && { envelopeId: message.envelopeId }),
      arrivalMs: message.queuedAt,
      recipients: recipientStatuses(reported, isInside(path), now),
    },
    original: await originalOf(store, message),
    returnLimitBytes: RETURN_LIMIT_BYTES,
  })
  return { octets, messageId }
}

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
