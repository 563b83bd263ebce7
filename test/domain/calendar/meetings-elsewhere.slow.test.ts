/** Meetings with people elsewhere, and messages as other programs write them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMeeting, declineProposal } from '#src/domain/calendar/scheduling/organize.ts'
import type { User } from '#src/domain/directory/entry.ts'
import { messageOfFiles } from '#src/domain/mailbox/files.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { mail, send } from '#test/domain/delivery/intake-world.ts'
import { annAndBobAnew, type CalendarWorld, meetingWith, statusOf } from './calendar-world.ts'

let site: CalendarWorld
let ann: User
let bob: User
let number: number
annAndBobAnew((made) => {
  ;({ site, ann, bob, number } = made)
})

const invite = (more: Partial<CalendarObject> = {}) => site.invite(ann, [bob], more)

test('an invitation from Exchange, answered without ORGANIZER, with a stale copy attached', async () => {
  const uid = '040000008200E00074C5B7101A82E0080000000010A0B0C0'
  const calendar = (method: string, lines: readonly string[], start = '20261207T090000') =>
    [
      'BEGIN:VCALENDAR',
      `METHOD:${method}`,
      'PRODID:Microsoft Exchange Server 2010',
      'VERSION:2.0',
      'BEGIN:VTIMEZONE',
      'TZID:W. Europe Standard Time',
      'BEGIN:STANDARD',
      'DTSTART:16010101T030000',
      'TZOFFSETFROM:+0200',
      'TZOFFSETTO:+0100',
      'RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10',
      'END:STANDARD',
      'BEGIN:DAYLIGHT',
      'DTSTART:16010101T020000',
      'TZOFFSETFROM:+0100',
      'TZOFFSETTO:+0200',
      'RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3',
      'END:DAYLIGHT',
      'END:VTIMEZONE',
      'BEGIN:VEVENT',
      ...lines,
      `DTSTART;TZID=W. Europe Standard Time:${start}`,
      'DTEND;TZID=W. Europe Standard Time:20261207T100000',
      `UID:${uid}`,
      'DTSTAMP:20261120T120000Z',
      'SEQUENCE:0',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n')
  const boundary = (parts: readonly (readonly [string, string])[], name: string) =>
    `${parts.map(([head, body]) => `--${name}\r\n${head}\r\n\r\n${body}\r\n`).join('')}--${name}--\r\n`
  const address = `bob${number}@corp.example`
  const lines = [
    `ORGANIZER;CN=Eve:mailto:eve@exchange.example`,
    `ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:${address}`,
    'SUMMARY:Audit',
  ]
  const alternative = boundary(
    [
      ['Content-Type: text/plain', 'Audit'],
      ['Content-Type: text/calendar; charset=utf-8; method=REQUEST', calendar('REQUEST', lines)],
    ],
    'inner',
  )
  const stale = calendar('REQUEST', lines, '20200101T090000')
  const text = boundary(
    [
      [
        'Content-Type: text/calendar; method=REQUEST; name=meeting.ics\r\nContent-Disposition: attachment; filename=meeting.ics',
        stale,
      ],
      ['Content-Type: multipart/alternative; boundary=inner', alternative],
    ],
    'outer',
  )
  const header = {
    From: 'Eve <eve@exchange.example>',
    To: address,
    Subject: 'Audit',
    'MIME-Version': '1.0',
    'Content-Type': 'multipart/mixed; boundary=outer',
  }
  await send(site.world, {
    from: 'eve@exchange.example',
    to: [address],
    text: mail(header, text),
    intake: site.world.intake,
  })
  await site.settle()
  const [kept] = await site.events(bob)
  assert.deepEqual(
    [kept!.event.uid, kept!.event.timeZone, kept!.event.start],
    [uid, 'Europe/Berlin', '2026-12-07T09:00:00'],
  )

  const { event } = await invite()
  const reply = [
    'BEGIN:VCALENDAR',
    'METHOD:REPLY',
    'PRODID:Microsoft Exchange Server 2010',
    'VERSION:2.0',
    'BEGIN:VEVENT',
    'ATTENDEE;PARTSTAT=TENTATIVE;CN=Bob:MAILTO:somebody.else@exchange.example',
    `UID:${event.uid}`,
    'SUMMARY:Tentative: Planning',
    'DTSTAMP:20261121T130000Z',
    'SEQUENCE:0',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n')
  await send(site.world, {
    from: address,
    to: [`ann${number}@corp.example`],
    intake: site.world.intake,
    text: mail(
      {
        From: address,
        To: `ann${number}@corp.example`,
        Subject: 'Tentative',
        'Content-Type': 'text/calendar; method=REPLY; charset=utf-8',
      },
      reply,
    ),
  })
  await site.settle()
  assert.equal(statusOf((await site.events(ann))[0]!.event, bob), 'tentative')
})

test('who lost an invitation asks for it again; a proposal that is not taken is declined', async () => {
  const { event, item } = await invite()
  const [from, to] = [`bob${number}@corp.example`, `ann${number}@corp.example`]
  const refresh = [
    'BEGIN:VCALENDAR',
    'METHOD:REFRESH',
    'VERSION:2.0',
    'BEGIN:VEVENT',
    `ATTENDEE:mailto:${from}`,
    `ORGANIZER:mailto:${to}`,
    `UID:${event.uid}`,
    'DTSTAMP:20261121T130000Z',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n')
  const header = { From: from, To: to, Subject: 'Again', 'Content-Type': 'text/calendar; method=REFRESH' }
  await send(site.world, { from, to: [to], intake: site.world.intake, text: mail(header, refresh) })
  await site.settle()
  assert.deepEqual(
    (await site.meetings(ann)).map(({ mark }) => mark.outcome),
    ['asked-again'],
  )
  assert.deepEqual(
    (await site.meetings(bob)).map(({ mark }) => mark.outcome),
    ['added', 'unchanged'],
  )
  await declineProposal(site.post, site.actor(ann), item.no, { to: { name: 'Bob', address: from } })
  await site.settle()
  const last = (await site.meetings(bob)).at(-1)!
  assert.deepEqual([last.mark.kind, last.mark.outcome], ['counter-declined', 'shown'])
})

test('an invitation to somebody elsewhere leaves signed, its calendar before what is attached', async () => {
  const eve = await site.world.contact(`eve${number}`, `eve${number}@else.example`)
  const event = meetingWith([], {
    participants: { 1: { email: `eve${number}@else.example`, roles: { attendee: true } } },
  })
  const octets = {
    sizeBytes: 4,
    async *read() {
      yield Buffer.from('plan')
    },
  }
  const files = messageOfFiles([{ octets, contentType: 'text/x-plan', fileName: 'plan.txt' }])
  await createMeeting(site.post, site.actor(ann), await site.calendar(ann), event, {
    send: 'SendOnlyToAll',
    options: { files },
  })
  await site.settle()
  const queued = (await site.world.queue()).find(
    ({ recipients }) => recipients[0]?.address === `eve${number}@else.example`,
  )
  assert.equal(queued!.sender, `ann${number}@corp.example`)
  assert.match(queued!.text, /^DKIM-Signature: /m)
  assert.ok(queued!.text.indexOf('text/calendar') < queued!.text.indexOf('plan.txt'))
  assert.equal(queued!.text.match(/BEGIN:VCALENDAR/g)?.length, 1)
  assert.ok(eve)
})
