import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatGlobalObjectId, readGlobalObjectId } from '#src/formats/tnef/global-object-id.ts'
import { calendarOf } from '#src/formats/tnef/meeting.ts'
import { decodeTnef } from '#src/formats/tnef/message.ts'
import { appointment, meeting, set, tag } from '#src/formats/tnef/property-ids.ts'
import { propertyType as type } from '#src/formats/tnef/property-stream.ts'
import { encodeTnef, type Prop, type TnefSpec, uint32 } from '#test/support/tnef.ts'

const CLASS_ID = '040000008200e00074c5b7101a82e008'
const exchangeId = (day = '00000000') =>
  Buffer.from(
    `${CLASS_ID}${day}00aabbccddeeff010000000000000000100000000102030405060708090a0b0c0d0e0f10`,
    'hex',
  )
const foreignId = (uid: string) => {
  const data = Buffer.concat([Buffer.from('vCal-Uid'), uint32(1), Buffer.from(`${uid}\0`)])
  return Buffer.concat([Buffer.from(CLASS_ID, 'hex'), Buffer.alloc(20), uint32(data.length), data])
}

/** PidLidTimeZoneStruct of Berlin. */
function berlin(): Buffer {
  const bytes = Buffer.alloc(48)
  bytes.writeInt32LE(-60, 0)
  bytes.writeInt32LE(-60, 8)
  const change = (at: number, month: number, hour: number) => {
    bytes.writeUInt16LE(month, at + 2)
    bytes.writeUInt16LE(5, at + 6)
    bytes.writeUInt16LE(hour, at + 8)
  }
  change(14, 10, 3)
  change(32, 3, 2)
  return bytes
}

const inAppointment = (id: number, of: number, value: Prop[2]): Prop => [[set.appointment, id], of, value]
const inMeeting = (id: number, of: number, value: Prop[2]): Prop => [[set.meeting, id], of, value]
const start = Date.UTC(2026, 6, 1, 8, 0)
const end = Date.UTC(2026, 6, 1, 9, 30)

const basics = (id = exchangeId()): Prop[] => [
  [tag.normalizedSubject, type.unicode, 'Budget; plan, and more'],
  [tag.sentRepresentingName, type.unicode, 'Ann "A" Example'],
  [tag.sentRepresentingAddressType, type.unicode, 'SMTP'],
  [tag.sentRepresentingAddress, type.unicode, 'ann@corp.example'],
  inMeeting(meeting.globalObjectId, type.binary, id),
  inMeeting(meeting.ownerCriticalChange, type.time, Date.UTC(2026, 5, 30, 12)),
  inAppointment(appointment.startWhole, type.time, start),
  inAppointment(appointment.endWhole, type.time, end),
  inAppointment(appointment.location, type.unicode, 'Room 1'),
  inAppointment(appointment.sequence, type.int32, 3),
  inAppointment(appointment.busyStatus, type.int32, 1),
  inAppointment(appointment.intendedBusyStatus, type.int32, 2),
]

const recipients: TnefSpec['recipients'] = [
  [
    [tag.recipientType, type.int32, 1],
    [tag.displayName, type.unicode, 'Bob'],
    [tag.addressType, type.unicode, 'EX'],
    [tag.emailAddress, type.unicode, '/o=Corp/ou=x/cn=Recipients/cn=bob'],
    [tag.smtpAddress, type.unicode, 'bob@corp.example'],
  ],
  [
    [tag.recipientType, type.int32, 2],
    [tag.displayName, type.unicode, 'Cy'],
    [tag.addressType, type.unicode, 'SMTP'],
    [tag.emailAddress, type.unicode, 'cy@corp.example'],
  ],
  [
    [tag.recipientType, type.int32, 3],
    [tag.displayName, type.unicode, 'Room 1'],
    [tag.smtpAddress, type.unicode, 'room1@corp.example'],
  ],
]

const nobody = { from: [], to: [], cc: [] }

function calendar(spec: TnefSpec, known = nobody as Parameters<typeof calendarOf>[1], plain?: string) {
  const part = calendarOf(decodeTnef(encodeTnef(spec)), known, plain)
  return { ...part, lines: part?.text.replace(/\r\n /g, '').split('\r\n') ?? [] }
}

