/** Attachments that come and go at once, one by one, and of single occurrences. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseId } from '#src/protocols/ews/ids.ts'
import { type EwsClient, type EwsSite, ewsSiteWith, type Message, shown } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
ewsSiteWith(['ann'], (programs, opened) => {
  site = opened
  ;[ann] = programs
})

const file = (Name: string, text = Name) => ({
  FileAttachment: { Name, ContentType: 'text/plain', Content: Buffer.from(text) },
})
const create = async (item: object): Promise<string> => {
  const { Items } = await ann.one('CreateItem', {
    Items: [item as never],
    SendMeetingInvitations: 'SendToNone',
    MessageDisposition: 'SaveOnly',
  })
  return shown(Items[0]).ItemId.Id
}
const get = async (id: object): Promise<Message> => {
  const { Items } = await ann.one('GetItem', {
    ItemShape: { BaseShape: 'AllProperties' },
    ItemIds: [id as never],
  })
  return shown(Items[0])
}
const listOf = async (id: object): Promise<Message[]> =>
  ((await get(id)).Attachments ?? []).map((one: object) => shown(one))
const names = async (id: object): Promise<string[]> => (await listOf(id)).map(({ Name }) => Name)
const attach = (Id: string, Name: string, text?: string) =>
  ann.one('CreateAttachment', { ParentItemId: { Id }, Attachments: [file(Name, text)] })

const kinds = {
  draft: { Message: { Subject: 'x', Body: { BodyType: 'Text', Value: 'y' } } },
  event: { CalendarItem: { Subject: 'x', Start: '2031-01-06T09:00:00Z', End: '2031-01-06T10:00:00Z' } },
}
for (const [kind, item] of Object.entries(kinds)) {
  test(`what is attached to a ${kind} at once is all there, and so is what is taken away`, async () => {
    const Id = await create(item)
    const six = ['1.txt', '22.txt', '333.txt', '4444.txt', '55555.txt', '666666.txt']
    await Promise.all(six.map((name) => attach(Id, name)))
    assert.deepEqual((await names({ ItemId: { Id } })).sort(), six)
    const gone = (await listOf({ ItemId: { Id } })).filter(({ Name }) => Name < '5')
    await Promise.all(
      gone.map(({ AttachmentId }) =>
        ann.one('DeleteAttachment', { AttachmentIds: [{ Id: AttachmentId.Id }] }),
      ),
    )
    assert.deepEqual((await names({ ItemId: { Id } })).sort(), ['55555.txt', '666666.txt'])
  })

  test(`ids of the attachments of a ${kind} stay theirs when others before them go`, async () => {
    const [element, value] = Object.entries(item)[0]!
    const Id = await create({
      [element]: { ...value, Attachments: ['a', 'bb', 'ccc', 'dd'].map((name) => file(name)) },
    })
    const list = await listOf({ ItemId: { Id } })
    for (const at of [0, 1])
      await ann.one('DeleteAttachment', { AttachmentIds: [{ Id: list[at]!.AttachmentId.Id }] })
    assert.deepEqual(await names({ ItemId: { Id } }), ['ccc', 'dd'])
    const open = (at: number) =>
      ann.messages('GetAttachment', { AttachmentIds: [{ Id: list[at]!.AttachmentId.Id }] })
    const [ccc] = await open(2)
    assert.equal(Buffer.from(ccc!.Attachments[0].FileAttachment.Content).toString(), 'ccc')
    assert.equal((await open(0))[0]!.ResponseCode, 'ErrorItemNotFound')
    const again = list.slice(0, 3).map(({ AttachmentId }) => ({ Id: AttachmentId.Id }))
    const codes = await ann.messages('DeleteAttachment', { AttachmentIds: again })
    assert.deepEqual(
      codes.map(({ ResponseCode }) => ResponseCode),
      ['ErrorItemNotFound', 'ErrorItemNotFound', 'NoError'],
    )
  })
}

test('a draft that is attached to and written at once keeps both', async () => {
  const Id = await create(kinds.draft)
  await Promise.all([
    attach(Id, 'a.txt'),
    ann.one('UpdateItem', {
      ConflictResolution: 'AlwaysOverwrite',
      MessageDisposition: 'SaveOnly',
      ItemChanges: [
        {
          ItemId: { Id },
          Updates: [
            { SetItemField: { FieldURI: { FieldURI: 'item:Subject' }, Message: { Subject: 'new' } } },
          ],
        },
      ],
    }),
    attach(Id, 'b.txt'),
  ])
  assert.deepEqual((await names({ ItemId: { Id } })).sort(), ['a.txt', 'b.txt'])
  assert.equal((await get({ ItemId: { Id } })).Subject, 'new')
})

for (const [kind, item] of Object.entries(kinds)) {
  test(`of a ${kind} a file that took the place of one of its name and size is not opened by the id of that`, async () => {
    const Id = await create(item)
    const open = async (id: string) =>
      (await ann.messages('GetAttachment', { AttachmentIds: [{ Id: id }] }))[0]!
    const { AttachmentId: old } = shown((await attach(Id, 'log.txt', 'first')).Attachments[0])
    const { AttachmentId: other } = shown((await attach(Id, 'log.txt', 'other')).Attachments[0])
    assert.equal(Buffer.from((await open(old.Id)).Attachments[0].FileAttachment.Content).toString(), 'first')
    await ann.one('DeleteAttachment', { AttachmentIds: [{ Id: old.Id }] })
    const kept = async () => (await open(other.Id)).Attachments[0].FileAttachment.Content
    assert.equal(Buffer.from(await kept()).toString(), 'other')
    await attach(Id, 'log.txt', 'third')
    assert.equal(Buffer.from(await kept()).toString(), 'other')
    assert.equal((await open(old.Id)).ResponseCode, 'ErrorItemNotFound')
  })
}

/** Three days from 2031-01-06 at nine. */
const createDaily = () =>
  create({
    CalendarItem: {
      Subject: 'Daily',
      Start: '2031-01-06T09:00:00Z',
      End: '2031-01-06T10:00:00Z',
      Recurrence: {
        DailyRecurrence: { Interval: 1 },
        NumberedRecurrence: { StartDate: '2031-01-06', NumberOfOccurrences: 3 },
      },
    },
  })

