import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatAddrSpec } from '#src/formats/address/addr-spec.ts'
import type { Mailbox } from '#src/formats/address/mailbox-list.ts'
import { parseStrictMailboxes } from '#src/formats/address/strict-mailboxes.ts'
import { decodeWords } from '#src/formats/header/encoded-words.ts'
import type { HeaderField } from '#src/formats/header/fields.ts'
import type { IncomingMessage } from './incoming-message.ts'
import { MailRefusal } from './intake.ts'

/** Everybody a message says it comes from. */
export type Authors = {
  from: readonly Mailbox[]
  sender: readonly Mailbox[]
  /** Resent-From and Resent-Sender. */
  resent: readonly Mailbox[]
}

type Header = Pick<IncomingMessage, 'fields' | 'index' | 'bodyOffset' | 'sizeBytes'>

const fieldLine = /^(?:[!-9;-~]+:|[ \t])/
const MOST_AUTHORS = 50

/**
 * Who a submitted message is from, when every reader will read the same. Refuses 5.6.0: a header with NUL or a bare CR, with a
 * continuation for its first line or a line that is no field (RFC 5322 §2.2), and From, Sender, Resent-From or
 * Resent-Sender in broken syntax; From must be there once.
 */
export function requireClearAuthors(message: Header): Authors {
  const fault = headerFault(message)
  if (fault !== undefined) throw unclear(`The header of the message ${fault}.`)
  const { fields } = message
  const from = fields.filter(({ key }) => key === 'from')
  if (from.length === 0) throw unclear('The message does not say in From who wrote it.')
  if (from.length > 1) throw unclear('The message has more than one From field.')
  if (fields.filter(({ key }) => key === 'sender').length > 1)
    throw unclear('The message has more than one Sender field.')
  const of = (...keys: string[]) => fields.filter(({ key }) => keys.includes(key)).flatMap(mailboxesIn)
  const authors = { from: of('from'), sender: of('sender'), resent: of('resent-from', 'resent-sender') }
  if (authors.from.length + authors.sender.length + authors.resent.length > MOST_AUTHORS)
    throw unclear(`The message has more than ${MOST_AUTHORS} authors.`)
  return authors
}

/**
 * Whether readers may disagree about whom a message from outside is from: then DMARC has judged one of several authors. Without
 * an address in From nobody is pretended to be (`From: MAILER-DAEMON` of old servers).
 */
export function isAuthorUnclear({ fields, index }: Pick<Header, 'fields' | 'index'>): boolean {
  const header = latin1(index.headerBytes)
  if (header.includes('\0') || /^[ \t]/.test(header) || /^from[ \t]+:/im.test(header)) return true
  return fields.some((field) => {
    if (field.key !== 'from' || !/@/.test(field.value)) return false
    try {
      parseStrictMailboxes(field.value)
      return false
    } catch (error) {
      if (error instanceof SyntaxFault) return true
      throw error
    }
  })
}

/** Addresses that the display name shows, however they are dressed up. */
export function addressesShown({ name }: Pick<Mailbox, 'name'>): string[] {
  if (name === undefined) return []
  const plain = decodeWords(name)
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/\s*@\s*/g, '@')
  const shown = plain.match(/[^\s<>()[\]",;:'@]+@[^\s<>()[\]",;:'@]+/g) ?? []
  return [...new Set(shown.map((address) => address.replace(/\.+$/, '').toLowerCase()))]
}

/** The address of a mailbox in one text. Refuses 5.6.0 when it has none. */
export function addressOf(mailbox: Mailbox): string {
  try {
    return formatAddrSpec(mailbox)
  } catch (error) {
    if (error instanceof SyntaxFault) throw unclear('The message names an author without a valid address.')
    throw error
  }
}

function mailboxesIn({ name, value }: HeaderField): Mailbox[] {
  try {
    return parseStrictMailboxes(value)
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    throw unclear(`The ${name} field is not written as RFC 5322 has it, so nobody can be sure who it names.`)
  }
}

function headerFault({ index, bodyOffset, sizeBytes }: Header): string | undefined {
  const header = latin1(index.headerBytes)
  if (header.includes('\0')) return 'has NUL characters in it'
  if (/\r(?!\n)/.test(header)) return 'has a line that ends with CR alone'
  if (/^[ \t]/.test(header)) return 'begins with the continuation of a line'
  const lines = header.split(/\r?\n/).filter((line) => line !== '')
  if (lines.some((line) => !fieldLine.test(line))) return 'has a line that is no header field'
  if (bodyOffset < sizeBytes && header !== '' && !/(?:^|\n)\r?\n$/.test(header))
    return 'is not parted from the text by an empty line'
  return undefined
}

const latin1 = (octets: Uint8Array): string =>
  Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1')

const unclear = (sentence: string) => new MailRefusal('invalid-parameter', '5.6.0', sentence)