test('a request says what, when, where and who', () => {
  const { method, lines, text } = calendar(
    { messageClass: 'IPM.Schedule.Meeting.Request', props: basics(), recipients },
    nobody,
    'Please come.\r\nBring numbers.',
  )
  assert.equal(method, 'REQUEST')
  assert.deepEqual(lines, [
    'BEGIN:VCALENDAR',
    'PRODID:-//Landbridge//TNEF//EN',
    'VERSION:2.0',
    'METHOD:REQUEST',
    'BEGIN:VEVENT',
    'UID:040000008200E00074C5B7101A82E0080000000000AABBCCDDEEFF010000000000000000100000000102030405060708090A0B0C0D0E0F10',
    'DTSTAMP:20260630T120000Z',
    'SEQUENCE:3',
    'SUMMARY:Budget\\; plan\\, and more',
    'LOCATION:Room 1',
    'DESCRIPTION:Please come.\\nBring numbers.',
    'DTSTART:20260701T080000Z',
    'DTEND:20260701T093000Z',
    'CLASS:PUBLIC',
    'PRIORITY:5',
    'STATUS:CONFIRMED',
    'TRANSP:OPAQUE',
    'X-MICROSOFT-CDO-BUSYSTATUS:BUSY',
    "ORGANIZER;CN=Ann ^'A^' Example:mailto:ann@corp.example",
    'ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=Bob:mailto:bob@corp.example',
    'ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=Cy:mailto:cy@corp.example',
    'ATTENDEE;CUTYPE=RESOURCE;ROLE=NON-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=Room 1:mailto:room1@corp.example',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ])
  assert.ok(text!.split('\r\n').every((line) => Buffer.byteLength(line) <= 75))
})

test('a reply names the one who answers; cancellations and counter proposals are what they are', () => {
  const props = basics()
  const reply = calendar({ messageClass: 'IPM.Schedule.Meeting.Resp.Tent', props, recipients })
  assert.equal(reply.method, 'REPLY')
  assert.ok(reply.lines.includes('ORGANIZER;CN=Bob:mailto:bob@corp.example'))
  assert.ok(reply.lines.includes("ATTENDEE;PARTSTAT=TENTATIVE;CN=Ann ^'A^' Example:mailto:ann@corp.example"))
  const cancel = calendar({ messageClass: 'IPM.Schedule.Meeting.Canceled', props })
  assert.ok(cancel.lines.includes('METHOD:CANCEL') && cancel.lines.includes('STATUS:CANCELLED'))
  const counter = calendar({
    messageClass: 'IPM.Schedule.Meeting.Resp.Tent',
    props: [
      ...props,
      inAppointment(appointment.counterProposal, type.boolean, true),
      inAppointment(appointment.proposedStart, type.time, start + 3_600_000),
      inAppointment(appointment.proposedEnd, type.time, end + 3_600_000),
    ],
  })
  assert.equal(counter.method, 'COUNTER')
  assert.ok(counter.lines.includes('DTSTART:20260701T090000Z'))
})

test('people without SMTP address are those of the message around', () => {
  const known = {
    from: [{ name: 'Dee', mailbox: 'dee', host: 'corp.example' }],
    to: [{ mailbox: 'eve', host: 'corp.example' }],
    cc: [],
  }
  const props = basics().filter(([id]) => id !== tag.sentRepresentingAddress)
  const { lines } = calendar({ messageClass: 'IPM.Schedule.Meeting.Request', props }, known)
  assert.ok(lines.includes('ORGANIZER;CN=Dee:mailto:dee@corp.example'))
  assert.ok(lines.some((line) => /^ATTENDEE.*:mailto:eve@corp.example$/.test(line)))
})

