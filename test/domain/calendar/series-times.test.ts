import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { busyTimes } from '#src/domain/calendar/busy-times.ts'
import { addCalendarObject, changeCalendarObject } from '#src/domain/calendar/events.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { findIanaZone } from '#src/formats/time-zone/iana-zone.ts'
import { utc } from '#src/formats/time-zone/zone.ts'
import { memorySession } from '#test/support/memory-session.ts'

const memory = await memorySession()
after(() => memory.close())
const { store, reader } = memory
const at = memory.newRef()
await memory.write((writer) => writer.createMailbox(at, { quotaBytes: 1e9, folders: distinguishedFolders }))
const calendar = (await reader.findFolder(at, { distinguished: 'calendar' }))!.no

const series = (more: Partial<CalendarObject>): CalendarObject => ({
  '@type': 'Event',
  uid: '',
  title: 'Series',
  start: '2025-12-01T22:30:00',
  timeZone: 'Europe/Berlin',
  duration: 'PT3H',
  recurrenceRules: [{ frequency: 'daily', interval: 3 }],
  ...more,
})
const add = (more: Partial<CalendarObject>) => addCalendarObject(store, at, calendar, series(more))
await add({
  recurrenceOverrides: {
    '2026-02-02T22:30:00': { excluded: true },
    '2026-02-05T22:30:00': { start: '2026-03-01T08:00:00', busyType: 'tentative' },
  },
})
await add({ recurrenceRules: [{ frequency: 'weekly' }], duration: 'P9D', privacy: 'private' })
await add({
  timeZone: null,
  showWithoutTime: true,
  start: '2026-01-01T00:00:00',
  duration: 'P1D',
  recurrenceRules: [{ frequency: 'monthly' }],
})
const changed = await add({ start: '2026-01-01T07:00:00' })

const HOUR = 3_600_000
const first = Date.UTC(2026, 0, 1)
const times = async (window: { from: number; to: number }, details: boolean, zone = utc) =>
  (await busyTimes(reader, at, { ...window, zone, details })).map(
    ({ startMs, endMs, busy, private: hidden }) => [startMs, endMs, busy, hidden],
  )

test('times that are remembered are those that are made anew, in any window and zone', async () => {
  const zones = [utc, findIanaZone('Asia/Kolkata')!, findIanaZone('America/New_York')!]
  await fc.assert(
    fc.asyncProperty(
      fc.nat(24 * 200),
      fc.integer({ min: 1, max: 24 * 70 }),
      fc.constantFrom(...zones),
      async (start, length, zone) => {
        const window = { from: first + start * HOUR, to: first + (start + length) * HOUR }
        const fresh = await times(window, true, zone)
        // Whole days of one length at one moment may come in any order.
        const sorted = (found: unknown[][]) => found.map((one) => JSON.stringify(one)).sort()
        assert.deepEqual(sorted(await times(window, false, zone)), sorted(fresh))
        assert.deepEqual(sorted(await times(window, false, zone)), sorted(fresh))
      },
    ),
    { numRuns: 60 },
  )
})

test('a series that was changed is not what it was remembered as', async () => {
  const day = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 2) }
  const at7 = Date.UTC(2026, 0, 1, 6)
  const starts = async () => (await times(day, false)).map(([start]) => start)
  assert.ok((await starts()).includes(at7))
  await changeCalendarObject(store, at, changed.no, series({ start: '2026-01-01T05:00:00' }))
  assert.ok(!(await starts()).includes(at7))
  assert.ok((await starts()).includes(at7 - 2 * HOUR))
})

test('a series is opened once, whatever weeks are asked for afterwards', async () => {
  let opened = 0
  const counting = {
    ...reader,
    getItems: (...given: Parameters<typeof reader.getItems>) => {
      opened += given[1].length
      return reader.getItems(...given)
    },
  }
  const ask = async (day: number) => {
    const from = first + day * 24 * HOUR
    const window = { from, to: from + 7 * 24 * HOUR }
    const found = await busyTimes(counting, at, { ...window, details: false })
    assert.equal(found.length, (await times(window, false)).length)
  }
  await ask(0)
  assert.ok(opened > 0)
  const before = opened
  for (const day of [30, 60, 90, 400]) await ask(day)
  assert.equal(opened, before)
})
