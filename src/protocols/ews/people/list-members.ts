import { cardOf, isList } from '#src/domain/contacts/contacts.ts'
import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import type { GivenMember } from '#src/wire/ews/model/list-members.ts'
import type { ItemUpdates } from '#src/wire/ews/model/updates.ts'
import type { EmailAddressType, MemberType } from '#src/wire/ews/schema-types.ts'
import { addressText, recipientOf } from '../addresses.ts'
import type { EwsCall } from '../call.ts'
import { EwsRefusal } from '../refusal-codes.ts'

/**
 * The members of a distribution list that are set, so that a card can hold them: those that Exchange knows by X500 address by their SMTP
 * address, cards and lists by their uid. Refuses ErrorInvalidRecipients, and as `Places.item`.
 */
export async function withKnownMembers(call: EwsCall, updates: ItemUpdates): Promise<ItemUpdates> {
  const [values, appended] = [await known(call, updates.values), await known(call, updates.appended)]
  return { ...updates, values, appended }
}

async function known(
  call: EwsCall,
  values: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  if (!Array.isArray(values.Members)) return values
  const members: GivenMember[] = []
  for (const { Mailbox } of values.Members as readonly MemberType[])
    if (Mailbox !== undefined) members.push({ Mailbox, ...(await knownAs(call, Mailbox)) })
  return { ...values, Members: members }
}

async function knownAs(call: EwsCall, given: EmailAddressType): Promise<Omit<GivenMember, 'Mailbox'>> {
  if (given.ItemId === undefined || given.EmailAddress?.includes('@'))
    return { address: addressText(await recipientOf(call, given)) }
  const named = await call.places.named({ ItemId: given.ItemId })
  const { item } = await call.places.item(named, FolderRight.readAny, ['content'])
  const card = cardOf(item)
  if (card === undefined)
    throw new EwsRefusal(
      'ErrorInvalidRecipients',
      'invalid-parameter',
      'A member of a list is a contact or another list.',
    )
  return { uid: card.uid.replace(/^urn:uuid:/i, ''), name: item.summary?.subject ?? '', isList: isList(card) }
}
