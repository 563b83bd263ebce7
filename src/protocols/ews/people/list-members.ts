import { cardOf, isList } from '#src/domain/contacts/contacts.ts'
import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import type { GivenMember } from '#src/wire/ews/model/list-members.ts'
import type { ItemUpdates } from '#src/wire/ews/model/updates.ts'
import type { EmailAddressType, MemberType } from '#src/wire/ews/schema-types.ts'
import { addressText, recipientOf } from '../addresses.ts'
import type { EwsCall } from '../call.ts'
import type { ReachedMailbox } from '../places.ts'
import { EwsRefusal } from '../refusal-codes.ts'

/** Where a list lies, or will lie. */
export type ListPlace = { mailbox: ReachedMailbox; folder: FolderNo }

/**
 * The members of a distribution list that are set, so that a card can hold them: those that Exchange knows by X500 address by their SMTP
 * address, cards and lists beside it by their uid, contacts elsewhere by their address, as no list is expanded with what lies outside of its
 * folder. Refuses ErrorInvalidRecipients, and as `Places.item`.
 */
export async function withKnownMembers(
  call: EwsCall,
  updates: ItemUpdates,
  list: ListPlace,
): Promise<ItemUpdates> {
  const [values, appended] = [
    await known(call, updates.values, list),
    await known(call, updates.appended, list),
  ]
  return { ...updates, values, appended }
}

async function known(
  call: EwsCall,
  values: Readonly<Record<string, unknown>>,
  list: ListPlace,
): Promise<Readonly<Record<string, unknown>>> {
  if (!Array.isArray(values.Members)) return values
  const members: GivenMember[] = []
  for (const { Mailbox } of values.Members as readonly MemberType[])
    if (Mailbox !== undefined) members.push({ Mailbox, ...(await knownAs(call, Mailbox, list)) })
  return { ...values, Members: members }
}

async function knownAs(
  call: EwsCall,
  given: EmailAddressType,
  list: ListPlace,
): Promise<Omit<GivenMember, 'Mailbox'>> {
  if (given.ItemId === undefined || given.EmailAddress?.includes('@'))
    return { address: addressText(await recipientOf(call, given)) }
  const named = await call.places.named({ ItemId: given.ItemId })
  const { item, mailbox } = await call.places.item(named, FolderRight.readAny, ['content'])
  const card = cardOf(item)
  if (card === undefined) throw noMember('A member of a list is a contact or another list.')
  if (item.folder === list.folder && mailbox.at.mailbox === list.mailbox.at.mailbox)
    return {
      uid: card.uid.replace(/^urn:uuid:/i, ''),
      name: item.summary?.subject ?? '',
      isList: isList(card),
    }
  const addresses = isList(card) ? [] : Object.values(card.emails ?? {}).map(({ address }) => address)
  const address = addresses.find((each) => each.includes('@'))
  if (address === undefined)
    throw noMember('A list, or a contact without an address, is a member of lists in its own folder alone.')
  return { address }
}

const noMember = (sentence: string) => new EwsRefusal('ErrorInvalidRecipients', 'invalid-parameter', sentence)
