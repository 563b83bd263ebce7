/** A batch that goes back: what came in here since is at the source again, once, or is named. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cancelBatch, putBatch, retryBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { addMembers, removeMember } from '#src/domain/migration/engine/steer/steer-members.ts'
import { inboxSubjects, openSites } from '#test/support/migration-site.ts'
import {
  arrives,
  back,
  backThroughEnds,
  isBack,
  meeting,
  move,
  movedMailbox,
  placeOf,
  there,
} from '#test/support/moved-mailbox.ts'

const start = openSites()

test('what came in since the flip is at the source again, once, in its folder, with its marks', async () => {
  const site = await movedMailbox(start)
  await arrives(site, 'inbox', { summary: { subject: 'since 1' }, flags: 1, keywords: ['Work'] }, 'text')
  await arrives(site, 'calendar', meeting)
  // No folder of the source is behind this one: it is made.
  await arrives(site, 'junkemail', { summary: { subject: 'since 2' } })
  const { late } = await back(site)
  assert.deepEqual(
    late.map(({ address, items }) => `${address} ${items}`),
    ['anna@corp.example 3'],
  )
  assert.equal((await site.entry('anna')).home, 'exchange', 'at home there before anything is copied')
  await site.until('it is back', isBack(site))
  assert.deepEqual(there(site), ['before 1', 'before 2', 'since 1'])
  assert.deepEqual(there(site, 'made-Junk Email'), ['since 2'])
  assert.deepEqual(there(site, 'anna-calendar'), ['meeting'])
  const put = [...site.inbox('anna').box.folder('anna-inbox').items.values()].find(
    ({ item }) => item.title === 'since 1',
  )!
  assert.deepEqual([put.item.flags, put.item.keywords], [1, ['Work']])
  assert.match(Buffer.from(put.octets as Uint8Array).toString(), /^Subject: since 1\r\n\r\ntext\r\n$/)
  const member = await site.member('anna')
  assert.deepEqual([member.returned, member.cause], [{ returned: 3, left: 0 }, ''])
  const rows = (await site.store.migration.listReturns(await placeOf(site), { limit: 10 })).rows
  assert.deepEqual(
    rows.flatMap(({ losses }) => losses),
    [],
  )
  assert.equal((await site.store.delivery.listQueue(site.organization, { limit: 10 })).rows.length, 0)
})

test('ended at any point and begun again, nothing is put there twice and nothing is left out', async () => {
  const site = await movedMailbox(start)
  const subjects = Array.from({ length: 8 }, (_, at) => `since ${String(at).padStart(2, '0')}`)
  for (const subject of subjects) await arrives(site, 'inbox', { summary: { subject } })
  const ends = await backThroughEnds(site, ['put', 'mark'])
  assert.ok(ends >= 4, `${ends} ends`)
  assert.deepEqual(there(site), ['before 1', 'before 2', ...subjects])
})

test('a source that takes nothing leaves each item here, by its name', async () => {
  const site = await movedMailbox(start)
  site.inbox('anna').box.takesBack = false
  await arrives(site, 'inbox', { summary: { subject: 'since' } })
  await back(site)
  await site.until('it is back', isBack(site))
  const { rows } = await site.store.migration.listReturns(await placeOf(site), { limit: 10 })
  assert.deepEqual(
    rows.map(({ state, title, code }) => `${state} ${title} ${code}`),
    ['left since read-only'],
  )
  assert.deepEqual((await site.member('anna')).returned, { returned: 0, left: 1 })
  await site.until('its batch says so', async () =>
    /^1 item that came in or was changed since did not go back/.test((await site.batch()).cause),
  )
})

test('one item that is not taken holds up no other; a mailbox that is still off there is waited for', async () => {
  const site = await movedMailbox(start)
  const { box } = site.inbox('anna')
  box.refuses = ['event']
  await arrives(site, 'calendar', meeting)
  await arrives(site, 'inbox', { summary: { subject: 'since' } })
  const boxes = new Map(site.source.boxes)
  site.source.boxes.clear()
  await back(site)
  await site.until('it waits', async () => (await site.member('anna')).cause.includes('can be opened'))
  assert.equal((await site.member('anna')).state, 'returning')
  await site.until('its batch says why', async () =>
    /^anna@corp.example: .* waits until .* "landbridge migrate retry" tries it at once\.$/.test(
      (await site.batch()).cause,
    ),
  )
  for (const [address, each] of boxes) site.source.boxes.set(address, each)
  assert.equal((await retryBatch(site.steering(), 1)).mailboxes, 1, 'nobody has to wait for the clock')
  await site.until('it is back', isBack(site))
  assert.deepEqual(there(site), ['before 1', 'before 2', 'since'])
  const { rows } = await site.store.migration.listReturns(await placeOf(site), { state: 'left', limit: 10 })
  assert.deepEqual(
    rows.map(({ title, code }) => `${title} ${code}`),
    ['meeting not-taken'],
  )
  box.refuses = []
  assert.deepEqual(await retryBatch(site.steering(), 1), { mailboxes: 1, items: 1, rights: 0 })
  await site.until('it is back', isBack(site))
  assert.deepEqual(there(site, 'anna-calendar'), ['meeting'], 'what was left is tried again')
  assert.deepEqual((await site.member('anna')).returned, { returned: 2, left: 0 })
  await site.until('nothing is left to say', async () => (await site.batch()).cause === '')
})

test('a batch that an earlier version called rolled back is on its way as long as one of its mailboxes is', async () => {
  const site = await movedMailbox(start)
  await arrives(site, 'inbox', { summary: { subject: 'since' } })
  const boxes = new Map(site.source.boxes)
  site.source.boxes.clear()
  await back(site)
  await site.until('it waits', async () => (await site.member('anna')).cause.includes('can be opened'))
  await site.until('its batch says so', async () => (await site.batch()).cause.includes('can be opened'))
  const before = await site.batch()
  await site.store.transact({ organization: site.organization }, ({ migration }) =>
    migration.putBatch(site.organization, { ...before, state: 'rolled-back', cause: '' }),
  )
  await site.until('it is on its way', async () => (await site.batch()).state === 'rolling-back')
  assert.equal((await site.batch()).cause, before.cause)
  for (const [address, each] of boxes) site.source.boxes.set(address, each)
  await retryBatch(site.steering(), 1)
  await site.until('it is back', isBack(site))
  await site.until('its batch is', async () => (await site.batch()).state === 'rolled-back')
})

test('whoever went back is added again: the old copy is used, nothing is copied twice, and back once more', async () => {
  const site = await movedMailbox(start)
  await arrives(site, 'inbox', { summary: { subject: 'since' } })
  await back(site)
  await site.until('it is back', isBack(site))
  const { box, folder } = site.inbox('anna')
  box.addMessage(folder, 'meanwhile there')
  const before = (await placeOf(site)).mailbox
  await putBatch(site.steering(), { no: 2, name: 'again' })
  await addMembers(site.steering(), [{ address: 'anna@corp.example', batch: 2, source: 'old' }])
  const { firstCopy } = await site.member('anna')
  assert.equal(firstCopy?.items, 2)
  await move(site, 2)
  assert.deepEqual((await site.member('anna')).firstCopy, firstCopy, 'of the pass that copied')
  assert.equal((await placeOf(site)).mailbox, before)
  assert.deepEqual(await inboxSubjects(site, 'anna'), ['before 1', 'before 2', 'meanwhile there', 'since'])
  assert.equal((await site.entry('anna')).mailbox, before)
  await arrives(site, 'inbox', { summary: { subject: 'since again' } })
  await back(site, 2)
  await site.until('it is back', isBack(site))
  assert.deepEqual(there(site), ['before 1', 'before 2', 'meanwhile there', 'since', 'since again'])
  assert.deepEqual((await site.member('anna')).returned, { returned: 1, left: 0 }, 'of this way back alone')
})

test('a copy into a mailbox that was here goes without what its owner changed, which is not copied again', async () => {
  const site = await start(['anna'])
  const { box, folder } = site.inbox('anna')
  for (const subject of ['one', 'two', 'three']) box.addMessage(folder, subject)
  const extra = box.addFolder('Projekte', { key: 'anna-projects' })
  box.addMessage(extra, 'in a folder')
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  const at = await placeOf(site)
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  // As if its owner had had it before.
  await site.store.transact(scope, async ({ migration }) =>
    migration.putMember(site.organization, { ...(await site.member('anna')), madeHere: false }),
  )
  const inbox = (await site.store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!
  const page = await site.store.mailboxes.listItems(at, inbox.no, {
    order: 'uid',
    limit: 10,
    parts: ['summary'],
  })
  const two = page.rows.find(({ summary }) => summary!.subject === 'two')!
  await site.store.transact(scope, ({ mailboxes }) => mailboxes.changeFlags(at, [two.no], { add: 4 }))
  await back(site)
  assert.deepEqual(await inboxSubjects(site, 'anna'), ['two'])
  assert.ok((await site.store.mailboxes.listFolders(at)).every(({ name }) => name !== 'Projekte'))
  await putBatch(site.steering(), { no: 2, name: 'again' })
  await addMembers(site.steering(), [{ address: 'anna@corp.example', batch: 2, source: 'old' }])
  await site.start(2)
  await site.until('it is synced', async () => (await site.batch(2)).state === 'synced')
  assert.deepEqual(await inboxSubjects(site, 'anna'), ['one', 'three', 'two'])
  assert.equal((await site.member('anna')).counts.copied, 4)
})

test('what is still read of a mailbox while its batch goes back is not written any more', async () => {
  const site = await start(['anna'])
  const { box, folder } = site.inbox('anna')
  for (const subject of ['one', 'two', 'three']) box.addMessage(folder, subject)
  const [asked, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  site.source.before = async ({ op }) => {
    if (op !== 'item') return
    asked.resolve()
    await goesOn.promise
  }
  const engine = site.engine()
  await site.start()
  await asked.promise
  const at = await placeOf(site)
  // As if its owner had had it before.
  await site.store.transact(
    { organization: at.organization, mailboxes: [at.mailbox] },
    async ({ migration }) =>
      migration.putMember(site.organization, { ...(await site.member('anna')), madeHere: false }),
  )
  await cancelBatch(site.steering(), 1)
  await back(site)
  goesOn.resolve()
  await engine.stop(new AbortController().signal)
  site.engines.splice(0)
  assert.deepEqual(await inboxSubjects(site, 'anna'), [])
  const { rows } = await site.store.migration.listLedgerItems(at, { after: null, limit: 10 })
  assert.deepEqual(rows, [])
  assert.deepEqual([(await site.member('anna')).state, site.troubles], ['rolled-back', []])
})

test('whoever is taken out while it waits gives up what is not there yet', async () => {
  const site = await movedMailbox(start)
  await arrives(site, 'inbox', { summary: { subject: 'since' } })
  site.source.boxes.clear()
  await back(site)
  await site.until('it waits', async () => (await site.member('anna')).cause.includes('can be opened'))
  await removeMember(site.steering(), 'anna@corp.example')
  assert.equal((await site.member('anna')).state, 'rolled-back')
})

test('what the other side did not take outlives the copy of another try', async () => {
  const site = await movedMailbox(start)
  site.inbox('anna').box.takesBack = false
  await arrives(site, 'inbox', { summary: { subject: 'since' } })
  await back(site)
  await site.until('it is back', isBack(site))
  const at = await placeOf(site)
  await putBatch(site.steering(), { no: 2, name: 'again' })
  await addMembers(site.steering(), [{ address: 'anna@corp.example', batch: 2, source: 'old' }])
  await site.start(2)
  await site.until('it is synced', async () => (await site.batch(2)).state === 'synced')
  await back(site, 2)
  assert.deepEqual(await placeOf(site), at)
  assert.deepEqual(await inboxSubjects(site, 'anna'), ['since'])
})
