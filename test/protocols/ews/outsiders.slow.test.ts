import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ItemIdType } from '#src/wire/ews/schema-types.ts'
import { PASSWORD } from '#test/stories/mail-site.ts'
import { type EwsClient, type EwsSite, ewsSiteWith, type Message, shown } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
let bob: EwsClient
ewsSiteWith(['ann', 'bob'], (programs, opened) => {
  site = opened
  ;[ann, bob] = programs
})

async function event(values: object): Promise<ItemIdType> {
  const made = await ann.one('CreateItem', {
    SendMeetingInvitations: 'SendToNone',
    Items: [{ CalendarItem: { Start: '2028-01-04T06:00:00Z', End: '2028-01-04T07:00:00Z', ...values } }],
  })
  return shown(made.Items[0]).ItemId
}

async function get(ItemId: ItemIdType): Promise<Message> {
  const got = await ann.one('GetItem', { ItemShape: { BaseShape: 'AllProperties' }, ItemIds: [{ ItemId }] })
  return shown(got.Items[0])
}

test('a delegate gets nothing of a private event by an answer to it', async () => {
  const secret = await event({ Subject: 'xyzzy', Sensitivity: 'Private' })
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
  const bobs = [{ Mailbox: { EmailAddress: 'bob@corp.test' } }]
  const ToRecipients = bobs.map(({ Mailbox }) => Mailbox)
  for (const answer of [
    { ForwardItem: { ReferenceItemId: secret, ToRecipients } },
    { ReplyToItem: { ReferenceItemId: secret, ToRecipients } },
    { ReplyAllToItem: { ReferenceItemId: secret, ToRecipients } },
    { AcceptItem: { ReferenceItemId: secret } },
    { CancelCalendarItem: { ReferenceItemId: secret } },
  ]) {
    const code = await bob.code('CreateItem', { MessageDisposition: 'SendAndSaveCopy', Items: [answer] })
    assert.equal(code, 'ErrorAccessDenied', JSON.stringify(answer))
  }
  assert.equal((await get(secret)).Subject, 'xyzzy')
  const open = await event({ Subject: 'open' })
  const forward = { ForwardItem: { ReferenceItemId: open, ToRecipients } }
  assert.equal(
    await bob.code('CreateItem', { MessageDisposition: 'SendAndSaveCopy', Items: [forward] }),
    'NoError',
  )
})

test('a page that is sought begins with the first item that fits, or ends there', async () => {
  for (const Subject of ['a', 'b', 'c', 'd'])
    await ann.one('CreateItem', {
      MessageDisposition: 'SaveOnly',
      SavedItemFolderId: { DistinguishedFolderId: { Id: 'inbox' } },
      Items: [{ Message: { Subject } }],
    })
  const found = async (BasePoint: 'Beginning' | 'End', Value: string) => {
    const { RootFolder } = await ann.one('FindItem', {
      Traversal: 'Shallow',
      ItemShape: { BaseShape: 'Default' },
      SeekToConditionPageItemView: {
        BasePoint,
        MaxEntriesReturned: 2,
        Condition: {
          IsGreaterThanOrEqualTo: {
            FieldURI: { FieldURI: 'item:Subject' },
            FieldURIOrConstant: { Constant: { Value } },
          },
        },
      },
      SortOrder: [{ Order: 'Ascending', FieldURI: { FieldURI: 'item:Subject' } }],
      ParentFolderIds: [{ DistinguishedFolderId: { Id: 'inbox' } }],
    })
    const { Items, TotalItemsInView, IncludesLastItemInRange } = RootFolder
    return [
      Items.map(shown).map(({ Subject }: Message) => Subject),
      TotalItemsInView,
      IncludesLastItemInRange,
    ]
  }
  assert.deepEqual(await found('Beginning', 'b'), [['b', 'c'], 4, false])
  assert.deepEqual(await found('Beginning', 'd'), [['d'], 4, true])
  assert.deepEqual(await found('End', 'a'), [['c', 'd'], 4, false])
  assert.deepEqual(await found('Beginning', 'e'), [[], 4, true])
})

test('a view of contacts is of the names that it says', async () => {
  for (const DisplayName of ['Adam', 'Berta', 'Cesar', 'Dora'])
    await ann.one('CreateItem', { Items: [{ Contact: { DisplayName, FileAs: DisplayName } }] })
  const names = async (ContactsView: object) => {
    const { RootFolder } = await ann.one('FindItem', {
      Traversal: 'Shallow',
      ItemShape: {
        BaseShape: 'IdOnly',
        AdditionalProperties: [{ FieldURI: { FieldURI: 'contacts:DisplayName' } }],
      },
      ContactsView,
      ParentFolderIds: [{ DistinguishedFolderId: { Id: 'contacts' } }],
    })
    return RootFolder.Items.map(shown)
      .map((one: Message) => one.DisplayName)
      .sort()
  }
  assert.deepEqual(await names({ InitialName: 'berta' }), ['Berta', 'Cesar', 'Dora'])
  assert.deepEqual(await names({ InitialName: 'B', FinalName: 'Cesar' }), ['Berta', 'Cesar'])
  assert.deepEqual(await names({ FinalName: 'B' }), ['Adam'])
  assert.equal((await names({})).length, 4)
})

test('the preview of an event is what people read of it', async () => {
  const made = await event({ Subject: 'p', Body: { BodyType: 'HTML', Value: '<p>come <b>all</b></p>' } })
  assert.equal((await get(made)).Preview, 'come all')
})

