import { isUtf8 } from 'node:buffer'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { parseAddrSpec } from '../address/addr-spec.ts'
import type { AddressEntry, Mailbox } from '../address/mailbox-list.ts'
import { formatDate } from '../header/date.ts'
import { decodeWords } from '../header/encoded-words.ts'
import { buildMessage, type NewPart } from '../mime/build.ts'
import { type Envelope, envelopeOf } from '../mime/envelope.ts'
import type { DeliveryStatus, RecipientStatus } from './status.ts'
import { formatDeliveryStatus } from './status-fields.ts'
import { statusText } from './status-text.ts'

/** A delivery report to be written. Its envelope sender is the null sender: that is up to whoever sends it. */
export interface NewReport {
  /** Who reports, `MAILER-DAEMON` or postmaster. */
  from: Mailbox
  /** The envelope sender of the message it is about. */
  to: string
  /** With angle brackets, of the report itself. */
  messageId: string
  dateMs: number
  status: DeliveryStatus
  /** Of the message it is about. Whole, it is returned when it is not larger than `returnLimitBytes`. */
  original: { header: Uint8Array; message?: Uint8Array }
  returnLimitBytes: number
}

/** Of a longer header the rest is left out. */
const HEADER_LIMIT = 64 * 1024
const SUBJECT_LIMIT = 150
/** Recipients that the text tells one by one; all stand in the status. */
const TOLD_RECIPIENTS = 50

const isFailure = ({ action }: RecipientStatus) => action === 'failed'
const isDelay = ({ action }: RecipientStatus) => action === 'delayed'

const heads = {
  failed: { subject: 'Not delivered', first: 'Your message was not delivered to:' },
  delayed: { subject: 'Delayed', first: 'Your message has not been delivered yet to:' },
  delivered: { subject: 'Delivered', first: 'Your message was delivered to:' },
} as const

function headOf(recipients: readonly RecipientStatus[]) {
  if (recipients.some(isFailure)) return heads.failed
  return recipients.some(isDelay) ? heads.delayed : heads.delivered
}

/**
 * A report as a multipart/report (RFC 3464, RFC 6522): a text for people, the status for programs, and the message or its
 * header. SyntaxFault when there is no recipient to report on.
 */
export function buildReport(report: NewReport): Uint8Array {
  const { from, to, messageId, dateMs, status } = report
  if (status.recipients.length === 0) throw new SyntaxFault('a delivery report without recipients')
  const about = envelopeOf(report.original.header)
  const subject = oneLine(decodeWords(about.subject ?? '')).slice(0, SUBJECT_LIMIT)
  const head = headOf(status.recipients)
  const aboutId = /^<[\x21-\x3b\x3d\x3f-\x7e]{1,900}>$/.exec(about.messageId ?? '')?.[0]
  return buildMessage({
    from: [from],
    to: [recipientEntry(to)],
    subject: subject ? `${head.subject}: ${subject}` : head.subject,
    dateMs,
    messageId,
    ...(aboutId && { inReplyTo: aboutId, references: [aboutId] }),
    headers: [['Auto-Submitted', 'auto-replied']],
    multipart: 'report',
    multipartParams: { 'report-type': 'delivery-status' },
    parts: [
      { text: reportText(status, about, subject), description: 'Notification' },
      {
        bytes: Buffer.from(formatDeliveryStatus(status), 'latin1'),
        contentType: 'message/delivery-status',
        description: 'Delivery report',
      },
      returnedPart(report),
    ],
  })
}

/** An address outside ASCII stands as the name of an empty group, which any system can carry (RFC 6857 §3.1.7). */
function recipientEntry(address: string): AddressEntry {
  if (/^[\x21-\x7e]+$/.test(address)) {
    try {
      return parseAddrSpec(address)
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error
    }
  }
  return { group: oneLine(address), members: [] }
}

const oneLine = (text: string) => text.replace(/[\x00-\x20\x7f]+/g, ' ').trim()

