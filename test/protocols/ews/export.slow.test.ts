import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { type BodyNo, Flag, type FolderNo, type ItemNo } from '#src/domain/mailbox/item.ts'
import { formatHead } from '#src/domain/mailbox/item-stream/stream-head.ts'
import { parseId } from '#src/protocols/ews/ids.ts'
import type { Request } from '#src/wire/ews/message.ts'
import { gather, type Octets } from '#src/wire/xml/octets.ts'
import { readAll } from '#test/support/store.ts'
import { type EwsClient, type EwsSite, ewsSiteWith, type Message, shown } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
let bob: EwsClient
ewsSiteWith(['ann', 'bob'], (programs, opened) => {
  site = opened
  ;[ann, bob] = programs
})

const created = async (client: EwsClient, item: object): Promise<Message> => {
  const request = { SendMeetingInvitations: 'SendToNone', MessageDisposition: 'SaveOnly', Items: [item] }
  return shown((await client.one('CreateItem', request as unknown as Request<'CreateItem'>)).Items[0]).ItemId
}

async function folderId(client: EwsClient, Id: string): Promise<{ Id: string }> {
  const { Folders } = await client.one('GetFolder', {
    FolderShape: { BaseShape: 'IdOnly' },
    FolderIds: [{ DistinguishedFolderId: { Id: Id as 'inbox' } }],
  })
  return { Id: shown(Folders[0]).FolderId.Id }
}

const exported = async (client: EwsClient, ItemId: Message): Promise<Uint8Array> => {
  const { Data } = await client.one('ExportItems', { ItemIds: [{ Id: ItemId.Id }] })
  return gather(Data as Octets)
}

type Upload = Request<'UploadItems'>['Items'][number]
const upload = async (client: EwsClient, folder: string, rest: Partial<Upload>): Promise<Message> => {
  const ParentFolderId = await folderId(client, folder)
  const Items = [{ CreateAction: 'CreateNew', ParentFolderId, ...rest } as Upload]
  return (await client.messages('UploadItems', { Items }))[0]!
}

/** Everything the store keeps of an item but its numbers and times. */
async function kept(address: string, id: string) {
  const { store } = site.service.data
  const at = await site.mailboxAt(address)
  const key = parseId(id) as { item: ItemNo }
  const [item] = await store.mailboxes.getItems(
    at,
    [key.item],
    ['summary', 'structure', 'content', 'properties'],
  )
  const { no, folder, uid, modseq, createdModseq, savedAt, body, ...rest } = item!
  const text = body === null ? null : (await readAll(store, at, body as BodyNo)).toString('latin1')
  return { ...rest, text, at, no, folder: folder as FolderNo }
}

const extended = {
  ExtendedFieldURI: {
    PropertySetId: '00062008-0000-0000-c000-000000000046',
    PropertyId: 34160,
    PropertyType: 'String',
  },
  Value: 'kept as it was',
}

const items: [folder: string, item: object][] = [
  [
    'inbox',
    {
      Message: {
        MimeContent: {
          Value: Buffer.from(
            `From: x@y.example\r\nSubject: Hi\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n${'long line '.repeat(9)}\r\n`.repeat(
              1,
            ),
          ),
        },
        Categories: ['Red'],
        ExtendedProperty: [extended],
      },
    },
  ],
  [
    'calendar',
    {
      CalendarItem: {
        Subject: 'Weekly',
        Body: { BodyType: 'HTML', Value: '<p>Talk</p>' },
        Start: '2031-01-06T09:00:00Z',
        End: '2031-01-06T10:00:00Z',
        Recurrence: {
          WeeklyRecurrence: { Interval: 1, DaysOfWeek: ['Monday'] },
          NumberedRecurrence: { StartDate: '2031-01-06', NumberOfOccurrences: 5 },
        },
        ExtendedProperty: [extended],
      },
    },
  ],
  [
    'contacts',
    { Contact: { DisplayName: 'Zoë', EmailAddresses: [{ Key: 'EmailAddress1', Value: 'z@y.example' }] } },
  ],
  ['tasks', { Task: { Subject: 'To do', DueDate: '2031-02-03T00:00:00Z', Status: 'InProgress' } }],
  [
    'notes',
    {
      Message: {
        ItemClass: 'IPM.StickyNote',
        Subject: 'Note',
        Body: { BodyType: 'Text', Value: 'Text of it' },
      },
    },
  ],
]

