import { randomBytes } from 'node:crypto'
import type { OrganizationId } from '#src/base/ids.ts'
import { indexedMessage } from '../mailbox/message-parts.ts'
import type { MailboxRef } from '../mailbox/store.ts'
import { Refusal } from '../refusal.ts'
import type { Store, Writer } from '../store.ts'
import type { QueuedMessage, TransitId } from './queue.ts'
import { ensureTransportMailbox } from './queue-mailbox.ts'
import { type Reported, type ReturnPath, writeReport } from './report.ts'

/** A letter of the service itself that is taken in; `write` puts it where it goes, in a transaction with that mailbox in its scope. */
export type PreparedReport = { mailbox: MailboxRef['mailbox']; write: (writer: Writer) => Promise<void> }

/** Writes the report and takes its octets in, so that the transaction has only rows to write. */
export async function prepareReport(
  { store, hostName }: { store: Store; hostName: string },
  message: QueuedMessage,
  reported: readonly Reported[],
  path: ReturnPath,
  now: number,
): Promise<PreparedReport | undefined> {
  if (path.to === 'nobody' || reported.length === 0) return undefined
  const { octets, messageId } = await writeReport(store, hostName, message, reported, path, now)
  const { organization, requireTls, sender: to } = message
  const from = `MAILER-DAEMON@${hostName}`
  const letter = { organization, octets, messageId, from, to, subject: message.subject, requireTls }
  return preparePost(store, { ...letter, traceId: message.id, reportsOn: message.messageId }, path, now)
}

/** A letter of the service itself, with the null sender: nobody is told when it does not arrive. */
type ServiceLetter = {
  organization: OrganizationId
  octets: Uint8Array
  messageId: string
  from: string
  to: string
  subject: string
  requireTls: boolean
  /** Under which name it shows where it goes into a mailbox here. */
  traceId: TransitId
  /** The Message-ID of what it is about. */
  reportsOn?: string
}

/** Takes the octets in, so that the transaction has only rows to write. */
export async function preparePost(
  store: Store,
  letter: ServiceLetter,
  path: Exclude<ReturnPath, { to: 'nobody' }>,
  now: number,
): Promise<PreparedReport> {
  const { organization, octets, messageId, from, to, reportsOn, traceId } = letter
  const about = { organization, traceId, at: now, messageId, senders: [from] }
  const on = reportsOn === undefined ? {} : { reportsOn }
  if (path.to === 'mailbox') {
    const at = { organization, mailbox: path.mailbox }
    const { staged, item } = await indexedMessage(store, at, octets.length, octets)
    const write = async ({ mailboxes, delivery }: Writer) => {
      const inbox = await mailboxes.findFolder(at, { distinguished: 'inbox' })
      if (!inbox) throw new Refusal('no-such-folder', 'The mailbox has no inbox for a delivery report.')
      // A full mailbox must still hear that its mail did not arrive.
      await mailboxes.appendItem(at, {
        ...item,
        folder: inbox.no,
        receivedAt: now,
        body: staged,
        ignoreQuota: true,
      })
      const fields = { recipient: to, folder: 'Inbox', from, messageId, ...on }
      await delivery.writeTrace([{ ...about, name: 'MAILBOX_EMAIL_DELIVERED', fields, recipients: [to] }])
    }
    return { mailbox: path.mailbox, write }
  }
  const { at, folder } = await ensureTransportMailbox(store, organization)
  const { staged, item } = await indexedMessage(store, at, octets.length, octets)
  const write = async ({ mailboxes, delivery }: Writer) => {
    const stored = await mailboxes.appendItem(at, { ...item, folder, receivedAt: now, body: staged })
    const report: QueuedMessage = {
      id: randomBytes(16).toString('hex') as TransitId,
      organization,
      item: stored.no,
      sender: '',
      from,
      origin: 'report',
      subject: item.summary.subject,
      messageId,
      sizeBytes: octets.length,
      eightBit: octets.some((octet) => octet > 127),
      utf8: /[^\x00-\x7f]/.test(path.address),
      // RFC 8689 §5: what must not travel in clear must not come back in clear.
      requireTls: letter.requireTls,
      queuedAt: now,
    }
    await delivery.enqueue(report, [{ no: 1, address: path.address, route: path.route }])
    const fields = { recipients: [path.address], from, messageId, ...on }
    await delivery.writeTrace([
      { ...about, traceId: report.id, name: 'OUTGOING_EMAIL_SUBMITTED', fields, recipients: [path.address] },
    ])
  }
  return { mailbox: at.mailbox, write }
}
