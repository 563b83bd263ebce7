/** Invitations that are passed on, and what their organizer makes of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forwardInvitation } from '#src/domain/calendar/scheduling/forward.ts'
import { cancelMeeting, updateMeeting } from '#src/domain/calendar/scheduling/organize.ts'
import { respondToMeeting } from '#src/domain/calendar/scheduling/respond.ts'
import type { User } from '#src/domain/directory/entry.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { annAndBobAnew, type CalendarWorld, statusOf } from './calendar-world.ts'

let site: CalendarWorld
let ann: User
let bob: User
let carl: User
let number: number
annAndBobAnew(async (made) => {
  ;({ site, ann, bob, number } = made)
  carl = await site.world.user(`carl${number}`)
})

const send = 'SendOnlyToAll'
const settled = () => site.later()
const only = async (entry: User): Promise<{ no: number; event: CalendarObject }> => {
  const [one, ...more] = await site.events(entry)
  assert.ok(one && more.length === 0)
  return { no: one.item.no, event: one.event }
}

/** Ann invites Bob. */
const invite = (more: Partial<CalendarObject> = {}) => site.invite(ann, [bob], more, send)

async function passOn(from: User, to: User, event: CalendarObject, recurrenceId?: string): Promise<void> {
  const named = [{ name: to.displayName, address: to.addresses[0]!.address }]
  const invitation = { event, files: [], ...(recurrenceId !== undefined && { recurrenceId }) }
  await forwardInvitation(site.post, site.actor(from), invitation, { to: named, send })
  await settled()
}

async function change(more: Partial<CalendarObject>): Promise<void> {
  const { no, event } = await only(ann)
  await updateMeeting(site.post, site.actor(ann), no as never, { ...event, ...more }, { send })
  await settled()
}

test('who gets an invitation from somebody invited is invited too: the organizer is told, and tells of changes', async () => {
  await invite()
  const before = await only(ann)
  await passOn(bob, carl, (await only(bob)).event)
  const told = (await site.world.inbox(ann)).at(-1)!.text.replace(/=\r\n/g, '')
  assert.match(told, /^Subject: Meeting Forward Notification: Planning\r$/m)
  assert.match(
    told,
    /has passed the invitation on to carl\d+@corp\.example|on to \w+ <carl\d+@corp\.example>/,
  )
  assert.match(told, /They are optional attendees of the meeting/)
  assert.match(told, /^Auto-Submitted: auto-generated\r$/m)
  const { event } = await only(ann)
  const guest = Object.values(event.participants!).find(({ email }) => email?.startsWith('carl'))
  assert.deepEqual(guest?.roles, { attendee: true, optional: true })
  assert.deepEqual([event.sequence, event.updated], [before.event.sequence, before.event.updated])

  const { no } = await only(carl)
  await respondToMeeting(site.post, site.actor(carl), no as never, { answer: 'accepted', send: 'only' })
  await settled()
  assert.equal(statusOf((await only(ann)).event, carl), 'accepted')
  await change({ start: '2026-12-07T15:00:00' })
  for (const each of [bob, carl]) assert.equal((await only(each)).event.start, '2026-12-07T15:00:00')
  await cancelMeeting(site.post, site.actor(ann), (await only(ann)).no as never, { send })
  await settled()
  for (const each of [bob, carl]) assert.equal((await only(each)).event.status, 'cancelled')
})

test('twice is once, and what was passed on is passed on again', async () => {
  await invite()
  const { event } = await only(bob)
  await passOn(bob, carl, event)
  const { event: once } = await only(ann)
  await passOn(bob, carl, event)
  assert.deepEqual((await only(ann)).event, once)
  const dora = await site.world.user(`dora${number}`)
  await passOn(carl, dora, (await only(carl)).event)
  assert.equal(statusOf((await only(ann)).event, dora), 'needs-action')
})

