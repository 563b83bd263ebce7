import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ItemIdType } from '#src/wire/ews/schema-types.ts'
import { type EwsClient, type EwsSite, type Message, openEwsSite, shown } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
let bob: EwsClient
let secret: ItemIdType
let series: ItemIdType
before(async () => {
  site = await openEwsSite()
  for (const name of ['ann', 'bob', 'cat']) await site.user(name)
  ann = site.client('ann@corp.test')
  bob = site.client('bob@corp.test')
  const made = await ann.one('CreateItem', {
    SendMeetingInvitations: 'SendToNone',
    Items: [
      {
        CalendarItem: {
          Subject: 'operation plugh.xyzzy',
          Sensitivity: 'Private',
          Body: { BodyType: 'Text', Value: 'at the hospital' },
          Categories: ['Health'],
          Start: '2026-03-02T09:00:00Z',
          End: '2026-03-02T10:00:00Z',
          Location: 'ward 7',
          LegacyFreeBusyStatus: 'OOF',
          ExtendedProperty: [{ ExtendedFieldURI: tag, Value: 'hidden too' }],
          Attachments: [
            {
              FileAttachment: {
                Name: 'ward 7 plan.txt',
                ContentType: 'text/plain',
                Content: Buffer.from('plugh.xyzzy'),
              },
            },
          ],
        },
      },
    ],
  })
  secret = shown(made.Items[0]).ItemId
  const repeated = await ann.one('CreateItem', {
    SendMeetingInvitations: 'SendToNone',
    Items: [
      {
        CalendarItem: {
          Subject: 'therapy',
          Sensitivity: 'Private',
          Start: '2026-03-03T15:00:00Z',
          End: '2026-03-03T16:00:00Z',
          Recurrence: {
            WeeklyRecurrence: { Interval: 1, DaysOfWeek: ['Tuesday'] },
            NumberedRecurrence: { StartDate: '2026-03-03', NumberOfOccurrences: 3 },
          },
        },
      },
    ],
  })
  series = shown(repeated.Items[0]).ItemId
  await ann.one('CreateItem', {
    SendMeetingInvitations: 'SendToNone',
    Items: [
      {
        CalendarItem: {
          Subject: 'staff meeting',
          Start: '2026-03-04T09:00:00Z',
          End: '2026-03-04T10:00:00Z',
        },
      },
    ],
  })
  await ann.messages('AddDelegate', {
    Mailbox: { EmailAddress: 'ann@corp.test' },
    DelegateUsers: [
      {
        UserId: { PrimarySmtpAddress: 'bob@corp.test' },
        DelegatePermissions: { CalendarFolderPermissionLevel: 'Editor' },
        ViewPrivateItems: false,
      },
    ],
  })
  await site.call('PutMailboxFolderPermission', {
    EntityId: 'ann',
    FolderId: 'calendar',
    GranteeId: 'cat',
    AccessRights: ['Reviewer'],
  })
})
after(async () => {
  site.judge()
  await site.end()
})

const tag = { PropertyTag: '0x7011', PropertyType: 'String' } as const
const whole = { BaseShape: 'AllProperties', AdditionalProperties: [{ ExtendedFieldURI: tag }] } as const
const anns = {
  DistinguishedFolderId: { Id: 'calendar', Mailbox: { EmailAddress: 'ann@corp.test' } },
} as const

const secrets = /plugh.xyzzy|hospital|ward 7|Health|therapy|hidden too/

async function find(client: EwsClient, more: object = {}): Promise<Message[]> {
  const found = await client.one('FindItem', {
    Traversal: 'Shallow',
    ItemShape: whole,
    ParentFolderIds: [anns],
    ...more,
  })
  return found.RootFolder.Items.map(shown)
}
const week = { CalendarView: { StartDate: '2026-03-01T00:00:00Z', EndDate: '2026-03-21T00:00:00Z' } }
const subjects = (items: Message[]) => items.map(({ Subject }) => Subject).sort()
const blocks = (count: number) => Array.from({ length: count }, () => 'Private Appointment')

test('a delegate who may not see private items is shown when they are, and nothing else', async () => {
  const viewed = await find(bob, week)
  assert.deepEqual(subjects(viewed), [...blocks(4), 'staff meeting'])
  const listed = await find(bob)
  assert.deepEqual(subjects(listed), [...blocks(2), 'staff meeting'])
  const got = shown((await bob.one('GetItem', { ItemShape: whole, ItemIds: [{ ItemId: secret }] })).Items[0])
  assert.equal(got.Sensitivity, 'Private')
  assert.equal(got.LegacyFreeBusyStatus, 'OOF')
  assert.equal(got.Start, '2026-03-02T09:00:00Z')
  assert.equal(got.EffectiveRights.Modify, false)
  assert.equal(got.HasAttachments, false)
  const synced = await bob.one('SyncFolderItems', {
    ItemShape: whole,
    SyncFolderId: anns,
    MaxChangesReturned: 10,
  })
  assert.equal(synced.Changes.length, 3)
  for (const answer of [viewed, listed, got, synced]) assert.doesNotMatch(JSON.stringify(answer), secrets)
})

