/** Single occurrences in the calendar of a room, invitations that are passed on, and who attendees are by the address book. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { coming } from '#test/support/coming.ts'
import { type EwsClient, type EwsSite, type Message, openEwsSite, shown } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
let bob: EwsClient
let carl: EwsClient
const ROOM = 'blue@corp.test'
before(async () => {
  site = await openEwsSite()
  const { id } = await site.user('ann')
  for (const name of ['bob', 'carl']) await site.user(name)
  const { ResourceId } = await site.call('CreateResource', { Name: 'blue-room', Type: 'ROOM' })
  await site.call('RegisterToWorkMail', { EntityId: ResourceId, Email: ROOM })
  await site.call('PutMailboxPermissions', {
    EntityId: ResourceId,
    GranteeId: id,
    PermissionValues: ['FULL_ACCESS'],
  })
  const { GroupId } = await site.call('CreateGroup', { Name: 'team' })
  await site.call('RegisterToWorkMail', { EntityId: GroupId, Email: 'team@corp.test' })
  await site.call('CreateContact', {
    Name: 'vera',
    DisplayName: 'Vera Vendor',
    EmailAddresses: ['vera@example.com'],
  })
  await site.call('UpdateUser', { UserId: 'bob@corp.test', DisplayName: 'Bob Builder' })
  ann = site.client('ann@corp.test')
  bob = site.client('bob@corp.test')
  carl = site.client('carl@corp.test')
})
after(async () => {
  site.judge()
  await site.end()
})

type Id = { Id: string; ChangeKey?: string }
const all = { BaseShape: 'AllProperties' } as const
const get = async (client: EwsClient, id: object): Promise<Message> => {
  const { Items } = await client.one('GetItem', { ItemShape: all, ItemIds: [id as never] })
  return shown(Items[0])
}
const named = ({ Id }: Id) => ({ ItemId: { Id } })
const nth = (master: Id, InstanceIndex: number) => ({
  OccurrenceItemId: { RecurringMasterId: master.Id, InstanceIndex },
})

async function meet(item: object): Promise<Id> {
  const { Items } = await ann.one('CreateItem', {
    SendMeetingInvitations: 'SendToAllAndSaveCopy',
    Items: [{ CalendarItem: item as never }],
  })
  return shown(Items[0]).ItemId
}

/** Mondays at ten in the room. */
const weekly = (Subject: string, day: string): Promise<Id> =>
  meet({
    Subject,
    Start: coming(`${day}T10:00:00Z`),
    End: coming(`${day}T11:00:00Z`),
    Resources: [{ Mailbox: { EmailAddress: ROOM } }],
    Recurrence: {
      WeeklyRecurrence: { Interval: 1, DaysOfWeek: ['Monday'] },
      NumberedRecurrence: { StartDate: coming(day), NumberOfOccurrences: 3 },
    },
  })

const move = (id: object, start: string, end: string) =>
  ann.one('UpdateItem', {
    ConflictResolution: 'AlwaysOverwrite',
    SendMeetingInvitationsOrCancellations: 'SendToAllAndSaveCopy',
    ItemChanges: [
      {
        ...id,
        Updates: [
          {
            SetItemField: {
              FieldURI: { FieldURI: 'calendar:Start' },
              CalendarItem: { Start: coming(start) },
            },
          },
          { SetItemField: { FieldURI: { FieldURI: 'calendar:End' }, CalendarItem: { End: coming(end) } } },
        ],
      },
    ],
  } as never)

/** What the room has between two times. */
async function inRoom(StartDate: string, EndDate: string): Promise<Message[]> {
  const { RootFolder } = await ann.one('FindItem', {
    ItemShape: all,
    ParentFolderIds: [{ DistinguishedFolderId: { Id: 'calendar', Mailbox: { EmailAddress: ROOM } } }],
    CalendarView: { StartDate: coming(StartDate), EndDate: coming(EndDate) },
    Traversal: 'Shallow',
  })
  return RootFolder.Items.map(shown)
}

