/** Series of a PST come with every occurrence that was changed or deleted (MS-OXOCAL §2.2.10.1), or name it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withChangedOccurrences } from '#connectors/pst/changed-occurrences.ts'
import { eventContent } from '#connectors/pst/event-content.ts'
import type { StoredMessage } from '#connectors/pst/stored-message.ts'
import type { Loss } from '#src/domain/migration/source.ts'
import { occurrenceOf } from '#src/formats/jscalendar/patch.ts'
import type { PropertyBag } from '#src/formats/tnef/property.ts'
import { APPOINTMENT, bag, COMMON, type Given, stored } from './property-bag.ts'

const DAY = 86_400_000
const minutes = (ms: number) => (ms - Date.UTC(1601, 0, 1)) / 60_000

type Exception = {
  was: number
  start: number
  end: number
  subject?: string
  location?: string
  allDay?: true
}

/** Every Monday at 10:00, so many times (MS-OXOCAL §2.2.1.44.5), with these days gone and these occurrences changed. */
function weekly(gone: readonly number[], changed: readonly Exception[], times = 10): Buffer {
  const pieces: Buffer[] = []
  const u16 = (value: number) => pieces.push(Buffer.from([value & 255, value >> 8]))
  const u32 = (value: number) => {
    const octets = Buffer.alloc(4)
    octets.writeUInt32LE(value)
    pieces.push(octets)
  }
  const day = (ms: number) => Math.floor(ms / DAY) * DAY
  for (const value of [0x3004, 0x3004, 0x200b, 1, 0]) u16(value)
  for (const value of [0, 1, 0, 2, 0x2022, times, 0]) u32(value)
  const deleted = [...gone, ...changed.map(({ was }) => day(was))].sort((a, b) => a - b)
  for (const days of [deleted, changed.map(({ start }) => day(start))]) {
    u32(days.length)
    for (const each of days) u32(minutes(each))
  }
  for (const value of [minutes(Date.UTC(2026, 5, 1)), 0, 0x3006, 0x3009, 600, 630]) u32(value)
  u16(changed.length)
  for (const { was, start, end, subject, location, allDay } of changed) {
    for (const at of [start, end, was]) u32(minutes(at))
    u16((subject === undefined ? 0 : 1) | (location === undefined ? 0 : 16) | (allDay ? 128 : 0))
    for (const text of [subject, location]) {
      if (text === undefined) continue
      u16(text.length + 1)
      u16(text.length)
      pieces.push(Buffer.from('?'.repeat(text.length)))
    }
    if (allDay) u32(1)
  }
  u32(0)
  for (const { was, start, end, subject, location } of changed) {
    for (const value of [4, 0, 0]) u32(value)
    if (subject === undefined && location === undefined) continue
    for (const at of [start, end, was]) u32(minutes(at))
    for (const text of [subject, location]) {
      if (text === undefined) continue
      u16(text.length)
      pieces.push(Buffer.from(text, 'utf16le'))
    }
    u32(0)
  }
  u32(0)
  return Buffer.concat(pieces)
}

/** PidLidTimeZoneStruct of Berlin. */
function berlin(): Buffer {
  const octets = Buffer.alloc(48)
  octets.writeInt32LE(-60, 0)
  octets.writeInt32LE(-60, 8)
  for (const [at, month, hour] of [
    [14, 10, 3],
    [32, 3, 2],
  ] as const) {
    octets.writeUInt16LE(month, at + 2)
    octets.writeUInt16LE(5, at + 6)
    octets.writeUInt16LE(hour, at + 8)
  }
  return octets
}

/** By the clock of Berlin, in summer two hours before UTC. */
const wall = (day: number, hour: number, minute = 0) => Date.UTC(2026, 5, day, hour, minute)
const series = (recurrence: Buffer, ...more: readonly Given[]) =>
  bag(
    [0x0037, 'Weekly'],
    [0x1000, 'Text of the series'],
    [0x820d, wall(1, 8), APPOINTMENT],
    [0x820e, wall(1, 8, 30), APPOINTMENT],
    [0x8208, 'Room 1', APPOINTMENT],
    [0x8216, recurrence, APPOINTMENT],
    [0x8233, berlin(), APPOINTMENT],
    [0x8234, 'Berlin', APPOINTMENT],
    [0x8503, true, COMMON],
    [0x8501, 15, COMMON],
    ...more,
  )
