/** Two people and their calendars over the real store and intake. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messageClassOf } from '#src/domain/calendar/scheduling/meeting-message.ts'
import { cancelMeeting, createMeeting, updateMeeting } from '#src/domain/calendar/scheduling/organize.ts'
import { respondToMeeting } from '#src/domain/calendar/scheduling/respond.ts'
import { eventOfMeeting, takeInvitation } from '#src/domain/calendar/scheduling/take-meeting.ts'
import { setSchedulingSettings } from '#src/domain/calendar/settings.ts'
import type { User } from '#src/domain/directory/entry.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { annAndBobAnew, type CalendarWorld, meetingWith, person, statusOf } from './calendar-world.ts'

let site: CalendarWorld
let ann: User
let bob: User
let number: number
annAndBobAnew((made) => {
  ;({ site, ann, bob, number } = made)
})

const later = (): void => {
  site.world.at += 60_000
}
const weekly = { recurrenceRules: [{ frequency: 'weekly' as const, count: 4 }] }

const invite = (more: Partial<CalendarObject> = {}) => site.invite(ann, [bob], more)

test('an invitation comes into the calendar, is accepted, and its organizer sees that', async () => {
  const made = await invite({ locations: { 1: { name: 'Room 4' } }, description: 'Bring the plan.' })
  const [request, none] = await site.meetings(bob)
  assert.equal(none, undefined)
  assert.equal(messageClassOf(request!.mark), 'IPM.Schedule.Meeting.Request')
  assert.equal(request!.mark.outcome, 'added')
  const text = request!.text.replace(/=\r\n/g, '')
  assert.match(text, /^From: ann\d+ <ann\d+@corp\.example>|^From: ann\d+@corp\.example/m)
  assert.match(text, /Content-Type: multipart\/alternative/)
  assert.match(text, /Content-Type: text\/calendar; charset=utf-8; method=REQUEST/)
  for (const line of [
    'METHOD:REQUEST',
    'BEGIN:VTIMEZONE',
    'TZID:Europe/Berlin',
    'SEQUENCE:0',
    'X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE',
    'X-MICROSOFT-CDO-INTENDEDSTATUS:BUSY',
    'X-MICROSOFT-CDO-ALLDAYEVENT:FALSE',
    'When: Monday, 7 December 2026, 09:00 to 10:00 (Europe/Berlin)',
    'Where: Room 4',
  ])
    assert.ok(text.includes(line), line)
  const [sent] = await site.meetings(ann, 'sentitems')
  assert.equal(sent!.mark.outcome, 'sent')

  const [kept] = await site.events(bob)
  assert.equal(kept!.event.uid, made.event.uid)
  assert.equal(kept!.event.busyType, 'tentative')
  assert.equal(statusOf(kept!.event, bob), 'needs-action')
  const at = site.actor(bob).at
  assert.equal((await eventOfMeeting(site.world.store.mailboxes, at, request!.mark))!.item.no, kept!.item.no)

  await respondToMeeting(site.post, site.actor(bob), kept!.item.no, {
    answer: 'accepted',
    comment: 'Gladly, with cake; and tea',
    send: 'and-save',
  })
  await site.settle()
  const [after] = await site.events(bob)
  assert.deepEqual([after!.event.busyType, statusOf(after!.event, bob)], ['busy', 'accepted'])
  const [answer] = await site.meetings(ann)
  assert.equal(messageClassOf(answer!.mark), 'IPM.Schedule.Meeting.Resp.Pos')
  assert.equal(answer!.mark.outcome, 'recorded')
  assert.match(answer!.text, /^Subject: Accepted: Planning\r$/m)
  const [own] = await site.events(ann)
  assert.equal(statusOf(own!.event, bob), 'accepted')
  const comment = Object.values(own!.event.participants!).find(({ email }) => email?.startsWith('bob'))
  assert.equal(comment?.participationComment, 'Gladly, with cake; and tea')
})

test('another time asks again, another title does not; who is not invited any more hears so', async () => {
  const { item } = await invite()
  const [kept] = await site.events(bob)
  await respondToMeeting(site.post, site.actor(bob), kept!.item.no, { answer: 'accepted', send: 'only' })
  await site.settle()
  later()
  const change = async (
    more: object,
    sending: 'SendToAllAndSaveCopy' | 'SendOnlyToChanged' = 'SendToAllAndSaveCopy',
  ) => {
    const [own] = await site.events(ann)
    const done = await updateMeeting(
      site.post,
      site.actor(ann),
      item.no,
      { ...own!.event, ...more },
      { send: sending },
    )
    await site.settle()
    later()
    return done
  }
  await change({ title: 'Planning again' })
  const [renamed] = await site.events(bob)
  assert.deepEqual(
    [renamed!.event.title, renamed!.event.sequence, statusOf(renamed!.event, bob)],
    ['Planning again', 0, 'accepted'],
  )
  await change({ start: '2026-12-07T15:00:00' })
  const [moved] = await site.events(bob)
  assert.deepEqual(
    [moved!.event.start, moved!.event.sequence, statusOf(moved!.event, bob), moved!.event.busyType],
    ['2026-12-07T15:00:00', 1, 'needs-action', 'tentative'],
  )
  assert.equal(statusOf((await site.events(ann))[0]!.event, bob), 'needs-action')

  const carl = await site.world.user(`carl${number}`)
  const before = (await site.meetings(bob)).length
  const [own] = await site.events(ann)
  await change({ participants: { ...own!.event.participants, carl: person(carl) } }, 'SendOnlyToChanged')
  assert.equal((await site.meetings(bob)).length, before, 'Bob is not concerned')
  assert.equal((await site.meetings(carl)).length, 1)
  const [now] = await site.events(ann)
  const without = Object.fromEntries(
    Object.entries(now!.event.participants!).filter(([, one]) => !one.email?.startsWith('bob')),
  )
  await change({ participants: without }, 'SendOnlyToChanged')
  const last = (await site.meetings(bob)).at(-1)!
  assert.equal(messageClassOf(last.mark), 'IPM.Schedule.Meeting.Canceled')
  assert.match(last.text, /STATUS:CANCELLED/)
  assert.equal((await site.events(bob))[0]!.event.status, 'cancelled')
})

test('one occurrence is moved, answered and called off by itself', async () => {
  const { item } = await invite(weekly)
  const key = '2026-12-14T09:00:00'
  const [own] = await site.events(ann)
  const moved = { ...own!.event, recurrenceOverrides: { [key]: { start: '2026-12-15T11:00:00' } } }
  await updateMeeting(site.post, site.actor(ann), item.no, moved, { send: 'SendOnlyToAll' })
  await site.settle()
  later()
  const request = (await site.meetings(bob)).at(-1)!
  assert.equal(request.mark.recurrenceId, key)
  assert.match(request.text, /RECURRENCE-ID;TZID=Europe\/Berlin:20261214T090000/)
  assert.doesNotMatch(request.text, /RRULE:FREQ=WEEKLY;COUNT/)
  const days = [
    '12-07T08:00 Planning',
    '12-15T10:00 Planning',
    '12-21T08:00 Planning',
    '12-28T08:00 Planning',
  ]
  assert.deepEqual(await site.view(bob, '2026-12-01', 31), days)

  const [series] = await site.events(bob)
  await respondToMeeting(site.post, site.actor(bob), series!.item.no, {
    answer: 'declined',
    recurrenceId: '2026-12-21T09:00:00',
    send: 'only',
  })
  await site.settle()
  later()
  assert.deepEqual(await site.view(bob, '2026-12-01', 31), [days[0], days[1], days[3]])
  const [told] = await site.events(ann)
  const override = told!.event.recurrenceOverrides!['2026-12-21T09:00:00']!
  assert.equal(statusOf({ participants: override.participants } as never, bob), 'declined')
  assert.equal(statusOf(told!.event, bob), undefined)

  await cancelMeeting(site.post, site.actor(ann), item.no, {
    send: 'SendOnlyToAll',
    recurrenceId: '2026-12-28T09:00:00',
  })
  await site.settle()
  later()
  assert.deepEqual((await site.view(bob, '2026-12-01', 31)).at(-1), '12-28T08:00 Planning (cancelled)')
  assert.equal((await site.view(ann, '2026-12-01', 31)).length, 3)
  await cancelMeeting(site.post, site.actor(ann), item.no, {
    send: 'SendOnlyToAll',
    comment: 'No need any more.',
  })
  await site.settle()
  const last = (await site.meetings(bob)).at(-1)!
  assert.match(last.text, /^Subject: Canceled: Planning\r$/m)
  assert.ok((await site.view(bob, '2026-12-01', 31)).every((one) => one.endsWith('(cancelled)')))
})

test('another time is proposed, and the meeting stays where it is until its organizer moves it', async () => {
  await invite()
  const [kept] = await site.events(bob)
  await respondToMeeting(site.post, site.actor(bob), kept!.item.no, {
    answer: 'tentative',
    proposed: { start: '2026-12-08T10:00:00', duration: 'PT1H' },
    send: 'only',
  })
  await site.settle()
  const [counter] = await site.meetings(ann)
  assert.deepEqual([counter!.mark.kind, counter!.mark.object.start], ['counter', '2026-12-08T10:00:00'])
  assert.match(counter!.text, /^Subject: New Time Proposed: Planning\r$/m)
  const [own] = await site.events(ann)
  assert.deepEqual([own!.event.start, statusOf(own!.event, bob)], ['2026-12-07T09:00:00', 'tentative'])
})

test('what is declined leaves the calendar', async () => {
  await invite()
  await respondToMeeting(site.post, site.actor(bob), (await site.events(bob))[0]!.item.no, {
    answer: 'declined',
    send: 'only',
  })
  await site.settle()
  assert.deepEqual(await site.events(bob), [])
  assert.equal(statusOf((await site.events(ann))[0]!.event, bob), 'declined')
})

test('who does not want invitations in the calendar has them as mail; members of a group are invited', async () => {
  const { at } = site.actor(bob)
  const adds = (addRequests: boolean) =>
    site.world.store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
      setSchedulingSettings(mailboxes, at, { addRequests }),
    )
  await adds(false)
  await invite()
  assert.equal((await site.meetings(bob))[0]!.mark.outcome, 'shown')
  assert.deepEqual(await site.events(bob), [])
  const [request] = await site.meetings(bob)
  const { item } = await takeInvitation(site.world.store, site.actor(bob).at, bob, request!.mark, Date.now())
  assert.equal(
    (await takeInvitation(site.world.store, site.actor(bob).at, bob, request!.mark, Date.now())).item.no,
    item.no,
  )
  await respondToMeeting(site.post, site.actor(bob), item.no, { answer: 'tentative', send: 'only' })
  await site.settle()
  assert.equal(statusOf((await site.events(ann))[0]!.event, bob), 'tentative')
  await respondToMeeting(site.post, site.actor(bob), item.no, { answer: 'declined', send: 'none' })
  await adds(true)
  const team = await site.world.group(`team${number}`, [bob, ann])
  await createMeeting(
    site.post,
    site.actor(ann),
    await site.calendar(ann),
    meetingWith([team], { title: 'All' }),
    { send: 'SendOnlyToAll' },
  )
  await site.settle()
  later()
  const [kept] = await site.events(bob)
  assert.equal(statusOf(kept!.event, bob), 'needs-action')
  await respondToMeeting(site.post, site.actor(bob), kept!.item.no, { answer: 'accepted', send: 'only' })
  await site.settle()
  const own = (await site.events(ann)).find(({ event }) => event.title === 'All')!
  assert.equal(statusOf(own.event, bob), 'accepted')
  assert.equal((await site.events(ann)).length, 2, "the organizer's own copy through the group adds nothing")
})

test('the store holds together with all of that in it', async () => {
  const { care } = site.world
  const { findings } = await care.check({ bodies: true })
  assert.deepEqual(findings, [])
})
