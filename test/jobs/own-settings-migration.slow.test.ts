import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cutOverBatch, putBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { changeMailbox } from '#src/domain/migration/engine/steer/steer-mailbox.ts'
import { inboxSubjects, openSites } from '#test/support/migration-site.ts'
import { move } from '#test/support/moved-mailbox.ts'

const start = openSites()
const HOUR = 3_600_000

test("settings of a mailbox come before those of its batch, and these before the project's", async () => {
  const people = ['anna', 'ben', 'cem']
  const site = await start(people, { settings: { deletesHere: false, largestItemBytes: 1_000_000 } })
  const keys = new Map<string, string>()
  for (const name of people) {
    const { box, folder } = site.inbox(name)
    keys.set(name, box.addMessage(folder, 'goes'))
    box.addMessage(folder, 'large', { body: 'x'.repeat(3_000) })
  }
  // The batch takes nothing above 2,000 octets and deletes what is deleted there; ben keeps what is deleted, cem is larger.
  await putBatch(site.steering(), { no: 1, ownChange: { largestItemBytes: 2_000, deletesHere: true } })
  await changeMailbox(site.steering(), 'ben@corp.example', { own: { deletesHere: false } })
  const startAfter = site.clock.now() + 2 * HOUR
  await changeMailbox(site.steering(), 'cem@corp.example', { own: { largestItemBytes: 9_000 }, startAfter })
  site.engine()
  await site.start()
  await site.until('two are copied', async () => (await site.member('ben')).state === 'synced')
  await site.until('the third waits', async () => (await site.member('cem')).cause !== '')
  assert.match((await site.member('cem')).cause, /^It starts after /)
  assert.equal((await site.member('cem')).mailbox, null)
  site.pass(2 * HOUR)
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  assert.deepEqual(await inboxSubjects(site, 'anna'), ['goes'])
  assert.deepEqual(await inboxSubjects(site, 'cem'), ['goes', 'large'])
  for (const name of people) site.inbox(name).box.remove(site.inbox(name).folder, keys.get(name)!)
  // What is above it counts again.
  await changeMailbox(site.steering(), 'cem@corp.example', { own: { largestItemBytes: null } })
  assert.equal((await site.member('cem')).own, undefined)
  await cutOverBatch(site.steering(), 1, { at: null, failing: 'hold' })
  await site.until('an approval is asked for', async () => (await site.batch()).state === 'approving')
  site.pass(24 * HOUR)
  await site.until('deltas ran', async () => (await site.members()).every(({ pass }) => pass > 1))
  await site.until('they are over', async () =>
    (await site.members()).every(({ passFor }) => passFor === null),
  )
  assert.deepEqual(await inboxSubjects(site, 'anna'), [])
  assert.deepEqual(await inboxSubjects(site, 'ben'), ['goes'])
  assert.deepEqual(await inboxSubjects(site, 'cem'), ['large'])
  const { rows } = await site.store.migration.listMigrationEvents(site.organization, site.project.id, {
    limit: 100,
  })
  const told = rows.filter(({ kind }) => kind === 'changed').map(({ sentence }) => sentence)
  assert.ok(
    told.some((each) =>
      /^ben@corp\.example was changed: what is deleted there, from "is deleted here" to "stays here"\.$/.test(
        each,
      ),
    ),
    told.join('\n'),
  )
})

test('how a mailbox is copied is settled once it is out, and nobody else is changed', async () => {
  const site = await start(['anna'])
  await assert.rejects(
    changeMailbox(site.steering(), 'ben@corp.example', { priority: 1 }),
    /ben@corp\.example/,
  )
  site.engine()
  await move(site, 1)
  await assert.rejects(
    changeMailbox(site.steering(), 'anna@corp.example', { own: { verification: 3 } }),
    /"moved and verified", so how it is copied is settled/,
  )
})
