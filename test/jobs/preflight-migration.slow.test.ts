/** The pre-flight of a batch by itself: everything that stands against it, and nothing begun. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultSentence, hasFailed, preflightBatch } from '#src/domain/migration/engine/preflight.ts'
import type { CheckLine } from '#src/domain/migration/engine/project.ts'
import { addMembers, removeMember } from '#src/domain/migration/engine/steer-members.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { type MigrationSite, openSites } from '#test/support/migration-site.ts'

const start = openSites()

async function looked(
  site: MigrationSite,
  more: { freeBytes?: () => Promise<number>; fails?: boolean } = {},
): Promise<readonly CheckLine[]> {
  const deps = {
    store: site.store,
    openSource: async () => {
      if (more.fails === true) throw new SourceFailure('refused', 'credentials', 'The password is wrong.')
      return site.source
    },
    now: () => site.clock.now(),
    signal: new AbortController().signal,
    freeBytes: more.freeBytes,
  }
  return preflightBatch(deps, await site.current(), await site.batch(), await site.members())
}

const faults = (lines: readonly CheckLine[]): string[] =>
  lines.filter(({ state }) => state === 'failed').map(({ mailbox, name }) => `${mailbox} ${name}`.trim())

test('every fault is found, also behind another one, and each has its line', async () => {
  const site = await start(['anna', 'ben'])
  const add = (address: string, bytes: number, entry?: string) =>
    addMembers(site.steering(), [
      {
        ...{ address, batch: 1, source: 'old', expected: { items: 1, bytes } },
        ...(entry !== undefined && { entry: site.entries.get(entry)! }),
      },
    ])
  // Nobody here, nothing there; and two for one person.
  await add('ghost@corp.example', 10e9)
  site.source.box('anna.old@corp.example')
  await add('anna.old@corp.example', 30e9, 'anna')
  const lines = await looked(site, { freeBytes: async () => 49e9 })
  assert.deepEqual(faults(lines).sort(), [
    'anna.old@corp.example target',
    'free space',
    'ghost@corp.example mailbox',
    'ghost@corp.example target',
  ])
  assert.equal(hasFailed(lines), true)
  const told = faultSentence(lines)
  assert.match(told, /^The pre-flight found 4 faults: .*ghost@corp\.example.* And 1 more/)
  assert.equal((await site.batch()).state, 'planned', 'nothing was begun')
  assert.equal((await site.batch()).preflight, null, 'nothing was written')

  await removeMember(site.steering(), 'ghost@corp.example')
  await removeMember(site.steering(), 'anna.old@corp.example')
  assert.deepEqual(faults(await looked(site, { freeBytes: async () => 49e9 })), [])
})

test('what is here is looked at although the source cannot be asked', async () => {
  const site = await start(['anna'])
  await addMembers(site.steering(), [{ address: 'ghost@corp.example', batch: 1, source: 'old' }])
  assert.deepEqual(faults(await looked(site, { fails: true })), ['source old', 'ghost@corp.example target'])
})

test('a batch with faults says them where it stands, and not any more once the mailbox is taken out', async () => {
  const site = await start(['anna'])
  await addMembers(site.steering(), [{ address: 'ghost@corp.example', batch: 1, source: 'old' }])
  site.engine()
  await site.start()
  await site.until('it is planned again', async () => (await site.batch()).cause !== '')
  assert.match((await site.batch()).cause, /^The pre-flight found 2 faults: .*ghost/)
  await removeMember(site.steering(), 'ghost@corp.example')
  assert.equal((await site.batch()).cause, '')
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
})
