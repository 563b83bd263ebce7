import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { type EwsClient, type EwsSite, ewsSiteWith, type Message, shown } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
let bob: EwsClient
let carl: EwsClient
let dora: EwsClient
ewsSiteWith(['ann', 'bob', 'carl', 'dora'], (programs, opened) => {
  site = opened
  ;[ann, bob, carl, dora] = programs
})

type Id = { Id: string; ChangeKey?: string }
const all = { BaseShape: 'AllProperties' } as const
const inboxOf = (client: EwsClient) => listed(client, { DistinguishedFolderId: { Id: 'inbox' } })

async function listed(client: EwsClient, folder: object): Promise<[kind: string, item: Message][]> {
  const { RootFolder } = await client.one('FindItem', {
    ItemShape: all,
    ParentFolderIds: [folder as never],
    Traversal: 'Shallow',
  })
  return RootFolder.Items.map((item: object) => [Object.keys(item)[0]!, shown(item)])
}

/** The newest message of that kind about a meeting. */
async function message(client: EwsClient, kind: string, subject: string): Promise<Message> {
  let found: Message | undefined
  await site.until(async () => {
    found = (await inboxOf(client)).find(([one, item]) => one === kind && item.Subject.includes(subject))?.[1]
    return found !== undefined
  })
  return found!
}

const get = async (client: EwsClient, ItemId: Id): Promise<Message> => {
  const { Items } = await client.one('GetItem', { ItemShape: all, ItemIds: [{ ItemId: { Id: ItemId.Id } }] })
  return shown(Items[0])
}

async function invite(subject: string, more: object = {}, who = 'bob@corp.test'): Promise<Id> {
  const { Items } = await ann.one('CreateItem', {
    SendMeetingInvitations: 'SendToAllAndSaveCopy',
    Items: [
      {
        CalendarItem: {
          Subject: subject,
          Start: '2031-03-04T10:00:00Z',
          End: '2031-03-04T11:00:00Z',
          RequiredAttendees: [{ Mailbox: { EmailAddress: who } }],
          ...more,
        },
      },
    ],
  })
  return shown(Items[0]).ItemId
}

const answer = (
  client: EwsClient,
  item: object,
  disposition: 'SaveOnly' | 'SendOnly' | 'SendAndSaveCopy' = 'SendOnly',
) => client.code('CreateItem', { MessageDisposition: disposition, Items: [item as never] })

const attendee = async (id: Id): Promise<string> => (await get(ann, id)).RequiredAttendees[0].ResponseType

let number = 0
let subject = ''
beforeEach(() => {
  subject = `Meeting ${++number}.`
})

test('the organizer does not answer, and an attendee does not call the meeting off', async () => {
  const id = await invite(subject)
  assert.equal(
    await answer(ann, { AcceptItem: { ReferenceItemId: id } }),
    'ErrorCalendarIsOrganizerForAccept',
  )
  assert.equal(
    await answer(ann, { TentativelyAcceptItem: { ReferenceItemId: id } }),
    'ErrorCalendarIsOrganizerForTentative',
  )
  assert.equal(
    await answer(ann, { DeclineItem: { ReferenceItemId: id } }),
    'ErrorCalendarIsOrganizerForDecline',
  )
  const { AssociatedCalendarItemId: copy } = await get(
    bob,
    (await message(bob, 'MeetingRequest', subject)).ItemId,
  )
  assert.equal(
    await answer(bob, { CancelCalendarItem: { ReferenceItemId: copy } }),
    'ErrorCalendarIsNotOrganizer',
  )
  assert.equal((await get(bob, copy)).IsCancelled, false)
})

test('who may only read a calendar neither answers nor calls off in it', async () => {
  const id = await invite(subject)
  const { AssociatedCalendarItemId: copy } = await get(
    bob,
    (await message(bob, 'MeetingRequest', subject)).ItemId,
  )
  for (const [client, address] of [
    [ann, 'ann@corp.test'],
    [bob, 'bob@corp.test'],
  ] as const)
    await client.ask('AddDelegate', {
      Mailbox: { EmailAddress: address },
      DelegateUsers: [
        {
          UserId: { PrimarySmtpAddress: 'dora@corp.test' },
          DelegatePermissions: { CalendarFolderPermissionLevel: 'Reviewer' },
        },
      ],
    })
  assert.equal((await get(dora, copy)).Subject, subject)
  assert.equal(await answer(dora, { AcceptItem: { ReferenceItemId: copy } }, 'SaveOnly'), 'ErrorAccessDenied')
  assert.equal(
    await answer(dora, { CancelCalendarItem: { ReferenceItemId: id } }, 'SaveOnly'),
    'ErrorAccessDenied',
  )
  assert.equal((await get(bob, copy)).MyResponseType, 'NoResponseReceived')
  assert.equal((await get(ann, id)).IsCancelled, false)
})

