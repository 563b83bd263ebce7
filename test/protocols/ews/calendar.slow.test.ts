import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatGlobalObjectId } from '#src/formats/tnef/global-object-id.ts'
import { type EwsClient, type EwsSite, ewsSiteWith, type Message, shown } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
let bob: EwsClient
ewsSiteWith(['ann', 'bob'], (programs, opened) => {
  site = opened
  ;[ann, bob] = programs
})

const all = { BaseShape: 'AllProperties' } as const
const calendar = { DistinguishedFolderId: { Id: 'calendar' } } as const
const berlin = { Id: 'W. Europe Standard Time' } as const

const get = async (client: EwsClient, id: object): Promise<Message> =>
  shown((await client.one('GetItem', { ItemShape: all, ItemIds: [id as never] })).Items[0])

const view = async (client: EwsClient, StartDate: string, EndDate: string): Promise<Message[]> => {
  const { RootFolder } = await client.one('FindItem', {
    ItemShape: all,
    CalendarView: { StartDate, EndDate },
    ParentFolderIds: [calendar],
    Traversal: 'Shallow',
  })
  return RootFolder.Items.map(shown)
}

test('a single event keeps its zone, place, reminder and privacy', async () => {
  const made = await ann.one('CreateItem', {
    SendMeetingInvitations: 'SendToNone',
    Items: [
      {
        CalendarItem: {
          Subject: 'Dentist',
          Body: { BodyType: 'Text', Value: 'bring the card' },
          Start: '2026-11-24T09:00:00',
          End: '2026-11-24T10:30:00',
          Location: 'Bonn',
          LegacyFreeBusyStatus: 'OOF',
          ReminderIsSet: true,
          ReminderMinutesBeforeStart: 20,
          Sensitivity: 'Private',
          Categories: ['Health'],
          StartTimeZone: berlin,
        },
      },
    ],
  })
  const id = { ItemId: shown(made.Items[0]).ItemId }
  const event = await get(ann, id)
  assert.equal(event.Start, '2026-11-24T08:00:00Z')
  assert.equal(event.End, '2026-11-24T09:30:00Z')
  assert.equal(event.StartTimeZone.Id, 'W. Europe Standard Time')
  assert.equal(event.Location, 'Bonn')
  assert.equal(event.LegacyFreeBusyStatus, 'OOF')
  assert.equal(event.ReminderMinutesBeforeStart, 20)
  assert.equal(event.Sensitivity, 'Private')
  assert.deepEqual(event.Categories, ['Health'])
  assert.equal(event.CalendarItemType, 'Single')
  assert.equal(event.MyResponseType, 'Organizer')
  assert.match(event.UID, /.+/)
  const changed = await ann.one('UpdateItem', {
    ConflictResolution: 'AutoResolve',
    SendMeetingInvitationsOrCancellations: 'SendToNone',
    ItemChanges: [
      {
        ...id,
        Updates: [
          {
            SetItemField: {
              FieldURI: { FieldURI: 'calendar:Start' },
              CalendarItem: { Start: '2026-11-24T13:00:00Z' },
            },
          },
          {
            SetItemField: {
              FieldURI: { FieldURI: 'calendar:End' },
              CalendarItem: { End: '2026-11-24T14:00:00Z' },
            },
          },
          { DeleteItemField: { FieldURI: { FieldURI: 'calendar:Location' } } },
        ],
      },
    ],
  })
  const after = await get(ann, { ItemId: shown(changed.Items[0]).ItemId })
  assert.equal(after.Start, '2026-11-24T13:00:00Z')
  assert.equal(after.Duration, 'PT1H')
  assert.equal(after.Location, undefined)
  assert.equal(after.StartTimeZone.Id, 'W. Europe Standard Time')
})

test('an event by its iCalendar, in a zone that nobody knows, is on the clock of the request', async () => {
  const text = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'BEGIN:VEVENT',
    'UID:head-office',
    'SUMMARY:Audit',
    'DTSTART;TZID=Head Office:20311124T090000',
    'DTEND;TZID=Head Office:20311124T100000',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n')
  const inBerlin = site.client('ann@corp.test', { TimeZoneContext: { TimeZoneDefinition: berlin } })
  for (const [client, start] of [
    [inBerlin, '2031-11-24T08:00:00Z'],
    [ann, '2031-11-24T09:00:00Z'],
  ] as const) {
    const made = await client.one('CreateItem', {
      SendMeetingInvitations: 'SendToNone',
      Items: [{ CalendarItem: { MimeContent: { Value: Buffer.from(text) } } }],
    })
    const { Start, Subject } = await get(ann, { ItemId: shown(made.Items[0]).ItemId })
    assert.deepEqual([Start, Subject], [start, 'Audit'])
  }
})