test('what is private is found by its times and by no word', async () => {
  const subject = { FieldURI: { FieldURI: 'item:Subject' } } as const
  const contains = (Value: string) => ({
    Contains: {
      ...subject,
      Constant: { Value },
      ContainmentMode: 'Substring' as const,
      ContainmentComparison: 'IgnoreCase' as const,
    },
  })
  assert.deepEqual(await find(bob, { Restriction: contains('plugh.xyzzy') }), [])
  assert.equal((await find(ann, { Restriction: contains('plugh.xyzzy') })).length, 1)
  const either = (word: string) => ({
    Restriction: {
      Or: [contains(word), contains('private')],
    },
  })
  assert.equal((await find(bob, either('plugh.xyzzy'))).length, (await find(bob, either('nothing'))).length)
  assert.deepEqual(await find(bob, { QueryString: { Value: 'plugh.xyzzy' } }), [])
  assert.deepEqual(await find(bob, { QueryString: { Value: 'hospital' } }), [])
  assert.equal((await find(ann, { QueryString: { Value: 'plugh.xyzzy' } })).length, 1)
  const since = {
    Restriction: {
      IsGreaterThan: {
        FieldURI: { FieldURI: 'calendar:Start' },
        FieldURIOrConstant: { Constant: { Value: '2026-03-02T00:00:00Z' } },
      },
    },
  }
  assert.equal((await find(bob, since)).length, 3)
  const bySubject = { SortOrder: [{ ...subject, Order: 'Ascending' }] }
  assert.equal((await find(bob, bySubject)).at(-1)!.Subject, 'staff meeting')
})

test('what is private is not changed, moved, copied, exported or deleted by who may not see it', async () => {
  const ItemIds = [{ ItemId: secret }]
  const own = { DistinguishedFolderId: { Id: 'calendar' } } as const
  const codes = [
    await bob.code('CopyItem', { ToFolderId: own, ItemIds }),
    await bob.code('MoveItem', { ToFolderId: own, ItemIds }),
    await bob.code('DeleteItem', {
      ItemIds,
      DeleteType: 'HardDelete',
      SendMeetingCancellations: 'SendToNone',
    }),
    await bob.code('UpdateItem', {
      ConflictResolution: 'AlwaysOverwrite',
      SendMeetingInvitationsOrCancellations: 'SendToNone',
      ItemChanges: [
        {
          ItemId: series,
          Updates: [
            {
              SetItemField: {
                FieldURI: { FieldURI: 'item:Sensitivity' },
                CalendarItem: { Sensitivity: 'Normal' },
              },
            },
          ],
        },
      ],
    }),
    await bob.code('ExportItems', { ItemIds: [secret] }),
  ]
  assert.deepEqual(new Set(codes), new Set(['ErrorAccessDenied']))
})

test('files of what is private are neither read, added nor taken away by who may not see it', async () => {
  const filesOf = async (client: EwsClient) =>
    shown((await client.one('GetItem', { ItemShape: whole, ItemIds: [{ ItemId: secret }] })).Items[0])
      .Attachments
  const [file] = await filesOf(ann)
  const AttachmentIds = [{ Id: file.FileAttachment.AttachmentId.Id }]
  const Attachments = [{ FileAttachment: { Name: 'own.txt', Content: Buffer.from('own') } }]
  const codes = [
    await bob.code('GetAttachment', { AttachmentIds }),
    await bob.code('CreateAttachment', { ParentItemId: secret, Attachments }),
    await bob.code('DeleteAttachment', { AttachmentIds }),
  ]
  assert.deepEqual(new Set(codes), new Set(['ErrorAccessDenied']))
  assert.equal(await filesOf(bob), undefined)
  assert.equal((await filesOf(ann)).length, 1)
  const hasSome = {
    IsEqualTo: {
      FieldURI: { FieldURI: 'item:HasAttachments' },
      FieldURIOrConstant: { Constant: { Value: 'true' } },
    },
  }
  assert.deepEqual(await find(bob, { Restriction: hasSome }), [])
  assert.equal((await find(ann, { Restriction: hasSome })).length, 1)
})

test('who reads a calendar without being a delegate sees it all, and so does a delegate who was told so', async () => {
  const cat = site.client('cat@corp.test')
  assert.ok(subjects(await find(cat, week)).includes('operation plugh.xyzzy'))
  await ann.messages('UpdateDelegate', {
    Mailbox: { EmailAddress: 'ann@corp.test' },
    DelegateUsers: [{ UserId: { PrimarySmtpAddress: 'bob@corp.test' }, ViewPrivateItems: true }],
  })
  assert.ok(subjects(await find(bob)).includes('therapy'))
  const { EffectiveRights } = shown(
    (await bob.one('GetFolder', { FolderShape: { BaseShape: 'AllProperties' }, FolderIds: [anns] }))
      .Folders[0],
  )
  assert.equal(EffectiveRights.ViewPrivateItems, true)
})

test('of free/busy times nobody is told what is private', async () => {
  const { FreeBusyResponseArray: answers } = await ann.ask('GetUserAvailability', {
    MailboxDataArray: [{ Email: { Address: 'ann@corp.test' }, AttendeeType: 'Required' }],
    FreeBusyViewOptions: {
      TimeWindow: { StartTime: '2026-03-01T00:00:00', EndTime: '2026-03-08T00:00:00' },
      RequestedView: ['Detailed'],
    },
  })
  assert.doesNotMatch(JSON.stringify(answers), secrets)
  assert.match(JSON.stringify(answers), /"IsPrivate":true/)
})
