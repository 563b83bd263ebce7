/** Scenario 13 of migration.md 5, from end to end, of what is no message: a row for each property that section 1.4 names. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Item } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { sourceItem, wholeItem } from '#src/domain/migration/stored-item.ts'
import type { Store } from '#src/domain/store.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { migratedMailbox } from '#test/support/migrated-mailbox.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'
import { exchangeSiteWith, octetsOf } from './exchange-site.ts'

const site = await exchangeSiteWith('ann', 'bob')

/** `has`: what the stored item must say for the row to be about it. */
type Row = { what: string; has: RegExp; item: object; files?: readonly string[]; photo?: true }

const meeting = { Start: '2027-03-01T08:00:00Z', End: '2027-03-01T09:00:00Z' }
const weekly = {
  ...meeting,
  Recurrence: {
    WeeklyRecurrence: { Interval: 1, DaysOfWeek: ['Monday'] },
    NoEndRecurrence: { StartDate: '2027-03-01' },
  },
}
const person = (name: string) => ({ Mailbox: { Name: name, EmailAddress: `${name}@partner.example` } })
const named = (PropertySetId: string, PropertyId: number, PropertyType: string, Value: string) => ({
  ExtendedProperty: [{ ExtendedFieldURI: { PropertySetId, PropertyId, PropertyType }, Value }],
})
const tagged = (PropertyTag: string, PropertyType: string, Value: string) => ({
  ...{ ExtendedFieldURI: { PropertyTag, PropertyType }, Value },
})
const numbered = (PropertySetId: string, PropertyId: number, PropertyType: string, said: object) => ({
  ...{ ExtendedFieldURI: { PropertySetId, PropertyId, PropertyType }, ...said },
})
const COMMON = '00062008-0000-0000-c000-000000000046'
const NOTE = '0006200e-0000-0000-c000-000000000046'
const LOG = '0006200a-0000-0000-c000-000000000046'
const ADDRESS = '00062004-0000-0000-c000-000000000046'

const rows: Readonly<
  Record<'CalendarItem' | 'Contact' | 'DistributionList' | 'Task' | 'Message', readonly Row[]>