function carried(of: StoredMessage, messages: { start?: number; message: StoredMessage }[], losses: Loss[]) {
  const read = (message: StoredMessage) => eventContent(message, '1', losses)
  const beside = messages.map(({ start, message }) => ({
    attachment: {
      bag: start === undefined ? bag() : bag([0x7ffb, start]),
      data: undefined,
      embedded: undefined,
    },
    message,
  }))
  return withChangedOccurrences(of, read(of), beside, read, losses)
}

test('moved, renamed, placed elsewhere, made a whole day, or deleted', () => {
  const losses: Loss[] = []
  const { event } = carried(
    stored(
      series(
        weekly(
          [wall(22, 0)],
          [
            // To the next day; and the one of the week after to the day that this one left free.
            { was: wall(8, 10), start: wall(9, 14), end: wall(9, 15), subject: 'Verlegt: ü' },
            { was: wall(15, 10), start: wall(15, 10), end: wall(15, 10, 30), location: 'Köln' },
            { was: wall(29, 10), start: wall(29, 0), end: wall(30, 0), allDay: true },
          ],
        ),
      ),
    ),
    [],
    losses,
  )
  assert.deepEqual(event.recurrenceOverrides, {
    '2026-06-08T10:00:00': { start: '2026-06-09T14:00:00', duration: 'PT1H', title: 'Verlegt: ü' },
    '2026-06-15T10:00:00': { locations: { '1': { name: 'Köln' } } },
    '2026-06-22T10:00:00': { excluded: true },
    '2026-06-29T10:00:00': { start: '2026-06-29T00:00:00', duration: 'P1D', showWithoutTime: true },
  })
  assert.deepEqual(losses, [])
})

test('what the message beside a series says: text, people, reminder; the rest is of the series', () => {
  const losses: Loss[] = []
  const ann: readonly Given[] = [
    [0x8217, 1, APPOINTMENT],
    [0x0042, 'Ann'],
    [0x0064, 'SMTP'],
    [0x0065, 'ann@a.example'],
  ]
  const person = (name: string, status: number) =>
    bag([0x3001, name], [0x39fe, `${name}@a.example`], [0x0c15, 1], [0x5fff, status])
  const of = stored(
    series(
      weekly(
        [],
        [
          { was: wall(8, 10), start: wall(8, 11), end: wall(8, 11, 30) },
          { was: wall(15, 10), start: wall(15, 12), end: wall(15, 12, 30) },
        ],
      ),
      ...ann,
    ),
    [person('bob', 3)],
  )
  const own = (day: number, hour: number, ...more: readonly Given[]) =>
    bag(
      [0x820d, wall(day, hour - 2), APPOINTMENT],
      [0x820e, wall(day, hour - 2, 30), APPOINTMENT],
      [0x8228, wall(day, 8), APPOINTMENT],
      ...more,
    )
  const { event, occurrences } = carried(
    of,
    [
      { message: stored(own(15, 12, [0x1013, Buffer.from('<p>Anders</p>')])) },
      { start: wall(8, 11), message: stored(own(8, 11, [0x8501, 5, COMMON]), [person('cy', 4)]) },
      { start: wall(30, 1), message: stored(bag([0x0037, 'Stray'])) },
    ],
    losses,
  )
  const [first, second] = ['2026-06-08T10:00:00', '2026-06-15T10:00:00'].map((id) => occurrenceOf(event, id))
  assert.deepEqual(
    [first!.start, first!.title, first!.description],
    ['2026-06-08T11:00:00', 'Weekly', 'Text of the series'],
  )
  assert.match(JSON.stringify(first!.alerts), /-PT5M/)
  const people = Object.values(first!.participants!).map(
    ({ email, participationStatus }) => `${email} ${participationStatus}`,
  )
  assert.deepEqual(people.sort(), ['ann@a.example undefined', 'cy@a.example declined'])
  assert.deepEqual(
    [second!.start, second!.description, second!.descriptionContentType],
    ['2026-06-15T12:00:00', '<p>Anders</p>', 'text/html'],
  )
  assert.deepEqual(second!.participants, event.participants)
  assert.deepEqual(
    occurrences.map(({ recurrenceId }) => recurrenceId),
    ['2026-06-08T10:00:00', '2026-06-15T10:00:00'],
  )
  assert.deepEqual(
    losses.map(({ property, reason }) => `${property}: ${reason}`),
    ['changed occurrence: The series does not say which one "Stray" is.'],
  )
})

