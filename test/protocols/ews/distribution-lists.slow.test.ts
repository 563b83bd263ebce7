/** Members of a list by address, by Exchange's own names and by item; lists as recipients. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EwsClient, type EwsSite, ewsSiteWith, type Message, shown } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
ewsSiteWith(['ann', 'bob', 'cat', 'dan'], (programs, opened) => {
  site = opened
  ;[ann] = programs
})

const create = async (item: object, more: object = {}): Promise<Message> => {
  const { Items } = await ann.one('CreateItem', { Items: [item as never], ...more })
  return shown(Items[0] ?? {})
}
const get = async (Id: string): Promise<Message> => {
  const { Items } = await ann.one('GetItem', {
    ItemShape: { BaseShape: 'AllProperties' },
    ItemIds: [{ ItemId: { Id } }],
  })
  return shown(Items[0])
}
const by = (ItemId: object, MailboxType: string) => ({ Mailbox: { Name: MailboxType, MailboxType, ItemId } })
const addressesIn = async (ItemId: object): Promise<string[]> => {
  const { DLExpansion } = await ann.one('ExpandDL', { Mailbox: { ItemId: ItemId as never } })
  return (DLExpansion.Mailbox ?? []).map((one: Message) => one.EmailAddress).sort()
}

const contactAndLists = async () => {
  const contact = await create({
    Contact: { DisplayName: 'Cat', EmailAddresses: [{ Key: 'EmailAddress1', Value: 'cat@corp.test' }] },
  })
  const inner = await create({
    DistributionList: { DisplayName: 'Inner', Members: [{ Mailbox: { EmailAddress: 'dan@corp.test' } }] },
  })
  const outer = await create({
    DistributionList: {
      DisplayName: 'Outer',
      Members: [
        { Mailbox: { Name: 'Bob', EmailAddress: 'bob@corp.test', RoutingType: 'EX' } },
        by(contact.ItemId, 'Contact'),
        by(inner.ItemId, 'PrivateDL'),
      ],
    },
  })
  return { contact, inner, outer }
}

test('members by item and by the routing of Exchange are kept, shown, taken out and expanded', async () => {
  const { contact, inner, outer } = await contactAndLists()
  const { Members } = await get(outer.ItemId.Id)
  assert.deepEqual(
    Members.map(({ Mailbox }: Message) => [Mailbox.MailboxType, Mailbox.EmailAddress, Mailbox.ItemId?.Id]),
    [
      ['OneOff', 'bob@corp.test', undefined],
      ['Contact', undefined, contact.ItemId.Id],
      ['PrivateDL', undefined, inner.ItemId.Id],
    ],
  )
  assert.deepEqual(await addressesIn(outer.ItemId), ['bob@corp.test', 'cat@corp.test', 'dan@corp.test'])
  const uri = 'distributionlist:Members'
  await ann.one('UpdateItem', {
    ConflictResolution: 'AlwaysOverwrite',
    ItemChanges: [
      {
        ItemId: { Id: outer.ItemId.Id },
        Updates: [
          {
            DeleteItemField: {
              IndexedFieldURI: { FieldURI: `${uri}:Member` as never, FieldIndex: Members[1].Key },
            },
          },
          {
            AppendToItemField: {
              FieldURI: { FieldURI: uri },
              DistributionList: { Members: [{ Mailbox: { EmailAddress: 'new@partner.example' } }] },
            },
          },
        ],
      },
    ],
  })
  assert.deepEqual(await addressesIn(outer.ItemId), ['bob@corp.test', 'dan@corp.test', 'new@partner.example'])
})

test('members that came with the card of a list, by uid, are shown by their items', async () => {
  const vcard = (...lines: string[]) => ({
    MimeContent: {
      Value: Buffer.from(['BEGIN:VCARD', 'VERSION:4.0', ...lines, 'END:VCARD', ''].join('\r\n')),
    },
  })
  const uid = 'b2a7c1d4-0000-4000-8000-00000000000a'
  const { ItemId } = await create({
    Contact: vcard(`UID:urn:uuid:${uid}`, 'FN:Cat Card', 'EMAIL:cat@corp.test'),
  })
  const list = await create({
    DistributionList: vcard(
      'KIND:group',
      'FN:From a card',
      `MEMBER:urn:uuid:${uid}`,
      'MEMBER:urn:uuid:b2a7c1d4-0000-4000-8000-00000000000b',
      'MEMBER:mailto:dan@corp.test',
    ),
  })
  const { Members } = await get(list.ItemId.Id)
  assert.deepEqual(
    Members.map(({ Mailbox }: Message) => [Mailbox.MailboxType, Mailbox.Name, Mailbox.ItemId?.Id]),
    [
      ['Contact', 'Cat Card', ItemId.Id],
      ['OneOff', 'dan@corp.test', undefined],
    ],
    'of whom there is no card nothing is known',
  )
  assert.deepEqual(await addressesIn(list.ItemId), ['cat@corp.test', 'dan@corp.test'])
})

test('a contact of another folder is a member by its address, a list of another folder is none', async () => {
  const { Folders } = await ann.one('CreateFolder', {
    ParentFolderId: { DistinguishedFolderId: { Id: 'contacts' } },
    Folders: [{ ContactsFolder: { DisplayName: 'Team' } }],
  })
  const { FolderId } = shown(Folders[0])
  const there = { SavedItemFolderId: { FolderId } }
  const EmailAddresses = [{ Key: 'EmailAddress1', Value: 'cat@corp.test' }]
  const contact = await create({ Contact: { DisplayName: 'Cat', EmailAddresses } }, there)
  const list = await create({ DistributionList: { DisplayName: 'There' } }, there)
  const near = await create({
    DistributionList: { DisplayName: 'Here', Members: [by(contact.ItemId, 'Contact')] },
  })
  assert.deepEqual(await addressesIn(near.ItemId), ['cat@corp.test'])
  const far = { DistributionList: { DisplayName: 'x', Members: [by(list.ItemId, 'PrivateDL')] } }
  assert.equal(await ann.code('CreateItem', { Items: [far as never] }), 'ErrorInvalidRecipients')
})

test('mail and invitations to a list or contact by its item reach everybody in it', async () => {
  const { outer, contact } = await contactAndLists()
  await create(
    {
      Message: {
        Subject: 'to the list',
        Body: { BodyType: 'Text', Value: 'x' },
        ToRecipients: [by(outer.ItemId, 'PrivateDL').Mailbox],
      },
    },
    { MessageDisposition: 'SendAndSaveCopy' },
  )
  for (const name of ['bob', 'cat', 'dan']) {
    const address = `${name}@corp.test`
    await site.until(async () => (await site.messages(address)).length > 0)
    assert.equal((await site.messages(address)).length, 1, name)
  }
  const { ItemId } = await create(
    {
      CalendarItem: {
        Subject: 'meet',
        Start: '2031-01-06T09:00:00Z',
        End: '2031-01-06T10:00:00Z',
        RequiredAttendees: [by(contact.ItemId, 'Contact')],
      },
    },
    { SendMeetingInvitations: 'SendToNone' },
  )
  const { RequiredAttendees } = await get(ItemId.Id)
  assert.deepEqual(
    RequiredAttendees.map(({ Mailbox }: Message) => Mailbox.EmailAddress),
    ['cat@corp.test'],
  )
})

test('what is no list and no contact is no recipient, and none that is known is no member', async () => {
  const task = await create({ Task: { Subject: 'x' } })
  const code = (item: object) =>
    ann.code('CreateItem', { MessageDisposition: 'SaveOnly', Items: [item as never] })
  const { Mailbox } = by(task.ItemId, 'PrivateDL')
  const unknown = { Mailbox: { EmailAddress: '/o=Corp/ou=x/cn=nobody', RoutingType: 'EX' } }
  const empty = await create({ DistributionList: { DisplayName: 'Empty' } })
  for (const item of [
    { Message: { Subject: 'x', ToRecipients: [Mailbox] } },
    { Message: { Subject: 'x', ToRecipients: [by(empty.ItemId, 'PrivateDL').Mailbox] } },
    { DistributionList: { DisplayName: 'x', Members: [{ Mailbox }] } },
    { DistributionList: { DisplayName: 'x', Members: [unknown] } },
  ])
    assert.equal(await code(item), 'ErrorInvalidRecipients', JSON.stringify(item))
})

test('more items than one list of recipients opens are refused', async () => {
  const { inner } = await contactAndLists()
  const draft = (count: number) =>
    ann.code('CreateItem', {
      MessageDisposition: 'SaveOnly',
      Items: [{ Message: { ToRecipients: Array.from({ length: count }, () => ({ ItemId: inner.ItemId })) } }],
    })
  assert.equal(await draft(100), 'NoError')
  assert.equal(await draft(101), 'ErrorInvalidRecipients')
})
