/** What was changed here of items that had been copied goes back with its mailbox, or is named. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contentSummary } from '#src/domain/mailbox/add-item.ts'
import { changeFiles, messageOfFiles } from '#src/domain/mailbox/files.ts'
import { Flag, type Item } from '#src/domain/mailbox/item.ts'
import { usualSettings } from '#src/domain/migration/engine/project/project.ts'
import { cutOverBatch, putBatch, retryBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { addMembers } from '#src/domain/migration/engine/steer/steer-members.ts'
import type { SourceItem } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { type MigrationSite, openSites, projectBeside } from '#test/support/migration-site.ts'
import {
  arrives,
  back,
  backThroughEnds,
  isBack,
  move,
  placeOf,
  there,
  write,
} from '#test/support/moved-mailbox.ts'
import { stageBytes } from '#test/support/store.ts'

const start = openSites()

type EventWithFiles = { title: string; attachments: SourceItem['attachments'] }

/** A mailbox that has moved, with deleted items there, messages of before and an event. */
async function changedMailbox(events: readonly EventWithFiles[] = []): Promise<MigrationSite> {
  const site = await start(['anna'])
  const { box, folder } = site.inbox('anna')
  box.addFolder('Kalender', { role: 'calendar', class: 'event', key: 'anna-calendar' })
  box.addFolder('Gelöschte Elemente', { role: 'deleteditems', key: 'anna-bin' })
  box.addFolder('Projekte', { key: 'anna-projects' })
  for (const subject of ['read', 'moved', 'deleted', 'untouched']) box.addMessage(folder, subject)
  box.addContent('anna-calendar', 'event', {
    ...{ '@type': 'Event', uid: 'm1', title: 'meeting', start: '2027-01-12T10:00:00' },
  })
  for (const { title, attachments } of events) {
    const content = { '@type': 'Event', uid: title, title, start: '2027-01-12T10:00:00' }
    const key = box.addContent('anna-calendar', 'event', content)
    box.folder('anna-calendar').items.get(key)!.attachments = attachments
  }
  site.engine()
  await move(site, 1)
  return site
}

/** Her item here with this subject. */
async function here(site: MigrationSite, subject: string): Promise<Item> {
  const at = await placeOf(site)
  for (const { no } of await site.store.mailboxes.listFolders(at)) {
    const { rows } = await site.store.mailboxes.listItems(at, no, {
      ...{ order: 'uid', limit: 50 },
      parts: ['summary'],
    })
    const found = rows.find(({ summary }) => summary?.subject === subject)
    if (found !== undefined) return found
  }
  throw new Error(`There is no ${subject}`)
}

async function change(site: MigrationSite): Promise<void> {
  const at = await placeOf(site)
  const folders = await site.store.mailboxes.listFolders(at)
  const no = (name: string) => folders.find((folder) => folder.name === name)!.no
  const recoverable = folders.find(({ distinguished }) => distinguished === 'recoverableitemsdeletions')!.no
  const [read, moved, deleted, meeting] = await Promise.all(
    ['read', 'moved', 'deleted', 'meeting'].map((subject) => here(site, subject)),
  )
  const content = { '@type': 'Event', uid: 'm1', title: 'meeting, later', start: '2027-01-12T15:00:00' }
  await write(site, async ({ mailboxes }) => {
    await mailboxes.changeFlags(at, [read!.no], { add: Flag.seen | Flag.flagged, setKeywords: ['Work'] })
    await mailboxes.moveItems(at, { items: [moved!.no], to: no('Projekte') })
    await mailboxes.moveItems(at, { items: [deleted!.no], to: recoverable })
    await mailboxes.changeItem(at, meeting!.no, { content, summary: contentSummary('event', content) })
  })
}

const returns = async (site: MigrationSite) =>
  (await site.store.migration.listReturns(await placeOf(site), { limit: 20 })).rows
    .map(({ change, state, title, code }) => [change, state, title, code].filter(Boolean).join(' '))
    .sort()