test('a meeting is found by its GlobalObjectId; that of an occurrence has its day', async () => {
  await ann.one('CreateItem', {
    SendMeetingInvitations: 'SendToNone',
    Items: [
      {
        CalendarItem: {
          Subject: 'Known by octets',
          Start: '2033-05-02T09:00:00Z',
          End: '2033-05-02T10:00:00Z',
          UID: 'known-by-octets',
          Recurrence: {
            DailyRecurrence: { Interval: 1 },
            NumberedRecurrence: { StartDate: '2033-05-02', NumberOfOccurrences: 2 },
          },
        },
      },
    ],
  })
  const clean = {
    ExtendedFieldURI: { DistinguishedPropertySetId: 'Meeting', PropertyId: 0x23, PropertyType: 'Binary' },
  } as const
  const whole = {
    ExtendedFieldURI: { DistinguishedPropertySetId: 'Meeting', PropertyId: 3, PropertyType: 'Binary' },
  } as const
  const ItemShape = { BaseShape: 'IdOnly', AdditionalProperties: [clean, whole] } as const
  const octets = formatGlobalObjectId({ uid: 'known-by-octets' })
  const { RootFolder } = await ann.one('FindItem', {
    ItemShape,
    ParentFolderIds: [calendar],
    Traversal: 'Shallow',
    Restriction: {
      IsEqualTo: {
        ...clean,
        FieldURIOrConstant: { Constant: { Value: Buffer.from(octets).toString('base64') } },
      },
    },
  })
  const found = RootFolder.Items.map(shown)
  const values = ({ ExtendedProperty = [] }: Message): string[] =>
    ExtendedProperty.map(({ Value }: Message) => Buffer.from(Value, 'base64').toString('hex'))
  const hex = Buffer.from(octets).toString('hex')
  assert.deepEqual(found.map(values), [[hex, hex]])
  const { Items } = await ann.one('GetItem', {
    ItemShape,
    ItemIds: [{ OccurrenceItemId: { RecurringMasterId: found[0]!.ItemId.Id, InstanceIndex: 2 } }],
  })
  assert.deepEqual(values(shown(Items[0])), [hex, `${hex.slice(0, 32)}07f10503${hex.slice(40)}`])
})

