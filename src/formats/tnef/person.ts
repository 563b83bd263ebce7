import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { parseAddrSpec } from '../address/addr-spec.ts'
import type { Mailbox } from '../address/mailbox-list.ts'
import type { PropertyBag } from './property.ts'
import { tag } from './property-ids.ts'

/** Whom a header field of the message around the TNEF names, where the TNEF itself has no usable address. */
export interface KnownPeople {
  from: readonly Mailbox[]
  to: readonly Mailbox[]
  cc: readonly Mailbox[]
}

interface AddressTags {
  name: number
  type: number
  address: number
  smtp: number
}

const senderTags: readonly AddressTags[] = [
  {
    name: tag.sentRepresentingName,
    type: tag.sentRepresentingAddressType,
    address: tag.sentRepresentingAddress,
    smtp: tag.sentRepresentingSmtpAddress,
  },
  {
    name: tag.senderName,
    type: tag.senderAddressType,
    address: tag.senderAddress,
    smtp: tag.senderSmtpAddress,
  },
]

const recipientTags: AddressTags = {
  name: tag.displayName,
  type: tag.addressType,
  address: tag.emailAddress,
  smtp: tag.smtpAddress,
}

/** SMTP address of a person, or undefined: inside an organisation Exchange often writes an X500 name only. */
function mailboxOf(bag: PropertyBag, tags: AddressTags): Mailbox | undefined {
  const type = bag.text(tags.type)?.toUpperCase()
  const given =
    bag.text(tags.smtp) ?? (type === undefined || type === 'SMTP' ? bag.text(tags.address) : undefined)
  const address = given === undefined ? undefined : parseAddress(given)
  if (!address) return undefined
  const name = bag
    .text(tags.name)
    ?.replace(/[\x00-\x1f\x7f]+/g, ' ')
    .trim()
    .slice(0, 200)
  return { ...address, ...(name && name !== given && { name }) }
}

/** The address, if a header field of ours can hold it. */
function parseAddress(text: string) {
  if (!/^[^@"\s]+@[a-z0-9.-]+$/i.test(text) || /[^\x21-\x7e]/.test(text)) return undefined
  try {
    return parseAddrSpec(text)
  } catch (error) {
    if (error instanceof SyntaxFault) return undefined
    throw error
  }
}

/** Who the message is from: whom it represents, or else who sent it. */
export function senderOf(bag: PropertyBag): Mailbox | undefined {
  for (const tags of senderTags) {
    const found = mailboxOf(bag, tags)
    if (found) return found
  }
  return undefined
}

export interface Recipient extends Mailbox {
  kind: 'to' | 'cc' | 'bcc'
}

/** PidTagRecipientType, MS-OXOMSG §2.2.3.1: the low octet. */
const kinds = { 1: 'to', 2: 'cc', 3: 'bcc' } as const

/** The recipients that have SMTP addresses. */
export function recipientsOf(rows: readonly PropertyBag[]): Recipient[] {
  return rows.flatMap((row) => {
    const type = (row.number(tag.recipientType) ?? 1) & 0xff
    const mailbox = mailboxOf(row, recipientTags)
    return mailbox && Object.hasOwn(kinds, type) ? [{ ...mailbox, kind: kinds[type as 1 | 2 | 3] }] : []
  })
}
