import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { busyTimes, mergedRanks } from '#src/domain/calendar/busy-times.ts'
import { calendarView, viewedEvent } from '#src/domain/calendar/calendar-view.ts'
import { addCalendarObject, changeCalendarObject, findByUid } from '#src/domain/calendar/events.ts'
import { setWorkingHours, type WorkingHours, workingHours } from '#src/domain/calendar/working-hours.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { busyOrder } from '#src/domain/mailbox/event-index.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { findIanaZone } from '#src/formats/time-zone/iana-zone.ts'
import { memorySession } from '#test/support/memory-session.ts'

const memory = await memorySession()
after(() => memory.close())
const { store, reader } = memory

async function aMailbox(): Promise<{ at: MailboxRef; calendar: FolderNo }> {
  const at = memory.newRef()
  await memory.write((writer) => writer.createMailbox(at, { quotaBytes: 1e9, folders: distinguishedFolders }))
  return { at, calendar: (await reader.findFolder(at, { distinguished: 'calendar' }))!.no }
}

const event = (more: Partial<CalendarObject>): CalendarObject => ({
  '@type': 'Event',
  uid: '',
  title: 'Talk',
  start: '2026-06-01T09:00:00',
  timeZone: 'Europe/Berlin',
  duration: 'PT1H',
  ...more,
})
const week = { from: Date.UTC(2026, 5, 1), to: Date.UTC(2026, 5, 8) }
const hour = (ms: number): string => new Date(ms).toISOString().slice(5, 16)

test('times of single events, series, whole days and private events, without and with details', async () => {
  const { at, calendar } = await aMailbox()
  const add = (more: Partial<CalendarObject>) => addCalendarObject(store, at, calendar, event(more))
  await add({ locations: { 1: { name: 'Room 1' } } })
  await add({ start: '2026-06-02T12:00:00', privacy: 'private', title: 'Doctor' })
  await add({ start: '2026-06-03T12:00:00', freeBusyStatus: 'free' })
  await add({ start: '2026-06-03T14:00:00', status: 'cancelled' })
  await add({
    start: '2026-06-04T00:00:00',
    timeZone: null,
    showWithoutTime: true,
    duration: 'P1D',
    busyType: 'outOfOffice',
  })
  await add({
    start: '2025-01-03T08:00:00',
    title: 'Weekly',
    recurrenceRules: [{ frequency: 'weekly' }],
    recurrenceOverrides: { '2026-06-05T08:00:00': { start: '2026-06-06T10:00:00', title: 'Moved' } },
  })
  const berlin = findIanaZone('Europe/Berlin')!
  const times = await busyTimes(reader, at, { ...week, zone: berlin, details: false })
  assert.deepEqual(
    times.map(({ startMs, endMs, busy, private: hidden }) => [hour(startMs), hour(endMs), busy, hidden]),
    [
      ['06-01T07:00', '06-01T08:00', 'busy', false],
      ['06-02T10:00', '06-02T11:00', 'busy', true],
      ['06-03T22:00', '06-04T22:00', 'outOfOffice', false],
      ['06-06T08:00', '06-06T09:00', 'busy', false],
    ],
  )
  assert.ok(times.every(({ details }) => details === undefined))
  const open = await busyTimes(reader, at, { ...week, zone: berlin, details: true })
  assert.deepEqual(
    open.map(
      ({ details }) =>
        details && [details.subject, details.location, details.isRecurring, details.isException],
    ),
    [['Talk', 'Room 1', false, false], undefined, ['Talk', null, false, false], ['Moved', null, true, true]],
  )
  const merged = Array.from(mergedRanks(times, { ...week, minutes: 60 }), (rank) => busyOrder[rank])
  assert.equal(merged.length, 168)
  assert.deepEqual([merged[6], merged[7], merged[8], merged[72]], ['free', 'busy', 'free', 'outOfOffice'])
})

