/** What Exchange tells that our own server does not: attachments of events, photos, zones with rules, lists within lists. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { ReadItem, SourceItem } from '#src/domain/migration/source.ts'
import { parseFields } from '#src/formats/header/fields.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { occurrencesIn } from '#src/formats/jscalendar/occurrences.ts'
import { membersOf } from '#src/formats/jscontact/list-members.ts'
import { utc } from '#src/formats/time-zone/zone.ts'
import { octetsOf, sha256, signal } from './exchange-site.ts'
import { bad, getItems, good, inbox, type Script, scriptedExchange } from './scripted-exchange.ts'

async function opened(t: TestContext, script: Script) {
  const exchange = await scriptedExchange(script)
  t.after(() => exchange.end())
  return { exchange, mailbox: await exchange.source().open('ann@corp.test', signal) }
}

async function one(t: TestContext, script: Script, use: (item: SourceItem) => Promise<void>): Promise<void> {
  const { mailbox } = await opened(t, script)
  const all: ReadItem[] = []
  for await (const read of mailbox.items(inbox, ['i1'], signal)) {
    all.push(read)
    if (read.kind === 'item') await use(read.item)
  }
  assert.equal(all.length, 1)
  assert.equal(all[0]!.kind, 'item', JSON.stringify(all[0]))
}

const head = (ItemClass: string, Size = 1_000) => ({ ItemId: { Id: 'i1', ChangeKey: 'c1' }, ItemClass, Size })

/** Berlin until 2026 by its rules, under a name that nobody knows; clocks change in May and September. */
const ownZone = {
  Id: 'Own Time',
  Name: 'Own Time',
  Periods: [
    { Bias: '-PT1H', Name: 'Standard', Id: 'std' },
    { Bias: '-PT2H', Name: 'Daylight', Id: 'dst' },
  ],
  TransitionsGroups: [
    {
      Id: '0',
      Transitions: [
        {
          RecurringDayTransition: {
            To: { Kind: 'Period', Value: 'dst' },
            TimeOffset: 'PT2H',
            Month: 5,
            DayOfWeek: 'Sunday',
            Occurrence: 1,
          },
        },
        {
          RecurringDayTransition: {
            To: { Kind: 'Period', Value: 'std' },
            TimeOffset: 'PT3H',
            Month: 9,
            DayOfWeek: 'Sunday',
            Occurrence: -1,
          },
        },
      ],
    },
  ],
  Transitions: { Transitions: [{ Transition: { To: { Kind: 'Group', Value: '0' } } }] },
}

const flagRequest = {
  DistinguishedPropertySetId: 'Common',
  PropertyId: 0x8530,
  PropertyType: 'String',
} as const

