import assert from 'node:assert/strict'
import { test } from 'node:test'
import { announceMigrationsJob } from '#jobs/announce-migrations.ts'
import { announce } from '#src/domain/migration/engine/announce.ts'
import { cancelBatch } from '#src/domain/migration/engine/steer-batch.ts'
import { addMembers, removeMember } from '#src/domain/migration/engine/steer-members.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { type MigrationSite, openSites } from '#test/support/migration-site.ts'

const start = openSites()
const { signal } = new AbortController()
const text = { subject: 'You move', text: 'Hello {name}, {address} moves. 100 % {name}' }

/** Mail of the job; `fails` may throw, or say that the address leads to nobody. */
function post(site: MigrationSite, fails: (to: string) => boolean | undefined = () => true) {
  const sent: { to: string; text: string }[] = []
  const subjects: string[] = []
  const job = announceMigrationsJob({
    store: site.store,
    mail: async (_, notice) => {
      if (fails(notice.to) === false) return false
      sent.push({ to: notice.to, text: notice.text })
      subjects.push(notice.subject)
      return true
    },
    trouble: (_, error) => site.troubles.push(error),
    now: () => site.clock.now(),
  })
  return { sent, subjects, run: (until = signal) => job.run(until) }
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