test('a window that cuts an event tells it whole, and one that only touches it tells nothing', async () => {
  const { at, calendar } = await aMailbox()
  await addCalendarObject(store, at, calendar, event({ timeZone: 'Etc/UTC', duration: 'PT3H' }))
  const nine = Date.UTC(2026, 5, 1, 9)
  const told = async (from: number, to: number) =>
    (await busyTimes(reader, at, { from, to, details: false })).map(({ startMs, endMs }) => [
      startMs - nine,
      endMs - nine,
    ])
  assert.deepEqual(await told(nine + 60_000, nine + 120_000), [[0, 3 * 3_600_000]])
  assert.deepEqual(await told(nine - 3_600_000, nine), [])
  assert.deepEqual(await told(nine + 3 * 3_600_000, nine + 4 * 3_600_000), [])
})

test('a view shows occurrences with their own values, and a change moves an event', async () => {
  const { at, calendar } = await aMailbox()
  const item = await addCalendarObject(
    store,
    at,
    calendar,
    event({
      uid: 'u1',
      recurrenceRules: [{ frequency: 'daily', count: 3 }],
      recurrenceOverrides: { '2026-06-02T09:00:00': { title: 'Second' } },
    }),
  )
  const view = async () => {
    const found: unknown[] = []
    for await (const one of calendarView(reader, at, { folder: calendar, ...week, parts: ['summary'] })) {
      const event = viewedEvent(one)
      found.push([hour(one.startMs), event.title, one.item.summary?.subject, event.recurrenceRules])
    }
    return found
  }
  assert.deepEqual(await view(), [
    ['06-01T07:00', 'Talk', 'Talk', undefined],
    ['06-03T07:00', 'Talk', 'Talk', undefined],
    ['06-02T07:00', 'Second', 'Talk', undefined],
  ])
  await changeCalendarObject(
    store,
    at,
    item.no,
    event({ uid: 'u1', start: '2026-06-07T09:00:00', title: 'Once' }),
  )
  assert.deepEqual(await view(), [['06-07T07:00', 'Once', 'Once', undefined]])
  assert.deepEqual(
    (await findByUid(reader, at, 'u1')).map(({ event: one }) => one.title),
    ['Once'],
  )
  assert.deepEqual(await findByUid(reader, at, 'u2'), [])
})

test('what has no place in time is refused with a sentence', async () => {
  const { at, calendar } = await aMailbox()
  const wrong: Partial<CalendarObject>[] = [
    { start: 'tomorrow' },
    { duration: '-PT1H' },
    { duration: 'an hour' },
    { timeZone: 'Middle Earth/Shire' },
    { recurrenceOverrides: { never: {} } },
  ]
  for (const more of wrong) {
    await assert.rejects(
      addCalendarObject(store, at, calendar, event(more)),
      (error) =>
        error instanceof Refusal && error.reason === 'invalid-parameter' && error.message.endsWith('.'),
    )
  }
})

test('working hours: the usual ones, one’s own, and a shift over midnight as two', async () => {
  const { at } = await aMailbox()
  assert.deepEqual((await workingHours(reader, at)).periods[0], {
    days: ['mo', 'tu', 'we', 'th', 'fr'],
    startMinutes: 480,
    endMinutes: 1020,
  })
  const set = (hours: WorkingHours | null) =>
    store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
      setWorkingHours(mailboxes, at, hours),
    )
  await set({
    timeZone: 'europe/berlin',
    periods: [{ days: ['fr', 'su'], startMinutes: 1_320, endMinutes: 360 }],
  })
  assert.deepEqual(await workingHours(reader, at), {
    timeZone: 'Europe/Berlin',
    periods: [
      { days: ['fr', 'su'], startMinutes: 1_320, endMinutes: 1_440 },
      { days: ['sa', 'mo'], startMinutes: 0, endMinutes: 360 },
    ],
  })
  await assert.rejects(set({ timeZone: 'Mars', periods: [] }), Refusal)
  await set(null)
  assert.equal((await workingHours(reader, at)).timeZone, 'Etc/UTC')
})