test('a series comes with its exceptions, their files and attendees, and the rules of its own zone', async (t) => {
  const organizer = { Mailbox: { Name: 'Olga', EmailAddress: 'olga@corp.test', RoutingType: 'SMTP' } }
  const attendee = (EmailAddress: string, ResponseType: 'Accept' | 'Unknown') => ({
    Mailbox: { EmailAddress, RoutingType: 'SMTP' },
    ResponseType,
  })
  const agenda = { Name: 'agenda.pdf', ContentType: 'application/pdf', Size: 9 }
  const master = {
    ...head('IPM.Appointment'),
    Subject: 'Board',
    UID: '040000008200E00074C5B7101A82E008',
    Start: '2027-04-26T08:00:00Z',
    End: '2027-04-26T09:00:00Z',
    StartTimeZone: ownZone,
    EndTimeZone: ownZone,
    IsMeeting: true,
    MyResponseType: 'Accept',
    CalendarItemType: 'RecurringMaster',
    Organizer: organizer,
    RequiredAttendees: [
      attendee('ann@corp.test', 'Unknown'),
      { Mailbox: { Name: 'Old', EmailAddress: '/o=corp/cn=old', RoutingType: 'EX' } },
    ],
    AppointmentSequenceNumber: 3,
    DateTimeStamp: '2026-10-01T10:00:00Z',
    HasAttachments: true,
    Attachments: [{ FileAttachment: { ...agenda, AttachmentId: { Id: 'a1' } } }],
    Recurrence: {
      WeeklyRecurrence: { Interval: 1, DaysOfWeek: ['Monday'], FirstDayOfWeek: 'Monday' },
      NumberedRecurrence: { StartDate: '2027-04-26+01:00', NumberOfOccurrences: 4 },
    },
    ModifiedOccurrences: [
      {
        ItemId: { Id: 'o2', ChangeKey: 'c1' },
        Start: '2027-05-04T12:00:00Z',
        End: '2027-05-04T14:00:00Z',
        OriginalStart: '2027-05-03T07:00:00Z',
      },
      {
        ItemId: { Id: 'o4', ChangeKey: 'c1' },
        Start: '2027-05-17T10:00:00Z',
        End: '2027-05-17T11:00:00Z',
        OriginalStart: '2027-05-17T07:00:00Z',
      },
    ],
    DeletedOccurrences: [{ Start: '2027-05-10T07:00:00Z' }],
  }
  const second = {
    ...master,
    ItemId: { Id: 'o2', ChangeKey: 'c1' },
    Subject: 'Board in May',
    Start: '2027-05-04T12:00:00Z',
    End: '2027-05-04T14:00:00Z',
    CalendarItemType: 'Exception',
    Recurrence: undefined,
    ModifiedOccurrences: undefined,
    DeletedOccurrences: undefined,
    RequiredAttendees: [attendee('ann@corp.test', 'Unknown'), attendee('guest@partner.example', 'Accept')],
    ExtendedProperty: [
      { ExtendedFieldURI: flagRequest, Value: 'call back' },
      {
        ExtendedFieldURI: {
          ...flagRequest,
          DistinguishedPropertySetId: 'Meeting',
          PropertyId: 3,
          PropertyType: 'Binary',
        },
        Value: 'AA==',
      },
    ],
    Attachments: [
      { FileAttachment: { ...agenda, AttachmentId: { Id: 'copy of a1' } } },
      { FileAttachment: { AttachmentId: { Id: 'a2' }, Name: 'numbers.xls', Size: photo.length } },
    ],
  }
  const script: Script = {
    GetItem: getItems((id) =>
      id === 'i1'
        ? { ...good, Items: [{ CalendarItem: master }] }
        : id === 'o2'
          ? { ...good, Items: [{ CalendarItem: second }] }
          : { ...bad('ErrorCorruptData'), Items: [] },
    ),
    GetAttachment: ({ AttachmentIds: [id] }) => ({
      ResponseMessages: [
        {
          GetAttachmentResponseMessage: {
            ...good,
            Attachments: [
              {
                FileAttachment: { AttachmentId: id, Content: Buffer.from(`content of ${id?.Id.slice(-2)}`) },
              },
            ],
          },
        },
      ],
    }),
  }
  await one(t, script, async (item) => {
    const event = item.content as unknown as CalendarObject
    assert.equal(event.uid, master.UID)
    const starts = [...occurrencesIn(event, { from: Date.UTC(2027, 0), to: Date.UTC(2028, 0) }, utc)].map(
      ({ startMs }) => new Date(startMs).toISOString().slice(0, 16),
    )
    // The second Monday is after the change of clocks in this zone alone.
    assert.deepEqual(starts.sort(), ['2027-04-26T08:00', '2027-05-04T12:00', '2027-05-17T10:00'])
    const people = Object.values(event.participants!).map(({ email, sendTo, roles, participationStatus }) => [
      email ?? sendTo?.imip,
      roles.owner ?? false,
      participationStatus,
    ])
    assert.deepEqual(people, [
      ['olga@corp.test', true, undefined],
      ['ann@corp.test', false, 'accepted'],
      ['/o=corp/cn=old', false, 'needs-action'],
    ])
    assert.equal(event.sequence, 3)
    const patch = event.recurrenceOverrides!['2027-05-03T09:00:00']!
    assert.equal(patch.title, 'Board in May')
    assert.equal(Object.keys(patch.participants as object).length, 3)
    const files = []
    for (const file of item.attachments)
      files.push([file.name, file.occurrence, (await octetsOf(file)).toString()])
    assert.deepEqual(files, [
      ['agenda.pdf', null, 'content of a1'],
      ['numbers.xls', '2027-05-03T09:00:00', 'content of a2'],
    ])
    assert.deepEqual(
      item.losses.map(({ property, weight }) => [property, weight]),
      [['occurrence 2027-05-17T09:00:00', 'visible']],
    )
    assert.deepEqual(item.properties, {
      '2027-05-03T09:00:00 {00062008-0000-0000-c000-000000000046}0x8530:String': 'call back',
    })
  })
})

const photo = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3])

test('a contact has its photo, one whose photo cannot be had is there all the same', async (t) => {
  for (const there of [true, false]) {
    const script: Script = {
      GetItem: getItems(() => ({
        ...good,
        Items: [
          {
            Contact: {
              ...head('IPM.Contact'),
              Subject: 'Zoe',
              DisplayName: 'Zoe',
              HasPicture: true,
              CompleteName: { Title: 'Dr.', FullName: 'Zoe' },
              Attachments: [
                {
                  FileAttachment: {
                    AttachmentId: { Id: 'p' },
                    Name: 'ContactPicture.jpg',
                    Size: photo.length,
                    IsContactPhoto: true,
                  },
                },
                { FileAttachment: { AttachmentId: { Id: 'f' }, Name: 'card.pdf', Size: photo.length } },
              ],
            },
          },
        ],
      })),
      GetAttachment: ({ AttachmentIds: [id] }) => ({
        ResponseMessages: [
          {
            GetAttachmentResponseMessage: there
              ? { ...good, Attachments: [{ FileAttachment: { AttachmentId: id, Content: photo } }] }
              : { ...bad('ErrorCorruptData'), Attachments: [] },
          },
        ],
      }),
    }
    await one(t, script, async ({ content, losses, attachments }) => {
      const { media, name } = content as {
        media?: { photo: { uri: string } }
        name: { components: { kind: string; value: string }[] }
      }
      assert.deepEqual(name.components, [{ kind: 'title', value: 'Dr.' }])
      assert.deepEqual(
        attachments.map((each) => each.name),
        ['card.pdf'],
      )
      assert.equal(media?.photo.uri, there ? `data:image/png;base64,${photo.toString('base64')}` : undefined)
      assert.deepEqual(
        losses.map(({ property }) => property),
        there ? [] : ['photo'],
      )
    })
  }
})