test('a series has its occurrences over the change of clocks, and each may differ or go', async () => {
  const made = await ann.one('CreateItem', {
    SendMeetingInvitations: 'SendToNone',
    Items: [
      {
        CalendarItem: {
          Subject: 'Stand-up',
          Start: '2026-10-19T09:00:00',
          End: '2026-10-19T09:15:00',
          StartTimeZone: berlin,
          Recurrence: {
            WeeklyRecurrence: { Interval: 1, DaysOfWeek: ['Monday', 'Wednesday'], FirstDayOfWeek: 'Monday' },
            NumberedRecurrence: { StartDate: '2026-10-19', NumberOfOccurrences: 6 },
          },
        },
      },
    ],
  })
  const masterId = shown(made.Items[0]).ItemId
  const master = await get(ann, { ItemId: masterId })
  assert.equal(master.CalendarItemType, 'RecurringMaster')
  assert.deepEqual(master.Recurrence.WeeklyRecurrence.DaysOfWeek, ['Monday', 'Wednesday'])
  assert.equal(master.Recurrence.NumberedRecurrence.NumberOfOccurrences, 6)
  assert.equal(master.FirstOccurrence.Start, '2026-10-19T07:00:00Z')
  assert.equal(master.LastOccurrence.Start, '2026-11-04T08:00:00Z')
  const occurrences = await view(ann, '2026-10-01T00:00:00Z', '2026-11-20T00:00:00Z')
  assert.deepEqual(
    occurrences.map(({ Start }) => Start),
    [
      '2026-10-19T07:00:00Z',
      '2026-10-21T07:00:00Z',
      '2026-10-26T08:00:00Z',
      '2026-10-28T08:00:00Z',
      '2026-11-02T08:00:00Z',
      '2026-11-04T08:00:00Z',
    ],
  )
  assert.ok(occurrences.every(({ CalendarItemType }) => CalendarItemType === 'Occurrence'))
  await ann.one('UpdateItem', {
    ConflictResolution: 'AutoResolve',
    SendMeetingInvitationsOrCancellations: 'SendToNone',
    ItemChanges: [
      {
        OccurrenceItemId: { RecurringMasterId: masterId.Id, InstanceIndex: 2 },
        Updates: [
          { SetItemField: { FieldURI: { FieldURI: 'item:Subject' }, CalendarItem: { Subject: 'Longer' } } },
          {
            SetItemField: {
              FieldURI: { FieldURI: 'calendar:End' },
              CalendarItem: { End: '2026-10-21T08:00:00Z' },
            },
          },
        ],
      },
    ],
  })
  await ann.one('DeleteItem', {
    DeleteType: 'HardDelete',
    SendMeetingCancellations: 'SendToNone',
    ItemIds: [{ ItemId: occurrences[3]!.ItemId }],
  })
  const again = await view(ann, '2026-10-01T00:00:00Z', '2026-11-20T00:00:00Z')
  assert.equal(again.length, 5)
  const exception = again.find(({ Subject }) => Subject === 'Longer')!
  assert.equal(exception.CalendarItemType, 'Exception')
  assert.equal(exception.End, '2026-10-21T08:00:00Z')
  assert.equal(exception.OriginalStart, '2026-10-21T07:00:00Z')
  const changed = await get(ann, { RecurringMasterItemId: { OccurrenceId: exception.ItemId.Id } })
  assert.equal(changed.ItemId.Id, masterId.Id)
  assert.deepEqual(changed.DeletedOccurrences, [{ Start: '2026-10-28T08:00:00Z' }])
  assert.equal(changed.ModifiedOccurrences[0].ItemId.Id, exception.ItemId.Id)
  const [gone] = await ann.messages('GetItem', {
    ItemShape: all,
    ItemIds: [{ ItemId: { Id: occurrences[3]!.ItemId.Id } }],
  })
  assert.equal(gone!.ResponseCode, 'ErrorCalendarOccurrenceIsDeletedFromRecurrence')
})

test('patterns come back as they were given, and begin where they say', async () => {
  const patterns = [
    { DailyRecurrence: { Interval: 3 } },
    { WeeklyRecurrence: { Interval: 2, DaysOfWeek: ['Tuesday'], FirstDayOfWeek: 'Sunday' } },
    { AbsoluteMonthlyRecurrence: { Interval: 1, DayOfMonth: 31 } },
    { RelativeMonthlyRecurrence: { Interval: 2, DaysOfWeek: 'Friday', DayOfWeekIndex: 'Last' } },
    { RelativeMonthlyRecurrence: { Interval: 1, DaysOfWeek: 'Weekday', DayOfWeekIndex: 'First' } },
    { AbsoluteYearlyRecurrence: { DayOfMonth: 29, Month: 'February' } },
    { RelativeYearlyRecurrence: { DaysOfWeek: 'Sunday', DayOfWeekIndex: 'Second', Month: 'May' } },
  ] as const
  for (const pattern of patterns) {
    const made = await ann.one('CreateItem', {
      SendMeetingInvitations: 'SendToNone',
      Items: [
        {
          CalendarItem: {
            Subject: 'p',
            Start: '2027-01-01T12:00:00Z',
            End: '2027-01-01T13:00:00Z',
            Recurrence: {
              ...pattern,
              EndDateRecurrence: { StartDate: '2027-01-01', EndDate: '2029-12-31' },
            } as never,
          },
        },
      ],
    })
    const id = { ItemId: shown(made.Items[0]).ItemId }
    const { Recurrence } = await get(ann, id)
    const { EndDateRecurrence, ...given } = Recurrence
    assert.deepEqual(given, pattern)
    assert.equal(EndDateRecurrence.EndDate, '2029-12-31')
    await ann.one('DeleteItem', {
      DeleteType: 'HardDelete',
      SendMeetingCancellations: 'SendToNone',
      ItemIds: [id],
    })
  }
})

test('a whole day is a day where it was made', async () => {
  const made = await ann.one('CreateItem', {
    SendMeetingInvitations: 'SendToNone',
    Items: [
      {
        CalendarItem: {
          Subject: 'Off',
          IsAllDayEvent: true,
          Start: '2026-12-24T00:00:00',
          End: '2026-12-26T00:00:00',
          LegacyFreeBusyStatus: 'Free',
          StartTimeZone: berlin,
          EndTimeZone: berlin,
        },
      },
    ],
  })
  const event = await get(ann, { ItemId: shown(made.Items[0]).ItemId })
  assert.equal(event.IsAllDayEvent, true)
  assert.equal(event.Start, '2026-12-23T23:00:00Z')
  assert.equal(event.End, '2026-12-25T23:00:00Z')
})