> = {
  CalendarItem: [
    { what: 'UID', has: /"uid":"kept-uid@x.example"/, item: { ...meeting, UID: 'kept-uid@x.example' } },
    {
      what: 'organiser and attendees',
      has: /ivan@partner.example.*petra@partner.example/,
      item: { ...meeting, RequiredAttendees: [person('ivan')], OptionalAttendees: [person('petra')] },
    },
    { what: 'series without an end', has: /"frequency":"weekly"/, item: weekly },
    {
      what: 'time zone',
      has: /America\/New_York/,
      item: { ...weekly, StartTimeZone: { Id: 'Eastern Standard Time' } },
    },
    { what: 'private', has: /"privacy":"private"/, item: { ...meeting, Sensitivity: 'Private' } },
    {
      what: 'reminder',
      has: /-PT45M/,
      item: { ...meeting, ReminderIsSet: true, ReminderMinutesBeforeStart: 45 },
    },
    { what: 'no reminder', has: /^(?!.*"alerts":\{"[^}]).*$/, item: { ...meeting, ReminderIsSet: false } },
    ...(['Free', 'Tentative', 'OOF', 'WorkingElsewhere'] as const).map((LegacyFreeBusyStatus) => ({
      what: `free/busy: ${LegacyFreeBusyStatus}`,
      has: /BusyStatus/,
      item: { ...meeting, LegacyFreeBusyStatus },
    })),
    {
      what: 'link of an online meeting',
      has: /https:\/\/meet.example\/1/,
      item: {
        ...meeting,
        Location: 'Online',
        ...named(COMMON, 0x8530, 'String', 'https://meet.example/1'),
        Body: { BodyType: 'HTML', Value: '<a href="https://meet.example/1">Join</a>' },
      },
    },
    {
      what: 'whole day',
      has: /"showWithoutTime":true/,
      item: { Start: '2027-03-01T00:00:00Z', End: '2027-03-02T00:00:00Z', IsAllDayEvent: true },
    },
    { what: 'files', has: /agenda.txt/, item: weekly, files: ['agenda.txt'] },
    { what: 'categories', has: /Rote Kategorie/, item: { ...meeting, Categories: ['Rote Kategorie'] } },
  ],
  Contact: [
    { what: 'photo', has: /"kind":"photo"/, item: { DisplayName: 'Foto', GivenName: 'Foto' }, photo: true },
    {
      what: 'several mail addresses',
      has: /one@x.example.*two@x.example.*three@x.example/,
      item: {
        DisplayName: 'Many',
        EmailAddresses: ['one', 'two', 'three'].map((name, at) => ({
          Key: `EmailAddress${at + 1}`,
          Value: `${name}@x.example`,
        })),
      },
    },
    {
      what: 'several postal addresses',
      has: /Berlin.*Wien/,
      item: {
        DisplayName: 'Places',
        PhysicalAddresses: [
          { Key: 'Business', Street: 'A 1', City: 'Berlin' },
          { Key: 'Home', Street: 'B 2', City: 'Wien' },
        ],
      },
    },
    {
      what: 'what only Outlook has a line for: hobbies, sex, places on the net, boxes, how names are read',
      has: /Segeln.*やまだ|やまだ.*Segeln/,
      item: {
        DisplayName: 'Lines',
        ExtendedProperty: [
          tagged('0x3a43', 'String', 'Segeln'),
          tagged('0x3a4d', 'Short', '2'),
          tagged('0x3a4c', 'String', 'ftp://x.example'),
          tagged('0x3a50', 'String', 'https://home.example'),
          tagged('0x3a49', 'String', 'pc-12'),
          tagged('0x3a5e', 'String', 'PF 1'),
          numbered(ADDRESS, 0x804a, 'String', { Value: 'PF 2' }),
          numbered(ADDRESS, 0x802c, 'String', { Value: 'はなこ' }),
          numbered(ADDRESS, 0x802d, 'String', { Value: 'やまだ' }),
          numbered(ADDRESS, 0x802e, 'String', { Value: 'かいしゃ' }),
          numbered(COMMON, 0x8535, 'String', { Value: 'Konto 7' }),
        ],
      },
    },
  ],
  DistributionList: [
    {
      what: 'a list with its members',
      has: /ivan@partner.example.*petra@partner.example/,
      item: { DisplayName: 'List', Members: [person('ivan'), person('petra')] },
    },
  ],
  Task: [
    {
      what: 'a task that comes again',
      has: /"frequency":"monthly"/,
      item: {
        StartDate: '2027-03-01T00:00:00Z',
        DueDate: '2027-03-02T00:00:00Z',
        Recurrence: {
          AbsoluteMonthlyRecurrence: { Interval: 1, DayOfMonth: 1 },
          NumberedRecurrence: { StartDate: '2027-03-01', NumberOfOccurrences: 12 },
        },
      },
    },
    {
      what: 'a task that is done',
      has: /"progress":"completed"|"percentComplete":100/,
      item: { Status: 'Completed', CompleteDate: '2026-03-01T00:00:00Z' },
    },
    {
      what: 'a task with its share',
      has: /"percentComplete":40/,
      item: { Status: 'InProgress', PercentComplete: 40 },
    },
  ],
  Message: [
    {
      what: 'a note with its colour',
      has: /0x8b00:Integer":"2"/,
      item: {
        ItemClass: 'IPM.StickyNote',
        Body: { BodyType: 'Text', Value: 'Milk' },
        ...named(NOTE, 0x8b00, 'Integer', '2'),
      },
    },
    {
      what: 'a journal entry with its kind',
      has: /IPM.Activity/,
      item: {
        ItemClass: 'IPM.Activity',
        Body: { BodyType: 'Text', Value: 'Call' },
        ...named(LOG, 0x8700, 'String', 'Phone call'),
      },
    },
    {
      what: 'a journal entry with whom it was about, and what became of a document',
      has: /"Corp, Ltd"/,
      item: {
        ItemClass: 'IPM.Activity',
        Body: { BodyType: 'Text', Value: 'Letter' },
        ExtendedProperty: [
          numbered(COMMON, 0x8539, 'StringArray', { Values: ['Corp, Ltd', 'Übersee'] }),
          numbered(COMMON, 0x853a, 'StringArray', { Values: ['Ivan'] }),
          numbered(LOG, 0x870c, 'Integer', { Value: '1' }),
          ...[0x870e, 0x870f, 0x8710, 0x8711].map((id) => numbered(LOG, id, 'Boolean', { Value: 'true' })),
        ],
      },
    },
  ],
}
const folders = {
  ...{ CalendarItem: 'calendar', Contact: 'contacts', DistributionList: 'contacts', Task: 'tasks' },
  Message: 'notes',
} as const

const titleOf = (element: string, what: string) => `${element}: ${what}`

async function put(element: keyof typeof rows, { what, item, files = [], photo }: Row): Promise<void> {
  const ann = site.client('ann@corp.test')
  const title = titleOf(element, what)
  const isNote = /StickyNote/.test(JSON.stringify(item))
  const { Items } = await ann.one('CreateItem', {
    ...(element === 'CalendarItem' ? { SendMeetingInvitations: 'SendToNone' } : {}),
    ...(element === 'Message' ? { MessageDisposition: 'SaveOnly' } : {}),
    SavedItemFolderId: {
      DistinguishedFolderId: { Id: element === 'Message' && !isNote ? 'journal' : folders[element] },
    },
    Items: [
      {
        [element]:
          element === 'Contact' || element === 'DistributionList'
            ? { ...item, DisplayName: title }
            : { Subject: title, ...item },
      },
    ],
  } as never)
  const { Id } = (Object.values(Items[0])[0] as { ItemId: { Id: string } }).ItemId
  const attach = (FileAttachment: object) =>
    ann.one('CreateAttachment', { ParentItemId: { Id }, Attachments: [{ FileAttachment }] } as never)
  for (const Name of files) await attach({ Name, ContentType: 'text/plain', Content: Buffer.from(Name) })
  if (photo)
    await attach({
      ...{ Name: 'ContactPicture.jpg', ContentType: 'image/jpeg', IsContactPhoto: true },
      Content: Buffer.from('ffd8ffe000104a464946', 'hex'),
    })
}

/** By title: every part of an item under its name. */
async function pictures(store: Store, at: MailboxRef): Promise<Map<string, Record<string, unknown>>> {
  const found = new Map<string, Record<string, unknown>>()
  for (const role of [...new Set(Object.values(folders)), 'journal']) {
    const folder = (await store.mailboxes.findFolder(at, { distinguished: role }))!
    const { rows: items } = await store.mailboxes.listItems(at, folder.no, {
      ...{ order: 'uid', limit: 200, parts: wholeItem },
    })
    for (const item of items as Item[]) {
      const { content, attachments, properties, keywords, message } = await sourceItem(
        store.mailboxes,
        at,
        item,
      )
      const { created: _, updated: __, prodId: ___, ...says } = (content ?? {}) as Record<string, unknown>
      found.set(item.summary!.subject, {
        ...{ class: item.class, folder: role, categories: [...keywords].sort() },
        ...says,
        ...properties,
        ...(message && { octets: (await octetsOf(message)).toString('latin1') }),
        files: await Promise.all(attachments.map(async (file) => `${file.name} ${await octetsOf(file)}`)),
      })
    }
  }
  return found
}

/** The organizer's answer to the own meeting says nothing. */
const said = (name: string, value: unknown): string =>
  JSON.stringify({ [name]: value }, (key, one) => {
    if (key !== 'participants') return one
    const everybody = Object.values(one as NonNullable<CalendarObject['participants']>)
    return everybody
      .map(({ name, email, roles, participationStatus }) =>
        roles.owner ? `owner ${email}` : `${name} ${email} ${participationStatus} ${roles.optional === true}`,
      )
      .sort()
  })

/** EWS tells the UIDs of events alone, and a note is known by its kind here. */
const isOwn = (folder: unknown, name: string): boolean =>
  (name === 'uid' && folder !== 'calendar') || (name === '0x001a:String' && folder === 'notes')

test('each property of events, contacts, lists, tasks, notes and journal is equal after the copy, or named', async () => {
  const { store } = site.service.data
  const from = await site.mailboxAt('ann@corp.test')
  const elements = Object.keys(rows) as (keyof typeof rows)[]
  for (const element of elements) for (const row of rows[element]) await put(element, row)
  const was = await pictures(store, from)

  const scripted = new ScriptedSource()
  scripted.box('anna@source.example')
  const copy = await migratedMailbox(scripted)
  const source = await site.open('ann@corp.test')
  await copy.pass({ run: { source, spool: site.spool } })
  const now = await pictures(copy.store, copy.at)
  await copy.remove()

  const wrong: string[] = []
  for (const element of elements)
    for (const { what, has } of rows[element]) {
      const title = titleOf(element, what)
      const [before, after] = [was.get(title), now.get(title)]
      assert.ok(before, `${title} was not made`)
      assert.match(JSON.stringify(before), has, `${title} is not about that`)
      if (after === undefined) wrong.push(`${title} did not come over`)
      for (const name of after === undefined ? [] : Object.keys(before)) {
        const [one, other] = [said(name, before[name]), said(name, after![name])]
        if (one !== other && !isOwn(before.folder, name)) wrong.push(`${title}: ${one} is ${other}`)
      }
    }
  assert.deepEqual(wrong, [])
  assert.equal(now.size, was.size)
})