test('a zone comes along, and all-day events are days', () => {
  const zone = [
    inAppointment(appointment.timeZone, type.binary, berlin()),
    inAppointment(appointment.timeZoneName, type.unicode, '(UTC+01:00) Amsterdam, Berlin'),
  ]
  const timed = calendar({
    messageClass: 'IPM.Schedule.Meeting.Request',
    props: [...basics(), ...zone],
  }).lines
  assert.ok(timed.includes('DTSTART;TZID=(UTC+01 00) Amsterdam Berlin:20260701T100000'))
  assert.deepEqual(timed.slice(timed.indexOf('BEGIN:VTIMEZONE'), timed.indexOf('END:VTIMEZONE') + 1), [
    'BEGIN:VTIMEZONE',
    'TZID:(UTC+01 00) Amsterdam Berlin',
    'BEGIN:STANDARD',
    'DTSTART:16011028T030000',
    'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10',
    'TZOFFSETFROM:+0200',
    'TZOFFSETTO:+0100',
    'END:STANDARD',
    'BEGIN:DAYLIGHT',
    'DTSTART:16010325T020000',
    'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3',
    'TZOFFSETFROM:+0100',
    'TZOFFSETTO:+0200',
    'END:DAYLIGHT',
    'END:VTIMEZONE',
  ])
  const allDay = [
    ...basics().filter(([id]) => !(Array.isArray(id) && (id[1] === 0x820d || id[1] === 0x820e))),
    inAppointment(appointment.startWhole, type.time, Date.UTC(2026, 5, 30, 22)),
    inAppointment(appointment.endWhole, type.time, Date.UTC(2026, 6, 1, 22)),
    inAppointment(appointment.allDay, type.boolean, true),
  ]
  for (const props of [allDay, [...allDay, ...zone]]) {
    const { lines } = calendar({ messageClass: 'IPM.Schedule.Meeting.Request', props })
    assert.ok(lines.includes('DTSTART;VALUE=DATE:20260701'), lines.join('\n'))
    assert.ok(lines.includes('DTEND;VALUE=DATE:20260702'))
  }
})

/** Minutes since 1601 of a day. */
const minutes = (year: number, month: number, day: number) =>
  (Date.UTC(year, month - 1, day) - Date.UTC(1601, 0, 1)) / 60_000
const uint16 = (value: number) => Buffer.from([value & 255, value >> 8])

type Pattern = {
  frequency: number
  pattern: number
  period: number
  first?: number
  specific: number[]
  end: number
  count?: number
  deleted?: number[]
  modified?: number[]
  endDay?: number
}

function recurrence(of: Pattern): Buffer {
  const {
    frequency,
    pattern,
    period,
    first = 0,
    specific,
    end,
    count = 10,
    deleted = [],
    modified = [],
    endDay = 0x5ae980df,
  } = of
  return Buffer.concat([
    ...[0x3004, 0x3004, frequency, pattern, 0].map(uint16),
    ...[
      first,
      period,
      0,
      ...specific,
      end,
      count,
      1,
      deleted.length,
      ...deleted,
      modified.length,
      ...modified,
    ].map(uint32),
    ...[minutes(2026, 7, 1), endDay, 0x3006, 0x3009].map(uint32),
  ])
}

test('a series has its rule, its end and its gaps', () => {
  const zone = [inAppointment(appointment.timeZone, type.binary, berlin())]
  const never = 0x2023
  const cases: [Pattern, string[]][] = [
    [
      { frequency: 0x200a, pattern: 0, period: 2880, specific: [], end: never },
      ['RRULE:FREQ=DAILY;INTERVAL=2'],
    ],
    [
      { frequency: 0x200a, pattern: 1, period: 1, specific: [0x3e], end: never },
      ['RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR'],
    ],
    [
      { frequency: 0x200b, pattern: 1, period: 2, specific: [0x08], end: 0x2022, count: 6 },
      ['RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;COUNT=6;WKST=MO'],
    ],
    [
      { frequency: 0x200c, pattern: 2, period: 1, specific: [31], end: never },
      ['RRULE:FREQ=MONTHLY;BYMONTHDAY=-1'],
    ],
    [
      { frequency: 0x200c, pattern: 3, period: 3, specific: [0x08, 5], end: never },
      ['RRULE:FREQ=MONTHLY;INTERVAL=3;BYDAY=WE;BYSETPOS=-1'],
    ],
    [
      {
        frequency: 0x200d,
        pattern: 2,
        period: 12,
        first: minutes(1601, 7, 1),
        specific: [1],
        end: 0x2021,
        endDay: minutes(2030, 7, 1),
      },
      ['RRULE:FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=1;UNTIL=20300701T080000Z'],
    ],
    [
      {
        frequency: 0x200b,
        pattern: 1,
        period: 1,
        specific: [0x08],
        end: never,
        deleted: [minutes(2026, 7, 8), minutes(2026, 12, 2)],
        modified: [minutes(2026, 12, 2)],
      },
      ['RRULE:FREQ=WEEKLY;BYDAY=WE', 'EXDATE;TZID=Meeting:20260708T100000'],
    ],
  ]
  for (const [pattern, expected] of cases) {
    const props = [
      ...basics(),
      ...zone,
      inAppointment(appointment.recurrence, type.binary, recurrence(pattern)),
    ]
    const { lines } = calendar({ messageClass: 'IPM.Schedule.Meeting.Request', props })
    assert.deepEqual(
      lines.filter((line) => /^(RRULE:FREQ=(?!YEARLY;BYDAY)|EXDATE)/.test(line)),
      expected,
    )
  }
})