function reportText(
  { reportingMta, recipients, arrivalMs }: DeliveryStatus,
  about: Envelope,
  subject: string,
): string {
  const groups = [
    [heads.failed.first, recipients.filter(isFailure)],
    [heads.delayed.first, recipients.filter(isDelay)],
    [heads.delivered.first, recipients.filter((each) => !isFailure(each) && !isDelay(each))],
  ] as const
  const paragraphs = groups.flatMap(([first, list]) => (list.length > 0 ? [first, ...told(list)] : []))
  const facts = [
    ...(subject ? [`  Subject: ${subject}`] : []),
    ...(about.date ? [`  Date: ${oneLine(about.date).slice(0, 100)}`] : []),
    ...(about.messageId ? [`  Message-ID: ${oneLine(about.messageId).slice(0, 300)}`] : []),
    ...(arrivalMs === undefined ? [] : [`  Received: ${formatDate(arrivalMs)}`]),
  ]
  return [
    ...paragraphs,
    ...(facts.length > 0 ? [['The message:', ...facts].join('\n')] : []),
    `This report was written by the mail server ${oneLine(reportingMta)}. Nobody reads answers to it.`,
    '',
  ].join('\n\n')
}

function told(recipients: readonly RecipientStatus[]): string[] {
  const rest = recipients.length - TOLD_RECIPIENTS
  return [
    ...recipients.slice(0, TOLD_RECIPIENTS).map(tellRecipient),
    ...(rest > 0 ? [`  and to ${rest} others, who are named in the attached status.`] : []),
  ]
}

function tellRecipient(recipient: RecipientStatus): string {
  const { finalRecipient, originalRecipient, action, status } = recipient
  const { remoteMta, diagnostic, reason, willRetryUntilMs } = recipient
  const address = oneLine((originalRecipient ?? finalRecipient).address)
  const lines = [`  ${address}`]
  if (action === 'failed') {
    const { what, advice } = statusText(status)
    lines.push(`    ${what}`, `    ${advice}`)
  } else if (action === 'delayed') {
    const until = willRetryUntilMs === undefined ? '' : ` until ${formatDate(willRetryUntilMs)}`
    lines.push(
      `    ${statusText(status).what}`,
      `    We keep trying${until}. You do not have to send the message again.`,
    )
  } else {
    lines.push(`    ${others[action]}`)
  }
  if (diagnostic && action !== 'delivered') {
    const who = remoteMta ? `The server ${oneLine(remoteMta)} said` : 'The answer was'
    lines.push(`    ${who}: ${oneLine(diagnostic).slice(0, 500)}`)
  }
  if (!diagnostic && reason && action !== 'delivered')
    lines.push(`    The reason: ${oneLine(reason).slice(0, 500)}`)
  return lines.join('\n')
}

const others = {
  delivered: 'It is in the mailbox.',
  relayed: 'It was passed on to a mail server that sends no reports.',
  expanded: 'It was passed on to those for whom the address stands.',
} as const

function returnedPart({ original, returnLimitBytes }: NewReport): NewPart {
  const { header, message } = original
  if (message && message.length <= returnLimitBytes) {
    const type = isForeignUtf8(message) ? 'message/global' : 'message/rfc822'
    return { bytes: message, contentType: type, description: 'Message' }
  }
  const bytes = header.length <= HEADER_LIMIT ? header : cutHeader(header)
  const type = isForeignUtf8(bytes) ? 'message/global-headers' : 'text/rfc822-headers'
  return { bytes, contentType: type, description: 'Message header' }
}

/** Whether the header has UTF-8 (RFC 6532), which RFC 6533 gives types of their own. */
function isForeignUtf8(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.subarray(0, HEADER_LIMIT)).toString('latin1')
  const end = /\r?\n\r?\n/.exec(text)?.index ?? text.length
  const header = Buffer.from(text.slice(0, end), 'latin1')
  return /[\x80-\xff]/.test(text.slice(0, end)) && isUtf8(header)
}

/** The first 64 KiB, up to the end of a line. */
function cutHeader(header: Uint8Array): Uint8Array {
  const start = Buffer.from(header.subarray(0, HEADER_LIMIT))
  return start.subarray(0, start.lastIndexOf(10) + 1)
}