test('marks, moves, edits and deletions of what was copied are at the source once the mailbox is back', async () => {
  const site = await changedMailbox()
  await change(site)
  const { late } = await back(site)
  assert.deepEqual(
    late.map(({ items, changed }) => [items, changed]),
    [[0, 4]],
  )
  await site.until('it is back', isBack(site))
  assert.deepEqual(there(site), ['read', 'untouched'])
  assert.deepEqual(there(site, 'anna-projects'), ['moved'])
  assert.deepEqual(there(site, 'anna-bin'), ['deleted', 'meeting'], 'nothing is lost there')
  assert.deepEqual(there(site, 'anna-calendar'), ['meeting, later'])
  const items = [...site.inbox('anna').box.folder('anna-inbox').items.values()]
  const { flags, keywords } = items.find(({ item }) => item.title === 'read')!.item
  assert.deepEqual([flags, keywords], [Flag.seen | Flag.flagged, ['Work']])
  assert.deepEqual(await returns(site), [
    'deleted returned deleted',
    'edited returned meeting, later',
    'marked returned moved',
    'marked returned read',
  ])
  assert.deepEqual((await site.member('anna')).returned, { returned: 4, left: 0 })
})

test('what was changed on both sides before the flip, and stayed here as it is, goes back so', async () => {
  const site = await start(['anna'])
  const { box, folder } = site.inbox('anna')
  box.addFolder('Gelöschte Elemente', { role: 'deleteditems', key: 'anna-bin' })
  const [marked, edited] = ['marked', 'edited'].map((subject) => box.addMessage(folder, subject))
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  const at = await placeOf(site)
  const body = await stageBytes(site.store, at, Buffer.from('Subject: edited here\r\n\r\nText\r\n'))
  const [mine, other] = [await here(site, 'marked'), await here(site, 'edited')]
  await write(site, async ({ mailboxes }) => {
    await mailboxes.changeFlags(at, [mine.no], { add: Flag.flagged })
    await mailboxes.changeItem(at, other.no, { body, summary: { subject: 'edited here' } })
  })
  box.edit(folder, marked!, { flags: Flag.seen })
  box.edit(folder, edited!, { title: 'edited there', body: 'Text' })
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it has moved', async () => (await site.batch()).state === 'done')
  assert.equal((await site.member('anna')).counts.kept, 2)
  const { late } = await back(site)
  assert.deepEqual(
    late.map(({ changed }) => changed),
    [2],
  )
  await site.until('it is back', isBack(site))
  assert.deepEqual(there(site), ['edited here', 'marked'])
  assert.deepEqual(there(site, 'anna-bin'), ['edited there'])
  assert.equal(box.folder(folder).items.get(marked!)!.item.flags, Flag.flagged)
  assert.deepEqual(await returns(site), ['edited returned edited here', 'marked returned marked'])
  const { kept, copied } = (await site.member('anna')).counts
  assert.deepEqual([kept, copied], [0, 2])
})

test('of what had been deleted at the source before the flip, what was written anew here goes back, and marks are named', async () => {
  const site = await start(['anna'])
  const { box, folder } = site.inbox('anna')
  box.addFolder('Gelöschte Elemente', { role: 'deleteditems', key: 'anna-bin' })
  const keys = ['marked', 'edited', 'untouched'].map((subject) => box.addMessage(folder, subject))
  site.engine()
  await site.start()
  await site.until('it is synced', async () => (await site.batch()).state === 'synced')
  for (const key of keys) box.remove(folder, key)
  await cutOverBatch(site.steering(), 1, { at: null, failing: null })
  await site.until('it has moved', async () => (await site.batch()).state === 'done')
  assert.equal((await site.member('anna')).counts.gone, 3)
  const at = await placeOf(site)
  const body = await stageBytes(site.store, at, Buffer.from('Subject: edited here\r\n\r\nText\r\n'))
  const [marked, edited] = [await here(site, 'marked'), await here(site, 'edited')]
  await write(site, async ({ mailboxes }) => {
    await mailboxes.changeFlags(at, [marked.no], { add: Flag.seen })
    await mailboxes.changeItem(at, edited.no, { body, summary: { subject: 'edited here' } })
  })
  const { late } = await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual(there(site), ['edited here'])
  assert.deepEqual(there(site, 'anna-bin'), [])
  assert.deepEqual(await returns(site), ['edited returned edited here', 'marked left marked gone'])
  const { returned } = await site.member('anna')
  assert.deepEqual(returned, { returned: 1, left: 1 })
  assert.equal(late[0]!.changed, returned!.returned + returned!.left, 'whatever was counted is settled')
})

test('an event that got a file here goes back with it', async () => {
  const site = await changedMailbox()
  const at = await placeOf(site)
  const pieces = async function* () {
    yield Buffer.from('Agenda')
  }
  const octets = { sizeBytes: 6, read: pieces }
  const files = messageOfFiles([{ octets, contentType: 'text/plain', fileName: 'agenda.txt' }])
  await changeFiles(site.store, at, (await here(site, 'meeting')).no, files)
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual(await returns(site), ['edited returned meeting'])
  assert.deepEqual(there(site, 'anna-calendar'), ['meeting'])
  assert.deepEqual(there(site, 'anna-bin'), ['meeting'])
})

