import { type AddrSpec, formatAddrSpec } from '#src/formats/address/addr-spec.ts'
import type { Mailbox } from '#src/formats/address/mailbox-list.ts'
import { formatDate } from '#src/formats/header/date.ts'
import { formatAddressHeader, formatEncodedHeader, formatHeader } from '#src/formats/header/format.ts'
import { parseMessageIds } from '#src/formats/header/message-id.ts'
import type { PropertyBag } from '#src/formats/tnef/property.ts'
import { tag } from '#src/formats/tnef/property-ids.ts'
import { peopleInList } from './one-off.ts'

/** PidTagTransportMessageHeaders. */
const TRANSPORT_HEADERS = 0x007d
/** PidTagReplyRecipientEntries, PidTagReplyRecipientNames. */
const REPLY_ENTRIES = 0x004f
const REPLY_NAMES = 0x0050
/** PidTagReadReceiptRequested, PidTagOriginatorDeliveryReportRequested, by the fields that say so (MS-OXCMAIL §2.2.3.2.9, §2.2.3.2.10). */
const receipts = [
  [0x0029, 'Disposition-Notification-To'],
  [0x0023, 'Return-Receipt-To'],
] as const
/** PidTagReplyTime, PidTagExpiryTime, PidTagDeferredDeliveryTime. */
const moments = [
  [0x0030, 'Reply-By'],
  [0x0015, 'Expires'],
  [0x000f, 'Deferred-Delivery'],
] as const
/** Years that a Date field can say, with a day to spare for zones. */
const firstMs = Date.UTC(1900, 0, 2)
const lastMs = Date.UTC(9999, 11, 30)

type AddressTags = { name: number; type: number; address: number; smtp: number }

const sentFor: AddressTags = {
  name: tag.sentRepresentingName,
  type: tag.sentRepresentingAddressType,
  address: tag.sentRepresentingAddress,
  smtp: tag.sentRepresentingSmtpAddress,
}
const sentBy: AddressTags = {
  name: tag.senderName,
  type: tag.senderAddressType,
  address: tag.senderAddress,
  smtp: tag.senderSmtpAddress,
}
const sentTo: AddressTags = {
  name: tag.displayName,
  type: tag.addressType,
  address: tag.emailAddress,
  smtp: tag.smtpAddress,
}

export type HeaderText = {
  /** Whole lines with CRLF, one octet a character, without MIME-Version and Content-…. */
  text: string
  /** Names of people whose address is of an Exchange that is not asked: they are IMCEAEX addresses now. */
  withoutAddress: readonly string[]
}

/** The header of a message: as it was received where the file kept that, else from its properties. */
export function messageHeader(bag: PropertyBag, recipients: readonly PropertyBag[]): HeaderText {
  const received = receivedHeader(bag.text(TRANSPORT_HEADERS) ?? '')
  if (/^(?:from|date|message-id):/im.test(received)) return { text: received, withoutAddress: [] }
  const withoutAddress: string[] = []
  const noted = (found: Mailbox | undefined) => {
    if (found?.host === UNKNOWN) withoutAddress.push(found.name ?? '')
    return found
  }
  const person = (of: PropertyBag, tags: AddressTags) => noted(mailboxOf(of, tags))
  const author = person(bag, sentFor) ?? person(bag, sentBy)
  const sender = mailboxOf(bag, sentBy)
  const list = (name: string, kind: number) => {
    const found = recipients
      .filter((each) => ((each.number(tag.recipientType) ?? 1) & 0xf) === kind)
      .flatMap((each) => person(each, sentTo) ?? [])
    return found.length > 0 ? formatAddressHeader(name, found) : ''
  }
  const names = bag.text(REPLY_NAMES)?.split(';') ?? []
  const replyTo = peopleInList(bag.bytes(REPLY_ENTRIES) ?? new Uint8Array()).flatMap(
    (entry, at) => noted(mailboxFrom({ name: names[at]?.trim(), ...entry })) ?? [],
  )
  const day = (name: string, ms: number | undefined) =>
    ms !== undefined && ms > firstMs && ms < lastMs ? formatEncodedHeader(name, formatDate(ms)) : ''
  const ids = (name: string, text: string | undefined) => {
    const found = parseMessageIds(text ?? '').filter((id) => /^<[\x21-\x7e]{1,900}>$/.test(id))
    return found.length > 0 ? formatEncodedHeader(name, found.join(' ')) : ''
  }
  const dateMs = bag.number(tag.clientSubmitTime) ?? bag.number(tag.messageDeliveryTime)
  const isOther = author !== undefined && sender !== undefined && addressOf(sender) !== addressOf(author)
  const importance = ['Low', undefined, 'High'][bag.number(tag.importance) ?? 1]
  const sensitivity = [undefined, 'Personal', 'Private', 'Company-Confidential'][
    bag.number(tag.sensitivity) ?? 0
  ]
  const text = [
    author === undefined ? '' : formatAddressHeader('From', [author]),
    isOther ? formatAddressHeader('Sender', [sender]) : '',
    list('To', 1),
    list('Cc', 2),
    list('Bcc', 3),
    replyTo.length > 0 ? formatAddressHeader('Reply-To', replyTo) : '',
    ...receipts.map(([id, name]) =>
      bag.flag(id) && author !== undefined ? formatAddressHeader(name, [author]) : '',
    ),
    formatHeader('Subject', subjectOf(bag)),
    day('Date', dateMs),
    ...moments.map(([id, name]) => day(name, bag.number(id))),
    ids('Message-ID', bag.text(tag.internetMessageId)),
    ids('In-Reply-To', bag.text(tag.inReplyToId)),
    ids('References', bag.text(tag.internetReferences)),
    importance === undefined ? '' : formatHeader('Importance', importance),
    sensitivity === undefined ? '' : formatHeader('Sensitivity', sensitivity),
  ].join('')
  return { text, withoutAddress }
}

