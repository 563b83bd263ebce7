import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { AddressEntry, Mailbox } from '#src/formats/address/mailbox-list.ts'
import { parseDate } from '#src/formats/header/date.ts'
import { encodeWords } from '#src/formats/header/encode-words.ts'
import { decodeWords } from '#src/formats/header/encoded-words.ts'
import type { Envelope } from '#src/formats/mime/envelope.ts'
import type { ImapArguments } from './arguments.ts'
import { formatString } from './strings.ts'

/** Text of a header, for peers with and without UTF-8: these get encoded words where the sender wrote raw UTF-8. */
export function formatHeaderText(text: string | undefined, utf8: boolean): string {
  if (text === undefined) return 'NIL'
  if (/^[\x20-\x7e]*$/.test(text)) return formatString(text)
  const line = text.replace(/[\x00-\x1f\x7f]+/g, ' ')
  return utf8 || !/[^\x00-\x7f]/.test(line)
    ? formatString(line, utf8)
    : formatString(encodeWords(decodeWords(line)))
}

/**
 * The ENVELOPE of RFC 9051 §7.5.2: a field that is not there is NIL, an empty text `""`, an empty list NIL; Sender and
 * Reply-To are From when not there or empty. A mailbox without a domain has host `""`: NIL would make it a group.
 */
export function formatEnvelope(envelope: Envelope, utf8 = false): string {
  const from = formatAddresses(envelope.from, utf8)
  const orFrom = (entries: AddressEntry[] | undefined) =>
    entries === undefined || entries.length === 0 ? from : formatAddresses(entries, utf8)
  const date = formatHeaderText(envelope.date, utf8)
  const subject = formatHeaderText(envelope.subject, utf8)
  const receivers = `${formatAddresses(envelope.to, utf8)} ${formatAddresses(envelope.cc, utf8)} ${formatAddresses(envelope.bcc, utf8)}`
  const ids = `${formatRawText(envelope.inReplyTo, utf8)} ${formatRawText(envelope.messageId, utf8)}`
  return `(${date} ${subject} ${from} ${orFrom(envelope.sender)} ${orFrom(envelope.replyTo)} ${receivers} ${ids})`
}

function formatAddresses(entries: readonly AddressEntry[] | undefined, utf8: boolean): string {
  if (entries === undefined || entries.length === 0) return 'NIL'
  let text = '('
  for (const entry of entries) {
    if (!('members' in entry)) {
      text += formatMailbox(entry, utf8)
      continue
    }
    text += `(NIL NIL ${formatHeaderText(entry.group, utf8)} NIL)`
    for (const member of entry.members) text += formatMailbox(member, utf8)
    text += '(NIL NIL NIL NIL)'
  }
  return `${text})`
}

function formatMailbox({ name, route, mailbox, host }: Mailbox, utf8: boolean): string {
  return `(${formatHeaderText(name, utf8)} ${formatRawText(route, utf8)} ${formatRawText(mailbox, utf8)} ${formatRawText(host, utf8)})`
}

/** Addresses, ids and locations, in which encoded words have no place: raw UTF-8, in a literal where it may not be quoted. */
export function formatRawText(text: string | undefined, utf8: boolean): string {
  if (text === undefined) return 'NIL'
  return formatString(/[\x00-\x1f\x7f]/.test(text) ? text.replace(/[\x00-\x1f\x7f]+/g, ' ') : text, utf8)
}

/** `(date subject …)`. Texts that are not UTF-8 are read as windows-1252. References are not part of it. */
export function parseEnvelope(args: ImapArguments): Envelope {
  const envelope: Envelope = {}
  args.expect('(')
  const text = (name: 'date' | 'subject' | 'inReplyTo' | 'messageId') => {
    const value = args.nstringLenient()
    if (value !== null) envelope[name] = value
  }
  const addresses = (name: 'from' | 'sender' | 'replyTo' | 'to' | 'cc' | 'bcc') => {
    const value = parseAddresses(args)
    if (value !== undefined) envelope[name] = value
    args.space()
  }
  text('date')
  args.space()
  text('subject')
  args.space()
  addresses('from')
  addresses('sender')
  addresses('replyTo')
  addresses('to')
  addresses('cc')
  addresses('bcc')
  text('inReplyTo')
  args.space()
  text('messageId')
  args.expect(')')
  const dateMs = envelope.date === undefined ? undefined : readDate(envelope.date)
  return dateMs === undefined ? envelope : { ...envelope, dateMs }
}

function readDate(date: string): number | undefined {
  try {
    return parseDate(date).epochMs
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined
    throw error
  }
}

function parseAddresses(args: ImapArguments): AddressEntry[] | undefined {
  if (args.nil()) return undefined
  const entries: AddressEntry[] = []
  let members: Mailbox[] | undefined
  args.expect('(')
  while (!args.take(')')) {
    args.expect('(')
    const name = args.nstringLenient()
    args.space()
    const route = args.nstringLenient()
    args.space()
    const mailbox = args.nstringLenient()
    args.space()
    const host = args.nstringLenient()
    args.expect(')')
    // Some servers put blanks between addresses.
    while (args.take(' '));
    if (host === null && mailbox === null) {
      members = undefined
    } else if (host === null) {
      members = []
      entries.push({ group: mailbox!, members })
    } else {
      const entry = {
        ...(name === null ? {} : { name }),
        mailbox: mailbox ?? '',
        host,
        ...(route === null || route === '' ? {} : { route }),
      }
      if (members === undefined) entries.push(entry)
      else members.push(entry)
    }
  }
  return entries
}
