/** Who may act for whom, and gets copies of what. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newEntryId } from '#src/base/ids.ts'
import {
  addDelegate,
  listDelegates,
  removeDelegate,
  seesPrivate,
  setMeetingDelivery,
  updateDelegate,
} from '#src/domain/calendar/delegates.ts'
import { respondToMeeting } from '#src/domain/calendar/scheduling/respond.ts'
import type { User } from '#src/domain/directory/entry.ts'
import { findMailboxAccess } from '#src/domain/directory/mailbox-access.ts'
import { MailboxRight } from '#src/domain/directory/mailbox-permission.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { refusalOf } from '#test/domain/delivery/intake-world.ts'
import { annAndBobAnew, type CalendarWorld } from './calendar-world.ts'

let site: CalendarWorld
let ann: User
let bob: User
let number: number
annAndBobAnew((made) => {
  ;({ site, ann, bob, number } = made)
})

const invite = (more: Partial<CalendarObject> = {}) => site.invite(ann, [bob], more, 'SendOnlyToAll')

test('one of more than a thousand who have rights on a mailbox keeps theirs when they become a delegate', async () => {
  const { store, org } = site.world
  const ids = Array.from({ length: 1_001 }, () => newEntryId()).sort()
  const { version: _, createdVersion: _c, ...like } = bob
  await store.transact({ organization: org }, async ({ directory }) => {
    for (const [at, id] of ids.entries()) {
      const name = `many${number}-${at}`
      const own = { id, name, displayName: name, mailbox: null, identityProviderUserId: null, addresses: [] }
      await directory.createEntry(org, { ...like, ...own })
      await directory.putPermission(org, { owner: ann.id, grantee: id, rights: MailboxRight.fullAccess })
    }
  })
  const last = ids.at(-1)!
  const mailbox = { owner: ann.id, at: site.actor(ann).at }
  await addDelegate(store, mailbox, last, { folders: {} })
  const both = MailboxRight.fullAccess | MailboxRight.sendOnBehalf
  assert.equal(await store.directory.ownRights(org, ann.id, last), both)
  await removeDelegate(store, mailbox, last)
  assert.equal(await store.directory.ownRights(org, ann.id, last), MailboxRight.fullAccess)
})

test('a delegate gets rights and copies, sends on behalf, and loses it all again', async () => {
  const carl = await site.world.user(`carl${number}`)
  const mailbox = { owner: bob.id, at: site.actor(bob).at }
  const { store } = site.world
  await addDelegate(store, mailbox, carl.id, {
    folders: { calendar: 'Editor', inbox: 'Reviewer' },
    receiveCopies: true,
  })
  const { delegates } = await listDelegates(store, mailbox)
  assert.deepEqual(
    delegates.map(({ entry, folders, receiveCopies, viewPrivate }) => [
      entry.id,
      folders.calendar,
      folders.inbox,
      folders.tasks,
      receiveCopies,
      viewPrivate,
    ]),
    [[carl.id, 'Editor', 'Reviewer', 'None', true, false]],
  )
  await invite()
  assert.equal((await site.meetings(carl))[0]!.mark.receivedFor?.address, `bob${number}@corp.example`)
  assert.equal((await site.meetings(bob)).length, 1)
  await invite({ privacy: 'private', title: 'Secret' })
  assert.equal((await site.meetings(carl)).length, 1, 'private meetings are not for this delegate')
  const [kept] = await site.events(bob)
  const onBehalf = { ...site.actor(bob), login: site.actor(carl).login }
  await respondToMeeting(site.post, onBehalf, kept!.item.no, { answer: 'accepted', send: 'only' })
  await site.settle()
  const answer = (await site.meetings(ann)).at(-1)!
  assert.match(answer.text, new RegExp(`^Sender: .*carl${number}@corp`, 'm'))
  assert.match(answer.text.replace(/\r\n /g, ''), new RegExp(`SENT-BY="mailto:carl${number}@corp.example"`))
  assert.equal(answer.mark.outcome, 'recorded')
  await setMeetingDelivery(store, mailbox, 'DelegatesOnly')
  await invite({ title: 'For Carl' })
  assert.equal((await site.meetings(bob)).length, 2)
  assert.equal((await site.meetings(carl)).length, 2)
  await removeDelegate(store, mailbox, carl.id)
  assert.deepEqual((await listDelegates(store, mailbox)).delegates, [])
  const access = await findMailboxAccess(store.directory, site.world.org, bob, carl.id)
  const inbox = await store.mailboxes.findFolder(mailbox.at, { distinguished: 'inbox' })
  assert.equal(access.rightsOn(inbox!), 0)
  await assert.rejects(
    respondToMeeting(site.post, onBehalf, kept!.item.no, { answer: 'tentative', send: 'only' }),
    /may not send/,
  )
})

test('a delegate is added once, changed, and refused where that makes no sense', async () => {
  const { store } = site.world
  const mailbox = { owner: bob.id, at: site.actor(bob).at }
  assert.equal(await refusalOf(addDelegate(store, mailbox, bob.id, {})), 'invalid-parameter')
  assert.equal(await refusalOf(updateDelegate(store, mailbox, ann.id, {})), 'no-such-entry')
  assert.equal(await refusalOf(removeDelegate(store, mailbox, ann.id)), 'no-such-entry')
  await addDelegate(store, mailbox, ann.id, { folders: { tasks: 'Author', contacts: 'Reviewer' } })
  assert.equal(await refusalOf(addDelegate(store, mailbox, ann.id, {})), 'already-registered')
  assert.equal(await seesPrivate(store, mailbox.at, ann.id), false)
  await updateDelegate(store, mailbox, ann.id, { folders: { tasks: 'None' }, viewPrivate: true })
  const { delivery, delegates } = await listDelegates(store, mailbox)
  assert.equal(delivery, 'DelegatesAndMe')
  assert.deepEqual(
    delegates.map(({ folders, receiveCopies, viewPrivate }) => [
      folders.tasks,
      folders.contacts,
      receiveCopies,
      viewPrivate,
    ]),
    [['None', 'Reviewer', false, true]],
  )
  assert.equal(await seesPrivate(store, mailbox.at, ann.id), true)
})

test('a delegate whose mailbox is on the Exchange side is told by mail, and gets no invitation of their own', async () => {
  const eve = await site.world.user(`eve${number}`)
  const { store, org } = site.world
  const mailbox = { owner: bob.id, at: site.actor(bob).at }
  await addDelegate(store, mailbox, eve.id, { receiveCopies: true })
  await store.transact({ organization: org }, async ({ directory }) => {
    const entry = await directory.getEntry(org, eve.id)
    return directory.saveEntry(org, { ...entry, home: 'exchange', mailbox: null })
  })
  await invite({ title: 'Budget' })
  const [told] = (await site.world.queue()).filter(({ recipients }) =>
    recipients.some(({ address }) => address === `eve${number}@corp.example`),
  )
  assert.deepEqual(told!.recipients[0]!.route, { kind: 'exchange' })
  assert.match(told!.text, new RegExp(`^From: .*bob${number}@corp.example`, 'm'))
  assert.match(told!.text, /^Auto-Submitted: auto-generated/m)
  assert.match(told!.text, /whose delegate you are/)
  assert.doesNotMatch(told!.text, /method="?REQUEST/i)
  assert.equal((await site.meetings(bob)).length, 1)
})