test('an invitation is answered though its event was deleted, and comes back', async () => {
  const id = await invite(subject)
  const request = await message(bob, 'MeetingRequest', subject)
  const { AssociatedCalendarItemId: copy } = await get(bob, request.ItemId)
  await bob.one('DeleteItem', {
    DeleteType: 'HardDelete',
    SendMeetingCancellations: 'SendToNone',
    ItemIds: [{ ItemId: copy }],
  })
  const made = await bob.one('CreateItem', {
    MessageDisposition: 'SendAndSaveCopy',
    Items: [{ TentativelyAcceptItem: { ReferenceItemId: request.ItemId } }],
  })
  assert.equal((await get(bob, shown(made.Items[0]).ItemId)).MyResponseType, 'Tentative')
  await site.until(async () => (await attendee(id)) === 'Tentative')
})

test('an old invitation is not answered when there is a newer one', async () => {
  const id = await invite(subject)
  const old = await message(bob, 'MeetingRequest', subject)
  await ann.one('UpdateItem', {
    ConflictResolution: 'AlwaysOverwrite',
    SendMeetingInvitationsOrCancellations: 'SendToAllAndSaveCopy',
    ItemChanges: [
      {
        ItemId: { Id: id.Id },
        Updates: [
          {
            SetItemField: {
              FieldURI: { FieldURI: 'calendar:Start' },
              CalendarItem: { Start: '2031-03-05T10:00:00Z' },
            },
          },
        ],
      },
    ],
  })
  await site.until(
    async () => (await inboxOf(bob)).filter(([, item]) => item.Subject.includes(subject)).length === 2,
  )
  assert.equal(
    await answer(bob, { AcceptItem: { ReferenceItemId: old.ItemId } }),
    'ErrorCalendarMeetingRequestIsOutOfDate',
  )
})

test('what was called off is not answered; one occurrence less leaves the series', async () => {
  const id = await invite(subject, {
    Recurrence: {
      DailyRecurrence: { Interval: 1 },
      NumberedRecurrence: { StartDate: '2031-03-04', NumberOfOccurrences: 3 },
    },
  })
  const request = await message(bob, 'MeetingRequest', subject)
  const { AssociatedCalendarItemId: copy } = await get(bob, request.ItemId)
  const { Items } = await ann.one('GetItem', {
    ItemShape: all,
    ItemIds: [{ OccurrenceItemId: { RecurringMasterId: id.Id, InstanceIndex: 2 } }],
  })
  assert.equal(
    await answer(ann, { CancelCalendarItem: { ReferenceItemId: shown(Items[0]).ItemId } }),
    'NoError',
  )
  const cancellation = await message(bob, 'MeetingCancellation', subject)
  assert.equal(
    await answer(bob, { AcceptItem: { ReferenceItemId: cancellation.ItemId } }),
    'ErrorCalendarIsCancelledForAccept',
  )
  assert.equal(await answer(bob, { RemoveItem: { ReferenceItemId: cancellation.ItemId } }), 'NoError')
  assert.equal((await get(bob, copy)).DeletedOccurrences.length, 1)
  const wrong = await answer(bob, { RemoveItem: { ReferenceItemId: request.ItemId } })
  assert.equal(wrong, 'ErrorInvalidReferenceItem')
})

test('other times are proposed on the clock of the meeting', async () => {
  const zone = { Id: 'W. Europe Standard Time' }
  const id = await invite(subject, { StartTimeZone: zone, EndTimeZone: zone })
  const request = await message(bob, 'MeetingRequest', subject)
  const times = (ProposedStart: string, ProposedEnd: string) => ({
    TentativelyAcceptItem: { ReferenceItemId: request.ItemId, ProposedStart, ProposedEnd },
  })
  assert.equal(
    await answer(bob, times('2031-03-04T13:00:00Z', '2031-03-04T12:00:00Z')),
    'ErrorCalendarEndDateIsEarlierThanStartDate',
  )
  assert.equal(await answer(bob, times('2031-03-04T13:00:00Z', '2031-03-04T13:45:00Z')), 'NoError')
  const counter = await message(ann, 'MeetingResponse', subject)
  const meant = ['2031-03-04T10:00:00Z', '2031-03-04T11:00:00Z']
  const asked = ['2031-03-04T13:00:00Z', '2031-03-04T13:45:00Z']
  const of = ({ Start, End, ProposedStart, ProposedEnd }: Message) => [Start, End, ProposedStart, ProposedEnd]
  const modern = site.client('ann@corp.test', { RequestServerVersion: { Version: 'Exchange2013' } })
  const response = await get(modern, counter.ItemId)
  assert.deepEqual([...of(response), response.ResponseType], [...meant, ...asked, 'Tentative'])
  const attendeeOf = async (client: EwsClient) => (await get(client, id)).RequiredAttendees[0]
  const { ProposedStart, ProposedEnd, ResponseType } = await attendeeOf(modern)
  assert.deepEqual([ProposedStart, ProposedEnd, ResponseType], [...asked, 'Tentative'])

  const old = site.client('ann@corp.test', { RequestServerVersion: { Version: 'Exchange2010_SP2' } })
  assert.deepEqual(of(await get(old, counter.ItemId)), [...meant, undefined, undefined])
  assert.equal((await attendeeOf(old)).ProposedStart, undefined)

  const { ItemId } = (await get(ann, id)) as { ItemId?: Id }
  await ann.one('UpdateItem', {
    ConflictResolution: 'AlwaysOverwrite',
    SendMeetingInvitationsOrCancellations: 'SendToNone',
    ItemChanges: [
      {
        ItemId: ItemId!,
        Updates: [
          {
            SetItemField: {
              FieldURI: { FieldURI: 'calendar:Start' },
              CalendarItem: { Start: '2031-03-04T09:00:00Z' },
            },
          },
        ],
      },
    ],
  } as never)
  assert.equal((await attendeeOf(modern)).ProposedStart, undefined)
})