test('a file of an occurrence is passed on without the mark of which it is', async () => {
  const Id = await createDaily()
  const second = await get({ OccurrenceItemId: { RecurringMasterId: Id, InstanceIndex: 2 } })
  await attach(second.ItemId.Id, 'second; "of" three.txt', 'x'.repeat(100_000))
  const forward = async (MessageDisposition: 'SaveOnly' | 'SendAndSaveCopy') =>
    ann.one('CreateItem', {
      MessageDisposition,
      Items: [
        {
          ForwardItem: {
            ReferenceItemId: { Id: second.ItemId.Id },
            ToRecipients: [{ EmailAddress: 'ann@corp.test' }],
          },
        },
      ],
    })
  const draft = shown((await forward('SaveOnly')).Items[0]).ItemId.Id as string
  await forward('SendAndSaveCopy')
  const found = async (Id: 'inbox' | 'sentitems') => {
    const { RootFolder } = await ann.one('FindItem', {
      ItemShape: { BaseShape: 'IdOnly' },
      ParentFolderIds: [{ DistinguishedFolderId: { Id } }],
      Traversal: 'Shallow',
    })
    return RootFolder.Items.map(shown)[0]?.ItemId.Id as string | undefined
  }
  await site.until(async () => (await found('inbox')) !== undefined)
  for (const id of [draft, (await found('inbox'))!]) {
    const { Items } = await ann.one('GetItem', {
      ItemShape: { BaseShape: 'IdOnly', IncludeMimeContent: true },
      ItemIds: [{ ItemId: { Id: id } }],
    })
    const mime = Buffer.from(shown(Items[0]).MimeContent.Value).toString()
    assert.doesNotMatch(mime, /x-landbridge-occurrence/)
    const [attached] = await listOf({ ItemId: { Id: id } })
    assert.equal(attached!.Name, 'second; "of" three.txt')
    const [content] = await ann.messages('GetAttachment', {
      AttachmentIds: [{ Id: attached!.AttachmentId.Id }],
    })
    assert.equal(Buffer.from(content!.Attachments[0].FileAttachment.Content).toString(), 'x'.repeat(100_000))
  }
})