/** BusyType of whatever takes the time of the room. */
async function busyAt(StartTime: string, EndTime: string): Promise<string[]> {
  const { FreeBusyResponseArray } = (await bob.ask('GetUserAvailability', {
    TimeZone: {
      Bias: 0,
      StandardTime: { Bias: 0, Time: '00:00:00', DayOrder: 1, Month: 1, DayOfWeek: 'Sunday' },
      DaylightTime: { Bias: 0, Time: '00:00:00', DayOrder: 1, Month: 1, DayOfWeek: 'Sunday' },
    },
    MailboxDataArray: [{ Email: { Address: ROOM }, AttendeeType: 'Room' }],
    FreeBusyViewOptions: {
      TimeWindow: { StartTime: coming(StartTime), EndTime: coming(EndTime) },
      MergedFreeBusyIntervalInMinutes: 30,
      RequestedView: 'FreeBusy',
    },
  } as never)) as unknown as {
    FreeBusyResponseArray: { FreeBusyView: { CalendarEventArray?: { BusyType: string }[] } }[]
  }
  return (FreeBusyResponseArray[0]!.FreeBusyView.CalendarEventArray ?? []).map(({ BusyType }) => BusyType)
}

const on = (text: string) => coming(`2027-${text}`).slice(5)
const look = ({ Start, CalendarItemType, MyResponseType, LegacyFreeBusyStatus }: Message) => [
  Start.slice(5, 16),
  CalendarItemType,
  MyResponseType,
  LegacyFreeBusyStatus,
]

test('a room that takes a moved occurrence has accepted it, and its series stays accepted', async () => {
  const id = await weekly('Moved', '2027-03-01')
  await site.until(async () => (await inRoom('2027-03-01T00:00:00Z', '2027-03-30T00:00:00Z')).length === 3)
  await move(nth(id, 2), '2027-03-09T14:00:00Z', '2027-03-09T15:00:00Z')
  await site.until(async () => (await inRoom('2027-03-09T00:00:00Z', '2027-03-10T00:00:00Z')).length === 1)
  assert.deepEqual((await inRoom('2027-03-01T00:00:00Z', '2027-03-30T00:00:00Z')).map(look), [
    [on('03-01T10:00'), 'Occurrence', 'Accept', 'Busy'],
    [on('03-09T14:00'), 'Exception', 'Accept', 'Busy'],
    [on('03-15T10:00'), 'Occurrence', 'Accept', 'Busy'],
  ])
  assert.deepEqual(await busyAt('2027-03-09T00:00:00Z', '2027-03-10T00:00:00Z'), ['Busy'])
  await site.until(async () => (await get(ann, nth(id, 2))).Resources[0].ResponseType === 'Accept')
  assert.equal((await get(ann, nth(id, 1))).Resources[0].ResponseType, 'Accept')
  // A change of the whole series takes its exceptions along: they are accepted with it.
  await ann.one('UpdateItem', {
    ConflictResolution: 'AlwaysOverwrite',
    SendMeetingInvitationsOrCancellations: 'SendToAllAndSaveCopy',
    ItemChanges: [
      {
        ...named(id),
        Updates: [
          {
            SetItemField: {
              FieldURI: { FieldURI: 'calendar:Location' },
              CalendarItem: { Location: 'Attic' },
            },
          },
        ],
      },
    ],
  } as never)
  const march = () => inRoom('2027-03-01T00:00:00Z', '2027-03-30T00:00:00Z')
  await site.until(async () => (await march())[0]!.Location === 'Attic')
  assert.deepEqual(
    (await march()).map(({ MyResponseType }) => MyResponseType),
    ['Accept', 'Accept', 'Accept'],
  )
  assert.deepEqual(await busyAt('2027-03-09T00:00:00Z', '2027-03-10T00:00:00Z'), ['Busy'])
})

