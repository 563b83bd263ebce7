import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NonEmptyArrayOfAttachmentsType } from '#src/wire/ews/schema-types.ts'
import { type EwsClient, type EwsSite, ewsSiteWith, type Message, shown } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
ewsSiteWith(['ann', 'bob'], (programs, opened) => {
  site = opened
  ;[ann] = programs
})

const attachments: NonEmptyArrayOfAttachmentsType = [
  {
    ItemAttachment: {
      Name: 'Weekly',
      CalendarItem: {
        Subject: 'Weekly',
        Location: 'Room 1',
        Start: '2031-01-06T09:00:00Z',
        End: '2031-01-06T10:00:00Z',
        Recurrence: {
          WeeklyRecurrence: { Interval: 1, DaysOfWeek: ['Monday'] },
          NumberedRecurrence: { StartDate: '2031-01-06', NumberOfOccurrences: 5 },
        },
      },
    },
  },
  {
    ItemAttachment: {
      Name: 'Zoë',
      Contact: {
        DisplayName: 'Zoë Müller',
        GivenName: 'Zoë',
        Surname: 'Müller',
        EmailAddresses: [{ Key: 'EmailAddress1', Value: 'zoe@example.com' }],
      },
    },
  },
  { ItemAttachment: { Name: 'Task', Task: { Subject: 'To do', DueDate: '2031-02-03T00:00:00Z' } } },
  {
    ItemAttachment: {
      Name: 'Letter',
      Message: {
        Subject: 'Inner',
        Body: { BodyType: 'Text', Value: 'inner text' },
        Attachments: [{ FileAttachment: { Name: 'deep.txt', Content: Buffer.from('deep') } }],
      },
    },
  },
  {
    FileAttachment: {
      Name: 'real.ics',
      ContentType: 'text/calendar',
      Content: Buffer.from('BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n'),
    },
  },
]

const attachmentsOf = async (client: EwsClient, id: Message): Promise<Message[]> => {
  const { Items } = await client.one('GetItem', {
    ItemShape: { BaseShape: 'Default' },
    ItemIds: [{ ItemId: { Id: id.Id } }],
  })
  return shown(Items[0]).Attachments
}

const read = async (client: EwsClient, listed: Message): Promise<Message> => {
  const { Id } = shown(listed).AttachmentId
  const { Attachments } = await client.one('GetAttachment', { AttachmentIds: [{ Id }] })
  return Attachments[0]
}

async function checkAll(client: EwsClient, id: Message): Promise<void> {
  const listed = await attachmentsOf(client, id)
  assert.deepEqual(
    listed.map((each) => [Object.keys(each)[0], shown(each).Name]),
    [
      ['ItemAttachment', 'Weekly'],
      ['ItemAttachment', 'Zoë'],
      ['ItemAttachment', 'Task'],
      ['ItemAttachment', 'Letter'],
      ['FileAttachment', 'real.ics'],
    ],
  )
  const items = await Promise.all(listed.map((each) => read(client, each)))
  const { CalendarItem } = items[0]!.ItemAttachment
  assert.equal(CalendarItem.ItemId, undefined)
  assert.deepEqual(
    [CalendarItem.Subject, CalendarItem.Location, CalendarItem.Start, CalendarItem.CalendarItemType],
    ['Weekly', 'Room 1', '2031-01-06T09:00:00Z', 'RecurringMaster'],
  )
  assert.equal(CalendarItem.Recurrence.NumberedRecurrence.NumberOfOccurrences, 5)
  const { Contact } = items[1]!.ItemAttachment
  assert.deepEqual(
    [Contact.DisplayName, Contact.Surname, Contact.EmailAddresses[0].Value],
    ['Zoë Müller', 'Müller', 'zoe@example.com'],
  )
  const { Task } = items[2]!.ItemAttachment
  assert.equal(Task.Subject, 'To do')
  assert.match(Task.DueDate, /^2031-02-03/)
  const { Message } = items[3]!.ItemAttachment
  assert.deepEqual([Message.Subject, shown(Message.Attachments[0]).Name], ['Inner', 'deep.txt'])
  const deep = await read(client, Message.Attachments[0])
  assert.equal(Buffer.from(deep.FileAttachment.Content).toString(), 'deep')
}

test('items of every kind are attached, sent, and read from the message', async () => {
  const made = await ann.one('CreateItem', {
    MessageDisposition: 'SaveOnly',
    Items: [
      {
        Message: {
          Subject: 'All',
          ToRecipients: [{ EmailAddress: 'bob@corp.test' }],
          Attachments: attachments,
        },
      },
    ],
  })
  const id = shown(made.Items[0]).ItemId
  await checkAll(ann, id)
  await ann.one('SendItem', { ItemIds: [{ ItemId: { Id: id.Id } }], SaveItemToFolder: false })
  await site.until(async () => (await site.messages('bob@corp.test')).length > 0)
  const bob = site.client('bob@corp.test')
  const { RootFolder } = await bob.one('FindItem', {
    Traversal: 'Shallow',
    ItemShape: { BaseShape: 'IdOnly' },
    ParentFolderIds: [{ DistinguishedFolderId: { Id: 'inbox' } }],
  })
  await checkAll(bob, shown(RootFolder.Items[0]).ItemId)
})

test('an item is attached to a message that is there, and taken off it', async () => {
  const made = await ann.one('CreateItem', {
    MessageDisposition: 'SaveOnly',
    Items: [{ Message: { Subject: 'Later' } }],
  })
  const { Id } = shown(made.Items[0]).ItemId
  const added = await ann.messages('CreateAttachment', { ParentItemId: { Id }, Attachments: attachments })
  assert.deepEqual(
    added.map(({ ResponseCode }) => ResponseCode),
    attachments.map(() => 'NoError'),
  )
  await checkAll(ann, { Id } as unknown as Message)
  const { AttachmentId } = shown(added[0]!.Attachments[0])
  await ann.one('DeleteAttachment', { AttachmentIds: [{ Id: AttachmentId.Id }] })
  assert.equal((await attachmentsOf(ann, { Id } as unknown as Message)).length, 4)
})

test('what is too much or no item is refused', async () => {
  const create = (Attachments: object[]) =>
    ann.code('CreateItem', {
      MessageDisposition: 'SaveOnly',
      Items: [
        { Message: { Subject: 'x', Attachments: Attachments as unknown as NonEmptyArrayOfAttachmentsType } },
      ],
    })
  const file = { FileAttachment: { Name: 'a', Content: Buffer.from('a') } }
  assert.equal(await create(Array.from({ length: 501 }, () => file)), 'ErrorAttachmentSizeLimitExceeded')
  assert.equal(
    await create([{ ItemAttachment: { Name: 'none' } }]),
    'ErrorInvalidItemForOperationCreateItemAttachment',
  )
  const Content = Buffer.alloc(30 * 1024 * 1024)
  assert.equal(await create([{ FileAttachment: { Name: 'large', Content } }]), 'ErrorMessageSizeExceeded')
})