test('items of every kind come to another mailbox with everything they have', async () => {
  for (const [folder, item] of items) {
    const id = await created(ann, item)
    const Data = await exported(ann, id)
    const { ResponseCode, ItemId } = await upload(bob, folder, { Data })
    assert.equal(ResponseCode, 'NoError', folder)
    const { at: _, no: __, folder: ___, ...before } = await kept('ann@corp.test', id.Id)
    const { at: ____, no: _____, folder: ______, ...after } = await kept('bob@corp.test', ItemId.Id)
    assert.deepEqual(after, before, folder)
    assert.deepEqual(Buffer.from(await exported(bob, ItemId)), Buffer.from(Data), `${folder}, exported again`)
  }
  const view = { StartDate: '2031-01-13T00:00:00Z', EndDate: '2031-01-14T00:00:00Z' }
  const { RootFolder } = await bob.one('FindItem', {
    Traversal: 'Shallow',
    ItemShape: { BaseShape: 'IdOnly' },
    CalendarView: view,
    ParentFolderIds: [{ DistinguishedFolderId: { Id: 'calendar' } }],
  })
  assert.equal(RootFolder.Items.length, 1, 'the series is found by its times')
})

test('an item is written over, and made anew where it is gone', async () => {
  const [folder, item] = items[0]!
  const first = await created(ann, item)
  const Data = await exported(ann, first)
  const other = await created(ann, {
    Message: { Subject: 'Other', Body: { BodyType: 'Text', Value: 'other' } },
  })
  const drafts = await upload(ann, 'drafts', { CreateAction: 'Update', ItemId: { Id: other.Id }, Data })
  assert.equal(drafts.ResponseCode, 'NoError')
  assert.equal(drafts.ItemId.Id, other.Id)
  const { text } = await kept('ann@corp.test', other.Id)
  assert.equal(text, (await kept('ann@corp.test', first.Id)).text)
  const elsewhere = await upload(ann, folder, { CreateAction: 'Update', ItemId: { Id: other.Id }, Data })
  assert.equal(elsewhere.ResponseCode, 'ErrorItemNotFound')
  await ann.one('DeleteItem', { ItemIds: [{ ItemId: { Id: other.Id } }], DeleteType: 'HardDelete' })
  const gone = await upload(ann, 'drafts', { CreateAction: 'UpdateOrCreate', ItemId: { Id: other.Id }, Data })
  assert.equal(gone.ResponseCode, 'NoError')
  assert.notEqual(gone.ItemId.Id, other.Id)
  const task = await created(ann, items[3]![1])
  const wrong = await upload(ann, 'tasks', { CreateAction: 'Update', ItemId: { Id: task.Id }, Data })
  assert.equal(wrong.ResponseCode, 'ErrorInvalidOperation')
  const named = await upload(ann, folder, { ItemId: { Id: first.Id }, Data })
  assert.equal(named.ResponseCode, 'ErrorInvalidRequest')
})

test('what was not exported here, or was changed on its way, is refused and leaves nothing', async () => {
  const id = await created(ann, items[0]![1])
  const Data = Buffer.from(await exported(ann, id))
  const before = (await site.messages('bob@corp.test')).length
  const changed = (at: number) => Buffer.from(Data.map((octet, index) => (index === at ? octet ^ 1 : octet)))
  const streams = [
    Buffer.alloc(0),
    randomBytes(400),
    Data.subarray(0, 40),
    Data.subarray(0, -1),
    Buffer.concat([Data, Buffer.from('more')]),
    changed(20),
    changed(Data.length - 60),
    changed(Data.length - 1),
    // The beginning of a stream of Exchange (MS-OXCFXICS): a marker of its own.
    Buffer.from('0300094000000000', 'hex'),
  ]
  for (const [at, stream] of streams.entries())
    assert.equal(
      (await upload(bob, 'inbox', { Data: stream })).ResponseCode,
      'ErrorCorruptData',
      `stream ${at}`,
    )
  assert.equal((await site.messages('bob@corp.test')).length, before)
  assert.equal(await bob.code('ExportItems', { ItemIds: [{ Id: id.Id }] }), 'ErrorItemNotFound')
})

