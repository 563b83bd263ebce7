import { cardOf, isList } from '#src/domain/contacts/contacts.ts'
import { expandList } from '#src/domain/contacts/expand-list.ts'
import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { type Card, fullNameOf } from '#src/formats/jscontact/card.ts'
import type { EmailAddressType, ItemIdType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import type { ItemPlace } from '../places.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { cardsOfRequest } from './cards-of-request.ts'

/**
 * Everybody that a distribution list of one's own stands for (ExpandDL by ItemId). Refuses ErrorNameResolutionNoResults for what is no
 * list, and as `Places.item`.
 */
export async function ownListMembers(call: EwsCall, id: ItemIdType): Promise<EmailAddressType[]> {
  const found = await cardNamed(call, id)
  if (found === undefined || !isList(found.card))
    throw new EwsRefusal('ErrorNameResolutionNoResults', 'no-such-entry', 'This is no distribution list.')
  return membersOf(call, found)
}

/** Whom a contact or list stands for as a recipient. Refuses ErrorInvalidRecipients for what is neither, and as `Places.item`. */
export async function addressesOfItem(call: EwsCall, id: ItemIdType): Promise<EmailAddressType[]> {
  const found = await cardNamed(call, id)
  const named = found === undefined ? [] : await peopleOf(call, found)
  if (named.length === 0)
    throw new EwsRefusal(
      'ErrorInvalidRecipients',
      'invalid-parameter',
      'A recipient that is named by an item is a contact with an address, or a list with members.',
    )
  return named
}

type NamedCard = { place: ItemPlace; card: Card }

async function cardNamed(call: EwsCall, id: ItemIdType): Promise<NamedCard | undefined> {
  const named = await call.places.named({ ItemId: id })
  const place = await call.places.item(named, FolderRight.readAny, ['content'])
  const card = cardOf(place.item)
  return card && { place, card }
}

/** Of a contact its first address. */
async function peopleOf(call: EwsCall, found: NamedCard): Promise<EmailAddressType[]> {
  if (isList(found.card)) return membersOf(call, found)
  const [first] = Object.values(found.card.emails ?? {})
  return first === undefined ? [] : [{ Name: fullNameOf(found.card), EmailAddress: first.address }]
}

async function membersOf(call: EwsCall, { place, card }: NamedCard): Promise<EmailAddressType[]> {
  const everybody = await expandList(cardsOfRequest(call, place.mailbox.at, place.item.folder), card)
  return everybody.map(({ name, address }) => ({
    Name: name || address,
    EmailAddress: address,
    RoutingType: 'SMTP',
    MailboxType: 'OneOff',
  }))
}
