/** Scenario 11 of migration.md 5, from end to end: series that were copied over EWS are the same here, and nobody hears of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addCalendarObject, calendarObjectOf } from '#src/domain/calendar/events.ts'
import type { Item } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { sourceItem, wholeItem } from '#src/domain/migration/stored-item.ts'
import type { Store } from '#src/domain/store.ts'
import { parseCalendar } from '#src/formats/ical/calendar.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { occurrencesIn } from '#src/formats/jscalendar/occurrences.ts'
import { occurrenceOf } from '#src/formats/jscalendar/patch.ts'
import { parseLocal } from '#src/formats/recurrence/civil.ts'
import { findIanaZone } from '#src/formats/time-zone/iana-zone.ts'
import { toEpoch, utc } from '#src/formats/time-zone/zone.ts'
import { migratedMailbox } from '#test/support/migrated-mailbox.ts'
import { calendarText, recurrenceCases, window } from '#test/support/recurrence-cases.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'
import { exchangeSiteWith, octetsOf, signal } from './exchange-site.ts'

const site = await exchangeSiteWith('ann', 'bob')
const from = await site.mailboxAt('ann@corp.test')

/** The copy of somebody invited: Olga of another company holds the meeting. */
const people = [
  'ORGANIZER;CN=Olga:mailto:olga@partner.example',
  'ATTENDEE;PARTSTAT=ACCEPTED:mailto:ann@corp.test',
  'ATTENDEE;PARTSTAT=TENTATIVE;ROLE=OPT-PARTICIPANT:mailto:guest@partner.example',
]

/** Each of the 42 cases with somebody who holds it. */
async function putCases(store: Store): Promise<void> {
  const calendar = (await store.mailboxes.findFolder(from, { distinguished: 'calendar' }))!.no
  for (const [number, one] of recurrenceCases.entries()) {
    const text = calendarText(one).replaceAll('END:VEVENT', [...people, 'END:VEVENT'].join('\r\n'))
    const [event] = parseCalendar(text).objects
    const named = { ...event!, uid: `case-${number}@partner.example`, title: one.name }
    await addCalendarObject(store, from, calendar, named, {})
  }
}

/** What people do to one occurrence, as a program of Exchange does it. */
async function putOwn(): Promise<void> {
  const ann = site.client('ann@corp.test')
  const create = async (item: object) => {
    const { Items } = await ann.one('CreateItem', {
      SendMeetingInvitations: 'SendToNone',
      Items: [{ CalendarItem: item }],
    } as never)
    return Items[0].CalendarItem.ItemId.Id as string
  }
  const change = async (
    RecurringMasterId: string,
    InstanceIndex: number,
    ...sets: [uri: string, item: object][]
  ) => {
    const { Items } = await ann.one('UpdateItem', {
      ConflictResolution: 'AlwaysOverwrite',
      SendMeetingInvitationsOrCancellations: 'SendToNone',
      ItemChanges: [
        {
          OccurrenceItemId: { RecurringMasterId, InstanceIndex },
          Updates: sets.map(([FieldURI, CalendarItem]) => ({
            SetItemField: { FieldURI: { FieldURI }, CalendarItem },
          })),
        },
      ],
    } as never)
    return Items[0].CalendarItem.ItemId.Id as string
  }
  const attach = (Id: string, Name: string) =>
    ann.one('CreateAttachment', {
      ParentItemId: { Id },
      Attachments: [
        { FileAttachment: { Name, ContentType: 'text/plain', Content: Buffer.from(`content of ${Name}`) } },
      ],
    })
  const invited = (...names: string[]) =>
    names.map((name) => ({ Mailbox: { EmailAddress: `${name}@partner.example` } }))
  const series = {
    Subject: 'changed in every way',
    Start: '2026-03-02T08:00:00Z',
    End: '2026-03-02T09:00:00Z',
    StartTimeZone: { Id: 'W. Europe Standard Time' },
    RequiredAttendees: invited('olga', 'ivan'),
    Recurrence: {
      WeeklyRecurrence: { Interval: 1, DaysOfWeek: ['Monday'] },
      NoEndRecurrence: { StartDate: '2026-03-02' },
    },
  }
  const id = await create(series)
  await attach(id, 'agenda.txt')
  await attach(await change(id, 3, ['item:Subject', { Subject: 'with a file' }]), 'notes.txt')
  const attendees = { RequiredAttendees: invited('olga', 'petra') }
  await change(id, 5, ['calendar:RequiredAttendees', attendees])
  const moved = [
    ['calendar:Start', { Start: '2026-04-14T12:00:00Z' }],
    ['calendar:End', { End: '2026-04-14T13:30:00Z' }],
  ] as [string, object][]
  await change(id, 7, ...moved)
  await ann.one('DeleteItem', {
    DeleteType: 'MoveToDeletedItems',
    SendMeetingCancellations: 'SendToNone',
    ItemIds: [{ OccurrenceItemId: { RecurringMasterId: id, InstanceIndex: 9 } }],
  } as never)
  for (const zone of ['Tokyo Standard Time', 'Pacific Standard Time'])
    await create({
      Subject: `whole days of ${zone}`,
      Start: '2026-03-07T00:00:00',
      End: '2026-03-08T00:00:00',
      IsAllDayEvent: true,
      StartTimeZone: { Id: zone },
      EndTimeZone: { Id: zone },
      Recurrence: {
        WeeklyRecurrence: { Interval: 2, DaysOfWeek: ['Saturday'] },
        NoEndRecurrence: { StartDate: '2026-03-07' },
      },
    })
}