test('an occurrence moved to where the room is taken is declined alone; one called off is let go alone', async () => {
  const id = await weekly('Clashing', '2027-04-05')
  await meet({
    Subject: 'Other',
    Start: coming('2027-04-13T14:00:00Z'),
    End: coming('2027-04-13T15:00:00Z'),
    Resources: [{ Mailbox: { EmailAddress: ROOM } }],
  })
  const april = () => inRoom('2027-04-01T00:00:00Z', '2027-04-30T00:00:00Z')
  await site.until(async () => (await april()).length === 4)
  await move(nth(id, 2), '2027-04-13T14:30:00Z', '2027-04-13T15:30:00Z')
  await site.until(async () => (await get(ann, nth(id, 2))).Resources[0].ResponseType === 'Decline')
  assert.equal((await get(ann, nth(id, 1))).Resources[0].ResponseType, 'Accept')
  assert.deepEqual((await april()).map(look), [
    [on('04-05T10:00'), 'Occurrence', 'Accept', 'Busy'],
    [on('04-13T14:00'), 'Single', 'Accept', 'Busy'],
    [on('04-19T10:00'), 'Occurrence', 'Accept', 'Busy'],
  ])
  await move(nth(id, 2), '2027-04-14T14:00:00Z', '2027-04-14T15:00:00Z')
  await site.until(async () => (await april()).length === 4)
  assert.deepEqual(look((await april())[2]!), [on('04-14T14:00'), 'Exception', 'Accept', 'Busy'])
  const { ItemId } = (await get(ann, nth(id, 2))) as { ItemId?: Id }
  await ann.one('DeleteItem', {
    DeleteType: 'MoveToDeletedItems',
    SendMeetingCancellations: 'SendToAllAndSaveCopy',
    ItemIds: [named(ItemId!)],
  })
  await site.until(async () => (await april()).length === 3)
  assert.deepEqual((await april()).map(look), [
    [on('04-05T10:00'), 'Occurrence', 'Accept', 'Busy'],
    [on('04-13T14:00'), 'Single', 'Accept', 'Busy'],
    [on('04-19T10:00'), 'Occurrence', 'Accept', 'Busy'],
  ])
  assert.deepEqual(await busyAt('2027-04-14T00:00:00Z', '2027-04-15T00:00:00Z'), [])
})

/** The newest request about a meeting. */
async function requestOf(client: EwsClient, subject: string): Promise<Message> {
  let found: Message | undefined
  await site.until(async () => {
    const { RootFolder } = await client.one('FindItem', {
      ItemShape: all,
      ParentFolderIds: [{ DistinguishedFolderId: { Id: 'inbox' } }],
      Traversal: 'Shallow',
    })
    found = RootFolder.Items.map(shown).find(({ Subject }: Message) => Subject.includes(subject))
    return found !== undefined
  })
  return get(client, named(found!.ItemId))
}

test('an invitation that is forwarded as a draft goes out when the draft is sent, and is one', async () => {
  const meeting = await meet({
    Subject: 'Later on',
    Start: coming('2027-05-04T10:00:00Z'),
    End: coming('2027-05-04T11:00:00Z'),
    RequiredAttendees: [{ Mailbox: { EmailAddress: 'bob@corp.test' } }],
  })
  const { AssociatedCalendarItemId } = await requestOf(bob, 'Later on')
  const made = await bob.one('CreateItem', {
    MessageDisposition: 'SaveOnly',
    Items: [
      {
        ForwardItem: {
          ReferenceItemId: AssociatedCalendarItemId,
          NewBodyContent: { BodyType: 'HTML', Value: '<p>Please come</p>' },
        },
      },
    ],
  })
  const { ItemId } = shown(made.Items[0])
  await bob.one('UpdateItem', {
    ConflictResolution: 'AlwaysOverwrite',
    MessageDisposition: 'SendAndSaveCopy',
    ItemChanges: [
      {
        ItemId,
        Updates: [
          {
            SetItemField: {
              FieldURI: { FieldURI: 'message:ToRecipients' },
              Message: { ToRecipients: [{ EmailAddress: 'carl@corp.test' }] },
            },
          },
        ],
      },
    ],
  })
  const forwarded = await requestOf(carl, 'FW: Later on')
  assert.equal(forwarded.Start, coming('2027-05-04T10:00:00Z'))
  assert.equal(forwarded.Organizer.Mailbox.EmailAddress, 'ann@corp.test')
  assert.match(forwarded.Body.Value, /Please come/)
  const { OptionalAttendees } = await get(ann, named(meeting))
  assert.deepEqual(
    OptionalAttendees?.map(({ Mailbox }: Message) => Mailbox.EmailAddress),
    ['carl@corp.test'],
    'the organizer knows of it',
  )
})