test('what is attached to one occurrence is of that one alone', async () => {
  const Id = await create({
    CalendarItem: {
      Subject: 'Daily',
      Start: '2031-01-06T09:00:00Z',
      End: '2031-01-06T10:00:00Z',
      Attachments: [file('all.txt')],
      Recurrence: {
        DailyRecurrence: { Interval: 1 },
        NumberedRecurrence: { StartDate: '2031-01-06', NumberOfOccurrences: 3 },
      },
    },
  })
  const nth = (InstanceIndex: number) => ({ OccurrenceItemId: { RecurringMasterId: Id, InstanceIndex } })
  const second = await get(nth(2))
  const made = await attach(second.ItemId.Id, 'second.txt')
  const { AttachmentId } = shown(made.Attachments[0])
  assert.equal(AttachmentId.RootItemId, second.ItemId.Id)
  assert.deepEqual(await names(nth(2)), ['all.txt', 'second.txt'])
  assert.deepEqual(await names({ ItemId: { Id: second.ItemId.Id } }), ['all.txt', 'second.txt'])
  for (const other of [nth(1), nth(3), { ItemId: { Id } }]) assert.deepEqual(await names(other), ['all.txt'])
  assert.equal((await get(nth(2))).CalendarItemType, 'Exception')
  assert.equal((await get({ ItemId: { Id } })).ModifiedOccurrences.length, 1)
  const remove = async (id: string) =>
    (await ann.messages('DeleteAttachment', { AttachmentIds: [{ Id: id }] }))[0]!.ResponseCode
  const passing = shown((await attach(second.ItemId.Id, 'passing.txt')).Attachments[0]).AttachmentId
  const { RootItemId } = await ann.one('DeleteAttachment', { AttachmentIds: [{ Id: passing.Id }] })
  assert.deepEqual(RootItemId, {
    RootItemId: second.ItemId.Id,
    RootItemChangeKey: (await get(nth(2))).ItemId.ChangeKey,
  })
  const [all] = await listOf(nth(2))
  assert.equal(await remove(all!.AttachmentId.Id), 'ErrorInvalidOperation')
  const [content] = await ann.messages('GetAttachment', { AttachmentIds: [{ Id: AttachmentId.Id }] })
  assert.equal(Buffer.from(content!.Attachments[0].FileAttachment.Content).toString(), 'second.txt')
  assert.equal(content!.Attachments[0].FileAttachment.AttachmentId.Id, AttachmentId.Id)
  const third = shown((await attach(second.ItemId.Id, 'third.txt')).Attachments[0]).AttachmentId
  assert.equal(await remove(AttachmentId.Id), 'NoError')
  assert.deepEqual(await names(nth(2)), ['all.txt', 'third.txt'])
  const both = [AttachmentId, third].map((one) => ({ Id: one.Id }))
  const codes = await ann.messages('DeleteAttachment', { AttachmentIds: both })
  assert.deepEqual(
    codes.map(({ ResponseCode }) => ResponseCode),
    ['ErrorItemNotFound', 'NoError'],
  )
  assert.deepEqual(await names(nth(2)), ['all.txt'])
  const [ofSeries] = await listOf({ ItemId: { Id } })
  assert.equal(await remove(ofSeries!.AttachmentId.Id), 'NoError')
  for (const any of [nth(1), nth(2), { ItemId: { Id } }]) assert.equal((await get(any)).HasAttachments, false)
})

test('what is attached to an occurrence of what is no series any more is seen', async () => {
  const Id = await createDaily()
  const second = await get({ OccurrenceItemId: { RecurringMasterId: Id, InstanceIndex: 2 } })
  await ann.one('UpdateItem', {
    ConflictResolution: 'AlwaysOverwrite',
    SendMeetingInvitationsOrCancellations: 'SendToNone',
    ItemChanges: [
      {
        ItemId: { Id },
        Updates: [{ DeleteItemField: { FieldURI: { FieldURI: 'calendar:Recurrence' } } }],
      },
    ],
  })
  await attach(second.ItemId.Id, 'late.txt')
  assert.deepEqual(await names({ ItemId: { Id } }), ['late.txt'])
})