test('of an event with files a new mark is a mark, and files that were taken away here are gone there', async () => {
  const octets = Buffer.from('Agenda')
  const file = {
    ...{ name: 'agenda.txt', type: 'text/plain', contentId: null, inline: false, occurrence: null },
    sizeBytes: octets.length,
    async *open() {
      yield octets
    },
  }
  const site = await changedMailbox(['marked', 'stripped'].map((title) => ({ title, attachments: [file] })))
  const at = await placeOf(site)
  const { no } = await here(site, 'marked')
  await write(site, ({ mailboxes }) => mailboxes.changeFlags(at, [no], { setKeywords: ['Work'] }))
  await changeFiles(site.store, at, (await here(site, 'stripped')).no, null)
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual(await returns(site), ['edited returned stripped', 'marked returned marked'])
})

test('what was changed here is back though the source keeps the item as it was, and that is said', async () => {
  const site = await changedMailbox()
  await change(site)
  site.source.before = ({ op, key }) => {
    if (op === 'change' && key === 'meeting, later')
      throw new SourceFailure('item-permanent', 'ErrorMoveCopyFailed', 'It cannot be moved.')
  }
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual(there(site, 'anna-calendar'), ['meeting', 'meeting, later'])
  const { rows } = await site.store.migration.listReturns(await placeOf(site), { limit: 20 })
  const [edited] = rows.filter((row) => row.change === 'edited')
  assert.equal(edited!.state, 'returned')
  assert.deepEqual(
    edited!.losses.map(({ property }) => property),
    ['the one before'],
  )
})

test('what was deleted and is gone from here for good before it is tried again keeps the subject that it had', async () => {
  const site = await changedMailbox()
  const at = await placeOf(site)
  const { no } = await here(site, 'deleted')
  const folders = await site.store.mailboxes.listFolders(at)
  const recoverable = folders.find(({ distinguished }) => distinguished === 'recoverableitemsdeletions')!.no
  await write(site, ({ mailboxes }) => mailboxes.moveItems(at, { items: [no], to: recoverable }))
  site.foreseen.add('It broke')
  let isFirst = true
  site.source.before = async ({ op }) => {
    if (op !== 'change' || !isFirst) return
    isFirst = false
    await write(site, ({ mailboxes }) => mailboxes.removeItems(at, [no]))
    throw new Error('It broke')
  }
  const stop = site.clock.leap()
  await back(site)
  await site.until('it is back', isBack(site))
  stop()
  assert.equal(isFirst, false)
  assert.deepEqual(await returns(site), ['deleted returned deleted'])
})

test('ended at any point and begun again, each change is made there once', async () => {
  const site = await changedMailbox()
  await change(site)
  await arrives(site, 'inbox', { summary: { subject: 'since' } })
  const ends = await backThroughEnds(site, ['put', 'mark', 'change'], usualSettings.itemAttempts - 1)
  assert.ok(ends >= 2, `${ends} ends`)
  assert.deepEqual((await site.member('anna')).returned, { returned: 5, left: 0 })
  assert.deepEqual(there(site), ['read', 'since', 'untouched'])
  assert.deepEqual(there(site, 'anna-projects'), ['moved'])
  assert.deepEqual(there(site, 'anna-bin'), ['deleted', 'meeting'])
  assert.deepEqual(there(site, 'anna-calendar'), ['meeting, later'])
})

test('ended right after each call that was made there, it is made there once', async () => {
  const site = await changedMailbox()
  await change(site)
  await arrives(site, 'inbox', { summary: { subject: 'since' } })
  site.foreseen.add('The process was ended')
  const calls = new Set<string>()
  const ends: Promise<void>[] = []
  site.source.after = ({ op, folder, key }) => {
    const call = `${op} ${folder} ${key}`
    if ((op !== 'put' && op !== 'change') || calls.has(call)) return
    calls.add(call)
    for (const engine of site.engines) ends.push(engine.stop(AbortSignal.abort()))
    site.engine()
    throw new Error('The process was ended')
  }
  const stop = site.clock.leap()
  await back(site)
  await site.until('it is back', isBack(site))
  stop()
  await Promise.all(ends)
  assert.deepEqual((await site.member('anna')).returned, { returned: 5, left: 0 })
  assert.deepEqual(there(site), ['read', 'since', 'untouched'])
  assert.deepEqual(there(site, 'anna-projects'), ['moved'])
  assert.deepEqual(there(site, 'anna-bin'), ['deleted', 'meeting'])
  assert.deepEqual(there(site, 'anna-calendar'), ['meeting, later'])
  assert.equal(calls.size, 6)
})

