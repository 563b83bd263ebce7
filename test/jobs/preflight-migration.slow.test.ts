/** The pre-flight of a batch by itself: everything that stands against it, and nothing begun. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { momentWords } from '#src/base/figure-words.ts'
import { newMailboxId } from '#src/base/ids.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { findAlerts } from '#src/domain/migration/alerts/find-alerts.ts'
import { faultSentence, hasFailed, preflightBatch } from '#src/domain/migration/engine/preflight/preflight.ts'
import { preflightPart } from '#src/domain/migration/engine/preflight/preflight-part.ts'
import type { CheckLine, ProjectId } from '#src/domain/migration/engine/project/project.ts'
import { addMembers, removeMember } from '#src/domain/migration/engine/steer/steer-members.ts'
import { addGrants } from '#src/domain/migration/engine/steer/steer-project.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { type MigrationSite, openSites, projectBeside } from '#test/support/migration-site.ts'
import { move } from '#test/support/moved-mailbox.ts'

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

test('the engine asks about mailboxes within the cap of their server, and for as long as a busy one says it waits', async () => {
  const names = Array.from({ length: 12 }, (_, at) => `user${at}`)
  const site = await start(names, { settings: { caps: { old: { connections: 1 } } } })
  let now = 0
  let most = 0
  let busy = 2
  const askedAt: number[] = []
  site.source.before = async ({ op, mailbox }) => {
    if (op === 'check' && mailbox === 'user0@corp.example') askedAt.push(site.clock.now())
    if (op !== 'check' && op !== 'open' && op !== 'folders') return
    most = Math.max(most, ++now)
    await new Promise(setImmediate)
    now--
    if (op !== 'check' || mailbox !== 'user0@corp.example' || busy-- <= 0) return
    throw new SourceFailure('throttled', 'ErrorServerBusy', 'Busy.', { backOffMs: 300_000 })
  }
  site.engine()
  await site.start()
  const stop = site.clock.leap()
  await site.until('it has passed', async () => (await site.batch()).state === 'synced')
  stop()
  assert.equal(most, 1)
  const [first, second, third] = askedAt
  assert.ok(second! - first! >= 300_000 && third! - second! >= 300_000, askedAt.join(' '))
  const kept = (await site.batch()).preflight!.lines
  assert.deepEqual(
    kept.map(({ name }) => name),
    ['routing domain'],
    'a batch keeps no line of what is well',
  )
})

test('a source that is away is asked again by itself, and is named meanwhile; what else is wrong waits for somebody', async () => {
  const site = await start(['anna'])
  let isAway = true
  let asked = 0
  site.source.before = ({ op }) => {
    if (op === 'check') asked++
    if (op === 'check' && isAway) throw new SourceFailure('transient', 'ECONNREFUSED', 'Nobody answers.')
  }
  const engine = site.engine()
  await site.start()
  const stop = site.clock.leap()
  const retry = async () => (await site.batch()).preflight?.retry
  await site.until('it was asked three times', async () => ((await retry())?.attempts ?? 0) >= 3)
  const batch = await site.batch()
  assert.equal(batch.state, 'preflight')
  const { preflight } = batch
  const next = momentWords(preflight!.retry!.at)
  assert.match(batch.cause, /Nobody answers\./)
  assert.ok(batch.cause.endsWith(` looked at again by itself, next at ${next}.`), batch.cause)
  const at = preflight!.at
  assert.ok(preflight!.retry!.at - at >= 60_000 && preflight!.retry!.at - at <= 15 * 60_000)
  const alerts = findAlerts({
    ...{ project: await site.current(), batches: [batch], sums: new Map(), live: engine.live() },
    ...{ cameOnAt: new Map(), now: site.clock.now() },
  })
  assert.deepEqual(
    alerts.map(({ kind, subject }) => [kind, subject]),
    [['batch-held', 'Migration "move": batch 1 waits for its source before it can begin']],
  )
  isAway = false
  await site.until('it goes on', async () => (await site.batch()).state === 'synced')
  stop()
  assert.equal((await site.batch()).cause, '')
  assert.ok(asked < 100, `${asked}`)
})

test('a source that is away and a mailbox with a fault: the batch is planned again', async () => {
  const site = await start(['anna'])
  await addMembers(site.steering(), [{ address: 'ghost@corp.example', batch: 1, source: 'old' }])
  site.source.before = ({ op, mailbox }) => {
    if (op === 'check' && mailbox === 'anna@corp.example')
      throw new SourceFailure('transient', 'ECONNREFUSED', 'Nobody answers.')
  }
  site.engine()
  await site.start()
  const stop = site.clock.leap()
  await site.until('it is planned again', async () => (await site.batch()).state === 'planned')
  stop()
})

test('a mailbox that cannot be opened there leaves none here', async () => {
  const site = await start(['anna'])
  site.source.before = ({ op }) => {
    if (op === 'open') site.source.boxes.clear()
  }
  site.engine()
  await site.start()
  await site.until('it has failed', async () => (await site.member('anna')).state === 'failed')
  const { mailbox, madeHere, cause } = await site.member('anna')
  assert.deepEqual([mailbox, madeHere], [null, false])
  assert.match(cause, /There is no mailbox/)
})

test('mailboxes that are here: too small, filled from elsewhere, or of somebody who was deleted', async () => {
  const site = await start(['anna', 'ben', 'carl'])
  const { organization, store } = site
  const mailboxes = new Map<string, MailboxRef>()
  for (const name of ['anna', 'ben', 'carl']) {
    const entry = await site.entry(name)
    const at = { organization, mailbox: newMailboxId() }
    mailboxes.set(name, at)
    const how = { quotaBytes: 2 ** 20, folders: distinguishedFolders }
    const here = { role: 'USER', home: 'local', target: null, mailbox: at.mailbox } as const
    const deleted = name === 'carl' && ({ state: 'DELETED', deletedAt: 1, purgeAt: 2 } as const)
    await store.transact({ organization, newMailboxes: [at.mailbox] }, async (writer) => {
      await writer.mailboxes.createMailbox(at, how)
      await writer.directory.saveEntry(organization, { ...entry, ...here, ...deleted } as typeof entry)
    })
  }
  const anna = await site.member('anna')
  await store.transact({ organization }, ({ migration }) =>
    migration.putMember(organization, { ...anna, expected: { items: 1, bytes: 2 ** 21 } }),
  )
  const ben = mailboxes.get('ben')!
  const inbox = (await store.mailboxes.findFolder(ben, { distinguished: 'inbox' }))!
  await store.transact({ organization, mailboxes: [ben.mailbox] }, ({ migration }) =>
    migration.putLedgerFolder(ben, {
      ...{
        source: 'old',
        key: 'f1',
        target: inbox.no,
        name: 'Inbox',
        parent: null,
        placed: null,
        cursor: null,
      },
      ...{ pass: 1, listing: 1, isListing: false, gone: false, losses: [] },
      from: { project: 'another' as ProjectId, kind: 'imap', url: 'imaps://old.example' },
    }),
  )
  const told = (await looked(site)).filter(({ state, name }) => state !== 'ok' && name !== 'routing domain')
  assert.deepEqual(
    told
      .map(({ mailbox, name, state, found }) => [mailbox.split('@')[0], name, state, found.slice(0, 30)])
      .sort(),
    [
      ['anna', 'quota', 'warning', 'Its 2 MB do not fit into a quo'],
      ['ben', 'source', 'failed', 'An earlier migration filled th'],
      ['carl', 'target', 'failed', 'carl is deleted.'],
    ],
  )
})

test('a batch without mailboxes cannot begin', async () => {
  const site = await start(['anna'])
  await removeMember(site.steering(), 'anna@corp.example')
  assert.deepEqual(faults(await looked(site)), ['members'])
})

test('rights of people whom nobody here knows are told before anything moves', async () => {
  const site = await start(['anna', 'ben'])
  const grant = (grantee: string) => ({
    ...{ owner: 'anna@corp.example', grantee, right: 'full-access' as const, folder: null },
  })
  await addGrants(site.steering(), [grant('ben@corp.example'), grant('CORP\\gone'), grant('default')])
  const told = (await looked(site)).filter(({ name }) => name === 'rights')
  assert.deepEqual(
    told.map(({ mailbox, state, found }) => [
      mailbox,
      state,
      /nobody here is called: "corp\\gone"\.$/.test(found),
    ]),
    [['anna@corp.example', 'warning', true]],
  )
})

test('whoever moves from Exchange without a routing domain is warned', async () => {
  const site = await start(['anna'])
  const told = async () =>
    (await looked(site)).filter(({ name }) => name === 'routing domain').map(({ state }) => state)
  assert.deepEqual(await told(), ['warning'])
  await site.store.transact({ organization: site.organization }, async ({ directory }) => {
    const settings = await directory.settings(site.organization)
    await directory.putSettings(site.organization, { ...settings, routingDomain: 'lb.corp.example' })
  })
  assert.deepEqual(await told(), ['ok'])
})

test('what is too large for the quota of a new mailbox is told before it is made, by what its folders there have', async () => {
  const site = await start(['anna', 'ben'])
  const GB = 2 ** 30
  for (const [name, bytes] of [
    ['anna', 80 * GB],
    ['ben', 50 * GB],
  ] as const) {
    const { box, folder } = site.inbox(name)
    // What can be brought back is outside of the quota.
    const bin = box.addFolder('Deletions', { role: 'recoverableitemsdeletions' })
    const sizes = new Map([
      [folder, bytes],
      [bin, 10 * GB],
    ])
    const { folders } = box
    box.folders = async function* (signal) {
      for await (const each of folders.call(box, signal))
        yield { ...each, sizeBytes: sizes.get(each.key) ?? 0 }
    }
  }
  const quotas = (lines: readonly CheckLine[]) =>
    lines.filter(({ name }) => name === 'quota').map(({ mailbox, state, found }) => [mailbox, state, found])
  const told = [
    [
      'anna@corp.example',
      'warning',
      'Its 80 GB do not fit into a quota of 50 GB: it comes over whole, and takes no new mail once it has moved.',
    ],
  ]
  assert.deepEqual(quotas(await looked(site)), told)
  const part = await preflightPart(
    {
      store: site.store,
      openSource: async () => site.source,
      now: () => site.clock.now(),
      signal: new AbortController().signal,
    },
    await site.current(),
    await site.batch(),
    await site.members(),
    { from: null, isOver: () => false },
  )
  assert.deepEqual(quotas(part.lines), told)
})

test('items over the limit are named, asked of folders alone that could hold one', async () => {
  const site = await start(['anna', 'ben'], { settings: { largestItemBytes: 2_000 } })
  for (const name of ['anna', 'ben']) {
    const { box, folder } = site.inbox(name)
    const other = box.addFolder('Klein')
    box.addMessage(other, 'small')
    for (let i = 0; i < (name === 'anna' ? 2 : 0); i++)
      box.addMessage(folder, 'x', { body: 'x'.repeat(3_000) })
    const { folders } = box
    box.folders = async function* (signal) {
      for await (const each of folders.call(box, signal))
        yield { ...each, sizeBytes: each.key === folder ? 6_500 : 1_500 }
    }
  }
  const told = (lines: readonly CheckLine[]) =>
    lines
      .filter(({ name }) => name === 'items over the limit')
      .map(({ mailbox, state, found }) => [mailbox, state, found])
  const wanted = [
    [
      'anna@corp.example',
      'warning',
      '2 items are larger than 2 KB and would be left behind: an item in "Posteingang" (3 KB), an item in "Posteingang" (3 KB).',
    ],
    ['ben@corp.example', 'ok', 'No item is larger than 2 KB.'],
  ]
  assert.deepEqual(told(await looked(site)), wanted)
  const asked = site.source.calls.filter(({ op }) => op === 'changes')
  assert.deepEqual(
    asked.map(({ folder }) => folder),
    ['anna-inbox', 'ben-inbox'],
  )
})

test('a file counts as large as it is, for room and time', async () => {
  const site = await start(['anna'])
  Object.assign(site.inbox('anna').box, { fileBytes: 3 * 2 ** 30 })
  const line = (lines: readonly CheckLine[], wanted: string) => lines.find(({ name }) => name === wanted)!
  const lines = await looked(site, { freeBytes: async () => 2 ** 30 })
  assert.equal(line(lines, 'free space').state, 'failed')
  assert.match(line(lines, 'duration').found, /^3 GB take about 3/)
})

test('what DNS says is told once, with the last part', async () => {
  const site = await start(['anna', 'ben'])
  const deps = {
    store: site.store,
    openSource: async () => site.source,
    now: () => site.clock.now(),
    signal: new AbortController().signal,
    dns: {
      here: { mx: 'mail.lb.example', autodiscover: 'mail.lb.example', spf: 'a:mail.lb.example' },
      look: async () => ({ values: ['old.example'], ttlSeconds: 3_600 }),
      resolves: async (host: string) => host !== 'old.example',
    },
  }
  const of = [await site.current(), await site.batch(), await site.members()] as const
  const first = await preflightPart(deps, ...of, { from: null, isOver: () => true })
  const last = await preflightPart(deps, ...of, { from: first.next, isOver: () => true })
  const told = ({ lines }: { lines: readonly CheckLine[] }) =>
    lines.filter(({ name }) => name === 'DNS').map(({ state }) => state)
  assert.deepEqual([told(first), told(last)], [[], ['failed', 'warning', 'warning', 'warning']])
})

test('whom another project has moved already has a line of its own, and nobody else', async () => {
  const site = await start(['anna', 'ben'])
  const other = await projectBeside(site, { name: 'anna', source: 'old' })
  const already = async () => (await looked(site)).filter(({ name }) => name === 'moved already')
  assert.deepEqual(await already(), [])
  site.engine()
  await move(other, 1)
  const [told, ...more] = await already()
  assert.deepEqual([told?.mailbox, told?.state, more], ['anna@corp.example', 'warning', []])
  assert.match(told!.found, /^anna has moved with the project "other" and is at home here: /)
})
