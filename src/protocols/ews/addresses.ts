import { keyOfAddress } from '#src/domain/directory/legacy-dn.ts'
import { parseAddrSpec } from '#src/formats/address/addr-spec.ts'
import type { AddressEntry, Mailbox } from '#src/formats/address/mailbox-list.ts'
import type { EmailAddressType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from './call.ts'
import { addressesOfItem } from './people/own-lists.ts'
import { EwsRefusal } from './refusal-codes.ts'

export const addressText = ({ mailbox, host }: Mailbox): string =>
  host === '' ? mailbox : `${mailbox}@${host}`

/** The mailboxes of a list, those in groups too. */
export const mailboxesOf = (entries: readonly AddressEntry[] = []): Mailbox[] =>
  entries.flatMap((entry) => ('members' in entry ? entry.members : entry))

export function shownAddress(mailbox: Mailbox): EmailAddressType {
  const address = addressText(mailbox)
  // An empty element is none that the schema allows.
  if (address === '') return { Name: mailbox.name ?? '' }
  return { Name: mailbox.name || address, EmailAddress: address, RoutingType: 'SMTP', MailboxType: 'OneOff' }
}

/** Undefined for no recipients: clients that are strict take no empty list. */
export function shownRecipients(
  entries: readonly AddressEntry[] | undefined,
): EmailAddressType[] | undefined {
  const all = mailboxesOf(entries)
  return all.length === 0 ? undefined : all.map(shownAddress)
}

/** What lists show of several recipients (PidTagDisplayTo). */
export const displayNames = (entries: readonly AddressEntry[] | undefined): string =>
  mailboxesOf(entries)
    .map((mailbox) => mailbox.name || addressText(mailbox))
    .join('; ')

/**
 * A recipient as a client names it: by SMTP address, or by the X500 address of Exchange. Refuses ErrorInvalidRecipients.
 */
export async function recipientOf(call: EwsCall, given: EmailAddressType): Promise<Mailbox> {
  const text = given.EmailAddress?.trim() ?? ''
  const name = given.Name?.replace(/[\r\n\0]+/g, ' ').trim()
  const named = name === undefined || name === '' || name === text ? {} : { name }
  if (given.RoutingType?.toUpperCase() === 'EX' || text.startsWith('/')) {
    const { organization } = call.caller.acting
    const entry = await call.services.store.directory.findEntry(organization, keyOfAddress(text))
    const primary = entry?.addresses.find(({ kind }) => kind === 'primary')?.address
    if (primary === undefined) throw invalidRecipient(text)
    const { mailbox, host } = parseAddrSpec(primary)
    return { name: named.name ?? entry!.displayName, mailbox, host }
  }
  const at = text.lastIndexOf('@')
  if (at < 1 || at === text.length - 1) throw invalidRecipient(text || (name ?? ''))
  const { mailbox, host } = parseAddrSpec(text.replace(/^smtp:/i, ''))
  return { ...named, mailbox, host }
}

const invalidRecipient = (text: string) =>
  new EwsRefusal(
    'ErrorInvalidRecipients',
    'invalid-parameter',
    `"${text.slice(0, 320)}" is no address that mail can be sent to.`,
  )

/** Each item named as a recipient is opened, and a list opens thousands of cards. */
const MOST_ITEMS = 100

/**
 * Everybody that a client names: a contact or distribution list of one's own, by its item, stands for whom it holds. Refuses
 * ErrorInvalidRecipients, also for more than `MOST_ITEMS` items.
 */
export async function recipientsOf(
  call: EwsCall,
  given: readonly EmailAddressType[] = [],
): Promise<Mailbox[]> {
  const all: Mailbox[] = []
  let items = 0
  for (const one of given) {
    const isItem = one.ItemId !== undefined && !one.EmailAddress?.includes('@')
    if (isItem && ++items > MOST_ITEMS)
      throw new EwsRefusal(
        'ErrorInvalidRecipients',
        'limit-exceeded',
        `At most ${MOST_ITEMS} contacts and lists are taken by their items. Name the others by address.`,
      )
    const named = isItem ? await addressesOfItem(call, one.ItemId!) : [one]
    for (const each of named) all.push(await recipientOf(call, each))
  }
  return all
}
