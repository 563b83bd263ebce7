import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cutOverBatch, pauseBatch, resumeBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { askForLate, lateLook } from '#src/domain/migration/engine/steer/steer-late.ts'
import { changeSettings } from '#src/domain/migration/engine/steer/steer-project.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { inboxSubjects, type MigrationSite, openSites } from '#test/support/migration-site.ts'
import { move } from '#test/support/moved-mailbox.ts'

const start = openSites()
const HOUR = 3_600_000

async function moved(people: readonly string[], options: Parameters<typeof start>[1] = {}) {
  const site = await start(people, options)
  for (const name of people) {
    const { box, folder } = site.inbox(name)
    for (let i = 0; i < 3; i++) box.addMessage(folder, `${name} ${i}`)
  }
  site.engine()
  await move(site, 1)
  return site
}

/** Everything that was asked for is looked at. */
async function asked(site: MigrationSite, target: Parameters<typeof askForLate>[1] = { batch: 1 }) {
  // A pass that began in the very moment counts.
  site.clock.advance(1)
  const { at } = await askForLate(site.steering(), target)
  const of = { organization: site.organization, project: site.project.id }
  const look = () => lateLook(site.store.migration, of, target, { at })
  await site.until('it is looked', async () => {
    const { looked, mailboxes } = await look()
    return looked === mailboxes
  })
  return look()
}