test('a request that is forwarded is a request, which its receiver accepts', async () => {
  await meet({
    Subject: 'Passed on',
    Start: coming('2027-05-03T10:00:00Z'),
    End: coming('2027-05-03T11:00:00Z'),
    RequiredAttendees: [{ Mailbox: { EmailAddress: 'bob@corp.test' } }],
  })
  const received = await requestOf(bob, 'Passed on')
  assert.equal(
    await bob.code('CreateItem', {
      MessageDisposition: 'SendAndSaveCopy',
      Items: [
        {
          ForwardItem: {
            ReferenceItemId: received.ItemId,
            ToRecipients: [{ EmailAddress: 'carl@corp.test' }],
            NewBodyContent: { BodyType: 'Text', Value: 'Please come too.' },
          },
        },
      ],
    }),
    'NoError',
  )
  const forwarded = await requestOf(carl, 'FW: Passed on')
  assert.equal(forwarded.ItemClass, 'IPM.Schedule.Meeting.Request')
  assert.equal(forwarded.Start, coming('2027-05-03T10:00:00Z'))
  assert.equal(forwarded.Organizer.Mailbox.EmailAddress, 'ann@corp.test')
  assert.match(forwarded.Body.Value, /Please come too\./)
  const copy = forwarded.AssociatedCalendarItemId as Id
  assert.equal(
    await carl.code('CreateItem', {
      MessageDisposition: 'SendAndSaveCopy',
      Items: [{ AcceptItem: { ReferenceItemId: forwarded.ItemId } }],
    }),
    'NoError',
  )
  const { MyResponseType, LegacyFreeBusyStatus } = await get(carl, named(copy))
  assert.deepEqual([MyResponseType, LegacyFreeBusyStatus], ['Accept', 'Busy'])
})

test('attendees have the names and kinds of the address book, strangers their own', async () => {
  const id = await meet({
    Subject: 'Who is who',
    Start: coming('2027-06-07T10:00:00Z'),
    End: coming('2027-06-07T11:00:00Z'),
    RequiredAttendees: [
      { Mailbox: { EmailAddress: 'bob@corp.test' } },
      { Mailbox: { EmailAddress: 'team@corp.test' } },
      { Mailbox: { EmailAddress: 'vera@example.com' } },
    ],
    OptionalAttendees: [{ Mailbox: { Name: 'Eve', EmailAddress: 'eve@example.com' } }],
    Resources: [{ Mailbox: { EmailAddress: ROOM } }],
  })
  const people = ({ RequiredAttendees, OptionalAttendees, Resources, Organizer }: Message) =>
    [...RequiredAttendees, ...OptionalAttendees, ...Resources, Organizer].map(({ Mailbox }) => [
      Mailbox.Name,
      Mailbox.MailboxType,
    ])
  const everybody = [
    ['Bob Builder', 'Mailbox'],
    ['team', 'PublicDL'],
    ['Vera Vendor', 'Contact'],
    ['Eve', 'OneOff'],
    ['blue-room', 'Mailbox'],
    ['ann', 'Mailbox'],
  ]
  assert.deepEqual(people(await get(ann, named(id))), everybody)
  const request = await requestOf(bob, 'Who is who')
  assert.deepEqual(people(request), everybody)
  const { Items } = await bob.one('GetItem', {
    ItemShape: { BaseShape: 'IdOnly', IncludeMimeContent: true },
    ItemIds: [named(request.ItemId)],
  })
  const mime = Buffer.from(shown(Items[0]).MimeContent.Value).toString('utf8')
  const unfolded = mime.replace(/=\r\n/g, '').replace(/\r\n[ \t]/g, ' ')
  assert.match(unfolded, /^To: .*"?Bob Builder"? <bob@corp\.test>/m)
  assert.match(mime.replace(/=\r\n/g, '').replace(/\r\n /g, ''), /^ATTENDEE;.*CN=(?:3D)?"?Bob Builder/m)
})

test('senders and recipients of a message have the kinds of the address book, under the names the message says', async () => {
  const to = (EmailAddress: string, Name: string) => ({ Name, EmailAddress })
  const { Items } = await ann.one('CreateItem', {
    MessageDisposition: 'SaveOnly',
    Items: [
      {
        Message: {
          Subject: 'Kinds',
          ToRecipients: [to('bob@corp.test', 'Bobby'), to('eve@example.com', 'Eve')],
          CcRecipients: [to('team@corp.test', 'All of us'), to('vera@example.com', 'Vera')],
        },
      },
    ],
  })
  const draft = await get(ann, named(shown(Items[0]).ItemId))
  const { From, Sender, ToRecipients, CcRecipients } = draft
  assert.deepEqual(
    [From.Mailbox, Sender.Mailbox, ...ToRecipients, ...CcRecipients].map((one) => [
      one.EmailAddress,
      one.Name,
      one.MailboxType,
    ]),
    [
      ['ann@corp.test', 'ann', 'Mailbox'],
      ['ann@corp.test', 'ann', 'Mailbox'],
      ['bob@corp.test', 'Bobby', 'Mailbox'],
      ['eve@example.com', 'Eve', 'OneOff'],
      ['team@corp.test', 'All of us', 'PublicDL'],
      ['vera@example.com', 'Vera', 'Contact'],
    ],
  )
})
