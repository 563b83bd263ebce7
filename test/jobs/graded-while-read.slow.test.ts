import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openSites } from '#test/support/migration-site.ts'

const start = openSites()

test('a batch whose mailboxes are read without a rest is graded all the same', async () => {
  const site = await start(['anna'])
  site.inbox('anna').box.addMessage(site.inbox('anna').folder, 'mail')
  const engine = site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  assert.equal((await site.batch()).grade, 'perfect')
  const { promise: passed, resolve: open } = Promise.withResolvers<void>()
  site.source.before = () => passed
  site.pass((await site.member('anna')).dueAt! - site.clock.now())
  await site.until('her next delta has begun', () => engine.live().lanes.length === 1)
  const { store, organization } = site
  await store.transact({ organization }, async ({ migration }) => {
    const member = await migration.getMember(organization, site.project.id, 1)
    await migration.putMember(organization, { ...member, grade: 'poor' })
  })
  // The engine looks each minute, and notes at its first look since when they are read.
  const look = async () => {
    site.pass(60_000)
    return (await site.batch()).grade === 'poor'
  }
  await site.until('it is graded', look)
  open()
})