test('a source that takes nothing: each change is named by its subject, and why', async () => {
  const site = await changedMailbox()
  site.inbox('anna').box.takesBack = false
  await change(site)
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual(await returns(site), [
    'deleted left deleted read-only',
    'edited left meeting, later read-only',
    'marked left moved read-only',
    'marked left read read-only',
  ])
  await site.until('its batch says so', async () =>
    /^4 items that came in or were changed since did not go back/.test((await site.batch()).cause),
  )
})

test('what one project could not take back is asked of the source anew by the next one that moves the mailbox', async () => {
  const site = await changedMailbox()
  site.inbox('anna').box.takesBack = false
  await change(site)
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual((await site.member('anna')).returned, { returned: 0, left: 4 })
  site.inbox('anna').box.takesBack = true
  // The same mailbox becomes hers again.
  const { organization, mailbox } = await placeOf(site)
  const entry = await site.entry('anna')
  await site.store.transact({ organization }, ({ directory }) =>
    directory.saveEntry(organization, { ...entry, mailbox }),
  )
  const other = await projectBeside(site, { name: 'anna', source: 'old' })
  await move(other, 1)
  await back(other)
  await other.until('it is back', isBack(other))
  const { returned, left } = (await other.member('anna')).returned!
  assert.deepEqual([returned > 0, left], [true, 0])
})

test('who asks twice for what was left loses none of it', async () => {
  const site = await changedMailbox()
  await change(site)
  let isAsking = false
  let calls = 0
  site.source.before = async ({ op, key }) => {
    if (op !== 'change' || (key !== 'read' && key !== 'moved')) return
    calls++
    if (isAsking && calls === 2)
      assert.deepEqual(await retryBatch(site.steering(), 1), { mailboxes: 1, items: 0, rights: 0 })
    throw new SourceFailure('item-permanent', 'ErrorMoveCopyFailed', 'It cannot be moved.')
  }
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual((await site.member('anna')).returned, { returned: 2, left: 2 })
  isAsking = true
  calls = 0
  assert.deepEqual(await retryBatch(site.steering(), 1), { mailboxes: 1, items: 2, rights: 0 })
  await site.until('it is back', isBack(site))
  assert.equal(calls, 2)
  assert.deepEqual((await site.member('anna')).returned, { returned: 2, left: 2 })
})

test('what somebody there has deleted meanwhile stays deleted there, and is named', async () => {
  const site = await changedMailbox()
  await change(site)
  const { box, folder } = site.inbox('anna')
  for (const [key, { item }] of box.folder(folder).items)
    if (item.title === 'read' || item.title === 'deleted') box.remove(folder, key)
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual(there(site), ['untouched'])
  assert.deepEqual(await returns(site), [
    'deleted returned deleted',
    'edited returned meeting, later',
    'marked left read gone',
    'marked returned moved',
  ])
})

test('whoever moves again after that: what went back is known, and nothing is copied twice', async () => {
  const site = await changedMailbox()
  await change(site)
  await back(site)
  await site.until('it is back', isBack(site))
  const before = (await site.member('anna')).counts
  await putBatch(site.steering(), { no: 2, name: 'again' })
  await addMembers(site.steering(), [{ address: 'anna@corp.example', batch: 2, source: 'old' }])
  await move(site, 2)
  const at = await placeOf(site)
  const subjects: string[] = []
  for (const { no, distinguished } of await site.store.mailboxes.listFolders(at)) {
    if (distinguished?.includes('recoverable')) continue
    const { rows } = await site.store.mailboxes.listItems(at, no, {
      ...{ order: 'uid', limit: 50 },
      parts: ['summary'],
    })
    subjects.push(...rows.map(({ summary }) => summary?.subject ?? ''))
  }
  // The meeting as it was lies among what is deleted there, and is copied from there as anything else.
  assert.deepEqual(subjects.sort(), ['meeting', 'meeting, later', 'moved', 'read', 'untouched'])
  assert.equal(before.deleted, 1)
})
