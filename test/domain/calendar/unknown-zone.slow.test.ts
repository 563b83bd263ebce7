/** Invitations whose times are in a zone that they name, do not define, and nobody knows. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setWorkingHours, usualHours } from '#src/domain/calendar/working-hours.ts'
import type { User } from '#src/domain/directory/entry.ts'
import { asUser, mail, send } from '#test/domain/delivery/intake-world.ts'
import { annAndBobAnew, type CalendarWorld } from './calendar-world.ts'

let site: CalendarWorld
let ann: User
let bob: User
let number: number
annAndBobAnew((made) => {
  ;({ site, ann, bob, number } = made)
})

const worksIn = (entry: User, zone: string) => {
  const { at } = site.actor(entry)
  return site.world.store.transact(
    { organization: at.organization, mailboxes: [at.mailbox] },
    ({ mailboxes }) => setWorkingHours(mailboxes, at, usualHours(zone)),
  )
}

/** A series of two weeks that ends, in UTC, with its second occurrence in New York. */
async function invited(from: string, more: readonly string[] = []) {
  const to = `bob${number}@corp.example`
  const text = [
    'BEGIN:VCALENDAR',
    'METHOD:REQUEST',
    ...more,
    'BEGIN:VEVENT',
    `UID:zone-${number}`,
    'DTSTAMP:20261120T120000Z',
    'SUMMARY:Audit',
    'DESCRIPTION:Bring the books.',
    `ORGANIZER:mailto:${from}`,
    `ATTENDEE:mailto:${to}`,
    'DTSTART;TZID=Head Office:20261207T090000',
    'DTEND;TZID=Head Office:20261207T100000',
    'RRULE:FREQ=WEEKLY;UNTIL=20261214T140000Z',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n')
  const header = { From: from, To: to, 'Content-Type': 'text/calendar; method=REQUEST; charset=utf-8' }
  await send(site.world, {
    from,
    to: [to],
    text: mail({ ...header, 'MIME-Version': '1.0' }, text),
    intake: site.world.intake,
    ...(from.startsWith('ann') && { connection: asUser(site.world, ann) }),
  })
  await site.settle()
  const [kept] = await site.events(bob)
  const { timeZone, description } = kept!.event
  return { timeZone, description, times: await site.view(bob, '2026-12-01', 30) }
}

test('their times are those of the colleague who sent them', async () => {
  await worksIn(ann, 'America/New_York')
  await worksIn(bob, 'Asia/Kolkata')
  assert.deepEqual(await invited(`ann${number}@corp.example`), {
    timeZone: 'America/New_York',
    description:
      'The time zone "Head Office" of this invitation is not known. Its times are taken as those of America/New_York.\n\nBring the books.',
    times: ['12-07T14:00 Audit', '12-14T14:00 Audit'],
  })
})

test('of a stranger they are those of who was invited', async () => {
  await worksIn(bob, 'America/New_York')
  const { timeZone, description, times } = await invited('eve@exchange.example')
  assert.equal(timeZone, 'America/New_York')
  assert.match(description!, /taken as those of America\/New_York/)
  assert.deepEqual(times, ['12-07T14:00 Audit', '12-14T14:00 Audit'])
})

test('the zone that the calendar is shown in comes before both, and is nothing to be said', async () => {
  await worksIn(bob, 'Asia/Kolkata')
  const { timeZone, description } = await invited('eve@exchange.example', ['X-WR-TIMEZONE:America/New_York'])
  assert.deepEqual([timeZone, description], ['America/New_York', 'Bring the books.'])
})

test('the only zone that the calendar defines comes before all', async () => {
  const observance = ['DTSTART:16010101T000000', 'TZOFFSETFROM:+0530', 'TZOFFSETTO:+0530']
  const { times } = await invited('eve@exchange.example', [
    'X-WR-TIMEZONE:America/New_York',
    'BEGIN:VTIMEZONE',
    'TZID:Mumbai Office',
    'BEGIN:STANDARD',
    ...observance,
    'END:STANDARD',
    'END:VTIMEZONE',
  ])
  assert.equal(times[0], '12-07T03:30 Audit')
})

test('where nobody has said a zone they float', async () => {
  const { timeZone, description } = await invited('eve@exchange.example')
  assert.deepEqual([timeZone, description], [undefined, 'Bring the books.'])
})