test('a distribution list has everybody by address, also those of lists in it', async (t) => {
  const member = (Mailbox: object) => ({ Key: 'AA==', Mailbox, Status: 'Normal' })
  const script: Script = {
    GetItem: getItems((id) =>
      id === 'i1'
        ? {
            ...good,
            Items: [
              {
                DistributionList: {
                  ...head('IPM.DistList'),
                  DisplayName: 'All',
                  Members: [
                    member({
                      Name: 'Bob',
                      EmailAddress: 'bob@corp.test',
                      RoutingType: 'SMTP',
                      MailboxType: 'Mailbox',
                    }),
                    member({
                      Name: 'Inner',
                      RoutingType: 'MAPIPDL',
                      MailboxType: 'PrivateDL',
                      ItemId: { Id: 'inner' },
                    }),
                    member({ Name: 'Card', MailboxType: 'Contact', ItemId: { Id: 'card' } }),
                    member({
                      Name: 'Nobody',
                      RoutingType: 'EX',
                      EmailAddress: '/o=x/cn=gone',
                      MailboxType: 'Unknown',
                    }),
                  ],
                },
              },
            ],
          }
        : {
            ...good,
            Items: [
              { Contact: { EmailAddresses: [{ Key: 'EmailAddress1', Value: 'card@partner.example' }] } },
            ],
          },
    ),
    ExpandDL: () => ({
      ResponseMessages: [
        {
          ExpandDLResponseMessage: {
            ...good,
            DLExpansion: { Mailbox: [{ Name: 'Eve', EmailAddress: 'eve@corp.test', RoutingType: 'SMTP' }] },
          },
        },
      ],
    }),
  }
  await one(t, script, async ({ content, losses }) => {
    assert.deepEqual(membersOf(content as never), [
      { address: 'bob@corp.test', name: 'Bob' },
      { address: 'eve@corp.test', name: 'Eve' },
      { address: 'card@partner.example', name: 'Card' },
    ])
    assert.deepEqual(
      losses.map(({ reason }) => reason),
      ['"Nobody" has no address that is known any more'],
    )
  })
})

test('a large message goes through the spool octet for octet, with the blind copies that it lacks', async (t) => {
  const head64 = Buffer.from('From: ann@corp.test\r\nSubject: big\r\n\r\n')
  const octets = Buffer.concat([head64, Buffer.alloc(20 * 1024 * 1024, 'abcdefg\r\n')])
  const script: Script = {
    GetItem: getItems((_, { ItemShape }) => ({
      ...good,
      Items: [
        {
          Message: {
            ...(ItemShape.IncludeMimeContent && { MimeContent: { Value: octets } }),
            ...head('IPM.Note.SMIME', octets.length),
            BccRecipients: [{ Name: 'Bö', EmailAddress: 'bo@corp.test', RoutingType: 'SMTP' }],
          },
        },
      ],
    })),
  }
  await one(t, script, async (item) => {
    const read = await octetsOf(item.message!)
    assert.equal(item.message!.sizeBytes, read.length)
    assert.equal(sha256(read.subarray(-octets.length)), sha256(octets))
    const [bcc] = parseFields(read.subarray(0, read.length - octets.length))
    assert.match(bcc!.value, /=\?utf-8\?.*<bo@corp\.test>/i)
    assert.equal(item.properties['0x001a:String'], 'IPM.Note.SMIME')
    assert.deepEqual(item.losses, [])
  })
})

test('a folder without items costs no call until it has some', async (t) => {
  const { exchange, mailbox } = await opened(t, {
    SyncFolderItems: () => ({
      ResponseMessages: [
        {
          SyncFolderItemsResponseMessage: {
            ...good,
            SyncState: 'state 1',
            IncludesLastItemInRange: true,
            Changes: [{ Create: { Message: head('IPM.Note') } }],
          },
        },
      ],
    }),
  })
  const syncs = () => exchange.calls.filter((operation) => operation === 'SyncFolderItems').length
  const empty = { ...inbox, items: 0 }
  const first = await mailbox.changes(empty, null, 10, signal)
  const again = await mailbox.changes(empty, first.cursor, 10, signal)
  assert.deepEqual([first.changes, again.changes, again.more, syncs()], [[], [], false, 0])
  const filled = await mailbox.changes({ ...inbox, items: 1 }, again.cursor, 10, signal)
  assert.deepEqual(
    [filled.changes.length, filled.cursor, filled.restarted, syncs()],
    [1, 'state 1', false, 1],
  )
  // What it has been asked for once is asked for again: something may have gone.
  await mailbox.changes(empty, filled.cursor, 10, signal)
  assert.equal(syncs(), 2)
})