test('of a series that was changed those who join hear of every occurrence; of one occurrence of that alone', async () => {
  await invite({ recurrenceRules: [{ frequency: 'weekly', count: 4 }] })
  const SECOND = '2026-12-14T09:00:00'
  const dora = await site.world.user(`dora${number}`)
  await passOn(bob, bob, (await only(bob)).event, SECOND)
  assert.equal(
    (await only(ann)).event.recurrenceOverrides,
    undefined,
    'who is invited already changes nothing',
  )
  await passOn(bob, dora, (await only(bob)).event, SECOND)
  const { event } = await only(ann)
  assert.equal(statusOf(event, dora), undefined)
  const people = event.recurrenceOverrides![SECOND]!.participants as NonNullable<
    CalendarObject['participants']
  >
  assert.equal(Object.values(people).length, 3)

  await passOn(bob, carl, (await only(bob)).event)
  const { event: now } = await only(ann)
  assert.equal(statusOf(now, carl), 'needs-action')
  const { participants, ...patch } = now.recurrenceOverrides![SECOND]!
  assert.deepEqual(
    Object.values(participants as typeof people)
      .map(({ email }) => email?.replace(/\d+@.*/, ''))
      .toSorted(),
    ['ann', 'bob', 'carl', 'dora'],
  )
  await change({
    recurrenceOverrides: { [SECOND]: { ...patch, participants: participants!, title: 'Elsewhere' } },
  })
  assert.equal((await only(dora)).event.title, 'Elsewhere')
  assert.deepEqual(await site.view(carl, '2026-12-14', 1), ['12-14T08:00 Elsewhere'])
  assert.deepEqual(await site.view(bob, '2026-12-14', 1), ['12-14T08:00 Elsewhere'])
})

test('nobody who was not invited invites others to the meeting of somebody else', async () => {
  await invite()
  const eve = await site.world.user(`eve${number}`)
  await passOn(eve, carl, (await only(bob)).event)
  assert.match((await site.world.inbox(ann)).at(-1)!.text.replace(/=\r\n/g, ''), /Add who is to be invited/)
  assert.equal(statusOf((await only(ann)).event, carl), undefined)
  const { no } = await only(carl)
  await respondToMeeting(site.post, site.actor(carl), no as never, { answer: 'accepted', send: 'only' })
  await settled()
  assert.equal((await site.meetings(ann)).at(-1)!.mark.outcome, 'not-invited')
  assert.equal(statusOf((await only(ann)).event, carl), undefined)
})

test('an invitation is passed on also while its organizer cannot be told', async () => {
  await invite()
  const { store } = site.post
  const transact: typeof store.transact = (scope, work) =>
    scope.mailboxes?.includes(ann.mailbox!)
      ? Promise.reject(new Refusal('try-later', 'Her mailbox is busy.'))
      : store.transact(scope, work)
  const { event } = await only(bob)
  const to = [{ name: 'Carl', address: carl.addresses[0]!.address }]
  const post = { ...site.post, store: { ...store, transact } }
  const sent = await forwardInvitation(post, site.actor(bob), { event, files: [] }, { to, send })
  assert.deepEqual(sent.refused, [])
  await settled()
  assert.equal((await only(carl)).event.title, 'Planning')
})

test('what was called off, or an occurrence of it, takes nobody in', async () => {
  const SECOND = '2026-12-14T09:00:00'
  await invite({ recurrenceRules: [{ frequency: 'weekly', count: 4 }] })
  const { event } = await only(bob)
  const { no } = await only(ann)
  await cancelMeeting(site.post, site.actor(ann), no as never, { send: 'SendToNone', recurrenceId: SECOND })
  await passOn(bob, carl, event, SECOND)
  assert.deepEqual((await only(ann)).event.recurrenceOverrides, { [SECOND]: { excluded: true } })
  await cancelMeeting(site.post, site.actor(ann), no as never, { send: 'SendToNone' })
  await passOn(bob, carl, event)
  assert.equal(statusOf((await only(ann)).event, carl), undefined)
})
