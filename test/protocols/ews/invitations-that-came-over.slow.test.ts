/** Meeting messages that came with a mailbox from elsewhere are the same to programs as those that came by mail. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openExchangeSource } from '#connectors/exchange/exchange-source.ts'
import { addCalendarObject } from '#src/domain/calendar/events.ts'
import { readItem } from '#src/domain/migration/engine/items/import-item.ts'
import { sourceItem, wholeItem } from '#src/domain/migration/stored-item.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { allItems, certificateOf, folderOf, here, signal } from '#test/connectors/exchange/exchange-site.ts'
import { PASSWORD } from '#test/stories/mail-site.ts'
import { type EwsClient, type EwsSite, ewsSiteWith, type Message, shown } from './ews-site.ts'

let site: EwsSite
let bob: EwsClient
ewsSiteWith(['bob'], (programs, opened) => {
  site = opened
  bob = programs[0]!
})

const OLGA = 'olga@partner.example'

const invitation = (method: string, uid: string, status: string, text = 'Please come.'): Buffer =>
  Buffer.from(
    [
      `From: Olga <${OLGA}>`,
      'To: bob@corp.test',
      `Subject: ${uid}`,
      `Message-ID: <${uid}@partner.example>`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/alternative; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      text,
      '--b',
      `Content-Type: text/calendar; method=${method}; charset=utf-8`,
      '',
      'BEGIN:VCALENDAR',
      `METHOD:${method}`,
      'PRODID:Microsoft Exchange Server 2010',
      'VERSION:2.0',
      'BEGIN:VEVENT',
      `UID:${uid}`,
      'SEQUENCE:0',
      'DTSTAMP:20301120T120000Z',
      'DTSTART:20310304T100000Z',
      'DURATION:PT1H',
      'SUMMARY:Planning',
      `ORGANIZER;CN=Olga:mailto:${OLGA}`,
      `ATTENDEE;PARTSTAT=${status};RSVP=TRUE:mailto:bob@corp.test`,
      'END:VEVENT',
      'END:VCALENDAR',
      '--b--',
      '',
    ].join('\r\n'),
  )

async function mailbox() {
  const { store } = site.service.data
  const at = await site.mailboxAt('bob@corp.test')
  const folder = async (distinguished: string) =>
    (await store.mailboxes.findFolder(at, { distinguished }))!.no
  return { store, at, folder }
}

/** As the engine takes it in, from a source that tells the class of items (EWS) or one that does not (IMAP). */
async function comes(octets: Buffer, properties: Record<string, string>): Promise<readonly string[]> {
  const { store, at, folder } = await mailbox()
  const take = await readItem(
    { store, spool: { create: () => assert.fail('it is small') }, largestItemBytes: 1_000_000 },
    at,
    {
      ...{ key: 'k', version: '1', match: null, class: 'message', title: '', flags: 0, receivedAt: 0 },
      ...{ keywords: [], content: null, attachments: [], losses: [], properties },
      message: { sizeBytes: octets.length, open: () => pieces(octets) },
    },
    new AbortController().signal,
  )
  const { item, losses } = await take()
  const inbox = await folder('inbox')
  await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
    mailboxes.appendItem(at, { ...item, folder: inbox }),
  )
  return losses.map(({ property }) => property)
}

async function* pieces(octets: Buffer) {
  for (let at = 0; at < octets.length; at += 10_000) yield octets.subarray(at, at + 10_000)
}

const eventComes = async (uid: string) => {
  const { store, at, folder } = await mailbox()
  const event: CalendarObject = {
    '@type': 'Event',
    ...{ uid, title: 'Planning', start: '2031-03-04T10:00:00', timeZone: 'Etc/UTC', duration: 'PT1H' },
    participants: {
      o: { name: 'Olga', email: OLGA, roles: { owner: true }, sendTo: { imip: `mailto:${OLGA}` } },
      a: { email: 'bob@corp.test', roles: { attendee: true }, participationStatus: 'needs-action' },
    },
  }
  await addCalendarObject(store, at, await folder('calendar'), event)
}