/** MS-PST §2.5.3.1.1.1: two characters before the subject tell how long its prefix is. */
export function subjectOf(bag: PropertyBag): string {
  const subject = bag.text(tag.subject) ?? ''
  const said = subject.startsWith('\x01') ? subject.slice(2) : subject
  return said.replace(/[\x00-\x1f\x7f]+/g, ' ').trim()
}

/** Fields of a received header but those of its MIME form, which is another here. Lines that are none end it. */
function receivedHeader(text: string): string {
  const lines = Buffer.from(text.toWellFormed())
    .toString('latin1')
    .replace(/^Microsoft Mail Internet Headers.*\r?\n/, '')
  const fields: string[] = []
  for (const line of lines.split(/\r\n|\r|\n/)) {
    if (/^[ \t]+\S/.test(line) && fields.length > 0) fields[fields.length - 1] += `\r\n${line}`
    else if (/^[\x21-\x39\x3b-\x7e]+:/.test(line)) fields.push(line)
    else break
  }
  return fields
    .filter((field) => !/^(?:mime-version|content-[\w-]+):/i.test(field))
    .map((field) => `${field}\r\n`)
    .join('')
}

/** A domain that never is (RFC 2606). */
const UNKNOWN = 'exchange.invalid'
const addressOf = ({ mailbox, host }: Mailbox) => `${mailbox}@${host}`.toLowerCase()

const mailboxOf = (bag: PropertyBag, tags: AddressTags): Mailbox | undefined =>
  mailboxFrom({
    name: bag.text(tags.name),
    type: bag.text(tags.type),
    address: bag.text(tags.address),
    smtp: bag.text(tags.smtp),
  })

type Said = { [part in keyof AddressTags]?: string | undefined }

function mailboxFrom(said: Said): Mailbox | undefined {
  const name = said.name
    ?.replace(/[\x00-\x1f\x7f]+/g, ' ')
    .trim()
    .slice(0, 200)
  const { address } = said
  const smtp = said.smtp ?? (said.type?.toUpperCase() === 'EX' ? undefined : address) ?? name
  const match = /^'?([^@"\s<>]{1,64})@([a-z0-9.-]{1,255})'?$/i.exec(smtp?.trim() ?? '')
  const shown = name !== undefined && name !== smtp ? { name } : {}
  if (match !== null && !/[^\x21-\x7e]/.test(match[1]!)) {
    const found = { mailbox: match[1]!, host: match[2]! }
    if (isSayable(found)) return { ...shown, ...found }
  }
  if (name === undefined && address === undefined) return undefined
  return { name: name ?? address!, mailbox: endOf(imceaex(address ?? name!)), host: UNKNOWN }
}

function isSayable(address: AddrSpec): boolean {
  try {
    return formatAddrSpec(address) !== ''
  } catch {
    return false
  }
}

/** No longer than a local part may be (RFC 5321 §4.5.3.1.1): the last names of an X500 address tell people apart. */
function endOf(local: string): string {
  if (local.length <= 64) return local
  const end = local.slice(-(64 - 'IMCEAEX-'.length))
  return `IMCEAEX-${end.slice(Math.max(0, end.indexOf('_')))}`
}

/** An X500 address as a local part, as Exchange writes it for others (IMCEAEX). */
const imceaex = (address: string): string =>
  `IMCEAEX-${[...Buffer.from(address)]
    .map((octet) => String.fromCharCode(octet))
    .map((sign) =>
      sign === '/'
        ? '_'
        : /[A-Za-z0-9=-]/.test(sign)
          ? sign
          : `+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('')}`
