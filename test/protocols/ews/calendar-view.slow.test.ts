/** What a time of the calendar shows: no more than can be told, and what was called off. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EwsClient, type EwsSite, ewsSiteWith, type Message, shown } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
let bob: EwsClient
ewsSiteWith(['ann', 'bob'], (programs, opened) => {
  site = opened
  ;[ann, bob] = programs
})

const view = async (
  client: EwsClient,
  [StartDate, EndDate]: readonly [string, string],
  MaxEntriesReturned?: number,
): Promise<Message> => {
  const [message] = await client.messages('FindItem', {
    ItemShape: { BaseShape: 'Default' },
    CalendarView: { StartDate, EndDate, ...(MaxEntriesReturned && { MaxEntriesReturned }) },
    ParentFolderIds: [{ DistinguishedFolderId: { Id: 'calendar' } }],
    Traversal: 'Shallow',
  })
  return message!
}

test('a view that has more occurrences than are told is refused, or ends where the client said', async () => {
  for (const hour of ['08', '10'])
    await ann.one('CreateItem', {
      SendMeetingInvitations: 'SendToNone',
      Items: [
        {
          CalendarItem: {
            Subject: 'x',
            Start: `2031-01-01T${hour}:00:00Z`,
            End: `2031-01-01T${hour}:30:00Z`,
            Recurrence: {
              DailyRecurrence: { Interval: 1 },
              NoEndRecurrence: { StartDate: '2031-01-01' },
            },
          },
        },
      ],
    })
  const long = ['2031-01-01T00:00:00Z', '2032-12-01T00:00:00Z'] as const
  const refused = await view(ann, long)
  assert.equal(refused.ResponseCode, 'ErrorExceededFindCountLimit')
  for (const [most, told] of [
    [2_000, 1_000],
    [3, 3],
  ] as const) {
    const { RootFolder } = await view(ann, long, most)
    assert.equal(RootFolder.Items.length, told)
    assert.equal(RootFolder.IncludesLastItemInRange, false)
    assert.equal(shown(RootFolder.Items.at(-1)).Start < '2032-06', true)
  }
  // 500 days of two: as many as are told.
  const whole = await view(ann, ['2031-01-01T00:00:00Z', '2032-05-15T00:00:00Z'])
  assert.equal(whole.RootFolder.Items.length, 1_000)
  assert.equal(whole.RootFolder.IncludesLastItemInRange, true)
  const days = ['2031-01-01T00:00:00Z', '2031-01-03T00:00:00Z'] as const
  for (const [most, isLast] of [
    [3, false],
    [4, true],
    [5, true],
  ] as const)
    assert.equal((await view(ann, days, most)).RootFolder.IncludesLastItemInRange, isLast, String(most))
  const tooLong = await view(ann, ['2031-01-01T00:00:00Z', '2034-01-01T00:00:00Z'], 1)
  assert.equal(tooLong.ResponseCode, 'ErrorCalendarViewRangeTooBig')
})

test('an event that was called off says so in its subject, and keeps its name', async () => {
  const { Items } = await ann.one('CreateItem', {
    SendMeetingInvitations: 'SendToAllAndSaveCopy',
    Items: [
      {
        CalendarItem: {
          Subject: 'Lunch',
          Start: '2035-01-01T11:00:00Z',
          End: '2035-01-01T12:00:00Z',
          RequiredAttendees: [{ Mailbox: { EmailAddress: 'bob@corp.test' } }],
        },
      },
    ],
  })
  const day = ['2035-01-01T00:00:00Z', '2035-01-02T00:00:00Z'] as const
  const ofBob = async (): Promise<Message> => {
    const { RootFolder } = await view(bob, day)
    return shown(RootFolder.Items[0] ?? { none: {} })
  }
  await site.until(async () => (await ofBob()).Subject === 'Lunch')
  const calledOff = await ann.one('CreateItem', {
    MessageDisposition: 'SendAndSaveCopy',
    Items: [{ CancelCalendarItem: { ReferenceItemId: shown(Items[0]).ItemId } }],
  })
  assert.equal(shown(calledOff.Items[0] ?? {})?.ItemId.Id, shown(Items[0]).ItemId.Id)
  await site.until(async () => (await ofBob()).Subject === 'Canceled: Lunch')
  const { ItemId } = await ofBob()
  const { RootFolder } = await bob.one('FindItem', {
    ItemShape: { BaseShape: 'Default' },
    ParentFolderIds: [{ DistinguishedFolderId: { Id: 'inbox' } }],
    Traversal: 'Shallow',
  })
  const subjects = RootFolder.Items.map((one: object) => shown(one).Subject).sort()
  assert.deepEqual(subjects, ['Canceled: Lunch', 'Lunch'])
  const rename = (Subject: string) =>
    bob.one('UpdateItem', {
      ConflictResolution: 'AlwaysOverwrite',
      SendMeetingInvitationsOrCancellations: 'SendToNone',
      ItemChanges: [
        {
          ItemId: { Id: ItemId.Id },
          Updates: [{ SetItemField: { FieldURI: { FieldURI: 'item:Subject' }, CalendarItem: { Subject } } }],
        },
      ],
    })
  await rename('Canceled: Lunch at two')
  assert.equal((await ofBob()).Subject, 'Canceled: Lunch at two')
})