test('one instance of a series says which', () => {
  const zone = [inAppointment(appointment.timeZone, type.binary, berlin())]
  const props = [...basics(exchangeId('07ea0708')), ...zone]
  const moved = calendar({ messageClass: 'IPM.Schedule.Meeting.Request', props }).lines
  assert.ok(moved.includes('RECURRENCE-ID;TZID=Meeting:20260708T100000'))
  assert.ok(moved.some((line) => line.startsWith('UID:040000008200E00074C5B7101A82E00800000000')))
  const told = [...props, inAppointment(appointment.exceptionReplaceTime, type.time, Date.UTC(2026, 6, 8, 6))]
  const { lines } = calendar({ messageClass: 'IPM.Schedule.Meeting.Request', props: told })
  assert.ok(lines.includes('RECURRENCE-ID;TZID=Meeting:20260708T080000'))
})

test('a UID from elsewhere comes out of its wrapping', () => {
  assert.deepEqual(readGlobalObjectId(foreignId('abc-1@google.com')), { uid: 'abc-1@google.com' })
  assert.equal(readGlobalObjectId(Buffer.alloc(0)), undefined)
  assert.equal(readGlobalObjectId(foreignId('a\r\nX:y'))?.uid.startsWith('04000000'), true)
  assert.deepEqual(readGlobalObjectId(Buffer.from([1, 2])), { uid: '0102' })
})

test('no calendar without class, UID or start, and none that could break its lines', () => {
  assert.equal(calendar({ messageClass: 'IPM.Note', props: basics() }).text, undefined)
  assert.equal(
    calendar({ messageClass: 'IPM.Schedule.Meeting.Notification.Forward', props: basics() }).text,
    undefined,
  )
  assert.equal(
    calendar({ messageClass: 'IPM.Schedule.Meeting.Request', props: basics().slice(0, 4) }).text,
    undefined,
  )
  const evil = basics().map(
    (prop): Prop => (prop[1] === type.unicode ? [prop[0], prop[1], `${prop[2]}\r\nATTACH:x`] : prop),
  )
  const { lines } = calendar({ messageClass: 'IPM.Schedule.Meeting.Request', props: evil })
  assert.ok(lines.length > 10 && !lines.some((line) => line.startsWith('ATTACH')))
})

test('a GlobalObjectId that is written is read as it was, with any UID and day', () => {
  const own = `040000008200E00074C5B7101A82E00800000000${'AB'.repeat(20)}1000000011223344`
  const instances = fc.option(
    fc.record(
      {
        year: fc.integer({ min: 1, max: 9_999 }),
        month: fc.integer({ min: 1, max: 12 }),
        day: fc.integer({ min: 1, max: 31 }),
      },
      { noNullPrototype: true },
    ),
    { nil: undefined },
  )
  const foreign = fc
    .string({ minLength: 1, maxLength: 50, unit: 'grapheme' })
    .filter((uid) => /^[^\x00-\x1f\x7f]+$/.test(uid) && uid.isWellFormed())
  fc.assert(
    fc.property(fc.oneof(foreign, fc.constant(own)), instances, (uid, instance) => {
      const identity = { uid, ...(instance && { instance }) }
      assert.deepEqual(readGlobalObjectId(formatGlobalObjectId(identity)), identity)
    }),
  )
  assert.equal(
    Buffer.from(formatGlobalObjectId({ uid: own.toLowerCase() })).toString('hex'),
    own.toLowerCase(),
  )
})
