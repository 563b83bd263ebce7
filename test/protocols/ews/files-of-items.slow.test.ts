/** Files of events, contacts, tasks and notes: kept, given out, taken away, sent with invitations. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatAttachmentId, parseId } from '#src/protocols/ews/ids.ts'
import { type EwsClient, type EwsSite, ewsSiteWith, type Message, shown } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
let bob: EwsClient
ewsSiteWith(['ann', 'bob'], (programs, opened) => {
  site = opened
  ;[ann, bob] = programs
})

const file = (Name: string, text = Name) => ({
  FileAttachment: { Name, ContentType: 'text/plain', Content: Buffer.from(text) },
})
const letter = {
  ItemAttachment: {
    Name: 'Letter',
    Message: { Subject: 'Inner', Body: { BodyType: 'Text' as const, Value: 'inner text' } },
  },
}

const create = async (client: EwsClient, item: object, more: object = {}): Promise<Message> => {
  const { Items } = await client.one('CreateItem', { Items: [item as never], ...more })
  return shown(Items[0])
}
const get = async (client: EwsClient, Id: string): Promise<Message> => {
  const { Items } = await client.one('GetItem', {
    ItemShape: { BaseShape: 'AllProperties' },
    ItemIds: [{ ItemId: { Id } }],
  })
  return shown(Items[0])
}
const names = ({ Attachments = [] }: Message): string[] =>
  Attachments.map((one: object) => shown(one).Name as string)
const open = async (client: EwsClient, listed: object): Promise<Message> => {
  const { Id } = shown(listed).AttachmentId
  return (await client.one('GetAttachment', { AttachmentIds: [{ Id }] })).Attachments[0]
}
const text = async (client: EwsClient, listed: object): Promise<string> =>
  Buffer.from((await open(client, listed)).FileAttachment.Content).toString()

const items = {
  event: { CalendarItem: { Subject: 'Talk', Start: '2031-01-06T09:00:00Z', End: '2031-01-06T10:00:00Z' } },
  contact: { Contact: { DisplayName: 'Zoë Müller', Surname: 'Müller' } },
  task: { Task: { Subject: 'To do', Body: { BodyType: 'Text' as const, Value: 'soon' } } },
  note: { Message: { ItemClass: 'IPM.StickyNote', Body: { BodyType: 'Text' as const, Value: 'yellow' } } },
}
for (const [kind, item] of Object.entries(items)) {
  test(`files of a new ${kind} are kept, given out, added to and taken away`, async () => {
    const [[element, values]] = Object.entries(item) as [[string, object]]
    const made = await create(
      ann,
      { [element]: { ...values, Attachments: [file('one.txt', 'eins'), letter] } },
      { SendMeetingInvitations: 'SendToNone' },
    )
    const { Id } = made.ItemId
    assert.equal(made.Attachments.length, 2)
    const first = await get(ann, Id)
    assert.deepEqual([first.HasAttachments, names(first)], [true, ['one.txt', 'Letter']])
    assert.equal(await text(ann, made.Attachments[0]), 'eins')
    const { Message: inner } = (await open(ann, first.Attachments[1])).ItemAttachment
    assert.deepEqual([inner.Subject, inner.Body.Value.trim()], ['Inner', 'inner text'])
    const [added] = await ann.messages('CreateAttachment', {
      ParentItemId: { Id },
      Attachments: [file('two.txt', 'zwei')],
    })
    assert.equal(added!.ResponseCode, 'NoError')
    assert.notEqual(shown(added!.Attachments[0]).AttachmentId.RootItemChangeKey, made.ItemId.ChangeKey)
    const second = await get(ann, Id)
    assert.deepEqual(names(second), ['one.txt', 'Letter', 'two.txt'])
    assert.equal(await text(ann, second.Attachments[2]), 'zwei')
    const drop = (listed: object) =>
      ann.one('DeleteAttachment', { AttachmentIds: [{ Id: shown(listed).AttachmentId.Id }] })
    await drop(second.Attachments[1])
    assert.deepEqual(names(await get(ann, Id)), ['one.txt', 'two.txt'])
    const ids = (await get(ann, Id)).Attachments.map((one: object) => ({ Id: shown(one).AttachmentId.Id }))
    const gone = await ann.messages('DeleteAttachment', { AttachmentIds: ids })
    assert.deepEqual(
      gone.map(({ ResponseCode }) => ResponseCode),
      ['NoError', 'NoError'],
    )
    const last = await get(ann, Id)
    assert.deepEqual([last.HasAttachments, last.Attachments], [false, undefined])
    const { Body, Subject } = first
    assert.deepEqual([last.Body, last.Subject], [Body, Subject])
  })
}

test('changing an event leaves its files, and what is too much for a message is refused', async () => {
  const { ItemId } = await create(
    ann,
    { CalendarItem: { ...items.event.CalendarItem, Attachments: [file('plan.txt')] } },
    { SendMeetingInvitations: 'SendToNone' },
  )
  await ann.one('UpdateItem', {
    ConflictResolution: 'AutoResolve',
    SendMeetingInvitationsOrCancellations: 'SendToNone',
    ItemChanges: [
      {
        ItemId,
        Updates: [
          {
            SetItemField: {
              FieldURI: { FieldURI: 'item:Subject' },
              CalendarItem: { Subject: 'Walk' },
            },
          },
        ],
      },
    ],
  })
  const changed = await get(ann, ItemId.Id)
  assert.deepEqual([changed.Subject, names(changed)], ['Walk', ['plan.txt']])
  const Content = Buffer.alloc(30 * 1024 * 1024)
  const code = await ann.code('CreateAttachment', {
    ParentItemId: { Id: ItemId.Id },
    Attachments: [{ FileAttachment: { Name: 'large', Content } }],
  })
  assert.equal(code, 'ErrorMessageSizeExceeded')
})

test('the photo of a contact is an attachment that says so, and part of the card', async () => {
  const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex')
  const png = Buffer.from('89504e470d0a1a0a', 'hex')
  const photo = (Content: Buffer) => ({
    FileAttachment: { Name: 'ContactPicture.jpg', IsContactPhoto: true, Content },
  })
  const made = await create(ann, {
    Contact: { ...items.contact.Contact, Attachments: [photo(jpeg), file('cv.txt')] },
  })
  const { Id } = made.ItemId
  const shownPhoto = async () => {
    const contact = await get(ann, Id)
    const [first] = contact.Attachments ?? []
    return { contact, head: first && shown(first), first }
  }
  const one = await shownPhoto()
  assert.equal(one.contact.HasPicture, true)
  assert.deepEqual(names(one.contact), ['ContactPicture.jpg', 'cv.txt'])
  assert.deepEqual([one.head!.IsContactPhoto, one.head!.ContentType], [true, 'image/jpeg'])
  assert.deepEqual(Buffer.from((await open(ann, one.first)).FileAttachment.Content), jpeg)
  const added = await ann.one('CreateAttachment', { ParentItemId: { Id }, Attachments: [photo(png)] })
  assert.deepEqual(Buffer.from((await open(ann, added.Attachments[0])).FileAttachment.Content), png)
  const two = await shownPhoto()
  assert.deepEqual(names(two.contact), ['ContactPicture.png', 'cv.txt'])
  const large = Buffer.concat([png, Buffer.alloc(2 * 1024 * 1024)])
  const asFile = await ann.one('CreateAttachment', { ParentItemId: { Id }, Attachments: [photo(large)] })
  const [listed] = asFile.Attachments
  assert.equal((await open(ann, listed)).FileAttachment.Content.length, large.length, 'too large for a card')
  await ann.one('DeleteAttachment', { AttachmentIds: [{ Id: shown(listed).AttachmentId.Id }] })
  const gone = await ann.one('DeleteAttachment', { AttachmentIds: [{ Id: two.head!.AttachmentId.Id }] })
  const last = await get(ann, Id)
  assert.deepEqual([last.HasPicture, names(last)], [false, ['cv.txt']])
  assert.equal(gone.RootItemId.RootItemChangeKey, last.ItemId.ChangeKey)
})

const calendarOf = async (client: EwsClient): Promise<Message[]> => {
  const { RootFolder } = await client.one('FindItem', {
    ItemShape: { BaseShape: 'Default' },
    CalendarView: { StartDate: '2031-02-01T00:00:00Z', EndDate: '2031-03-01T00:00:00Z' },
    ParentFolderIds: [{ DistinguishedFolderId: { Id: 'calendar' } }],
    Traversal: 'Shallow',
  })
  return (RootFolder.Items ?? []).map(shown)
}

test('files go with invitations into the calendars of those invited, and with updates', async () => {
  const meeting = {
    Subject: 'Board',
    Start: '2031-02-03T09:00:00Z',
    End: '2031-02-03T10:00:00Z',
    RequiredAttendees: [{ Mailbox: { EmailAddress: 'bob@corp.test' } }],
    Attachments: [file('agenda.txt', 'first')],
  }
  const made = await create(
    ann,
    { CalendarItem: meeting },
    { SendMeetingInvitations: 'SendToAllAndSaveCopy' },
  )
  await site.until(async () => (await calendarOf(bob)).length > 0)
  const [listed] = await calendarOf(bob)
  assert.equal(listed!.HasAttachments, true)
  const event = await get(bob, listed!.ItemId.Id)
  assert.deepEqual(names(event), ['agenda.txt'])
  assert.equal(await text(bob, event.Attachments[0]), 'first')
  const key = parseId(shown(event.Attachments[0]).AttachmentId.Id)
  assert.ok(key.kind === 'attachment')
  for (const path of ['', '1', '1.1', '1.3']) {
    const Id = formatAttachmentId(key.mailbox, key.item, path)
    assert.notEqual(await bob.code('GetAttachment', { AttachmentIds: [{ Id }] }), 'NoError', `part "${path}"`)
  }
  // As Outlook for Mac and exchangelib do: the file first, then the order to send.
  await ann.one('CreateAttachment', {
    ParentItemId: { Id: made.ItemId.Id },
    Attachments: [file('numbers.txt', 'second')],
  })
  await ann.one('UpdateItem', {
    ConflictResolution: 'AlwaysOverwrite',
    SendMeetingInvitationsOrCancellations: 'SendToAllAndSaveCopy',
    ItemChanges: [
      {
        ItemId: { Id: made.ItemId.Id },
        Updates: [
          {
            SetItemField: {
              FieldURI: { FieldURI: 'item:Subject' },
              CalendarItem: { Subject: meeting.Subject },
            },
          },
        ],
      },
    ],
  })
  await site.until(async () => names(await get(bob, listed!.ItemId.Id)).length === 2)
  const updated = await get(bob, listed!.ItemId.Id)
  assert.deepEqual(names(updated), ['agenda.txt', 'numbers.txt'])
  assert.equal(await text(bob, updated.Attachments[1]), 'second')
  await bob.one('DeleteAttachment', {
    AttachmentIds: [{ Id: shown(updated.Attachments[0]).AttachmentId.Id }],
  })
  assert.deepEqual(names(await get(bob, listed!.ItemId.Id)), ['numbers.txt'])
  const invitations = await site.messages('bob@corp.test')
  assert.ok(
    invitations.every(({ text }) => text.includes('agenda.txt')),
    'the message keeps what it brought',
  )
})

test('an event with files travels whole: copied, moved into the calendar of somebody else, exported', async () => {
  const calendar = { DistinguishedFolderId: { Id: 'calendar', Mailbox: { EmailAddress: 'bob@corp.test' } } }
  const PermissionSet = {
    CalendarPermissions: [
      { UserId: { PrimarySmtpAddress: 'ann@corp.test' }, CalendarPermissionLevel: 'Editor' as const },
    ],
  }
  await bob.one('UpdateFolder', {
    FolderChanges: [
      {
        DistinguishedFolderId: { Id: 'calendar' },
        Updates: [
          {
            SetFolderField: {
              FieldURI: { FieldURI: 'folder:PermissionSet' },
              CalendarFolder: { PermissionSet },
            },
          },
        ],
      } as never,
    ],
  })
  const { ItemId } = await create(
    ann,
    {
      CalendarItem: {
        Subject: 'Moves',
        Start: '2031-02-20T09:00:00Z',
        End: '2031-02-20T10:00:00Z',
        Attachments: [file('plan.txt')],
      },
    },
    { SendMeetingInvitations: 'SendToNone' },
  )
  await ann.one('MoveItem', {
    ToFolderId: calendar as never,
    ItemIds: [{ ItemId: { Id: ItemId.Id } }],
  })
  const moved = (await calendarOf(bob)).find(({ Subject }) => Subject === 'Moves')
  assert.ok(moved, 'it is found by its time')
  assert.deepEqual(names(await get(bob, moved.ItemId.Id)), ['plan.txt'])
  const { Data } = await bob.one('ExportItems', { ItemIds: [{ Id: moved.ItemId.Id }] })
  const { ParentFolderId } = await get(bob, moved.ItemId.Id)
  const uploaded = await bob.one('UploadItems', {
    Items: [{ CreateAction: 'CreateNew', ParentFolderId: { Id: ParentFolderId.Id }, Data }],
  })
  assert.deepEqual(names(await get(bob, uploaded.ItemId.Id)), ['plan.txt'])
})
