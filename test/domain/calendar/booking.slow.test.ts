/** Rooms and equipment: what they take, what they answer, and that nobody ever finds two meetings in one room. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { calendarArrivals } from '#src/domain/calendar/arrivals.ts'
import { decideBooking } from '#src/domain/calendar/booking.ts'
import { calendarView } from '#src/domain/calendar/calendar-view.ts'
import { bookResource } from '#src/domain/calendar/scheduling/book-resource.ts'
import { decideMeeting } from '#src/domain/calendar/scheduling/decide-meeting.ts'
import { toldByOrganizer } from '#src/domain/calendar/scheduling/meeting-objects.ts'
import { cancelMeeting, createMeeting, updateMeeting } from '#src/domain/calendar/scheduling/organize.ts'
import { answerAllOwed } from '#src/domain/calendar/scheduling/owed-answers.ts'
import { namedOwner } from '#src/domain/calendar/scheduling/post.ts'
import { respondToMeeting } from '#src/domain/calendar/scheduling/respond.ts'
import { keptEvents, writeChanges } from '#src/domain/calendar/scheduling/take-meeting.ts'
import { bookingSettings, setBookingSettings } from '#src/domain/calendar/settings.ts'
import type { Resource } from '#src/domain/directory/entry.ts'
import { associateDelegate, updateResource } from '#src/domain/directory/resources.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { formatCalendar } from '#src/formats/ical/calendar.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { occurrenceOf } from '#src/formats/jscalendar/patch.ts'
import { DAY_MS, formatLocal } from '#src/formats/recurrence/civil.ts'
import { utc } from '#src/formats/time-zone/zone.ts'
import { mail, send } from '#test/domain/delivery/intake-world.ts'
import { memorySession } from '#test/support/memory-session.ts'
import { type CalendarWorld, meetingWith, openCalendarWorld, person, statusOf } from './calendar-world.ts'

let site: CalendarWorld
let number = 0
before(async () => {
  site = await openCalendarWorld()
})
after(() => site.world.end())

async function people() {
  number++
  const ann = await site.world.user(`ann${number}`)
  const bob = await site.world.user(`bob${number}`)
  const room = await site.room(`room${number}`)
  const book = async (who: typeof ann, more: Partial<CalendarObject> = {}) => {
    const made = await createMeeting(
      site.post,
      site.actor(who),
      await site.calendar(who),
      meetingWith([], { participants: { room: person(room, { kind: 'location' }) }, ...more }),
      { send: 'SendOnlyToAll' },
    )
    await site.settle()
    site.world.at += 60_000
    return made
  }
  const answers = async (who: typeof ann) =>
    (await site.meetings(who)).map(({ mark }) => [mark.response, mark.recurrenceId].filter(Boolean).join(' '))
  return { ann, bob, room, book, answers }
}
const weekly = { recurrenceRules: [{ frequency: 'weekly' as const, count: 4 }] }

test('a room takes who comes first, and lets go what is called off', async () => {
  const { ann, bob, room, book, answers } = await people()
  const { item } = await book(ann)
  assert.deepEqual(await answers(ann), ['accepted'])
  const [reply] = await site.meetings(ann)
  assert.match(reply!.text, /^Auto-Submitted: auto-replied\r$/m)
  assert.match(reply!.text, /PARTSTAT=ACCEPTED/)
  assert.equal(statusOf((await site.events(ann))[0]!.event, room), 'accepted')
  await book(bob, { start: '2026-12-07T09:30:00', title: 'Too late' })
  assert.deepEqual(await answers(bob), ['declined'])
  await book(bob, { start: '2026-12-07T10:00:00', title: 'Next' })
  assert.deepEqual(await answers(bob), ['declined', 'accepted'])
  assert.deepEqual(await site.view(room, '2026-12-07', 1), ['12-07T08:00 Planning', '12-07T09:00 Next'])
  assert.equal((await site.meetings(room)).length, 0, 'what was answered is not left in the inbox')
  assert.equal((await site.meetings(room, 'deleteditems')).length, 3)
  await cancelMeeting(site.post, site.actor(ann), item.no, { send: 'SendOnlyToAll' })
  await site.settle()
  assert.deepEqual(await site.view(room, '2026-12-07', 1), ['12-07T09:00 Next'])
})

test('a meeting moved to a time that is taken is declined, and its old time is free', async () => {
  const { ann, bob, room, book, answers } = await people()
  await book(bob)
  const { item, event } = await book(ann, { start: '2026-12-07T11:00:00' })
  const change = { ...event, start: '2026-12-07T09:15:00' }
  await updateMeeting(site.post, site.actor(ann), item.no, change, { send: 'SendOnlyToAll' })
  await site.settle()
  assert.deepEqual(await answers(ann), ['accepted', 'declined'])
  assert.deepEqual(await site.view(room, '2026-12-07', 1), ['12-07T08:00 Planning'])
})

test('a series that finds the room taken now and then is declined, or taken without those, as the room is set', async () => {
  const { ann, bob, room, book, answers } = await people()
  await book(bob, { start: '2026-12-14T09:30:00', title: 'Other' })
  await book(ann, { ...weekly, title: 'Whole' })
  assert.deepEqual(await answers(ann), ['declined'])
  const { store } = site.world
  const { at } = site.actor(room)
  const settings = await bookingSettings(store.mailboxes, at)
  assert.deepEqual([settings.conflictPercentageAllowed, settings.maximumConflictInstances], [0, 0])
  const wanted = { ...settings, conflictPercentageAllowed: 25, maximumConflictInstances: 3 }
  await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
    setBookingSettings(mailboxes, at, wanted),
  )
  await book(ann, { ...weekly, title: 'In part' })
  assert.deepEqual(await answers(ann), ['declined', 'accepted', 'declined 2026-12-14T09:00:00'])
  assert.deepEqual(await site.view(room, '2026-12-01', 31), [
    '12-07T08:00 In part',
    '12-14T08:30 Other',
    '12-21T08:00 In part',
    '12-28T08:00 In part',
  ])
  await book(bob, { start: '2026-12-21T09:00:00', title: 'A' })
  await book(bob, { start: '2027-01-04T09:00:00', title: 'B' })
  await book(bob, { start: '2027-01-11T09:00:00', title: 'C' })
  await book(ann, { ...weekly, start: '2026-12-28T09:30:00', title: 'Too much' })
  assert.equal((await answers(ann)).at(-1), 'declined')
})

test('of several occurrences in one message the room takes those that find it free, and declines the others', async () => {
  const { ann, bob, room, book, answers } = await people()
  const { event } = await book(ann, { ...weekly, title: 'Weekly' })
  await book(bob, { start: '2026-12-22T09:00:00', title: 'Other' })
  const moved = (day: number) => ({
    ...toldByOrganizer(occurrenceOf(event, `2026-12-${day}T09:00:00`), namedOwner(site.actor(ann))),
    start: `2026-12-${day + 1}T09:00:00`,
    sequence: 1,
    updated: '2026-11-21T12:30:00Z',
  })
  const from = person(ann).email!
  const to = person(room).email!
  const header = { From: from, To: to, Subject: 'Two', 'Content-Type': 'text/calendar; method=REQUEST' }
  const text = mail(
    header,
    formatCalendar([moved(14), moved(21)], { method: 'REQUEST', stamp: site.world.at }),
  )
  await send(site.world, { from, to: [to], intake: site.world.intake, text })
  await site.settle()
  assert.deepEqual(await answers(ann), [
    'accepted',
    'accepted 2026-12-14T09:00:00',
    'declined 2026-12-21T09:00:00',
  ])
  assert.deepEqual(await site.view(room, '2026-12-14', 9), ['12-15T08:00 Weekly', '12-22T08:00 Other'])
})

test('a room that takes no series, one that leaves it to delegates, and one far ahead', async () => {
  const { ann, bob, room, book, answers } = await people()
  const { store, org } = site.world
  await updateResource(store, org, room.id, { bookingOptions: { autoDeclineRecurringRequests: true } })
  await book(ann, weekly)
  assert.deepEqual(await answers(ann), ['declined'])
  await book(ann, { start: '2031-01-01T09:00:00' })
  assert.deepEqual(await answers(ann), ['declined', 'declined'])
  const options = {
    autoAcceptRequests: true,
    autoDeclineRecurringRequests: false,
    autoDeclineConflictingRequests: true,
  }
  const facts = {
    options,
    settings: await bookingSettings(store.mailboxes, site.actor(room).at),
    taken: [],
    zone: utc,
    now: site.world.at,
  }
  const often = meetingWith([], { duration: 'PT1M', recurrenceRules: [{ frequency: 'minutely' }] })
  assert.deepEqual(decideBooking({ ...facts, event: often }), {
    answer: 'decline',
    because: 'too-often',
    conflicts: [],
  })
  await associateDelegate(store, org, { resource: room.id, delegate: bob.id })
  await updateResource(store, org, room.id, { bookingOptions: { autoAcceptRequests: false } })
  await book(ann, { title: 'Please' })
  assert.equal((await answers(ann)).length, 2, 'nobody has answered yet')
  const [copy] = await site.meetings(bob)
  assert.deepEqual(
    [copy!.mark.receivedFor?.address, copy!.mark.outcome],
    [`room${number}@corp.example`, 'to-delegates'],
  )
  const [pending] = await site.events(room)
  assert.equal(pending!.event.busyType, 'tentative')
  // A delegate has no right to send as the room, and needs none to answer for it.
  const decided = { ...site.actor(room), login: site.actor(bob).login }
  await respondToMeeting(site.post, decided, pending!.item.no, { answer: 'accepted', send: 'only' })
  await site.settle()
  assert.deepEqual((await answers(ann)).at(-1), 'accepted')
  assert.match((await site.meetings(ann)).at(-1)!.text.replace(/\r\n /g, ''), /SENT-BY="mailto:bob/)
  await book(ann, { start: '2026-12-07T09:30:00', title: 'Clash' })
  assert.equal((await answers(ann)).at(-1), 'declined', 'conflicts are not for delegates')
})

test('a colleague on the Exchange side books a room, a stranger does not', async () => {
  const { room } = await people()
  const address = `room${number}@corp.example`
  const calendar = (from: string, uid: string) =>
    `BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20261120T120000Z\r\nDTSTART:20261207T090000Z\r\nDTEND:20261207T100000Z\r\nSUMMARY:From ${from}\r\nORGANIZER:mailto:${from}\r\nATTENDEE;CUTYPE=ROOM;RSVP=TRUE:mailto:${address}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`
  const request = async (from: string) => {
    await send(site.world, {
      from,
      to: [address],
      intake: site.world.intake,
      text: mail(
        {
          From: from,
          To: address,
          Subject: 'x',
          'Content-Type': 'text/calendar; charset=utf-8; method=REQUEST',
        },
        calendar(from, `uid-of-${from}`),
      ),
    })
    await site.settle()
  }
  await request('eve@evil.example')
  assert.deepEqual(await site.events(room), [])
  await request('dora@corp.example')
  const [booked] = await site.events(room)
  assert.equal(booked!.event.busyType, 'busy')
  assert.deepEqual(site.world.troubles, [])
})

test('an answer that a crash kept back is sent when the service starts again', async () => {
  const { ann, room } = await people()
  const { world } = site
  const { store } = world
  const lost = new Error('the process is gone')
  const broken = {
    begin: () => Promise.reject(lost),
    automatic: () => Promise.reject(lost),
  }
  const crashing = calendarArrivals({
    store,
    hostName: 'x.example',
    now: () => world.at,
    trouble: () => {},
    intake: () => broken,
  })
  const post = { ...site.post, intake: world.with({ arrivals: crashing }) }
  const meeting = meetingWith([], { participants: { room: person(room) } })
  await createMeeting(post, site.actor(ann), await site.calendar(ann), meeting, { send: 'SendOnlyToAll' })
  await post.intake.idle()
  assert.equal((await site.meetings(ann)).length, 0)
  const signal = new AbortController().signal
  await answerAllOwed(site.post, world.org, { startedAt: world.at, signal })
  assert.equal((await site.meetings(ann)).length, 0, 'what has just come is being answered')
  await answerAllOwed(site.post, world.org, { startedAt: world.at + 1, signal })
  await answerAllOwed(site.post, world.org, { startedAt: world.at + 1, signal })
  await site.settle()
  assert.deepEqual(
    (await site.meetings(ann)).map(({ mark }) => mark.response),
    ['accepted'],
  )
})

test('whatever is asked for, a room never has two meetings at once', async () => {
  const memory = await memorySession()
  const { store, reader } = memory
  const now = Date.UTC(2026, 10, 21)
  const request = fc.record({
    uid: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    method: fc.constantFrom('REQUEST' as const, 'REQUEST' as const, 'REQUEST' as const, 'CANCEL' as const),
    day: fc.integer({ min: 0, max: 20 }),
    quarter: fc.integer({ min: 28, max: 44 }),
    length: fc.integer({ min: 1, max: 12 }),
    repeats: fc.option(
      fc.record({
        frequency: fc.constantFrom('daily' as const, 'weekly' as const),
        count: fc.integer({ min: 2, max: 6 }),
        interval: fc.integer({ min: 1, max: 2 }),
      }),
      { nil: undefined },
    ),
    exception: fc.option(fc.integer({ min: 0, max: 30 }), { nil: undefined }),
    zone: fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kolkata'),
    allDay: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
  })
  const limits = fc.record({
    conflictPercentageAllowed: fc.constantFrom(0, 50, 100),
    maximumConflictInstances: fc.constantFrom(0, 2, 100),
  })
  await fc.assert(
    fc.asyncProperty(
      limits,
      fc.array(request, { minLength: 1, maxLength: 14 }),
      async (allowed, requests) => {
        const at = memory.newRef()
        await memory.write((writer) =>
          writer.createMailbox(at, { quotaBytes: 1e9, folders: distinguishedFolders }),
        )
        const calendar = (await reader.findFolder(at, { distinguished: 'calendar' }))!.no
        const room = 'room@corp.example'
        const resource = {
          bookingOptions: {
            autoAcceptRequests: true,
            autoDeclineRecurringRequests: false,
            autoDeclineConflictingRequests: true,
          },
        } as Resource
        let sequence = 0
        for (const { uid, method, day, quarter, length, repeats, exception, zone, allDay } of requests) {
          sequence++
          const start = formatLocal(Date.UTC(2026, 11, 1) + day * DAY_MS + (allDay ? 0 : quarter * 900_000))
          const object: CalendarObject = {
            '@type': 'Event',
            uid,
            title: uid,
            start,
            ...(allDay
              ? { showWithoutTime: true, duration: 'P1D' }
              : { timeZone: zone, duration: `PT${length * 15}M` }),
            sequence,
            updated: new Date(now + sequence * 1_000).toISOString().replace('.000', ''),
            ...(repeats && { recurrenceRules: [repeats] }),
            ...(repeats &&
              exception !== undefined &&
              !allDay && {
                recurrenceOverrides: {
                  [start]: { start: formatLocal(Date.UTC(2026, 11, 1, 10) + exception * DAY_MS) },
                },
              }),
            participants: {
              1: { email: 'ann@corp.example', roles: { owner: true } },
              2: { email: room, roles: { attendee: true } },
            },
          }
          const meeting = { method, objects: [object] as [CalendarObject] }
          await store.transact(
            { organization: at.organization, mailboxes: [at.mailbox] },
            async ({ mailboxes }) => {
              const kept = await keptEvents(mailboxes, at, uid)
              const decision = decideMeeting({
                meeting,
                sender: new Set(['ann@corp.example']),
                senderGroups: new Set<string>(),
                owner: { addresses: new Set([room]), self: { email: room } },
                kept,
                addRequests: true,
              })
              const settings = { bookingWindowDays: 365, acceptExternal: false, ...allowed }
              const booked = await bookResource(mailboxes, at, {
                resource,
                self: { name: 'Room', address: room },
                addresses: new Set([room]),
                meeting,
                decision,
                kept,
                settings,
                now,
              })
              await writeChanges(mailboxes, at, calendar, booked.changes, now)
            },
          )
        }
        const times: [number, number, string][] = []
        for await (const one of calendarView(reader, at, {
          folder: calendar,
          from: now,
          to: now + 400 * DAY_MS,
        }))
          times.push([one.startMs, one.endMs, one.object.uid])
        times.sort((a, b) => a[0] - b[0])
        for (let i = 1; i < times.length; i++) {
          for (let j = 0; j < i; j++)
            if (times[i]![2] !== times[j]![2])
              assert.ok(
                times[j]![1] <= times[i]![0] || times[i]![1] <= times[j]![0],
                JSON.stringify([times[j], times[i]]),
              )
        }
      },
    ),
    { numRuns: 60 },
  )
  await memory.close()
})
