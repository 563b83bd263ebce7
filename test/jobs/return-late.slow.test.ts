/** What stands against a way back: faults of ours, a mailbox taken out, one that is full, and a second way back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import { lostThereOf } from '#src/domain/migration/engine/return/run-return.ts'
import { cutOverBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { removeMember } from '#src/domain/migration/engine/steer/steer-members.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { openSites, projectBeside } from '#test/support/migration-site.ts'
import {
  arrives,
  back,
  isBack,
  move,
  movedMailbox,
  placeOf,
  there,
  tree,
  write,
} from '#test/support/moved-mailbox.ts'
import { stageBytes } from '#test/support/store.ts'

const start = openSites()

/** Something that is waited for until it is let go. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { passed: promise, open: resolve }
}

test('an item that the service fails at holds up no other one, and is left by name after its attempts', async () => {
  const site = await movedMailbox(start)
  for (const subject of ['broken', 'since 1', 'since 2'])
    await arrives(site, 'inbox', { summary: { subject } })
  site.foreseen.add('Its recurrence has no end')
  site.source.before = ({ op, key }) => {
    if (op === 'put' && key === 'broken') throw new Error('Its recurrence has no end')
  }
  await back(site)
  await site.until('the others are there', () => there(site).includes('since 2'))
  assert.equal((await site.member('anna')).state, 'returning', 'it is tried again')
  const stop = site.clock.leap()
  await site.until('it is back', isBack(site))
  stop()
  assert.deepEqual(there(site), ['before 1', 'before 2', 'since 1', 'since 2'])
  const { rows } = await site.store.migration.listReturns(await placeOf(site), { state: 'left', limit: 10 })
  assert.deepEqual(
    rows.map(({ title, code, attempts }) => `${title} ${code} ${attempts}`),
    ['broken our-fault 4'],
  )
  assert.match(rows[0]!.problem, /Its recurrence has no end\. It may have arrived there/)
  assert.deepEqual((await site.member('anna')).returned, { returned: 2, left: 1 })
})

test('what comes in once the clock here was set back behind the flip goes back, and what was here before does not', async () => {
  const site = await start(['anna'])
  site.inbox('anna').box.addMessage(site.inbox('anna').folder, 'before 1')
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  await arrives(site, 'inbox', { summary: { subject: 'here before the flip' } })
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it has moved', async () => (await site.batch()).state === 'done')
  site.clock.setBack(3_600_000)
  await arrives(site, 'inbox', { summary: { subject: 'since' } })
  const { late } = await back(site)
  assert.deepEqual(
    late.map(({ items }) => items),
    [1],
  )
  const stop = site.clock.leap()
  await site.until('it is back', isBack(site))
  stop()
  assert.deepEqual(there(site), ['before 1', 'since'])
  assert.deepEqual((await site.member('anna')).returned, { returned: 1, left: 0 })
})

test('what fails before anything was sent is tried again as something that was not sent', async () => {
  const site = await movedMailbox(start)
  await arrives(site, 'inbox', { summary: { subject: 'since' } })
  site.foreseen.add('No mark')
  let failures = 0
  site.source.before = ({ op }) => {
    if (op === 'mark' && failures++ < 2) throw new Error('No mark')
  }
  const stop = site.clock.leap()
  await back(site)
  await site.until('it is back', isBack(site))
  stop()
  assert.equal(failures, 3)
  assert.deepEqual(there(site), ['before 1', 'before 2', 'since'])
  const { rows } = await site.store.migration.listReturns(await placeOf(site), { limit: 10 })
  assert.deepEqual(
    rows.map(({ state, attempts, title }) => `${state} ${attempts} ${title}`),
    ['returned 3 since'],
  )
})

test('whoever is taken out while it is put back there: its lane drains, and nothing more is sent', async () => {
  const site = await movedMailbox(start)
  for (const subject of ['since 1', 'since 2']) await arrives(site, 'inbox', { summary: { subject } })
  const held = gate()
  site.source.before = ({ op }) => (op === 'put' ? held.passed : undefined)
  await back(site)
  await site.until('one is on its way', async () => site.source.count('put') === 1)
  await removeMember(site.steering(), 'anna@corp.example')
  const lanes = () => site.engines.flatMap((each) => each.live().lanes)
  await site.until('the lane drains', async () => lanes().every(({ draining }) => draining))
  assert.equal(lanes().length, 1, 'the call under way is waited for')
  held.open()
  await site.until('the lane has ended', async () => lanes().length === 0)
  assert.equal(site.source.count('put'), 1)
  assert.deepEqual(there(site), ['before 1', 'before 2', 'since 1'])
  const { state, dueAt } = await site.member('anna')
  assert.deepEqual([state, dueAt], ['rolled-back', null])
  assert.equal((await site.batch()).state, 'rolled-back', 'nobody else is on the way')
})

test('whoever is taken out while it is copied: its lane drains, and it is not begun again', async () => {
  const site = await start(['anna'])
  const { box, folder } = site.inbox('anna')
  box.addMessage(folder, 'one')
  const held = gate()
  site.source.before = ({ op }) => (op === 'folders' ? held.passed : undefined)
  const engine = site.engine()
  await site.start()
  await site.until('its folders are listed', async () => site.source.count('folders') === 1)
  await removeMember(site.steering(), 'anna@corp.example')
  await site.until('the lane drains', async () => engine.live().lanes.every(({ draining }) => draining))
  held.open()
  await site.until('the lane has ended', async () => engine.live().lanes.length === 0)
  const { state, dueAt } = await site.member('anna')
  assert.deepEqual([state, dueAt], ['left', null])
})

test('a mailbox that is full there is waited for with a named cause, and nothing of it is left', async () => {
  const site = await movedMailbox(start)
  for (const subject of ['since 1', 'since 2']) await arrives(site, 'inbox', { summary: { subject } })
  let full = true
  site.source.before = ({ op }) => {
    if (op === 'put' && full) throw new SourceFailure('no-room', 'ErrorQuotaExceeded', 'The mailbox is full.')
  }
  await back(site)
  await site.until('it waits', async () => (await site.member('anna')).cause !== '')
  const { state, cause, dueAt, idle } = await site.member('anna')
  assert.deepEqual(
    [state, idle, cause],
    ['returning', 'no room there', 'no room there: The mailbox is full.'],
  )
  assert.ok(dueAt! > site.clock.now())
  assert.equal(site.source.count('put'), 1, 'the others are not tried either')
  assert.equal((await site.batch()).state, 'rolling-back', 'of which a mailbox is not back')
  full = false
  const stop = site.clock.leap()
  await site.until('it is back', isBack(site))
  stop()
  assert.deepEqual(there(site), ['before 1', 'before 2', 'since 1', 'since 2'])
  assert.deepEqual((await site.member('anna')).returned, { returned: 2, left: 0 })
  await site.until('its batch is', async () => (await site.batch()).state === 'rolled-back')
})

test('a batch whose last word was lost with its process is rolled back all the same', async () => {
  const site = await movedMailbox(start)
  await back(site)
  await site.until('it is back', async () => (await site.batch()).state === 'rolled-back')
  const batch = { ...(await site.batch()), state: 'rolling-back', cause: 'One goes back there.' } as const
  await site.store.transact({ organization: site.organization }, ({ migration }) =>
    migration.putBatch(site.organization, batch),
  )
  const stop = site.clock.leap()
  await site.until('its batch is', async () => (await site.batch()).state === 'rolled-back')
  stop()
  assert.equal((await site.batch()).cause, '')
})

test('the trail counts the mailboxes that went back, and none that had left before', async () => {
  const sentences = async (site: Awaited<ReturnType<typeof start>>) => {
    const { rows } = await site.store.migration.listMigrationEvents(site.organization, site.project.id, {
      limit: 50,
    })
    return rows.filter(({ kind }) => kind === 'rolled-back').map(({ sentence }) => sentence)
  }
  const site = await start(['anna', 'ben'])
  site.engine()
  await removeMember(site.steering(), 'ben@corp.example')
  await move(site, 1)
  await back(site)
  assert.deepEqual(await sentences(site), ['1 mailbox is at home on the other side again.'])
})

async function arrivesInNewFolders(site: Awaited<ReturnType<typeof start>>) {
  const at = await placeOf(site)
  const inbox = (await site.store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!
  const made = await site.store.transact(
    { organization: site.organization, mailboxes: [at.mailbox] },
    async ({ mailboxes }) => {
      const above = await mailboxes.createFolder(at, { parent: inbox.no, name: 'Above', class: 'message' })
      return mailboxes.createFolder(at, { parent: above.no, name: 'Below', class: 'message' })
    },
  )
  await arrives(site, 'inbox', { summary: { subject: 'since' }, folder: made.no })
}

test('folders that were made here are made there, each below its own', async () => {
  const site = await movedMailbox(start)
  await arrivesInNewFolders(site)
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual(there(site), ['before 1', 'before 2'])
  assert.deepEqual(there(site, 'made-Below'), ['since'])
  const { tree } = site.source.box('anna@corp.example')
  assert.equal(tree.get('made-Below')!.parent, 'made-Above')
  assert.equal(tree.get('made-Above')!.parent, 'anna-inbox')
  const { rows } = await site.store.migration.listReturns(await placeOf(site), { limit: 10 })
  assert.deepEqual(
    rows.map(({ state, losses }) => [state, losses]),
    [['returned', []]],
  )
})

test('folders below one of ours that the source has not are made there with it, known by its name', async () => {
  const site = await movedMailbox(start)
  const at = await placeOf(site)
  const archive = (await site.store.mailboxes.findFolder(at, { distinguished: 'archive' }))!
  const made = await site.store.transact(
    { organization: at.organization, mailboxes: [at.mailbox] },
    ({ mailboxes }) => mailboxes.createFolder(at, { parent: archive.no, name: '2019', class: 'message' }),
  )
  await arrives(site, 'archive', { summary: { subject: 'since' } })
  await arrives(site, 'archive', { summary: { subject: 'below' }, folder: made.no })
  await back(site)
  await site.until('it is back', isBack(site))
  const { tree } = site.source.box('anna@corp.example')
  assert.equal(tree.get('made-2019')!.parent, 'made-Archive')
  assert.equal(tree.get('made-Archive')!.parent, null)
  assert.deepEqual(there(site, 'made-Archive'), ['since'])
  assert.deepEqual(there(site, 'made-2019'), ['below'])
})

test('where the source makes no folder, the item lies in the nearest above, and that is a loss that people see', async () => {
  const site = await movedMailbox(start)
  site.source.box('anna@corp.example').makesFolders = false
  await arrivesInNewFolders(site)
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual(there(site), ['before 1', 'before 2', 'since'])
  const { rows } = await site.store.migration.listReturns(await placeOf(site), { limit: 10 })
  assert.deepEqual(
    rows[0]!.losses.map(({ property, weight }) => [property, weight]),
    [['folder', 'visible']],
  )
})

test('what one source does not take goes to the other one from which the mailbox came too, and is told of each by itself', async () => {
  const site = await movedMailbox(start)
  const other = await projectBeside(site, { name: 'anna', source: 'archive' })
  await move(other, 1)
  for (const subject of ['large', 'since']) await arrives(site, 'inbox', { summary: { subject } })
  site.source.before = ({ op, key }) => {
    if (op === 'put' && key === 'large')
      throw new SourceFailure('item-permanent', 'too-large', 'It is too large.')
  }
  await back(other)
  await other.until('it is back', isBack(other))
  assert.deepEqual((await other.member('anna')).returned, { returned: 1, left: 1 })
  site.source.before = () => undefined
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual((await site.member('anna')).returned, { returned: 1, left: 0 })
  assert.ok(there(site).includes('large'))
  // The first one is still told of what it did not take.
  const left = await other.store.migration.listReturns(await placeOf(other), {
    ...{ source: 'archive', state: 'left', limit: 10 },
  })
  assert.deepEqual(
    left.rows.map(({ title }) => title),
    ['large'],
  )
})

test('folders that another source brought before the flip stay here, but for those that something goes back into', async () => {
  const site = await start(['anna'])
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  const at = await placeOf(site)
  const { no: top } = (await site.store.mailboxes.findFolder(at, { distinguished: 'msgfolderroot' }))!
  const make = async (name: string, parent: FolderNo, source?: string) => {
    let target = top
    await write(site, async ({ mailboxes, migration }) => {
      target = (await mailboxes.createFolder(at, { parent, name, class: 'message' })).no
      if (source !== undefined)
        await migration.putLedgerFolder(at, {
          ...{ source, key: name, target, name, parent: null, placed: { name, parent }, cursor: null },
          ...{ pass: 1, listing: 1, isListing: false, gone: false, losses: [] },
        })
    })
    return target
  }
  const archive = await make('Archiv', top, 'pst')
  await make('2019', archive, 'pst')
  const filled = await make('2020', archive, 'pst')
  await make('Leer', top, 'pst')
  await make('Eigener', top)
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it has moved', async () => (await site.batch()).state === 'done')
  await make('Neu', top)
  await make('Spaet', top, 'pst')
  const body = await stageBytes(site.store, at, Buffer.from('Subject: since\r\n\r\nText\r\n'))
  const receivedAt = site.clock.now()
  await write(site, ({ mailboxes }) =>
    mailboxes.appendItem(at, {
      ...{ folder: filled, class: 'message', receivedAt, summary: { subject: 'since' }, body },
    }),
  )
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual(tree(site), {
    'anna-inbox': '/Posteingang',
    'made-Archiv': '/Archiv',
    'made-2020': 'made-Archiv/2020',
    'made-Eigener': '/Eigener',
    'made-Neu': '/Neu',
    'made-Spaet': '/Spaet',
  })
  assert.deepEqual(there(site, 'made-2020'), ['since'])
  assert.deepEqual(lostThereOf(await site.member('anna')), [])
})
