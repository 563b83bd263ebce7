import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeSettings } from '#src/domain/migration/engine/steer/steer-project.ts'
import { migrationSite } from '#test/support/migration-site.ts'

test('another time between deltas holds for mailboxes that rest already, and for no other', async (t) => {
  const site = await migrationSite(['anna', 'ben', 'cleo'])
  t.after(() => site.close())
  const { store, organization, project, clock } = site
  const now = clock.now()
  const lastPass = { startedAt: now, endedAt: now, items: 0, bytes: 0, requests: 1 }
  const rests = { state: 'synced', dueAt: now + 86_400_000, lastPass } as const
  const put = async (name: string, change: object) => {
    const member = { ...(await site.member(name)), ...change }
    await store.transact({ organization }, ({ migration }) => migration.putMember(organization, member))
  }
  await put('anna', rests)
  await put('ben', { ...rests, idle: 'server out of reach' })
  await put('cleo', { ...rests, dueAt: null })
  clock.advance(30_000)
  await changeSettings(site.steering(), { deltaEveryMinutes: 1 })
  const due = async (name: string) => (await site.member(name)).dueAt
  assert.equal(await due('anna'), now + 60_000)
  assert.equal(await due('ben'), rests.dueAt)
  assert.equal(await due('cleo'), null)
  clock.advance(60_000)
  await changeSettings(site.steering(), { deltaEveryMinutes: 2 })
  assert.equal(await due('anna'), now + 120_000)
  assert.equal(project.settings.deltaEveryMinutes === 1, false)
})
