/** A calendar and the letters about it: what is refused has changed nothing, and what is killed has done all or nothing. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  cancelMeeting,
  createMeeting,
  type SendMeeting,
  updateMeeting,
} from '#src/domain/calendar/scheduling/organize.ts'
import { respondToMeeting } from '#src/domain/calendar/scheduling/respond.ts'
import { takeInvitation } from '#src/domain/calendar/scheduling/take-meeting.ts'
import { setSchedulingSettings } from '#src/domain/calendar/settings.ts'
import type { User } from '#src/domain/directory/entry.ts'
import { filesOf, messageOfFiles } from '#src/domain/mailbox/files.ts'
import type { Store } from '#src/domain/store.ts'
import type { SizedSource } from '#src/formats/mime/compose.ts'
import { annAndBobAnew, type CalendarWorld, meetingWith } from './calendar-world.ts'

let site: CalendarWorld
let ann: User
let bob: User
let number: number
annAndBobAnew((made) => {
  ;({ site, ann, bob, number } = made)
})

const MEGABYTE = 1024 * 1024

function fileOf(sizeBytes: number): SizedSource {
  const piece = Buffer.alloc(57 * 1024, 7)
  async function* read() {
    for (let left = sizeBytes; left > 0; left -= piece.length) yield piece.subarray(0, left)
  }
  return messageOfFiles([{ octets: { sizeBytes, read }, contentType: 'image/png', fileName: 'plan.png' }])
}

const create = async (send: SendMeeting, more: { files?: SizedSource; actor?: User } = {}) => {
  const { files, actor = ann } = more
  const made = await createMeeting(
    site.post,
    { ...site.actor(ann), login: site.actor(actor).login },
    await site.calendar(ann),
    meetingWith([bob]),
    { send, ...(files && { options: { files } }) },
  )
  await site.settle()
  site.world.at += 60_000
  return made
}

const nothingCame = async (): Promise<void> => {
  await site.settle()
  assert.deepEqual(await site.meetings(bob), [])
  assert.deepEqual(await site.events(bob), [])
}

test('files that are too large beside their invitation are refused before anything is stored', async () => {
  // By themselves they are as large as a message may be (LIM-02).
  const files = fileOf(29 * MEGABYTE - 100)
  await assert.rejects(create('SendToAllAndSaveCopy', { files }), { reason: 'too-large' })
  assert.deepEqual(await site.events(ann), [])
  await nothingCame()
})

test('an update that is too large to be sent leaves the meeting as it was', async () => {
  const { item, event } = await create('SendToNone', { files: fileOf(29 * MEGABYTE - 100) })
  const changed = { ...event, title: 'Planning again' }
  await assert.rejects(
    updateMeeting(site.post, site.actor(ann), item.no, changed, { send: 'SendToAllAndSaveCopy' }),
    { reason: 'too-large' },
  )
  assert.deepEqual((await site.events(ann))[0]!.event, event)
  await nothingCame()
})

test('who may not send for somebody changes no calendar either', async () => {
  const eve = await site.world.user(`eve${number}`)
  await assert.rejects(create('SendOnlyToAll', { actor: eve }), { reason: 'not-allowed' })
  assert.deepEqual(await site.events(ann), [])
  await nothingCame()
  const { item } = await create('SendOnlyToAll')
  const before = await site.events(ann)
  const asEve = { ...site.actor(ann), login: site.actor(eve).login }
  await assert.rejects(cancelMeeting(site.post, asEve, item.no, { send: 'SendOnlyToAll' }), {
    reason: 'not-allowed',
  })
  assert.deepEqual(await site.events(ann), before)
  const [invited] = await site.events(bob)
  await assert.rejects(
    respondToMeeting(site.post, { ...site.actor(bob), login: site.actor(eve).login }, invited!.item.no, {
      answer: 'declined',
      send: 'only',
    }),
    { reason: 'not-allowed' },
  )
  assert.deepEqual(await site.events(bob), [invited])
})

/** The store of a process that is killed when it begins a transaction more than `left`. */
function killedAfter(left: number): Store {
  let done = 0
  return new Proxy(site.world.store, {
    get(store, name) {
      if (name !== 'transact') return Reflect.get(store, name) as unknown
      return async (...args: Parameters<Store['transact']>) => {
        if (++done > left) throw new Error('killed')
        return store.transact(...args)
      }
    },
  })
}

test('an invitation that is taken into the calendar has its files, whenever the service is killed', async () => {
  const { at } = site.actor(bob)
  await site.world.store.transact(
    { organization: at.organization, mailboxes: [at.mailbox] },
    ({ mailboxes }) => setSchedulingSettings(mailboxes, at, { addRequests: false }),
  )
  await create('SendOnlyToAll', { files: fileOf(1_000) })
  const [request] = await site.meetings(bob)
  const [message] = await site.world.store.mailboxes.getItems(
    at,
    [request!.item.no],
    ['summary', 'structure'],
  )
  for (const left of [0, 1]) {
    await takeInvitation(killedAfter(left), at, bob, request!.mark, Date.now(), message).catch(
      (error: Error) => {
        if (error.message !== 'killed') throw error
      },
    )
    const kept = await site.events(bob)
    assert.equal(kept.length, left)
    for (const { item } of kept) {
      const [stored] = await site.world.store.mailboxes.getItems(at, [item.no], ['structure'])
      assert.equal(filesOf(stored!).length, 1)
    }
  }
})

test('an invitation that is taken twice at the same time is in the calendar once', async () => {
  const { at } = site.actor(bob)
  await site.world.store.transact(
    { organization: at.organization, mailboxes: [at.mailbox] },
    ({ mailboxes }) => setSchedulingSettings(mailboxes, at, { addRequests: false }),
  )
  await create('SendOnlyToAll')
  const [request] = await site.meetings(bob)
  const take = () => takeInvitation(site.world.store, at, bob, request!.mark, Date.now())
  const [one, other] = await Promise.all([take(), take()])
  assert.equal(one.item.no, other.item.no)
  assert.equal((await site.events(bob)).length, 1)
})

test('what is declined is out of the calendar or as it was, whenever the service is killed', async () => {
  await create('SendOnlyToAll')
  const [invited] = await site.events(bob)
  const post = { ...site.post, store: killedAfter(1) }
  await respondToMeeting(post, site.actor(bob), invited!.item.no, { answer: 'declined', send: 'none' })
  assert.deepEqual(await site.events(bob), [])
})
