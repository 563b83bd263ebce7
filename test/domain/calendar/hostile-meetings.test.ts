/** Meeting messages as nobody should write them: read as something or as nothing, and never more than that. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decideMeeting } from '#src/domain/calendar/scheduling/decide-meeting.ts'
import { meetingMethods, readMeeting } from '#src/domain/calendar/scheduling/meeting-message.ts'
import { organizerOf } from '#src/domain/calendar/scheduling/people.ts'
import { isWritable } from '#src/domain/calendar/scheduling/take-meeting.ts'
import type { ItemNo } from '#src/domain/mailbox/item.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'

const BOB = 'bob@corp.example'
const EVE = 'eve@evil.example'
const ours: CalendarObject = {
  '@type': 'Event',
  uid: 'U',
  title: 'Talk',
  start: '2026-12-07T09:00:00',
  timeZone: 'Europe/Berlin',
  duration: 'PT1H',
  sequence: 1,
  updated: '2026-11-20T12:00:00Z',
  recurrenceRules: [{ frequency: 'weekly' }],
  participants: {
    1: { email: 'ann@corp.example', roles: { owner: true } },
    2: { email: BOB, roles: { attendee: true } },
  },
}

const address = fc.constantFrom(
  'mailto:ann@corp.example',
  `mailto:${BOB}`,
  `mailto:${EVE}`,
  'MAILTO:Ann@Corp.example',
  '__proto__',
  '',
)
const time = fc.constantFrom(
  '20261207T090000',
  '20261214T080000Z',
  '20261214',
  ';TZID=Europe/Berlin:20261214T090000',
  'nonsense',
  '99999999T999999',
)
const line = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        'ORGANIZER:',
        `ORGANIZER;SENT-BY="mailto:${EVE}":`,
        'ATTENDEE;PARTSTAT=ACCEPTED:',
        'ATTENDEE;DELEGATED-FROM="mailto:bob@corp.example":',
      ),
      address,
    )
    .map(([name, value]) => name + value),
  fc
    .tuple(fc.constantFrom('DTSTART', 'DTEND', 'RECURRENCE-ID', 'EXDATE', 'RDATE', 'DTSTAMP'), time)
    .map(([name, value]) => (value.startsWith(';') ? name + value : `${name}:${value}`)),
  fc.constantFrom(
    'RRULE:FREQ=SECONDLY',
    'RRULE:FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=2',
    'RRULE:FREQ=WEEKLY;COUNT=99999',
    'SEQUENCE:999999999',
    'SEQUENCE:-1',
    'DURATION:-P1D',
    'DURATION:P999999W',
    'STATUS:CANCELLED',
    'CATEGORIES:__proto__,constructor',
    'BEGIN:VALARM',
    'END:VEVENT',
    'X',
  ),
  fc.string({ maxLength: 20 }),
)
const text = fc
  .tuple(fc.constantFrom(...meetingMethods, 'PUBLISH'), fc.array(line, { maxLength: 8 }), fc.boolean())
  .map(([method, lines, twice]) => {
    const event = ['BEGIN:VEVENT', 'UID:U', 'DTSTART:20261207T080000Z', ...lines, 'END:VEVENT']
    return [
      'BEGIN:VCALENDAR',
      `METHOD:${method}`,
      ...event,
      ...(twice ? event : []),
      'END:VCALENDAR',
      '',
    ].join('\r\n')
  })

test('no message of a stranger changes a meeting that another holds', () => {
  fc.assert(
    fc.property(text, fc.boolean(), (calendar, held) => {
      const meeting = readMeeting(calendar)
      if (meeting === undefined) return
      const { changes } = decideMeeting<ItemNo>({
        meeting,
        sender: new Set([EVE]),
        senderGroups: new Set(),
        owner: { addresses: new Set([held ? 'ann@corp.example' : BOB]), self: { email: BOB } },
        kept: [{ item: 1 as ItemNo, event: ours }],
        addRequests: true,
      })
      assert.deepEqual(changes, [])
    }),
    { numRuns: 500 },
  )
})

test('what its organizer sends is written, or is too strange and left alone; who holds it stays', () => {
  fc.assert(
    fc.property(text, (calendar) => {
      const meeting = readMeeting(calendar)
      if (meeting === undefined) return
      const { changes } = decideMeeting<ItemNo>({
        meeting,
        sender: new Set(['ann@corp.example']),
        senderGroups: new Set(),
        owner: { addresses: new Set([BOB]), self: { email: BOB } },
        kept: [{ item: 1 as ItemNo, event: ours }],
        addRequests: true,
      })
      isWritable(changes)
      for (const change of changes) {
        assert.ok(change.do === 'change', change.do)
        assert.equal(organizerOf(change.event)?.email?.toLowerCase(), 'ann@corp.example')
      }
      assert.equal(({} as Record<string, unknown>).owner, undefined)
    }),
    { numRuns: 500 },
  )
})

test('more occurrences than can be decided are no meeting', () => {
  const message = (count: number) => {
    const events = Array.from({ length: count }, (_, minute) => [
      'BEGIN:VEVENT',
      'UID:U',
      `RECURRENCE-ID:20300101T${String(Math.floor(minute / 60) * 100 + (minute % 60)).padStart(4, '0')}00`,
      'DTSTART:20300101T090000',
      'END:VEVENT',
    ])
    return ['BEGIN:VCALENDAR', 'METHOD:REQUEST', ...events.flat(), 'END:VCALENDAR', ''].join('\r\n')
  }
  assert.equal(readMeeting(message(100))?.objects.length, 100)
  assert.equal(readMeeting(message(101)), undefined)
})
