/** What clients set of items by name comes back, by name and as the MAPI property that it is. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type EwsClient, type EwsSite, type Message, openEwsSite, shown } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
before(async () => {
  site = await openEwsSite()
  await site.user('ann')
  await site.user('bob')
  ann = site.client('ann@corp.test', { RequestServerVersion: { Version: 'Exchange2016' } })
})
after(async () => {
  site.judge()
  await site.end()
})

const create = async (item: object): Promise<string> => {
  const { Items } = await ann.one('CreateItem', {
    Items: [item as never],
    SendMeetingInvitations: 'SendToNone',
    MessageDisposition: 'SaveOnly',
  })
  return shown(Items[0]).ItemId.Id
}
const get = async (Id: string, ...names: string[]): Promise<Message> => {
  const { Items } = await ann.one('GetItem', {
    ItemShape: {
      BaseShape: 'IdOnly',
      AdditionalProperties: names.map((FieldURI) => ({ FieldURI: { FieldURI: FieldURI as never } })),
    },
    ItemIds: [{ ItemId: { Id } }],
  })
  return shown(Items[0])
}
const change = (Id: string, ...Updates: object[]) =>
  ann.one('UpdateItem', {
    ConflictResolution: 'AlwaysOverwrite',
    MessageDisposition: 'SaveOnly',
    SendMeetingInvitationsOrCancellations: 'SendToNone',
    ItemChanges: [{ ItemId: { Id }, Updates: Updates as never }],
  })
const set = (uri: string, element: string, value: unknown) => ({
  SetItemField: { FieldURI: { FieldURI: uri }, [element]: { [uri.split(':')[1]!]: value } },
})
const drop = (uri: string) => ({ DeleteItemField: { FieldURI: { FieldURI: uri } } })

const cases: [element: string, uri: string, first: unknown, then: unknown][] = [
  ['Task', 'task:ActualWork', 90, 120],
  ['Task', 'task:Owner', 'Ann', 'Bob'],
  ['Task', 'task:TotalWork', 600, 60],
  ['Task', 'task:BillingInformation', 'A-1', 'A-2'],
  ['Task', 'task:Mileage', '12 km', '13 km'],
  ['Task', 'task:Companies', ['ACME', 'Corp'], ['Corp']],
  ['Task', 'task:Contacts', ['Zoë'], ['Bob', 'Ann']],
  ['Task', 'item:ItemClass', 'IPM.Task.Mine', 'IPM.Task.Other'],
  ['CalendarItem', 'calendar:AllowNewTimeProposal', false, true],
  ['CalendarItem', 'calendar:ConferenceType', 1, 2],
  ['CalendarItem', 'calendar:IsOnlineMeeting', true, false],
  [
    'CalendarItem',
    'item:Flag',
    { FlagStatus: 'Flagged' },
    { FlagStatus: 'Flagged', DueDate: '2091-01-07T00:00:00Z' },
  ],
  ['CalendarItem', 'calendar:MeetingWorkspaceUrl', 'https://a.example/', 'https://b.example/'],
  ['CalendarItem', 'item:ItemClass', 'IPM.Appointment.Mine', 'IPM.Appointment.Other'],
  ['Contact', 'item:Importance', 'High', 'Low'],
  ['Contact', 'item:Subject', 'About x', 'Of x'],
  [
    'Contact',
    'item:Flag',
    { FlagStatus: 'Flagged' },
    { FlagStatus: 'Complete', CompleteDate: '2091-01-06T00:00:00Z' },
  ],
  ['DistributionList', 'item:Subject', 'About x', 'Of x'],
  ['Contact', 'item:Sensitivity', 'Private', 'Personal'],
  ['Contact', 'item:ReminderDueBy', '2091-01-05T09:00:00Z', '2091-01-06T09:00:00Z'],
  ['Message', 'item:ReminderIsSet', true, false],
  ['Message', 'item:ReminderDueBy', '2091-01-05T09:00:00Z', '2091-01-06T09:00:00Z'],
  ['Message', 'message:IsResponseRequested', true, false],
]
const bare: Readonly<Record<string, object>> = {
  Task: { Subject: 'x' },
  CalendarItem: { Subject: 'x', Start: '2091-01-06T09:00:00Z', End: '2091-01-06T10:00:00Z' },
  Contact: { DisplayName: 'x' },
  DistributionList: { DisplayName: 'x' },
  Message: { Subject: 'x' },
}
for (const [element, uri, first, then] of cases) {
  test(`${element} ${uri} is set when it is made, changed and taken away`, async () => {
    const name = uri.split(':')[1]!
    const without = (await get(await create({ [element]: bare[element] }), uri))[name]
    const id = await create({ [element]: { ...bare[element], [name]: first } })
    assert.deepEqual((await get(id, uri))[name], first)
    await change(id, set(uri, element, then))
    assert.deepEqual((await get(id, uri))[name], then)
    await change(id, drop(uri))
    assert.deepEqual((await get(id, uri))[name], without)
  })
}

test('a contact or list that gets another name is called by it', async () => {
  for (const element of ['Contact', 'DistributionList']) {
    const id = await create({ [element]: { Subject: 'About x', DisplayName: 'x' } })
    await change(id, set('contacts:DisplayName', element, 'y'))
    assert.equal((await get(id, 'item:Subject')).Subject, 'y')
  }
})

test('a list that begins empty is one, and members come behind the others and go one by one', async () => {
  const member = (EmailAddress: string) => ({ Mailbox: { EmailAddress, RoutingType: 'SMTP' } })
  const uri = 'distributionlist:Members'
  const membersOf = async (): Promise<[address: string, key: string][]> =>
    ((await get(id, uri)).Members ?? []).map((one: Message) => [one.Mailbox.EmailAddress, one.Key])
  const append = (...addresses: string[]) => ({
    AppendToItemField: { FieldURI: { FieldURI: uri }, DistributionList: { Members: addresses.map(member) } },
  })
  const id = await create({ DistributionList: { DisplayName: 'Friends' } })
  assert.equal((await get(id, 'item:ItemClass')).ItemClass, 'IPM.DistList')
  await change(id, append('bob@corp.test', 'far?away@partner.example'), append('ann@corp.test'))
  const [bob, ...others] = await membersOf()
  assert.deepEqual(
    others.map(([address]) => address),
    ['far?away@partner.example', 'ann@corp.test'],
  )
  const gone = { FieldURI: 'distributionlist:Members:Member', FieldIndex: bob![1] }
  await change(id, { DeleteItemField: { IndexedFieldURI: gone } }, append('new@partner.example'))
  assert.deepEqual(
    (await membersOf()).map(([address]) => address),
    ['far?away@partner.example', 'ann@corp.test', 'new@partner.example'],
  )
})

test('texts that are appended in one request come one behind the other, to an item of any class', async () => {
  for (const element of ['Message', 'CalendarItem', 'Contact', 'Task']) {
    const text = (Value: string) => ({ Body: { BodyType: 'Text', Value } })
    const id = await create({ [element]: { ...bare[element], ...text('a') } })
    const append = (value: string) => ({
      AppendToItemField: { FieldURI: { FieldURI: 'item:Body' }, [element]: text(value) },
    })
    await change(id, append('b'), append('c'))
    assert.equal((await get(id, 'item:Body')).Body.Value.trim(), 'abc', element)
  }
})

test('who appends to what takes nothing behind it is told so', async () => {
  for (const [element, value] of Object.entries(bare)) {
    const id = await create({ [element]: value })
    const [message] = await ann.messages('UpdateItem', {
      ConflictResolution: 'AlwaysOverwrite',
      MessageDisposition: 'SaveOnly',
      SendMeetingInvitationsOrCancellations: 'SendToNone',
      ItemChanges: [
        {
          ItemId: { Id: id },
          Updates: [
            {
              AppendToItemField: {
                FieldURI: { FieldURI: 'item:Categories' },
                [element]: { Categories: ['Red'] },
              } as never,
            },
          ],
        },
      ],
    })
    assert.equal(message!.ResponseCode, 'ErrorInvalidPropertyAppend', element)
  }
})

test('a property by name is the one by its set and id', async () => {
  const id = await create({ Task: { Subject: 'x', ActualWork: 90 } })
  const ExtendedFieldURI = {
    DistinguishedPropertySetId: 'Task',
    PropertyId: 0x8110,
    PropertyType: 'Integer',
  } as const
  const { Items } = await ann.one('GetItem', {
    ItemShape: { BaseShape: 'IdOnly', AdditionalProperties: [{ ExtendedFieldURI }] },
    ItemIds: [{ ItemId: { Id: id } }],
  })
  assert.equal(shown(Items[0]).ExtendedProperty[0].Value, '90')
})

test('the reminder of a task rings at its moment, and goes when it is turned off', async () => {
  const names = ['item:ReminderIsSet', 'item:ReminderDueBy', 'item:Subject']
  const reminderOf = async (id: string) => {
    const { ReminderIsSet, ReminderDueBy } = await get(id, ...names)
    return [ReminderIsSet, ReminderDueBy]
  }
  const id = await create({
    Task: { Subject: 'x', ReminderIsSet: true, ReminderDueBy: '2091-01-05T09:00:00+02:00' },
  })
  assert.deepEqual(await reminderOf(id), [true, '2091-01-05T07:00:00Z'])
  await change(id, set('item:Subject', 'Task', 'y'))
  assert.deepEqual(await reminderOf(id), [true, '2091-01-05T07:00:00Z'])
  await change(id, set('item:ReminderDueBy', 'Task', '2091-01-06T09:00:00Z'))
  assert.deepEqual(await reminderOf(id), [true, '2091-01-06T09:00:00Z'])
  await change(id, set('item:ReminderIsSet', 'Task', false))
  assert.deepEqual(await reminderOf(id), [false, undefined])
})

test('a flag says until when, and when it was done', async () => {
  const due = { StartDate: '2091-01-05T00:00:00Z', DueDate: '2091-01-07T00:00:00Z' }
  const id = await create({ Message: { Subject: 'x', Flag: { FlagStatus: 'Flagged', ...due } } })
  assert.deepEqual((await get(id, 'item:Flag')).Flag, { FlagStatus: 'Flagged', ...due })
  const done = { FlagStatus: 'Complete', CompleteDate: '2091-01-06T00:00:00Z' }
  await change(id, set('item:Flag', 'Message', done))
  assert.deepEqual((await get(id, 'item:Flag')).Flag, done)
  await change(id, set('item:Flag', 'Message', { FlagStatus: 'NotFlagged' }))
  assert.deepEqual((await get(id, 'item:Flag')).Flag, { FlagStatus: 'NotFlagged' })
})

test('that no answer is asked for, and no other time to be proposed, goes with the invitation', async () => {
  await ann.one('CreateItem', {
    SendMeetingInvitations: 'SendToAllAndSaveCopy',
    Items: [
      {
        CalendarItem: {
          Subject: 'All hands',
          Start: '2091-01-06T09:00:00Z',
          End: '2091-01-06T10:00:00Z',
          AllowNewTimeProposal: false,
          IsResponseRequested: false,
          RequiredAttendees: [{ Mailbox: { EmailAddress: 'bob@corp.test' } }],
        },
      },
    ],
  })
  await site.until(async () => (await site.messages('bob@corp.test')).length > 0)
  const bob = site.client('bob@corp.test')
  for (const folder of ['inbox', 'calendar'] as const) {
    const { RootFolder } = await bob.one('FindItem', {
      ItemShape: { BaseShape: 'AllProperties' },
      ParentFolderIds: [{ DistinguishedFolderId: { Id: folder } }],
      Traversal: 'Shallow',
    })
    const { AllowNewTimeProposal, IsResponseRequested } = shown(RootFolder.Items[0])
    assert.deepEqual([folder, AllowNewTimeProposal, IsResponseRequested], [folder, false, false])
  }
})

test('of a property that is said by name and by tag the tag counts, whether it is made or changed', async () => {
  const tagged = {
    ExtendedFieldURI: { DistinguishedPropertySetId: 'Task', PropertyId: 0x8110, PropertyType: 'Integer' },
    Value: '90',
  } as const
  const id = await create({ Task: { Subject: 'x', ExtendedProperty: [tagged], ActualWork: 10 } })
  assert.equal((await get(id, 'task:ActualWork')).ActualWork, 90)
  const { ExtendedFieldURI } = tagged
  await change(id, set('task:ActualWork', 'Task', 20), {
    SetItemField: { ExtendedFieldURI, Task: { ExtendedProperty: [{ ...tagged, Value: '30' }] } },
  })
  assert.equal((await get(id, 'task:ActualWork')).ActualWork, 30)
})

test('importance and sensitivity are the same by name and by tag, of items of every class', async () => {
  const tags = { Importance: ['0x0017', '2', 'High'], Sensitivity: ['0x0036', '2', 'Private'] } as const
  for (const [element, value] of Object.entries(bare)) {
    for (const [name, [PropertyTag, number, word]] of Object.entries(tags)) {
      const ExtendedFieldURI = { PropertyTag, PropertyType: 'Integer' } as const
      const id = await create({
        [element]: { ...value, ExtendedProperty: [{ ExtendedFieldURI, Value: number }] },
      })
      assert.equal((await get(id, `item:${name}`))[name], word, `${element} ${name}`)
      await change(id, set(`item:${name}`, element, 'Normal'))
      const { Items } = await ann.one('GetItem', {
        ItemShape: { BaseShape: 'IdOnly', AdditionalProperties: [{ ExtendedFieldURI }] },
        ItemIds: [{ ItemId: { Id: id } }],
      })
      assert.equal(shown(Items[0]).ExtendedProperty[0].Value, name === 'Importance' ? '1' : '0', element)
    }
  }
})

test('the sensitivity of an invitation that came is a mark of its reader, too', async () => {
  await site.client('bob@corp.test').one('CreateItem', {
    SendMeetingInvitations: 'SendOnlyToAll',
    Items: [
      {
        CalendarItem: {
          ...bare.CalendarItem,
          RequiredAttendees: [{ Mailbox: { EmailAddress: 'ann@corp.test' } }],
        },
      },
    ],
  })
  const inbox = async (): Promise<object[]> => {
    const { RootFolder } = await ann.one('FindItem', {
      ItemShape: { BaseShape: 'IdOnly' },
      ParentFolderIds: [{ DistinguishedFolderId: { Id: 'inbox' } }],
      Traversal: 'Shallow',
    })
    return RootFolder.Items
  }
  await site.until(async () => (await inbox()).length > 0)
  const { Id } = shown((await inbox())[0]!).ItemId
  await change(Id, set('item:Sensitivity', 'Message', 'Private'))
  assert.equal((await get(Id, 'item:Sensitivity')).Sensitivity, 'Private')
})

test('what a client has put in the place of a record is not told as one', async () => {
  const ExtendedFieldURI = {
    DistinguishedPropertySetId: 'PublicStrings',
    PropertyName: 'OnlineMeetingSettings',
    PropertyType: 'String',
  } as const
  for (const Value of ['{', '[]', 'null', '{}', '{"LobbyBypass":"x","AccessLevel":"y","Presenters":"z"}']) {
    const id = await create({
      CalendarItem: { ...bare.CalendarItem, ExtendedProperty: [{ ExtendedFieldURI, Value }] },
    })
    const event = await get(id, 'calendar:OnlineMeetingSettings')
    assert.equal(event.OnlineMeetingSettings, undefined, Value)
  }
})

test('an event tells by name whom it invites, and when it was changed here, whatever its calendar says', async () => {
  const calendar = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:x',
    'BEGIN:VEVENT',
    'UID:told',
    'DTSTAMP:20910101T000000Z',
    'LAST-MODIFIED:20910101T000000Z',
    'DTSTART:20910106T090000Z',
    'DTEND:20910106T100000Z',
    'SUMMARY:x',
    'ORGANIZER:mailto:ann@corp.test',
    'ATTENDEE;CN=Bob:mailto:bob@corp.test',
    'ATTENDEE;CN=Zoë;ROLE=OPT-PARTICIPANT:mailto:zoe@partner.example',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n')
  const id = await create({
    CalendarItem: { MimeContent: { CharacterSet: 'UTF-8', Value: Buffer.from(calendar) } },
  })
  const told = await get(id, 'item:DisplayTo', 'item:DisplayCc', 'item:LastModifiedTime')
  assert.deepEqual([told.DisplayTo, told.DisplayCc], ['Bob', 'Zoë'])
  assert.ok(Date.parse(told.LastModifiedTime) < Date.UTC(2091, 0, 1))
})