/** Days of whole-day series are those of whoever looks, so both sides are looked at from several places. */
const zones = [
  utc,
  ...['Europe/Berlin', 'Pacific/Auckland', 'America/Los_Angeles'].map((id) => findIanaZone(id)!),
]

/** What the organizer answered to the own meeting says nothing. */
const peopleOf = (event: CalendarObject): string[] =>
  Object.values(event.participants ?? {})
    .map(({ email = '', roles, participationStatus = 'needs-action' }) =>
      roles.owner
        ? `${email.toLowerCase()} owner`
        : `${email.toLowerCase()} ${roles.optional ? 'optional' : 'required'} ${participationStatus}`,
    )
    .sort()

/** A moment in an hour that a clock leaps over may be written in two ways. */
const momentOf = ({ start, timeZone }: CalendarObject): number =>
  toEpoch(timeZone == null ? utc : findIanaZone(timeZone)!, parseLocal(start!))

/** Everything that scenario 11 names of a series, in lines that a failure can name. */
async function pictureOf(store: Store, at: MailboxRef, item: Item): Promise<Record<string, unknown>> {
  const event = calendarObjectOf(item)!
  const { attachments } = await sourceItem(store.mailboxes, at, item)
  const changed = Object.entries(event.recurrenceOverrides ?? {}).sort(([one], [other]) =>
    one < other ? -1 : 1,
  )
  return {
    uid: event.uid,
    title: event.title,
    people: peopleOf(event),
    ...Object.fromEntries(
      zones.map((zone) => [
        `occurrences seen from ${zone.id}`,
        [...occurrencesIn(event, window, zone)]
          .map(({ startMs, endMs }) => `${startMs} ${endMs}`)
          .sort()
          .join(),
      ]),
    ),
    'left out': changed.filter(([, patch]) => patch.excluded).map(([id]) => id),
    'occurrences of their own': changed
      .filter(([, patch]) => !patch.excluded)
      .map(([id]) => {
        const one = occurrenceOf(event, id)
        return [id, one.title, momentOf(one), one.duration, one.timeZone, ...peopleOf(one)].join(' ')
      }),
    files: await Promise.all(
      attachments.map(async (file) => `${file.occurrence ?? 'all'} ${file.name} ${await octetsOf(file)}`),
    ),
  }
}

async function seriesOf(store: Store, at: MailboxRef): Promise<Map<string, Record<string, unknown>>> {
  const calendar = (await store.mailboxes.findFolder(at, { distinguished: 'calendar' }))!
  const { rows } = await store.mailboxes.listItems(at, calendar.no, {
    ...{ order: 'uid', limit: 200, parts: wholeItem },
  })
  const pictures = await Promise.all((rows as Item[]).map((item) => pictureOf(store, at, item)))
  assert.equal(new Set(pictures.map(({ uid }) => uid)).size, pictures.length, 'no series is there twice')
  return new Map(pictures.map((picture) => [String(picture.uid), picture]))
}

test('45 series: occurrences for ten years from four places, UIDs, people, files and changes of single days; no mail', async () => {
  const { store } = site.service.data
  await putCases(store)
  await putOwn()
  const was = await seriesOf(store, from)
  assert.equal(was.size, recurrenceCases.length + 3)
  const queued = async (which: Store) => (await which.delivery.queueStatistics(Date.now())).messages
  const waiting = await queued(store)

  const scripted = new ScriptedSource()
  scripted.box('anna@source.example')
  const copy = await migratedMailbox(scripted)
  const source = site.source('ann@corp.test')
  await copy.pass({ run: { source: await source.open('ann@corp.test', signal), spool: site.spool } })
  const now = await seriesOf(copy.store, copy.at)
  const lists = [await queued(store), await queued(copy.store)]
  await copy.remove()

  const wrong: string[] = []
  for (const [uid, picture] of was) {
    const found = now.get(uid)
    if (found === undefined) wrong.push(`"${picture.title}" did not come over under its UID`)
    for (const [what, value] of Object.entries(found === undefined ? {} : picture))
      if (JSON.stringify(found![what]) !== JSON.stringify(value))
        wrong.push(
          `"${picture.title}": ${what} ${JSON.stringify(value).slice(0, 300)} is ${JSON.stringify(found![what])?.slice(0, 300)}`,
        )
  }
  assert.deepEqual(wrong, [])
  assert.equal(now.size, was.size)
  assert.deepEqual(lists, [waiting, 0], 'nobody is written to')
})
