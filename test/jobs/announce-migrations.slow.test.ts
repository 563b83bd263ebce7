import assert from 'node:assert/strict'
import { test } from 'node:test'
import { announceMigrationsJob } from '#jobs/announce-migrations.ts'
import { sendNotice } from '#src/domain/delivery/service-notice.ts'
import { transportMailbox } from '#src/domain/delivery/store.ts'
import type { TraceEvent } from '#src/domain/delivery/trace.ts'
import type { NewEntry } from '#src/domain/directory/entry.ts'
import { announce } from '#src/domain/migration/engine/steer/announce.ts'
import { cancelBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { addMembers, removeMember } from '#src/domain/migration/engine/steer/steer-members.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { domainRecord } from '#test/domain/directory/furnished.ts'
import { exchangeUser, type MigrationSite, openSites } from '#test/support/migration-site.ts'

const start = openSites()
const { signal } = new AbortController()
const text = { subject: 'You move', text: 'Hello {name}, {address} moves. 100 % {name}' }

/** Mail of the job; `fails` may throw, or say that the address leads to nobody; `taken` happens once it is durable. */
function post(
  site: MigrationSite,
  fails: (to: string) => boolean | undefined = () => true,
  taken: (to: string) => void = () => undefined,
) {
  const names: string[] = []
  const sent: { to: string; text: string }[] = []
  const subjects: string[] = []
  const job = announceMigrationsJob({
    store: site.store,
    mail: async (organization, notice) => {
      const { name, also } = notice
      if (fails(notice.to) === false) return false
      await site.store.transact({ organization }, (writer) =>
        also!(writer, { messageId: `<${name}@host>`, place: 'mailbox' }),
      )
      sent.push({ to: notice.to, text: notice.text })
      subjects.push(notice.subject)
      names.push(name!)
      taken(notice.to)
      return true
    },
    trouble: (_, error) => site.troubles.push(error),
    now: () => site.clock.now(),
  })
  return { sent, subjects, names, run: (until = signal) => job.run(until) }
}

const told = async (site: MigrationSite) => (await site.batch()).announcement!

test('each of a batch is told once, by name, and the trail says how many', async () => {
  const site = await start(['anna', 'ben', 'cleo', 'dora'], { batches: 2 })
  await removeMember(site.steering(), 'cleo@corp.example')
  await addMembers(site.steering(), [{ address: 'ghost@corp.example', batch: 1, source: 'old' }])
  const { sent, subjects, run } = post(site, (to) => to !== 'ghost@corp.example')
  await announce(site.steering(), 1, text)
  await assert.rejects(announce(site.steering(), 1, text), /still being sent/)
  await run()
  await run()
  assert.deepEqual(sent, [
    { to: 'anna@corp.example', text: 'Hello anna, anna@corp.example moves. 100 % anna' },
  ])
  const { told: count, missing, missed, isDone } = await told(site)
  assert.deepEqual(
    [count, missing, missed, isDone],
    [1, 1, ['ghost@corp.example: the address leads to nobody'], true],
  )
  const { rows } = await site.store.migration.listMigrationEvents(site.organization, site.project.id, {
    ...{ before: null, limit: 2 },
  })
  assert.match(rows[0]!.sentence, /^"You move" went to 1 person of batch 1; not told: 1, ghost@/)
  assert.deepEqual([rows[0]!.by, rows[1]!.by], ['ed', 'ed'])
  await announce(site.steering(), 1, { ...text, subject: '{name}: {address} moves' })
  await run()
  assert.equal(sent.length, 2, 'another one is another mail')
  assert.deepEqual(subjects, ['You move', 'anna: anna@corp.example moves'])
})

test('a mail that cannot be sent is tried again, holds nobody for ever, and who was told before is not told again', async () => {
  const site = await start(['anna', 'ben', 'cleo'])
  let tries = 0
  const { sent, run } = post(site, (to) => {
    if (to !== 'ben@corp.example') return true
    tries++
    throw new Refusal('try-later', 'The queue is full.')
  })
  await announce(site.steering(), 1, text)
  await run()
  assert.deepEqual(
    sent.map(({ to }) => to),
    ['anna@corp.example'],
  )
  assert.equal((await told(site)).isDone, false)
  for (let minute = 0; minute < 6; minute++) await run()
  assert.equal(tries, 5)
  assert.deepEqual(
    sent.map(({ to }) => to),
    ['anna@corp.example', 'cleo@corp.example'],
  )
  assert.deepEqual((await told(site)).missed, ['ben@corp.example: The queue is full.'])
})

test('a service that ends in between goes on behind the last who was told', async () => {
  const site = await start(['anna', 'ben', 'cleo'])
  const ends = new AbortController()
  const first = post(site, (to) => {
    if (to === 'ben@corp.example') ends.abort(new Error('The service is stopping'))
    return true
  })
  await announce(site.steering(), 1, text)
  await assert.rejects(first.run(ends.signal), /stopping/)
  const second = post(site)
  await second.run()
  const all = [...first.sent, ...second.sent].map(({ to }) => to)
  assert.deepEqual(all, ['anna@corp.example', 'ben@corp.example', 'cleo@corp.example'])
})

test('who was told is not told again where the process ended before anybody heard of it', async () => {
  const site = await start(['anna', 'ben'])
  const first = post(site, undefined, (to) => {
    if (to === 'anna@corp.example') throw new Error('killed')
  })
  await announce(site.steering(), 1, text)
  await first.run()
  assert.deepEqual(first.sent.length, 1)
  assert.equal((await told(site)).told, 1, 'what was taken counts, whoever heard of it')
  const second = post(site)
  await second.run()
  await second.run()
  assert.deepEqual(
    [...first.sent, ...second.sent].map(({ to }) => to),
    ['anna@corp.example', 'ben@corp.example'],
  )
  assert.deepEqual([(await told(site)).told, (await told(site)).isDone], [2, true])
  const names = [...first.names, ...second.names]
  assert.equal(new Set(names).size, 2)
  for (const name of names) assert.match(name, /^announcement\.1\.[a-z0-9]+\.[0-9a-f]{32}$/)
})

test('a mailbox that goes to another batch meanwhile is told of that one, once, wherever it stands in it', async () => {
  const site = await start(['anna', 'ben', 'cleo', 'dora'], { batches: 2 })
  const moves = async () => {
    await removeMember(site.steering(), 'anna@corp.example')
    await addMembers(site.steering(), [{ address: 'anna@corp.example', batch: 2, source: 'old' }])
  }
  const until = site.clock.now() + 3_600_000
  await announce(site.steering(), 1, { ...text, text: 'first {address}', stopsAt: until })
  await announce(site.steering(), 2, { ...text, text: 'second {address}', stopsAt: until })
  const gone: Promise<void>[] = []
  // She was told of batch 1, and comes to batch 2 before and behind those who are told there.
  const { sent, run } = post(site, (to) => {
    if (to === 'ben@corp.example') gone.push(moves())
    return true
  })
  await run()
  await Promise.all(gone)
  await run()
  const of = (name: string) =>
    sent.filter(({ to }) => to === `${name}@corp.example`).map(({ text: words }) => words.split(' ')[0])
  assert.deepEqual([of('anna'), of('ben'), of('dora')], [['first', 'second'], ['second'], ['second']])
  assert.deepEqual(of('cleo'), ['first'])
  assert.equal((await site.batch(2)).announcement!.isDone, true)
  // Who comes once all were told is told too, until people stop; then it would be of a time that is past.
  await removeMember(site.steering(), 'cleo@corp.example')
  await addMembers(site.steering(), [{ address: 'cleo@corp.example', batch: 2, source: 'old' }])
  await run()
  assert.deepEqual(of('cleo'), ['first', 'second'])
  site.pass(3_600_000)
  await addMembers(site.steering(), [{ address: 'emil@corp.example', batch: 2, source: 'old' }])
  await run()
  assert.deepEqual(of('emil'), [])
})

test('what lies in the queue or came back has reached nobody, and is told so', async () => {
  const site = await start(['anna', 'ben', 'cleo'])
  const { store, organization } = site
  const job = announceMigrationsJob({
    store,
    mail: (of, notice) =>
      sendNotice(
        {
          ...{ store, hostName: 'host.example', postmaster: '', now: () => site.clock.now() },
          findWay: async (_, address) => ({ to: 'queue', route: { kind: 'exchange' }, address }),
        },
        of,
        notice,
      ),
    trouble: (_, error) => site.troubles.push(error),
    now: () => site.clock.now(),
  })
  const contact: NewEntry = {
    ...exchangeUser('partner'),
    ...{ kind: 'contact', home: 'external', target: 'pat@partner.example' },
    addresses: [{ kind: 'primary', address: 'pat@partner.example' }],
  } as NewEntry
  const elsewhere: NewEntry = {
    ...exchangeUser('eve'),
    addresses: [{ kind: 'primary', address: 'eve@elsewhere.example' }],
  }
  await store.transact({ organization }, async ({ directory }) => {
    await directory.createEntry(organization, contact)
    await directory.createEntry(organization, elsewhere)
    await directory.createDomain(organization, domainRecord('corp.example'), {
      selector: 's',
      privateKey: 'k',
    })
  })
  await assert.rejects(
    announce(site.steering(), 1, { ...text, sender: 'eve@elsewhere.example' }),
    /"elsewhere.example" is no mail domain of the organisation/,
  )
  for (const sender of ['ghost@corp.example', 'pat@partner.example'])
    await assert.rejects(announce(site.steering(), 1, { ...text, sender }), /is nobody of/)
  await announce(site.steering(), 1, { ...text, sender: 'ben@corp.example' })
  await job.run(signal)
  const { rows } = await store.delivery.listQueue(organization, { limit: 10 })
  assert.deepEqual(
    rows.map(({ from, sender }) => [from, sender]),
    Array(3).fill(['ben@corp.example', '']),
  )
  const queued = await Promise.all(rows.map(({ id }) => store.delivery.findQueued(organization, id)))
  const of = (name: string) =>
    queued.find((each) => each!.recipients[0]!.address === `${name}@corp.example`)!.message
  const ends = (name: string, event: TraceEvent['name'] | undefined) =>
    store.transact({ organization, mailboxes: [transportMailbox] }, async ({ delivery }) => {
      const { id, messageId } = of(name)
      await delivery.cancelQueued(organization, id)
      const emailAddress = `${name}@corp.example`
      const fields = { bouncedRecipient: { emailAddress, reason: 'no such user', status: '5.1.1' } }
      if (event !== undefined)
        await delivery.writeTrace([
          {
            ...{ organization, traceId: id, at: site.clock.now(), name: event, fields, messageId },
            ...{ senders: [], recipients: [] },
          },
        ])
    })
  await ends('anna', 'OUTGOING_EMAIL_BOUNCED')
  await ends('ben', undefined)
  await job.run(signal)
  assert.deepEqual([(await told(site)).told, (await told(site)).unreaching], [3, undefined])
  site.pass(60_000)
  await job.run(signal)
  assert.deepEqual((await told(site)).unreached, [
    'anna@corp.example: it could not be delivered: no such user',
  ])
  for (let minutes = 1; minutes <= 30; minutes++) {
    site.pass(60_000)
    await job.run(signal)
  }
  assert.deepEqual((await told(site)).unreached, [
    'anna@corp.example: it could not be delivered: no such user',
    'cleo@corp.example: it still lies in the queue',
  ])
  await ends('cleo', 'OUTGOING_EMAIL_CANCELLED')
  site.pass(60 * 60_000)
  await job.run(signal)
  const { unreaching, lookAt } = await told(site)
  assert.deepEqual([unreaching, lookAt], [2, null])
  const events = await store.migration.listMigrationEvents(organization, site.project.id, {
    ...{ before: null, limit: 1 },
  })
  assert.match(
    events.rows[0]!.sentence,
    /has not reached 2, anna@corp\.example: it could not be delivered: .*; cleo@.*: it was taken out of the queue/,
  )
})

test('what is no subject, no text, or has words that nobody fills in, is refused, as is a batch that has ended', async () => {
  const site = await start(['anna'])
  const refused = (change: Partial<typeof text>, why: RegExp) =>
    assert.rejects(announce(site.steering(), 1, { ...text, ...change }), why)
  await refused({ subject: 'two\r\nBcc: all@corp.example' }, /one line/)
  await refused({ subject: ' ' }, /one line/)
  await refused({ text: '' }, /from 1 to/)
  await refused({ subject: 'Hello {nmae}' }, /The subject has "\{nmae\}", which nobody fills in/)
  await refused({ text: 'Hello {nmae}' }, /"\{nmae\}", which nobody fills in/)
  await assert.rejects(announce(site.steering(), 7, text), Refusal)
  await cancelBatch(site.steering(), 1)
  await refused({}, /has ended/)
})