test('a series whose pattern is damaged names it', () => {
  const losses: Loss[] = []
  const { event } = carried(
    stored(
      series(
        weekly([], [{ was: wall(8, 10), start: wall(8, 11), end: wall(8, 12), subject: 'x' }]).subarray(
          0,
          90,
        ),
      ),
    ),
    [],
    losses,
  )
  assert.equal(event.title, 'Weekly')
  assert.deepEqual(
    losses.map(({ weight }) => weight),
    ['visible'],
  )
})

test('what lies beside an event that is no series is named', () => {
  const losses: Loss[] = []
  const alone = stored(bag([0x820d, wall(1, 8), APPOINTMENT]))
  const { event } = carried(alone, [{ message: stored(bag([0x0037, 'Stray'])) }], losses)
  assert.equal(event.recurrenceOverrides, undefined)
  assert.deepEqual(
    losses.map(({ property }) => property),
    ['changed occurrence'],
  )
})

test('an appointment counts as its owner has it, not as its invitation would', () => {
  const busy = (of: PropertyBag) => eventContent(stored(of), '2', []).busyType
  const times = [
    [0x820d, wall(1, 8), APPOINTMENT],
    [0x8224, 2, APPOINTMENT],
  ] as const
  assert.equal(busy(bag(...times, [0x8205, 1, APPOINTMENT])), 'tentative')
  assert.equal(busy(bag(...times, [0x8205, 3, APPOINTMENT])), 'outOfOffice')
})

test('of a series with more exceptions than are kept the latest are carried, and how many were not is named', () => {
  const mondays = Array.from({ length: 2_003 }, (_, week) => wall(8, 0) + week * 7 * DAY)
  const idOf = (day: number) => `${new Date(day).toISOString().slice(0, 10)}T10:00:00`
  const losses: Loss[] = []
  const gone = carried(stored(series(weekly(mondays, [], 2_100))), [], losses).event
  assert.equal(gone.recurrenceRules?.length, 1, 'it is a series all the same')
  const overrides = gone.recurrenceOverrides!
  assert.equal(Object.keys(overrides).length, 2_000)
  assert.deepEqual(
    [2, 3, 2_002].map((at) => overrides[idOf(mondays[at]!)]),
    [undefined, { excluded: true }, { excluded: true }],
  )
  const loss = {
    property: 'changed occurrences',
    reason:
      '2003 of them were changed or deleted. The latest 2000 came over so; the 3 before them are as the series has them.',
    weight: 'visible',
  }
  assert.deepEqual(new Set(losses.map((each) => JSON.stringify(each))), new Set([JSON.stringify(loss)]))

  const others: Loss[] = []
  const hour = 3_600_000
  const changes = mondays.map((day) => ({
    was: day + 10 * hour,
    start: day + 11 * hour,
    end: day + 12 * hour,
  }))
  const cutOff = { start: changes[0]!.start, message: stored(bag([0x0037, 'The first'])) }
  const changed = carried(stored(series(weekly([], changes, 2_100))), [cutOff], others).event
  assert.equal(Object.keys(changed.recurrenceOverrides!).length, 2_000)
  assert.equal(changed.recurrenceOverrides![idOf(mondays[2]!)], undefined)
  assert.deepEqual(others, [loss])
})
