import { isList } from '#src/domain/contacts/contacts.ts'
import { fullNameOf } from '#src/formats/jscontact/card.ts'
import { type ContactContent, contactProperties } from '#src/wire/ews/model/contact-fields.ts'
import { type MemberItem, shownMembers, unnamedMembers } from '#src/wire/ews/model/list-members.ts'
import type { MemberType } from '#src/wire/ews/schema-types.ts'
import { formatItemId } from '../ids.ts'
import type { ItemView } from '../item-view.ts'
import { cardsOfRequest } from '../people/cards-of-request.ts'
import type { FieldTable } from './field.ts'

const usual = new Set([
  'FileAs',
  'DisplayName',
  'GivenName',
  'CompanyName',
  'EmailAddresses',
  'PhysicalAddresses',
  'PhoneNumbers',
  'ImAddresses',
  'JobTitle',
  'Surname',
])

/** Properties of contacts. */
export const contactFields: FieldTable = {
  ...Object.fromEntries(
    Object.entries(contactProperties).map(([name, read]) => [
      name,
      {
        in: usual.has(name) ? ('Default' as const) : ('AllProperties' as const),
        read: ({ item }: ItemView) =>
          item.class === 'contact' && item.content ? read(item.content) : undefined,
      },
    ]),
  ),
  Members: { in: 'AllProperties', costly: true, read: membersOf },
}

/** Members by uid that came with the card are looked for beside the list, as when it is expanded. */
async function membersOf({ item, mailbox, call }: ItemView): Promise<MemberType[] | undefined> {
  if (item.class !== 'contact' || !item.content) return undefined
  const content = item.content as ContactContent
  const unnamed = unnamedMembers(content)
  if (unnamed.length === 0) return shownMembers(content)
  const { at } = mailbox
  const cards = await cardsOfRequest(call, at, item.folder).find(unnamed)
  const found = unnamed.flatMap((uid): [string, MemberItem][] => {
    const one = cards.get(uid)
    if (one === undefined) return []
    const ItemId = { Id: formatItemId(at.mailbox, one.no) }
    return [
      [uid, { Name: fullNameOf(one.card), ItemId, MailboxType: isList(one.card) ? 'PrivateDL' : 'Contact' }],
    ]
  })
  return shownMembers(content, found)
}