const bobsSource = (ca: string) => ({
  ...{ url: site.url, version: '0.0.0', access: 'own-rights' as const },
  spool: { create: () => assert.fail() } as never,
  login: { user: 'bob@corp.test', password: PASSWORD, scheme: 'basic' as const },
  ...{ tls: { ca }, lookup: here },
})

async function listed(folder: string): Promise<[kind: string, item: Message][]> {
  const { RootFolder } = await bob.one('FindItem', {
    ItemShape: { BaseShape: 'AllProperties' },
    ParentFolderIds: [{ DistinguishedFolderId: { Id: folder } } as never],
    Traversal: 'Shallow',
  })
  return RootFolder.Items.map((item: object) => [Object.keys(item)[0]!, shown(item)])
}

const events = async () =>
  (await listed('calendar')).map(([, { UID, MyResponseType }]) => [UID, MyResponseType])
const found = async (uid: string) => (await listed('inbox')).find(([, { Subject }]) => Subject === uid)!

const REQUEST = { '0x001a:String': 'IPM.Schedule.Meeting.Request' }
for (const [source, properties, order] of [
  ['EWS', REQUEST, 'before'],
  ['IMAP', {}, 'after'],
] as const)
  test(`an invitation that came over ${source} ${order} its event is one, and is answered`, async () => {
    const uid = `came-over-${source}`
    const others = await events()
    if (order === 'after') await eventComes(uid)
    assert.deepEqual(await comes(invitation('REQUEST', uid, 'NEEDS-ACTION'), properties), [])
    assert.equal((await events()).length, others.length + (order === 'after' ? 1 : 0), 'it makes none')
    if (order === 'before') await eventComes(uid)
    const [kind, request] = await found(uid)
    assert.deepEqual([kind, request.ItemClass], ['MeetingRequest', 'IPM.Schedule.Meeting.Request'])
    const code = await bob.code('CreateItem', {
      MessageDisposition: 'SaveOnly',
      Items: [{ AcceptItem: { ReferenceItemId: request.ItemId } } as never],
    })
    assert.equal(code, 'NoError')
    assert.deepEqual(
      (await events()).filter(([one]) => one === uid),
      [[uid, 'Accept']],
    )
  })

test('answers and cancellations that came over are what they were, and change nothing', async () => {
  const uids = ['answer-that-came', 'cancellation-that-came'] as const
  for (const uid of uids) await eventComes(uid)
  const before = await events()
  await comes(invitation('REPLY', uids[0], 'DECLINED'), {})
  await comes(invitation('CANCEL', uids[1], 'NEEDS-ACTION'), {})
  const [answer, cancellation] = [await found(uids[0]), await found(uids[1])]
  assert.deepEqual([answer[0], answer[1].ItemClass], ['MeetingResponse', 'IPM.Schedule.Meeting.Resp.Neg'])
  assert.deepEqual(
    [cancellation[0], cancellation[1].ItemClass],
    ['MeetingCancellation', 'IPM.Schedule.Meeting.Canceled'],
  )
  assert.deepEqual(await events(), before)
})

test('one whose calendar part cannot be read is mail, and is named', async () => {
  const broken = Buffer.from(
    'Subject: broken\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:NOTHING\r\n',
  )
  assert.deepEqual(await comes(broken, REQUEST), ['meeting message'])
  assert.equal((await found('broken'))[0], 'Message')
})

test('a large invitation is one, wherever in it its calendar part lies', async () => {
  const long = 'A long text about what is to be planned.\r\n'.repeat(10_000)
  assert.deepEqual(await comes(invitation('REQUEST', 'large', 'NEEDS-ACTION', long), REQUEST), [])
  assert.deepEqual(
    (await found('large')).map((one) => (typeof one === 'string' ? one : one.ItemClass)),
    ['MeetingRequest', 'IPM.Schedule.Meeting.Request'],
  )
})

