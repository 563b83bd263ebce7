/** Scenario 13 of migration.md 5: what is in an item is the same after it was read, or named as lost. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addCalendarObject, calendarObjectOf } from '#src/domain/calendar/events.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { occurrenceOf } from '#src/formats/jscalendar/patch.ts'
import { membersOf } from '#src/formats/jscontact/list-members.ts'
import { allItems, exchangeSiteWith, folderOf } from './exchange-site.ts'

const site = await exchangeSiteWith('ann', 'bob')

const taken = async (address: string, role: string) => {
  const mailbox = await site.open(address)
  const { items, failed } = await allItems(mailbox, await folderOf(mailbox, role))
  assert.deepEqual(failed, [])
  return items
}

async function placeOf(address: string, distinguished: string) {
  const { store } = site.service.data
  const at = await site.mailboxAt(address)
  const folder = await store.mailboxes.findFolder(at, { distinguished })
  return { store, at, folder: folder!.no }
}

async function stored(address: string, distinguished: string) {
  const { store, at, folder } = await placeOf(address, distinguished)
  const { rows } = await store.mailboxes.listItems(at, folder, {
    order: 'uid',
    limit: 100,
    parts: ['content'],
  })
  return rows
}

const without = (value: object, ...names: string[]) =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))

test('an event keeps text, place, reminder, privacy, free/busy, link, categories and zone', async () => {
  const { store, at, folder } = await placeOf('ann@corp.test', 'calendar')
  const event: CalendarObject = {
    '@type': 'Event',
    uid: 'rich@corp.test',
    title: 'Vorstellung',
    description: '<p>Größe <b>fett</b></p>',
    descriptionContentType: 'text/html',
    start: '2027-03-27T23:30:00',
    timeZone: 'Europe/Berlin',
    endTimeZone: 'Asia/Tokyo',
    duration: 'PT2H',
    locations: { '1': { name: 'Raum 5' } },
    virtualLocations: { '1': { uri: 'https://meet.example/abc' } },
    alerts: { '1': { trigger: { offset: '-PT30M' }, action: 'display' } },
    keywords: { 'Blue Category': true },
    privacy: 'private',
    priority: 1,
    freeBusyStatus: 'busy',
    busyType: 'outOfOffice',
  }
  await addCalendarObject(store, at, folder, event, {
    properties: { '{00062002-0000-0000-c000-000000000046}0x8214:Integer': '3' },
  })
  const [item] = (await taken('ann@corp.test', 'calendar')).filter(({ title }) => title === 'Vorstellung')
  assert.ok(item)
  const { created, updated, sequence, ...plain } = item.content as unknown as CalendarObject
  assert.deepEqual(plain, event)
  assert.deepEqual(item.keywords, ['Blue Category'])
  assert.equal(item.properties['{00062002-0000-0000-c000-000000000046}0x8214:Integer'], '3')
  assert.deepEqual(item.losses, [])
  assert.ok(created && updated && sequence === 0)
})

test('both copies of a meeting keep who holds it, who answered what, and the exceptions with their people', async () => {
  const ann = site.client('ann@corp.test')
  const { Items } = await ann.one('CreateItem', {
    SendMeetingInvitations: 'SendToAllAndSaveCopy',
    Items: [
      {
        CalendarItem: {
          Subject: 'Weekly',
          Start: '2027-04-05T08:00:00Z',
          End: '2027-04-05T09:00:00Z',
          StartTimeZone: { Id: 'W. Europe Standard Time' },
          RequiredAttendees: [{ Mailbox: { EmailAddress: 'bob@corp.test' } }],
          OptionalAttendees: [{ Mailbox: { EmailAddress: 'guest@partner.example', Name: 'Guest' } }],
          Recurrence: {
            WeeklyRecurrence: { Interval: 1, DaysOfWeek: ['Monday'] },
            NumberedRecurrence: { StartDate: '2027-04-05', NumberOfOccurrences: 6 },
          },
        },
      },
    ],
  })
  const master = Items[0].CalendarItem.ItemId
  const occurrence = (InstanceIndex: number) => ({
    OccurrenceItemId: { RecurringMasterId: master.Id, InstanceIndex },
  })
  await ann.one('UpdateItem', {
    ConflictResolution: 'AlwaysOverwrite',
    SendMeetingInvitationsOrCancellations: 'SendToAllAndSaveCopy',
    ItemChanges: [
      {
        ...occurrence(2),
        Updates: [
          {
            SetItemField: {
              FieldURI: { FieldURI: 'item:Subject' },
              CalendarItem: { Subject: 'Weekly, elsewhere' },
            },
          },
          {
            SetItemField: {
              FieldURI: { FieldURI: 'calendar:Start' },
              CalendarItem: { Start: '2027-04-12T12:00:00Z' },
            },
          },
          {
            SetItemField: {
              FieldURI: { FieldURI: 'calendar:End' },
              CalendarItem: { End: '2027-04-12T13:30:00Z' },
            },
          },
        ],
      },
    ],
  })
  await ann.one('DeleteItem', {
    DeleteType: 'MoveToDeletedItems',
    SendMeetingCancellations: 'SendToAllAndSaveCopy',
    ItemIds: [occurrence(4)],
  })
  await site.until(async () => (await stored('bob@corp.test', 'calendar')).length === 1)
  await site.until(async () => {
    const [one] = await stored('bob@corp.test', 'calendar')
    return Object.keys(calendarObjectOf(one!)?.recurrenceOverrides ?? {}).length === 2
  })
  for (const address of ['ann@corp.test', 'bob@corp.test']) {
    const row = (await stored(address, 'calendar')).find((one) => one.content?.title === 'Weekly')
    const was = calendarObjectOf(row!)!
    const item = (await taken(address, 'calendar')).find(({ title }) => title === 'Weekly')!
    const now = item.content as unknown as CalendarObject
    assert.equal(now.uid, was.uid)
    // Who is in it is compared below; a method and the other program's words belong to messages.
    const apart = [
      'participants',
      'replyTo',
      'recurrenceOverrides',
      'created',
      'updated',
      'method',
      'prodId',
      'iCalendar',
    ]
    assert.deepEqual(without(now, ...apart), without(was, ...apart), address)
    const people = (event: CalendarObject) =>
      Object.values(event.participants ?? {})
        .map(({ email, roles, participationStatus = 'needs-action' }) =>
          roles.owner
            ? `owner ${email}`
            : `${email} ${roles.optional ? 'optional' : 'required'} ${participationStatus}`,
        )
        .sort()
    assert.deepEqual(people(now), people(was), address)
    assert.deepEqual(
      Object.keys(now.recurrenceOverrides ?? {}).sort(),
      Object.keys(was.recurrenceOverrides ?? {}).sort(),
    )
    for (const [id, patch] of Object.entries(was.recurrenceOverrides ?? {})) {
      assert.equal(now.recurrenceOverrides![id]!.excluded, patch.excluded)
      if (patch.excluded) continue
      const [one, other] = [occurrenceOf(was, id), occurrenceOf(now, id)]
      for (const name of ['start', 'duration', 'title', 'timeZone'] as const)
        assert.equal(other[name], one[name], `${address} ${name}`)
    }
    assert.deepEqual(item.losses, [], address)
  }
})

test('a file of a series comes once, whatever changed of its occurrences; one of an occurrence stays there', async () => {
  const ann = site.client('ann@corp.test')
  const { Items } = await ann.one('CreateItem', {
    SendMeetingInvitations: 'SendToNone',
    Items: [
      {
        CalendarItem: {
          Subject: 'With files',
          Start: '2027-04-06T08:00:00Z',
          End: '2027-04-06T09:00:00Z',
          Recurrence: {
            WeeklyRecurrence: { Interval: 1, DaysOfWeek: ['Tuesday'] },
            NumberedRecurrence: { StartDate: '2027-04-06', NumberOfOccurrences: 6 },
          },
        },
      },
    ],
  })
  const { Id } = Items[0].CalendarItem.ItemId
  const attach = (parent: string, Name: string) =>
    ann.one('CreateAttachment', {
      ParentItemId: { Id: parent },
      Attachments: [
        { FileAttachment: { Name, ContentType: 'text/plain', Content: Buffer.from(`content of ${Name}`) } },
      ],
    })
  await attach(Id, 'agenda.txt')
  for (const InstanceIndex of [2, 3, 4]) {
    const changed = await ann.one('UpdateItem', {
      ConflictResolution: 'AlwaysOverwrite',
      SendMeetingInvitationsOrCancellations: 'SendToNone',
      ItemChanges: [
        {
          OccurrenceItemId: { RecurringMasterId: Id, InstanceIndex },
          Updates: [
            {
              SetItemField: {
                FieldURI: { FieldURI: 'item:Subject' },
                CalendarItem: { Subject: `With files ${InstanceIndex}` },
              },
            },
          ],
        },
      ],
    })
    if (InstanceIndex === 4) await attach(changed.Items[0].CalendarItem.ItemId.Id, 'notes.txt')
  }
  const item = (await taken('ann@corp.test', 'calendar')).find(({ title }) => title === 'With files')!
  assert.deepEqual(
    item.attachments.map(({ name, occurrence }) => [name, occurrence?.slice(0, 10) ?? null]),
    [
      ['agenda.txt', null],
      ['notes.txt', '2027-04-27'],
    ],
  )
  assert.deepEqual(item.losses, [])
})

test('a contact keeps names, addresses, numbers and days; a list its members', async () => {
  const ann = site.client('ann@corp.test')
  await ann.messages('CreateItem', {
    Items: [
      {
        Contact: {
          Subject: 'Dr. Zoë Quinn',
          Body: { BodyType: 'Text', Value: 'met in Oslo' },
          Categories: ['Friends'],
          FileAs: 'Quinn, Zoë',
          DisplayName: 'Zoë Quinn',
          GivenName: 'Zoë',
          MiddleName: 'M.',
          Nickname: 'Zo',
          CompanyName: 'Acme',
          EmailAddresses: [
            { Key: 'EmailAddress1', Value: 'zoe@acme.example', Name: 'Zoë at work' },
            { Key: 'EmailAddress2', Value: 'zoe@home.example' },
          ],
          PhysicalAddresses: [
            {
              Key: 'Business',
              Street: 'Hauptstraße 1',
              City: 'Köln',
              State: 'NRW',
              CountryOrRegion: 'DE',
              PostalCode: '50667',
            },
          ],
          PhoneNumbers: [
            { Key: 'BusinessPhone', Value: '+49 221 1' },
            { Key: 'MobilePhone', Value: '+49 170 1' },
            { Key: 'AssistantPhone', Value: '+49 221 2' },
          ],
          AssistantName: 'Bo',
          Birthday: '1980-02-29T00:00:00Z',
          Children: ['Ida', 'Max'],
          Department: 'R&D',
          ImAddresses: [{ Key: 'ImAddress1', Value: 'sip:zoe@acme.example' }],
          JobTitle: 'Lead',
          SpouseName: 'Lee',
          Surname: 'Quinn',
          WeddingAnniversary: '2010-06-05T00:00:00Z',
        },
      },
      {
        DistributionList: {
          Subject: 'Team',
          DisplayName: 'Team',
          Members: [
            { Mailbox: { Name: 'Bob', EmailAddress: 'bob@corp.test', RoutingType: 'SMTP' } },
            { Mailbox: { EmailAddress: 'guest@partner.example', RoutingType: 'SMTP' } },
          ],
        },
      },
    ],
  })
  const rows = await stored('ann@corp.test', 'contacts')
  assert.equal(rows.length, 2)
  const items = await taken('ann@corp.test', 'contacts')
  for (const item of items) {
    const was = rows.find((row) => row.content?.kind === item.content?.kind)!.content!
    const names = ['uid', 'created', 'updated'] as const
    assert.deepEqual(without(item.content!, ...names), without(was, ...names))
    assert.deepEqual(item.losses, [])
  }
  const list = items.find(({ content }) => content?.kind === 'group')
  assert.deepEqual(membersOf(list!.content as never), [
    { name: 'Bob', address: 'bob@corp.test' },
    { address: 'guest@partner.example' },
  ])
  const again = await taken('ann@corp.test', 'contacts')
  assert.deepEqual(
    again.map(({ content }) => content?.uid),
    items.map(({ content }) => content?.uid),
  )
})

test('tasks and notes keep what they say', async () => {
  const ann = site.client('ann@corp.test')
  await ann.one('CreateItem', {
    Items: [
      {
        Task: {
          Subject: 'Tax',
          Body: { BodyType: 'Text', Value: 'forms' },
          Importance: 'High',
          Categories: ['Home'],
          StartDate: '2027-01-04T00:00:00Z',
          DueDate: '2027-05-31T00:00:00Z',
          PercentComplete: 40,
          Status: 'WaitingOnOthers',
          Recurrence: {
            AbsoluteYearlyRecurrence: { DayOfMonth: 4, Month: 'January' },
            NoEndRecurrence: { StartDate: '2027-01-04' },
          },
        },
      },
    ],
  })
  await ann.one('CreateItem', {
    SavedItemFolderId: { DistinguishedFolderId: { Id: 'notes' } },
    MessageDisposition: 'SaveOnly',
    Items: [
      {
        Message: {
          ItemClass: 'IPM.StickyNote',
          Subject: 'Milk',
          Body: { BodyType: 'Text', Value: 'Milk\nand eggs' },
        },
      },
    ],
  })
  for (const role of ['tasks', 'notes']) {
    const [row] = await stored('ann@corp.test', role)
    const [item] = await taken('ann@corp.test', role)
    const names = ['uid', 'created', 'updated'] as const
    assert.deepEqual(without(item!.content!, ...names), without(row!.content!, ...names), role)
    assert.deepEqual(item!.losses, [], role)
    assert.equal(item!.class, role.slice(0, -1))
  }
  const [task] = await taken('ann@corp.test', 'tasks')
  assert.equal(task!.properties['{00062003-0000-0000-c000-000000000046}0x8101:Integer'], '3')
  assert.deepEqual(task!.keywords, ['Home'])
})