test('files of two mailboxes go in one request, though their items have the same number', async () => {
  const ids: { Id: string }[] = []
  for (const name of ['eve', 'fay']) {
    const owner = site.client(await site.user(name).then(({ address }) => address))
    const { Items } = await owner.one('CreateItem', {
      SendMeetingInvitations: 'SendToNone',
      Items: [{ CalendarItem: { ...kinds.event.CalendarItem, Attachments: [file('a.txt')] } }],
    })
    await owner.one('UpdateFolder', {
      FolderChanges: [
        {
          DistinguishedFolderId: { Id: 'calendar' },
          Updates: [
            {
              SetFolderField: {
                FieldURI: { FieldURI: 'folder:PermissionSet' },
                CalendarFolder: {
                  PermissionSet: {
                    CalendarPermissions: [
                      { UserId: { PrimarySmtpAddress: 'ann@corp.test' }, CalendarPermissionLevel: 'Editor' },
                    ],
                  },
                },
              },
            },
          ],
        } as never,
      ],
    })
    const { Id } = shown(Items[0]).ItemId
    const [attached] = await listOf({ ItemId: { Id } })
    ids.push({ Id: attached!.AttachmentId.Id })
  }
  const [one, other] = ids.map(({ Id }) => parseId(Id))
  assert.ok(one?.kind === 'attachment' && other?.kind === 'attachment')
  assert.equal(one.item, other.item)
  const codes = await ann.messages('DeleteAttachment', { AttachmentIds: ids })
  assert.deepEqual(
    codes.map(({ ResponseCode }) => ResponseCode),
    ['NoError', 'NoError'],
  )
})

const uris = [1, 2, 3, 4, 5, 6].map((number) => ({
  ExtendedFieldURI: {
    DistinguishedPropertySetId: 'PublicStrings' as const,
    PropertyName: `P${number}`,
    PropertyType: 'String' as const,
  },
}))
const all = {
  ...kinds,
  contact: { Contact: { DisplayName: 'x' } },
  task: { Task: { Subject: 'x' } },
  note: { Message: { Subject: 'x', ItemClass: 'IPM.StickyNote' } },
}
for (const [kind, item] of Object.entries(all))
  test(`properties that several set at once of a ${kind} are all kept`, async () => {
    const Id = await create(item)
    const [element] = Object.keys(item)
    await Promise.all(
      uris.map((uri) =>
        ann.one('UpdateItem', {
          ConflictResolution: 'AlwaysOverwrite',
          MessageDisposition: 'SaveOnly',
          SendMeetingInvitationsOrCancellations: 'SendToNone',
          ItemChanges: [
            {
              ItemId: { Id },
              Updates: [
                {
                  SetItemField: { ...uri, [element!]: { ExtendedProperty: [{ ...uri, Value: 'x' }] } },
                } as never,
              ],
            },
          ],
        }),
      ),
    )
    const { Items } = await ann.one('GetItem', {
      ItemShape: { BaseShape: 'IdOnly', AdditionalProperties: uris },
      ItemIds: [{ ItemId: { Id } }],
    })
    assert.equal(shown(Items[0]).ExtendedProperty?.length, 6)
  })

test('who overwrites nothing hears that somebody else was first, whatever the item is', async () => {
  for (const [kind, item] of Object.entries(all)) {
    const Id = await create(item)
    const { ItemId } = await get({ ItemId: { Id } })
    const [element] = Object.keys(item)
    const codes = await Promise.all(
      uris.map(async (uri) =>
        ann.code('UpdateItem', {
          ConflictResolution: 'NeverOverwrite',
          MessageDisposition: 'SaveOnly',
          SendMeetingInvitationsOrCancellations: 'SendToNone',
          ItemChanges: [
            {
              ItemId,
              Updates: [
                {
                  SetItemField: { ...uri, [element!]: { ExtendedProperty: [{ ...uri, Value: 'x' }] } },
                } as never,
              ],
            },
          ],
        }),
      ),
    )
    const lost = codes.filter((code) => code === 'ErrorIrresolvableConflict')
    assert.deepEqual([codes.filter((code) => code === 'NoError').length, lost.length], [1, 5], kind)
  }
})

test('messages and events are found by the names of what is attached to them', async () => {
  for (const item of Object.values(kinds)) {
    const [element, value] = Object.entries(item)[0]!
    await create({ [element]: { ...value, Subject: 'found', Attachments: [file('Räumplan 7.pdf')] } })
    await create({ [element]: { ...value, Subject: 'other', Attachments: [file('minutes.txt')] } })
  }
  for (const Id of ['drafts', 'calendar'] as const) {
    const { RootFolder } = await ann.one('FindItem', {
      ItemShape: { BaseShape: 'Default' },
      ParentFolderIds: [{ DistinguishedFolderId: { Id } }],
      Traversal: 'Shallow',
      QueryString: { Value: 'attachment:räumplan' },
    })
    assert.deepEqual(
      RootFolder.Items.map((one: object) => shown(one).Subject),
      ['found'],
    )
  }
})