test("a delegate's copy says whose it is, and goes on saying so to whoever reads it from here", async () => {
  const properties = { ...REQUEST, '0x5d08:String': 'olaf@corp.test', '0x0044:String': 'Olaf' }
  assert.deepEqual(await comes(invitation('REQUEST', 'delegated', 'NEEDS-ACTION'), properties), [])
  assert.deepEqual(await comes(invitation('REQUEST', 'own', 'NEEDS-ACTION'), REQUEST), [])
  const told = async (uid: string) => {
    const [, { ItemId }] = await found(uid)
    const { Items } = await bob.one('GetItem', {
      ItemShape: { BaseShape: 'AllProperties' },
      ItemIds: [{ ItemId }],
    })
    const { IsDelegated, ReceivedBy, ReceivedRepresenting } = shown(Items[0])
    return [IsDelegated, ReceivedBy.Mailbox.EmailAddress, ReceivedRepresenting.Mailbox.EmailAddress]
  }
  assert.deepEqual(await told('delegated'), [true, 'bob@corp.test', 'olaf@corp.test'])
  assert.deepEqual(await told('own'), [false, 'bob@corp.test', 'bob@corp.test'])
  const source = openExchangeSource(bobsSource(await certificateOf(site.port('web'))))
  try {
    const there = await source.open('bob@corp.test', signal)
    const { store, at, folder } = await mailbox()
    const { rows } = await store.mailboxes.listItems(at, await folder('inbox'), {
      order: 'uid',
      limit: 100,
      parts: wholeItem,
    })
    const { items } = await allItems(there, await folderOf(there, 'inbox'))
    const keys = items.map(({ key }) => key)
    const facts = await there.facts!(keys, signal)
    for (const [uid, address] of [
      ['delegated', 'olaf@corp.test'],
      ['own', undefined],
    ] as const) {
      const item = items.find(({ title }) => title === uid)!
      const stored = await sourceItem(
        store.mailboxes,
        at,
        rows.find(({ summary }) => summary!.subject === uid)!,
      )
      for (const each of [item, facts.get(item.key)!, stored])
        assert.equal(each.properties['0x5d08:String'], address, uid)
      assert.equal(item.properties['0x0044:String'], address && 'Olaf')
    }
  } finally {
    await source.close()
  }
})

/** The occurrence of 11 March 2031, 6:00 in New York, moved to 7:30 in Tokyo, of a series that nobody here has. */
const ofOneOccurrence = (uid: string, recurrenceId: string): Buffer =>
  Buffer.from(
    invitation('REQUEST', uid, 'NEEDS-ACTION')
      .toString()
      .replace(
        'DTSTART:20310304T100000Z',
        `RECURRENCE-ID${recurrenceId}\r\nDTSTART;TZID=Asia/Tokyo:20310312T073000`,
      ),
  )