test('an event that somebody was invited to goes on with its files, without the message that brought it', async () => {
  const { Items } = await ann.one('CreateItem', {
    SendMeetingInvitations: 'SendToAllAndSaveCopy',
    Items: [
      {
        CalendarItem: {
          Subject: 'Plans',
          Start: '2031-03-06T09:00:00Z',
          End: '2031-03-06T10:00:00Z',
          RequiredAttendees: [{ Mailbox: { EmailAddress: 'bob@corp.test' } }],
          Attachments: [{ FileAttachment: { Name: 'plan.txt', Content: Buffer.from('the plan') } }],
        },
      },
    ],
  })
  assert.equal(Items.length, 1)
  const asked = {
    Traversal: 'Shallow',
    ItemShape: { BaseShape: 'Default' },
    CalendarView: { StartDate: '2031-03-06T00:00:00Z', EndDate: '2031-03-07T00:00:00Z' },
    ParentFolderIds: [{ DistinguishedFolderId: { Id: 'calendar' } }],
  } as const
  await site.until(async () => (await bob.one('FindItem', asked)).RootFolder.Items.length === 1)
  const event = shown((await bob.one('FindItem', asked)).RootFolder.Items[0])
  const text = Buffer.from(await exported(bob, event.ItemId)).toString('latin1')
  assert.ok(text.includes('plan.txt'))
  for (const part of ['Received:', 'METHOD:REQUEST', 'Message-ID:']) assert.ok(!text.includes(part), part)
  const ToFolderId = {
    DistinguishedFolderId: { Id: 'calendar', Mailbox: { EmailAddress: 'ann@corp.test' } },
  } as const
  const CalendarPermissions = [
    { UserId: { PrimarySmtpAddress: 'bob@corp.test' }, CalendarPermissionLevel: 'Editor' as const },
  ]
  await ann.one('UpdateFolder', {
    FolderChanges: [
      {
        DistinguishedFolderId: { Id: 'calendar' },
        Updates: [
          {
            SetFolderField: {
              FieldURI: { FieldURI: 'folder:PermissionSet' },
              CalendarFolder: { PermissionSet: { CalendarPermissions } },
            },
          },
        ],
      } as never,
    ],
  })
  const copied = await bob.one('CopyItem', { ToFolderId, ItemIds: [{ ItemId: { Id: event.ItemId.Id } }] })
  const { Id } = shown(copied.Items[0]).ItemId
  const copy = await kept('ann@corp.test', Id)
  assert.ok(copy.text?.includes('plan.txt'))
  assert.ok(!copy.text?.includes('METHOD:REQUEST'))
  assert.notEqual(copy.flags & Flag.hasAttachment, 0)
})

test('that something is attached is seen from the item, not taken from what a stream says', async () => {
  const head = (bodyBytes: number | null) =>
    formatHead({
      class: bodyBytes === null ? 'note' : 'message',
      flags: Flag.seen | Flag.hasAttachment,
      keywords: [],
      receivedAt: Date.UTC(2031, 0, 6),
      bodyBytes,
      ...(bodyBytes === null && { content: { title: 'x' } }),
    })
  const message = Buffer.from('Subject: x\r\n\r\nplain\r\n')
  for (const stream of [head(null), Buffer.concat([head(message.length), message])]) {
    const Data = Buffer.concat([stream, createHash('sha256').update(stream).digest()])
    const { ResponseCode, ItemId } = await upload(bob, 'notes', { Data })
    assert.equal(ResponseCode, 'NoError')
    assert.equal((await kept('bob@corp.test', ItemId.Id)).flags & Flag.hasAttachment, 0)
  }
})