test('a series that ends before the day on which its rule does has a last occurrence', async () => {
  const rules = [
    [{ DailyRecurrence: { Interval: 10 } }, '2028-06-22T06:00:00Z'],
    [{ AbsoluteMonthlyRecurrence: { Interval: 1, DayOfMonth: 4 } }, '2028-06-04T06:00:00Z'],
    [{ AbsoluteYearlyRecurrence: { DayOfMonth: 4, Month: 'January' } }, '2028-01-04T06:00:00Z'],
  ] as const
  for (const [rule, last] of rules) {
    const range = { EndDateRecurrence: { StartDate: '2028-01-04', EndDate: '2028-06-30' } }
    const made = await event({ Subject: 'series', Recurrence: { ...rule, ...range } })
    assert.equal((await get(made)).LastOccurrence?.Start, last)
  }
})

test('who changes a meeting says who is told of it', async () => {
  const RequiredAttendees = [{ Mailbox: { EmailAddress: 'bob@corp.test' } }]
  const times = { Start: '2028-01-05T06:00:00Z', End: '2028-01-05T07:00:00Z' }
  assert.equal(
    await ann.code('CreateItem', {
      Items: [{ CalendarItem: { Subject: 'm', ...times, RequiredAttendees } }],
    }),
    'ErrorSendMeetingInvitationsRequired',
  )
  const rename = (ItemId: ItemIdType) => ({
    ConflictResolution: 'AutoResolve' as const,
    ItemChanges: [
      {
        ItemId,
        Updates: [
          {
            SetItemField: {
              FieldURI: { FieldURI: 'item:Subject' as const },
              CalendarItem: { Subject: 'n' },
            },
          },
        ],
      },
    ],
  })
  const meeting = await event({ Subject: 'm', RequiredAttendees })
  assert.equal(
    await ann.code('UpdateItem', rename(meeting)),
    'ErrorSendMeetingInvitationsOrCancellationsRequired',
  )
  assert.equal((await get(meeting)).Subject, 'm')
  assert.equal(await ann.code('UpdateItem', rename(await event({ Subject: 'alone' }))), 'NoError')
})

test('a task that comes again is deleted for who says that all of it goes; one that is done has its day', async () => {
  const task = async (values: object) => {
    const made = await ann.one('CreateItem', { Items: [{ Task: { Subject: 't', ...values } }] })
    return shown(made.Items[0]).ItemId
  }
  const again = await task({
    Recurrence: {
      DailyRecurrence: { Interval: 2 },
      NoEndRecurrence: { StartDate: '2028-01-04' },
    },
  })
  const deleting = (AffectedTaskOccurrences?: 'AllOccurrences' | 'SpecifiedOccurrenceOnly') =>
    ann.code('DeleteItem', {
      DeleteType: 'HardDelete',
      ItemIds: [{ ItemId: again }],
      ...(AffectedTaskOccurrences && { AffectedTaskOccurrences }),
    })
  assert.equal(await deleting(), 'ErrorAffectedTaskOccurrencesRequired')
  assert.equal(await deleting('SpecifiedOccurrenceOnly'), 'NoError')
  assert.equal((await get(again)).StartDate, '2028-01-06T00:00:00Z')
  assert.equal(await deleting('AllOccurrences'), 'NoError')
  const done = await task({ PercentComplete: 100 })
  const { CompleteDate, Status } = await get(done)
  assert.equal(Status, 'Completed')
  assert.match(CompleteDate, /^\d{4}-\d\d-\d\dT00:00:00Z$/)
})

test('an operation that came after the schema is refused in an answer of its own, without a fault', async () => {
  const login = ['ann@corp.test', PASSWORD] as const
  const ask = (namespace: string, name: string) =>
    site.send(
      `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><${name} xmlns="${namespace}"/></s:Body></s:Envelope>`,
      { login, unjudged: true },
    )
  const messages = 'http://schemas.microsoft.com/exchange/services/2006/messages'
  const { status, text } = await ask(messages, 'GetUnifiedGroupsSettings')
  assert.equal(status, 200)
  assert.match(text, /<m:GetUnifiedGroupsSettingsResponse ResponseClass="Error">/)
  assert.match(text, /<m:ResponseCode[^>]*>ErrorInvalidOperation</)
  assert.match(text, /ServerVersionInfo/)
  assert.equal((await ask('urn:x', 'GetUnifiedGroupsSettings')).status, 500)
  assert.equal((await ask(messages, '__proto__')).status, 500)
})

test('what changes its folder is told as moved and not as deleted too, however often it did', async () => {
  const folder = (Id: 'inbox' | 'junkemail' | 'drafts') => ({ DistinguishedFolderId: { Id } })
  const made = await ann.one('CreateItem', {
    MessageDisposition: 'SaveOnly',
    SavedItemFolderId: folder('inbox'),
    Items: [{ Message: { Subject: 'wanders' } }],
  })
  const ItemIds = [{ ItemId: shown(made.Items[0]).ItemId }]
  const kinds = ['CreatedEvent', 'DeletedEvent', 'MovedEvent'] as const
  const subscribe = (FolderIds: ReturnType<typeof folder>[]) =>
    ann.one('Subscribe', {
      PullSubscriptionRequest: { FolderIds, EventTypes: [...kinds], Timeout: 5 },
    })
  const both = await subscribe([folder('inbox'), folder('junkemail')])
  const one = await subscribe([folder('inbox')])
  for (const to of ['drafts', 'junkemail'] as const)
    await ann.one('MoveItem', { ToFolderId: folder(to), ItemIds })
  const told = async ({ SubscriptionId, Watermark }: Message) => {
    const { Notification } = await ann.one('GetEvents', { SubscriptionId, Watermark })
    return Notification.Events.flatMap((event: object) => Object.keys(event))
  }
  assert.deepEqual(await told(both), ['MovedEvent'])
  assert.deepEqual(await told(one), ['DeletedEvent'])
})