for (const [what, named, came] of [
  ['before its event', ';TZID=America/New_York:20310311T060000', false],
  ['after its event', ';TZID=America/New_York:20310311T060000', true],
  ['after its event, named on another clock', ':20310311T100000Z', true],
] as const)
  test(`an invitation to one occurrence alone, in other time zones, that came over ${what}, is at its times and is answered`, async () => {
    const uid = `one occurrence ${what}`
    const { store, at, folder } = await mailbox()
    if (came) {
      const event: CalendarObject = {
        ...{ '@type': 'Event', uid, title: 'Planning', start: '2031-03-12T07:30:00', timeZone: 'Asia/Tokyo' },
        ...{ duration: 'PT1H', recurrenceId: '2031-03-11T19:00:00', recurrenceIdTimeZone: 'Asia/Tokyo' },
        participants: {
          o: { name: 'Olga', email: OLGA, roles: { owner: true }, sendTo: { imip: `mailto:${OLGA}` } },
          a: { email: 'bob@corp.test', roles: { attendee: true }, participationStatus: 'needs-action' },
        },
      }
      await addCalendarObject(store, at, await folder('calendar'), event)
    }
    assert.deepEqual(await comes(ofOneOccurrence(uid, named), REQUEST), [])
    const whole = async ({ ItemId }: Message) => {
      const { Items } = await bob.one('GetItem', {
        ItemShape: { BaseShape: 'AllProperties' },
        ItemIds: [{ ItemId }],
      })
      const { Start, End, RecurrenceId, OriginalStart, MyResponseType } = shown(Items[0])
      return [Start, End, RecurrenceId, OriginalStart, MyResponseType]
    }
    const [, request] = await found(uid)
    const times = [
      ...['2031-03-11T22:30:00Z', '2031-03-11T23:30:00Z'],
      ...['2031-03-11T10:00:00Z', '2031-03-11T10:00:00Z'],
    ]
    assert.deepEqual((await whole(request)).slice(0, 4), times)
    const code = await bob.code('CreateItem', {
      MessageDisposition: 'SaveOnly',
      Items: [{ AcceptItem: { ReferenceItemId: request.ItemId } } as never],
    })
    assert.equal(code, 'NoError')
    const mine = (await listed('calendar')).filter(([, { UID }]) => UID === uid)
    assert.equal(mine.length, 1)
    assert.deepEqual(await whole(mine[0]![1]), [...times, 'Accept'])
    const source = openExchangeSource(bobsSource(await certificateOf(site.port('web'))))
    try {
      const there = await source.open('bob@corp.test', signal)
      const { items } = await allItems(there, await folderOf(there, 'calendar'))
      const { content } = items.find((one) => (one.content as { uid?: string }).uid === uid)!
      const { start, timeZone, recurrenceId, recurrenceIdTimeZone } = content as unknown as CalendarObject
      assert.deepEqual(
        [start, timeZone, recurrenceId, recurrenceIdTimeZone],
        ['2031-03-12T07:30:00', 'Asia/Tokyo', '2031-03-11T19:00:00', 'Asia/Tokyo'],
      )
    } finally {
      await source.close()
    }
  })

test("a delegate's copy that names its owner as Exchange does, by an X500 name, is answered for the owner", async () => {
  const dn = '/o=Corp/ou=Exchange Administrative Group/cn=Recipients/cn=Olaf0815'
  await site.user('olaf')
  await site.call('ReplaceProxyAddresses', { EntityId: 'olaf@corp.test', Kind: 'X500', Addresses: [dn] })
  const entry = await site.service.data.store.directory.findEntry(site.organization, {
    address: 'bob@corp.test',
  })
  await site.call('PutMailboxPermissions', {
    EntityId: 'olaf@corp.test',
    GranteeId: entry!.id,
    PermissionValues: ['FULL_ACCESS'],
  })
  const octets = invitation('REQUEST', 'for-olaf', 'NEEDS-ACTION').toString()
  const forOlaf = Buffer.from(octets.replaceAll('bob@corp.test', 'olaf@corp.test'))
  assert.deepEqual(await comes(forOlaf, { ...REQUEST, '0x5d08:String': dn, '0x0044:String': 'Olaf' }), [])
  const [, request] = await found('for-olaf')
  const code = await bob.code('CreateItem', {
    MessageDisposition: 'SaveOnly',
    Items: [{ AcceptItem: { ReferenceItemId: request.ItemId } } as never],
  })
  assert.equal(code, 'NoError')
  const { Items } = (
    await site.client('olaf@corp.test').one('FindItem', {
      ItemShape: { BaseShape: 'AllProperties' },
      ParentFolderIds: [{ DistinguishedFolderId: { Id: 'calendar' } } as never],
      Traversal: 'Shallow',
    })
  ).RootFolder
  assert.deepEqual(
    Items.map((item: object) => [shown(item).UID, shown(item).MyResponseType]),
    [['for-olaf', 'Accept']],
  )
  assert.equal(
    await bob.code('CreateItem', {
      MessageDisposition: 'SaveOnly',
      Items: [
        { Message: { Subject: 'to an old name', ToRecipients: [{ EmailAddress: dn, RoutingType: 'EX' }] } },
      ],
    }),
    'NoError',
  )
})
