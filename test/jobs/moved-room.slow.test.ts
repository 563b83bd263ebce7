/** A room that moves answers requests as it did there. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bookingSettings, schedulingSettings } from '#src/domain/calendar/settings.ts'
import type { Resource } from '#src/domain/directory/entry.ts'
import { lostThereOf } from '#src/domain/migration/engine/return/run-return.ts'
import { cutOverBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { addMembers } from '#src/domain/migration/engine/steer/steer-members.ts'
import type { MovedBooking } from '#src/domain/migration/moved-booking.ts'
import { exchangeRoom, exchangeUser, openSites } from '#test/support/migration-site.ts'
import { back } from '#test/support/moved-mailbox.ts'

const start = openSites()

const asks: MovedBooking = {
  autoAcceptRequests: false,
  autoDeclineRecurringRequests: true,
  autoDeclineConflictingRequests: false,
  conflictPercentageAllowed: 20,
  maximumConflictInstances: 3,
  bookingWindowDays: 90,
  acceptExternal: true,
}

async function movedRoom(booking: MovedBooking, delegates: readonly string[]) {
  const site = await start(['anna'])
  const anna = await site.entry('anna')
  const { organization, store } = site
  const room = await store.transact({ organization }, ({ directory }) =>
    directory.createEntry(organization, exchangeRoom('blue')),
  )
  const box = site.source.box('blue@corp.example')
  box.addFolder('Kalender', { role: 'calendar', class: 'event', key: 'blue-calendar' })
  box.settled = {
    ...box.settled,
    grants: delegates.map((grantee) => ({
      ...{ owner: 'blue@corp.example', grantee, right: 'room-delegate', folder: null },
      ...{ lastUsedDay: null, where: '' },
    })),
  }
  await addMembers(site.steering(), [{ address: 'blue@corp.example', batch: 1, source: 'old', booking }])
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is done', async () => (await site.batch()).state.startsWith('done'))
  const entry = async () => (await store.directory.getEntry(organization, room.id)) as Resource
  return { site, entry, anna }
}

test('its options and settings are those of Exchange, and those of before once it goes back', async () => {
  const { site, entry } = await movedRoom(asks, ['anna@corp.example'])
  const { bookingOptions, mailbox } = await entry()
  assert.deepEqual(bookingOptions, {
    ...{ autoAcceptRequests: false, autoDeclineRecurringRequests: true },
    autoDeclineConflictingRequests: false,
  })
  const at = { organization: site.organization, mailbox: mailbox! }
  assert.deepEqual(await bookingSettings(site.store.mailboxes, at), {
    ...{ conflictPercentageAllowed: 20, maximumConflictInstances: 3 },
    ...{ bookingWindowDays: 90, acceptExternal: true },
  })
  const ben = await site.store.transact({ organization: site.organization }, async ({ directory }) => {
    const made = await directory.createEntry(site.organization, exchangeUser('ben'))
    await directory.addDelegate(site.organization, (await entry()).id, made.id)
    return made
  })
  assert.ok(ben)
  await back(site)
  assert.deepEqual(
    lostThereOf((await site.members()).find(({ address }) => address === 'blue@corp.example')!).map(
      ({ property, reason }) => `${property}: ${reason.slice(0, 20)}`,
    ),
    ['Room delegate: ben@corp.example has'],
  )
  assert.equal((await entry()).bookingOptions.autoAcceptRequests, true)
})

test('without a delegate here it accepts by itself, and that is said', async () => {
  const { site, entry } = await movedRoom(asks, [])
  const { bookingOptions } = await entry()
  assert.deepEqual(
    [bookingOptions.autoAcceptRequests, bookingOptions.autoDeclineRecurringRequests],
    [true, true],
  )
  const member = (await site.members()).find(({ address }) => address === 'blue@corp.example')!
  assert.deepEqual(
    member.losses.map(({ property, weight }) => [property, weight]),
    [['booking options', 'metadata']],
  )
})

test('whose calendar took no requests by itself there, has none added here', async () => {
  const site = await start([])
  const template = { ...asks, addRequests: false }
  const { organization, store } = site
  await store.transact({ organization }, ({ directory }) =>
    directory.createEntry(organization, exchangeUser('carl')),
  )
  site.source.box('carl@corp.example').addFolder('Posteingang', { role: 'inbox', key: 'carl-inbox' })
  await addMembers(site.steering(), [
    { address: 'carl@corp.example', batch: 1, source: 'old', booking: template },
  ])
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it is done', async () => (await site.batch()).state.startsWith('done'))
  const { mailbox } = await site.member('carl')
  const at = { organization, mailbox: mailbox! }
  assert.deepEqual(await schedulingSettings(store.mailboxes, at), { addRequests: false })
})
