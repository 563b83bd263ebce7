import { cardOf, expandList, isList } from '#src/domain/contacts/contacts.ts'
import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import type { EmailAddressType, ItemIdType, MemberType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { EwsRefusal } from '../refusal-codes.ts'

/**
 * Everybody that a distribution list of one's own stands for, also those that only EWS clients have written into it (ExpandDL by
 * ItemId). Refuses ErrorNameResolutionNoResults for what is no list, and as `Places.item`.
 */
export async function ownListMembers(call: EwsCall, id: ItemIdType): Promise<EmailAddressType[]> {
  const named = await call.places.named({ ItemId: id })
  const { item, mailbox } = await call.places.item(named, FolderRight.readAny, ['content'])
  const card = cardOf(item)
  if (card === undefined || !isList(card))
    throw new EwsRefusal('ErrorNameResolutionNoResults', 'no-such-entry', 'This is no distribution list.')
  const everybody = new Map<string, EmailAddressType>()
  for (const { name, address } of await expandList(
    call.services.store.mailboxes,
    mailbox.at,
    item.folder,
    card,
  ))
    everybody.set(address.toLowerCase(), {
      Name: name || address,
      EmailAddress: address,
      RoutingType: 'SMTP',
      MailboxType: 'OneOff',
    })
  const written = (card as { ews?: { Members?: readonly MemberType[] } }).ews?.Members ?? []
  for (const { Mailbox } of written) {
    const key = Mailbox?.EmailAddress?.toLowerCase()
    if (Mailbox && key && !everybody.has(key)) everybody.set(key, Mailbox)
  }
  return [...everybody.values()]
}