test('other times that come by mail are told from those of the meeting', async () => {
  const id = await invite(subject)
  const { UID } = await get(ann, id)
  const content = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Other//EN',
    'METHOD:COUNTER',
    'BEGIN:VEVENT',
    `UID:${UID}`,
    'DTSTAMP:20310101T120000Z',
    'DTSTART:20310305T080000Z',
    'DTEND:20310305T093000Z',
    'ORGANIZER:mailto:ann@corp.test',
    'ATTENDEE;PARTSTAT=TENTATIVE:mailto:bob@corp.test',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n')
  await site.as('bob@corp.test').sendMail({
    from: 'bob@corp.test',
    to: 'ann@corp.test',
    subject: `Rather on Wednesday: ${subject}`,
    text: 'Wednesday?',
    icalEvent: { method: 'COUNTER', content },
  })
  const modern = site.client('ann@corp.test', { RequestServerVersion: { Version: 'Exchange2016' } })
  const counter = await get(modern, (await message(ann, 'MeetingResponse', subject)).ItemId)
  const { Start, End, ProposedStart, ProposedEnd } = counter
  assert.deepEqual([Start, End], ['2031-03-04T10:00:00Z', '2031-03-04T11:00:00Z'])
  assert.deepEqual([ProposedStart, ProposedEnd], ['2031-03-05T08:00:00Z', '2031-03-05T09:30:00Z'])
  const [bobs] = (await get(modern, id)).RequiredAttendees
  assert.deepEqual([bobs.ProposedStart, bobs.ProposedEnd], [ProposedStart, ProposedEnd])
})

test('a delegate answers the copy of an invitation for whom it was', async () => {
  await bob.ask('AddDelegate', {
    Mailbox: { EmailAddress: 'bob@corp.test' },
    DelegateUsers: [
      {
        UserId: { PrimarySmtpAddress: 'carl@corp.test' },
        DelegatePermissions: { CalendarFolderPermissionLevel: 'Editor' },
        ReceiveCopiesOfMeetingMessages: true,
      },
    ],
    DeliverMeetingRequests: 'DelegatesOnly',
  })
  const id = await invite(subject)
  const copy = await message(carl, 'MeetingRequest', subject)
  assert.equal(await answer(carl, { AcceptItem: { ReferenceItemId: copy.ItemId } }), 'NoError')
  await site.until(async () => (await attendee(id)) === 'Accept')
  assert.deepEqual(await listed(carl, { DistinguishedFolderId: { Id: 'calendar' } }), [])
  assert.ok(!(await inboxOf(carl)).some(([, item]) => item.Subject.includes(subject)))
})

test('an answer by mail to an event goes to who holds it, and to all to who is invited', async () => {
  const optional = { OptionalAttendees: [{ Mailbox: { Name: 'Carl', EmailAddress: 'carl@corp.test' } }] }
  await invite('reply by mail', optional, 'dora@corp.test')
  const request = await message(dora, 'MeetingRequest', 'reply by mail')
  const ReferenceItemId = (await get(dora, request.ItemId)).AssociatedCalendarItemId
  const asked = { ReferenceItemId, NewBodyContent: { BodyType: 'Text', Value: 'Which room?' } }
  const peopleOf = async (kind: 'ReplyToItem' | 'ReplyAllToItem') => {
    const { Items } = await dora.one('CreateItem', {
      MessageDisposition: 'SaveOnly',
      Items: [{ [kind]: asked } as never],
    })
    const made = await get(dora, shown(Items[0]).ItemId)
    assert.match(
      made.Body.Value,
      /^Which room\?.*From: ann\r?\nTo: dora\r?\nCc: carl\r?\nSubject: reply by mail/s,
    )
    const addresses = (list: Message[] = []) => list.map(({ EmailAddress }) => EmailAddress)
    return [addresses(made.ToRecipients), addresses(made.CcRecipients)]
  }
  assert.deepEqual(await peopleOf('ReplyToItem'), [['ann@corp.test'], []])
  assert.deepEqual(await peopleOf('ReplyAllToItem'), [['ann@corp.test'], ['carl@corp.test']])
  assert.equal(await answer(dora, { ReplyToItem: asked }, 'SendAndSaveCopy'), 'NoError')
  assert.equal((await message(ann, 'Message', 'RE: reply by mail')).Subject, 'RE: reply by mail')
})