test('a meeting is sent, accepted, moved and called off', async () => {
  const made = await ann.one('CreateItem', {
    SendMeetingInvitations: 'SendToAllAndSaveCopy',
    Items: [
      {
        CalendarItem: {
          Subject: 'Review',
          Start: '2026-12-01T10:00:00Z',
          End: '2026-12-01T11:00:00Z',
          RequiredAttendees: [{ Mailbox: { Name: 'Bob', EmailAddress: 'bob@corp.test' } }],
        },
      },
    ],
  })
  const id = { ItemId: shown(made.Items[0]).ItemId }
  const inbox = async (client: EwsClient) =>
    (
      await client.one('FindItem', {
        ItemShape: all,
        ParentFolderIds: [{ DistinguishedFolderId: { Id: 'inbox' } }],
        Traversal: 'Shallow',
      })
    ).RootFolder.Items
  await site.until(async () => (await inbox(bob)).length === 1)
  const [request] = await inbox(bob)
  assert.deepEqual(Object.keys(request), ['MeetingRequest'])
  const whole = await get(bob, { ItemId: shown(request).ItemId })
  assert.equal(whole.ItemClass, 'IPM.Schedule.Meeting.Request')
  assert.equal(whole.Start, '2026-12-01T10:00:00Z')
  assert.equal(whole.IsRead, false)
  assert.ok(whole.AssociatedCalendarItemId.Id)
  assert.equal(
    (await get(bob, { ItemId: whole.AssociatedCalendarItemId })).MyResponseType,
    'NoResponseReceived',
  )
  await bob.one('CreateItem', {
    MessageDisposition: 'SendAndSaveCopy',
    Items: [{ AcceptItem: { ReferenceItemId: shown(request).ItemId } }],
  })
  assert.equal(
    (await get(bob, { ItemId: { Id: whole.AssociatedCalendarItemId.Id } })).MyResponseType,
    'Accept',
  )
  assert.deepEqual(await inbox(bob), [])
  await site.until(async () => (await get(ann, id)).RequiredAttendees[0].ResponseType === 'Accept')
  await ann.one('UpdateItem', {
    ConflictResolution: 'AutoResolve',
    SendMeetingInvitationsOrCancellations: 'SendToAllAndSaveCopy',
    ItemChanges: [
      {
        ItemId: { Id: id.ItemId.Id },
        Updates: [
          {
            SetItemField: {
              FieldURI: { FieldURI: 'calendar:Start' },
              CalendarItem: { Start: '2026-12-01T12:00:00Z' },
            },
          },
          {
            SetItemField: {
              FieldURI: { FieldURI: 'calendar:End' },
              CalendarItem: { End: '2026-12-01T13:00:00Z' },
            },
          },
        ],
      },
    ],
  })
  await site.until(
    async () =>
      (await view(bob, '2026-12-01T00:00:00Z', '2026-12-02T00:00:00Z'))[0]?.Start === '2026-12-01T12:00:00Z',
  )
  assert.equal(
    await ann.code('DeleteItem', { DeleteType: 'HardDelete', ItemIds: [{ ItemId: { Id: id.ItemId.Id } }] }),
    'ErrorSendMeetingCancellationsRequired',
  )
  await ann.one('DeleteItem', {
    DeleteType: 'MoveToDeletedItems',
    SendMeetingCancellations: 'SendToAllAndSaveCopy',
    ItemIds: [{ ItemId: { Id: id.ItemId.Id } }],
  })
  await site.until(async () => (await inbox(bob)).some((each: object) => 'MeetingCancellation' in each))
  const cancellation = (await inbox(bob)).find((each: object) => 'MeetingCancellation' in each)
  const removed = await bob.one('CreateItem', {
    MessageDisposition: 'SaveOnly',
    Items: [{ RemoveItem: { ReferenceItemId: shown(cancellation).ItemId } }],
  })
  assert.equal('CalendarItem' in removed.Items[0], true)
  assert.deepEqual(await view(bob, '2026-12-01T00:00:00Z', '2026-12-02T00:00:00Z'), [])
})