const inbox = async (site: MigrationSite, name: string) => {
  const at = { organization: site.organization, mailbox: (await site.member(name)).mailbox! }
  const { no } = (await site.store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!
  const { rows } = await site.store.mailboxes.listItems(at, no, {
    ...{ order: 'uid', limit: 100, parts: ['summary'] },
  })
  return { at, rows, of: (subject: string) => rows.find(({ summary }) => summary?.subject === subject)! }
}

test('what arrives at the source of a batch that is done comes when it is asked for, once, and nothing here is undone', async () => {
  const site = await moved(['anna', 'ben'])
  const { box, folder } = site.inbox('anna')
  const here = await inbox(site, 'anna')
  // People work on: one is read, one is deleted for good.
  const [read, gone] = [here.of('anna 0'), here.of('anna 1')]
  await site.store.transact(
    { organization: site.organization, mailboxes: [here.at.mailbox] },
    async ({ mailboxes }) => {
      await mailboxes.changeFlags(here.at, [read.no], { add: 4 })
      await mailboxes.removeItems(here.at, [gone.no])
    },
  )
  // There: two arrive, and one that lies here too goes.
  for (const subject of ['late 1', 'late 2']) box.addMessage(folder, subject)
  box.remove(folder, [...box.folder(folder).items.keys()][2]!)
  site.inbox('ben').box.addMessage(site.inbox('ben').folder, 'late for ben')

  const look = await asked(site, { address: 'anna@corp.example' })
  assert.deepEqual([look.mailboxes, look.items, look.troubles.length], [1, 2, 0])
  assert.deepEqual(look.came, [{ address: 'anna@corp.example', items: 2 }])
  assert.deepEqual(await inboxSubjects(site, 'anna'), ['anna 0', 'anna 2', 'late 1', 'late 2'])
  assert.ok((await inbox(site, 'anna')).of('anna 0').flags & 4)
  assert.ok(!(await inboxSubjects(site, 'ben')).includes('late for ben'), 'he was not asked for')
  assert.deepEqual((await site.batch()).late, { items: 2, bytes: look.bytes })

  const whole = await asked(site)
  assert.deepEqual(whole.came, [{ address: 'ben@corp.example', items: 1 }])
  assert.equal((await asked(site)).items, 0, 'nothing twice')
  assert.equal((await inboxSubjects(site, 'anna')).length, 4)
  assert.equal((await site.batch()).late!.items, 3)
  assert.equal((await site.batch()).state, 'done')
  assert.equal((await site.store.delivery.listQueue(site.organization, { limit: 10 })).rows.length, 0)
  const { rows } = await site.store.migration.listMigrationEvents(site.organization, site.project.id, {
    limit: 100,
  })
  const told = rows.filter(({ kind }) => kind === 'late').map(({ sentence }) => sentence)
  assert.ok(told.includes('2 items that arrived late were copied to anna@corp.example.'), told.join('\n'))
})

test('late mail comes by itself at the hours of the project, and no more after the last', async () => {
  const site = await moved(['anna'], { settings: { lateHours: [1, 30] } })
  const { box, folder } = site.inbox('anna')
  const flippedAt = (await site.batch()).flippedAt!
  assert.equal((await site.member('anna')).dueAt, flippedAt + HOUR)
  box.addMessage(folder, 'late')
  site.pass(HOUR)
  const looks = async () => (await site.member('anna')).late?.looks ?? 0
  await site.until('it was looked', async () => (await looks()) === 2)
  assert.ok((await inboxSubjects(site, 'anna')).includes('late'))
  assert.equal((await site.member('anna')).dueAt, flippedAt + 30 * HOUR)
  // Others are set, for who has moved already too.
  await changeSettings(site.steering(), { lateHours: [1, 2] })
  site.pass(29 * HOUR)
  await site.until('it was looked again', async () => (await looks()) === 3)
  assert.equal((await site.member('anna')).dueAt, null)
})

test('a mailbox that is there no more is a sentence, and is not asked for on and on', async () => {
  const site = await moved(['anna'])
  site.source.boxes.delete('anna@corp.example')
  const look = await asked(site)
  assert.match(look.troubles[0]!.cause, /^Nothing late was looked for: There is no mailbox anna@/)
  const member = await site.member('anna')
  assert.deepEqual([member.state, member.dueAt, member.idle], ['verified', null, undefined])
  assert.equal((await site.batch()).state, 'done')
  assert.deepEqual(site.alerts, [])
  assert.equal(await inboxSubjects(site, 'anna').then(({ length }) => length), 3)
})

test('a source that answers no more lets go of a look after a day, and a mailbox that went here at once', async () => {
  const site = await moved(['anna', 'ben'], { settings: { lateHours: [] } })
  assert.equal((await site.member('anna')).dueAt, null)
  site.source.before = () => {
    throw new SourceFailure('transient', 'ECONNREFUSED', 'Nobody answers there.')
  }
  await site.store.transact(
    { organization: site.organization, mailboxes: [(await site.member('ben')).mailbox!] },
    async ({ mailboxes }) => {
      const { mailbox } = await site.member('ben')
      await mailboxes.destroyMailbox({ organization: site.organization, mailbox: mailbox! })
    },
  )
  site.clock.advance(1)
  await askForLate(site.steering(), { batch: 1 })
  const stop = site.clock.leap()
  await site.until('one waits and one is given up', async () => {
    const [anna, ben] = await site.members()
    return anna!.idle !== undefined && ben!.late?.trouble !== undefined
  })
  stop()
  assert.equal((await site.member('anna')).late?.trouble, undefined, 'it may still come')
  site.pass(25 * HOUR)
  await site.until(
    'the other one is too',
    async () => (await site.member('anna')).late?.trouble !== undefined,
  )
  const [anna, ben] = await site.members()
  assert.match(anna!.late!.trouble!, /Nobody answers there/)
  assert.deepEqual([anna!.dueAt, ben!.dueAt, anna!.late!.askedAt], [null, null, undefined])
  assert.equal(ben!.late!.trouble, 'Its mailbox here is no more.')
})

test('what cannot be asked for is refused in words; a batch that is let go on keeps its hours', async () => {
  const site = await start(['anna', 'ben'])
  const ask = () => askForLate(site.steering(), { batch: 1 })
  await assert.rejects(ask(), /before it, that comes with the deltas/)
  await assert.rejects(
    askForLate(site.steering(), { address: 'nobody@corp.example' }),
    /nobody@corp\.example/,
  )
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  await assert.rejects(ask(), /"copied, kept up to date"/)
  const held = Promise.withResolvers<void>()
  site.source.before = async ({ op, mailbox }) => {
    if (op === 'folders' && mailbox.startsWith('ben') && (await site.batch()).flippedAt !== null)
      await held.promise
  }
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('one is verified', async () => (await site.member('anna')).state === 'verified')
  await pauseBatch(site.steering(), 1)
  await assert.rejects(ask(), /is paused/)
  assert.equal((await site.member('anna')).dueAt, null)
  held.resolve()
  await resumeBatch(site.steering(), 1)
  const { dueAt, flippedAt } = await site.member('anna')
  assert.equal(dueAt, flippedAt! + HOUR)
  await site.until('it is done', async () => (await site.batch()).state === 'done')
})
