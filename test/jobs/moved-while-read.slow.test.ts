/** A mailbox that moves, or is taken out, while a pass of it runs, which began before: what follows the flip is done all the same. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Steering } from '#src/domain/migration/engine/project/steering.ts'
import { cancelBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { removeMember } from '#src/domain/migration/engine/steer/steer-members.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { openSites } from '#test/support/migration-site.ts'

const start = openSites()

for (const passFor of ['final', 'delta'] as const)
  test(`it is verified after the pass has ended (${passFor})`, async () => {
    const site = await start(['anna'], { settings: { lateHours: [] } })
    const { organization, store } = site
    const { box, folder } = site.inbox('anna')
    box.addMessage(folder, 'one')
    site.engine()
    await site.start()
    await site.until('it is synced', async () => (await site.batch()).state === 'synced')
    const gate = Promise.withResolvers<void>()
    let isAsked = false
    site.source.before = async ({ op }) => {
      if (op !== 'changes' || isAsked) return
      isAsked = true
      await gate.promise
    }
    site.pass(24 * 3_600_000)
    await site.until('a delta runs', () => isAsked)
    // As another process does it.
    await store.transact({ organization }, async ({ migration }) => {
      const now = site.clock.now()
      const member = await migration.getMember(organization, site.project.id, 1)
      const before = await store.directory.getEntry(organization, site.entries.get('anna')!)
      const moved = { ...member, state: 'flipped', before, flippedAt: now, dueAt: now, passFor } as const
      await migration.putMember(organization, moved)
      const batch = await migration.getBatch(organization, site.project.id, 1)
      await migration.putBatch(organization, { ...batch, state: 'verifying', flippedAt: now })
    })
    gate.resolve()
    await site.until('it is verified', async () => {
      site.pass(2_000)
      return (await site.member('anna')).state === 'verified'
    })
    assert.equal((await site.member('anna')).dueAt, null)
  })

const endings: readonly [string, (steering: Steering) => Promise<unknown>, string, string][] = [
  ['cancelled', (steering) => cancelBatch(steering, 1), 'cancelled', ''],
  [
    'taken out',
    (steering) => removeMember(steering, 'anna@corp.example', 'she stays'),
    ...(['left', 'It was taken out: she stays'] as const),
  ],
]
for (const [how, end, state, cause] of endings)
  for (const fails of [false, true])
    test(`who is ${how} while the pass ${fails ? 'breaks off' : 'comes to its end'} stays as that was said`, async () => {
      const site = await start(['anna', 'ben'])
      const { box, folder } = site.inbox('anna')
      box.addMessage(folder, 'one')
      let isEnded = false
      const endNow = async () => {
        if (isEnded || (await site.batch()).state !== 'initial-sync') return
        await end(site.steering())
        isEnded = true
      }
      // What the pass writes last comes right after it.
      if (!fails) box.close = endNow
      site.source.before = async ({ op, mailbox }) => {
        if (!fails || op !== 'changes' || mailbox !== box.address) return
        await endNow()
        throw new SourceFailure('mailbox-permanent', 'gone', 'It is gone.')
      }
      const engine = site.engine()
      await site.start()
      await site.until('it has ended', () => isEnded && engine.live().lanes.length === 0)
      const anna = await site.member('anna')
      assert.deepEqual([anna.state, anna.cause, anna.dueAt], [state, cause, null])
    })
