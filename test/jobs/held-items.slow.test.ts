/** Single items that their server wants asked for later (migration.md 1.3, vandelay 6): everything else comes first, and they are few times waited for. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { inboxSubjects, type MigrationSite, openSites } from '#test/support/migration-site.ts'

const start = openSites()
const MAILS = 20
const HINT_MS = 300_000

/** A mailbox in which two items, of two pages, are busy for as long as `isBusy` says; when each was asked for, by its subject. */
async function withBusyItems(isBusy: (subject: string, times: number) => boolean) {
  const site = await start(['anna'], { settings: { pageItems: 5, itemAttempts: 3 } })
  const { box, folder } = site.inbox('anna')
  const subjects = Array.from({ length: MAILS }, (_, no) => `mail ${no}`)
  const keys = new Map(subjects.map((subject) => [box.addMessage(folder, subject), subject]))
  const asked = new Map<string, number[]>(['mail 2', 'mail 13'].map((subject) => [subject, []]))
  site.source.before = ({ op, key }) => {
    const subject = op === 'item' ? keys.get(key!)! : ''
    const times = asked.get(subject)
    if (times === undefined) return
    times.push(site.clock.now())
    if (isBusy(subject, times.length))
      throw new SourceFailure('throttled', 'ErrorServerBusy', 'It is busy.', { backOffMs: HINT_MS })
  }
  return { site, asked }
}

/** Time passes when nobody works. */
async function pass(site: MigrationSite, engine: ReturnType<MigrationSite['engine']>): Promise<void> {
  await site.until('it is synced', async () => {
    const { next } = site.clock
    if (engine.live().lanes.length === 0 && next !== undefined) site.clock.advanceTo(next)
    return (await site.batch()).state === 'synced'
  })
}

const troubled = async (site: MigrationSite) => {
  const at = { organization: site.organization, mailbox: (await site.member('anna')).mailbox! }
  const { rows } = await site.store.migration.listLedgerItems(at, { troubled: true, limit: 10 })
  return rows.map(({ title, state, code, attempts }) => `${title} ${state} ${code} ${attempts}`).sort()
}

async function inboxSizes(site: MigrationSite): Promise<readonly number[]> {
  const at = { organization: site.organization, mailbox: (await site.member('anna')).mailbox! }
  const inbox = (await site.store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!
  const { rows } = await site.store.mailboxes.listItems(at, inbox.no, { order: 'uid', limit: 2 * MAILS })
  return rows.map(({ sizeBytes }) => sizeBytes)
}

test('all others come first; those that stay busy are asked for as often as items are, each time when they said, and listed', async () => {
  const { site, asked } = await withBusyItems(() => true)
  const engine = site.engine()
  await site.start()
  await site.until('it waits', async () => (await site.member('anna')).idle === 'server asked to wait')
  const { counts, cause, state } = await site.member('anna')
  assert.deepEqual([counts.copied, counts.pending, counts.skipped], [MAILS - 2, 2, 0])
  assert.equal(cause, 'server asked to wait: It is busy.')
  assert.equal(state, 'initial-sync')
  assert.deepEqual(await troubled(site), [
    'mail 13 pending ErrorServerBusy 1',
    'mail 2 pending ErrorServerBusy 1',
  ])
  await pass(site, engine)
  const after = (await site.member('anna')).counts
  assert.deepEqual([after.copied, after.pending, after.skipped], [MAILS - 2, 0, 2])
  assert.deepEqual(await troubled(site), [
    'mail 13 skipped ErrorServerBusy 3',
    'mail 2 skipped ErrorServerBusy 3',
  ])
  for (const [subject, [first, ...others]] of asked)
    assert.deepEqual(
      others.map((at) => at - first!),
      [HINT_MS, 2 * HINT_MS],
      subject,
    )
})

test('one that is well by then comes, also where the process ended meanwhile', async () => {
  const { site } = await withBusyItems((subject, times) => times < (subject === 'mail 2' ? 2 : 3))
  const first = site.engine()
  await site.start()
  await site.until('it waits', async () => (await site.member('anna')).idle === 'server asked to wait')
  await first.stop(AbortSignal.abort())
  await pass(site, site.engine())
  const { counts } = await site.member('anna')
  assert.deepEqual([counts.copied, counts.pending, counts.skipped], [MAILS, 0, 0])
  const subjects = await inboxSubjects(site, 'anna')
  assert.deepEqual([subjects.length, new Set(subjects).size], [MAILS, MAILS])
  assert.deepEqual(await troubled(site), [])
})

for (const [times, words] of [
  [1, 'comes as soon as the server is well'],
  [3, 'is listed after as many tries, and the item stays as it was'],
] as const)
  test(`what changed of an item that is here ${words}`, async () => {
    let busyUntil = 0
    const { site, asked } = await withBusyItems((_, times) => times <= busyUntil)
    const engine = site.engine()
    await site.start()
    await pass(site, engine)
    // Once it was read.
    busyUntil = 1 + times
    const { box, folder } = site.inbox('anna')
    const [key] = [...box.folder(folder).items].find(([, { item }]) => item.title === 'mail 2')!
    const sizes = await inboxSizes(site)
    box.edit(folder, key, { body: 'another text, and a longer one than it had' })
    const comes = times < 3
    site.pass(24 * 3_600_000)
    await site.until('it is settled', async () => {
      const { next } = site.clock
      if (engine.live().lanes.length === 0 && next !== undefined) site.clock.advanceTo(next)
      const { counts } = await site.member('anna')
      return asked.get('mail 2')!.length === 1 + times + (comes ? 1 : 0) && counts.pending === 0
    })
    const { counts } = await site.member('anna')
    assert.deepEqual([counts.copied, counts.skipped], comes ? [MAILS, 0] : [MAILS - 1, 1])
    assert.deepEqual(await troubled(site), comes ? [] : ['mail 2 skipped ErrorServerBusy 3'])
    assert.equal((await inboxSubjects(site, 'anna')).length, MAILS)
    assert.equal(isDeepStrictEqual(await inboxSizes(site), sizes), !comes)
    const [, first, ...others] = asked.get('mail 2')!
    assert.deepEqual(
      others.map((at) => at - first!),
      Array.from({ length: others.length }, (_, no) => (no + 1) * HINT_MS),
    )
  })
