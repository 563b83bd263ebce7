/** The way back of folders that are there no more, or here anew, under the name that one had. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import { lostThereOf } from '#src/domain/migration/engine/return/run-return.ts'
import { cutOverBatch, putBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { addMembers } from '#src/domain/migration/engine/steer/steer-members.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { Writer } from '#src/domain/store.ts'
import { type MigrationSite, openSites } from '#test/support/migration-site.ts'
import { arrives, back, isBack, meeting, move, placeOf, there, tree } from '#test/support/moved-mailbox.ts'
import { stageBytes } from '#test/support/store.ts'

const start = openSites()

async function write<T>(site: MigrationSite, work: (writer: Writer) => Promise<T>): Promise<T> {
  const at = await placeOf(site)
  return site.store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, work)
}

const foldersHere = async (site: MigrationSite) => site.store.mailboxes.listFolders(await placeOf(site))

async function numberOf(site: MigrationSite, name: string): Promise<FolderNo> {
  return (await foldersHere(site)).find((folder) => folder.name === name)!.no
}

async function comesInto(site: MigrationSite, folder: FolderNo, subject: string): Promise<void> {
  const at = await placeOf(site)
  const body = await stageBytes(site.store, at, Buffer.from(`Subject: ${subject}\r\n\r\nText\r\n`))
  await write(site, ({ mailboxes }) =>
    mailboxes.appendItem(at, {
      ...{ folder, class: 'message', receivedAt: site.clock.now(), summary: { subject } },
      body,
    }),
  )
}

for (const [holds, made] of [
  ['nothing', []],
  ['what came in since', ['made-Weg']],
] as const)
  test(`a folder that was deleted at the source and stands here with ${holds} is ${made.length > 0 ? '' : 'not '}made again`, async () => {
    const site = await start(['anna'])
    const { box } = site.inbox('anna')
    box.addFolder('Weg', { key: 'anna-off' })
    site.engine()
    await move(site, 1)
    const at = await placeOf(site)
    const rows = await site.store.migration.listLedgerFolders(at, 'old')
    const row = rows.find(({ key }) => key === 'anna-off')!
    box.removeFolder('anna-off')
    await write(site, ({ migration }) => migration.putLedgerFolder(at, { ...row, gone: true }))
    if (made.length > 0) await comesInto(site, row.target, 'late')
    await back(site)
    await site.until('it is back', isBack(site))
    assert.deepEqual(
      Object.keys(tree(site)).filter((key) => key.startsWith('made-')),
      made,
    )
  })

for (const when of ['before', 'after'] as const)
  test(`where names are keys, a folder that was deleted at the source ${when} the cut-over is made there anew for what came into it`, async () => {
    const site = await start(['anna'])
    const { box } = site.inbox('anna')
    // The key that a folder of this name gets.
    box.addFolder('Weg', { key: 'made-Weg' })
    box.addMessage('made-Weg', 'old')
    box.addFolder('Fort', { key: 'anna-off' })
    site.engine()
    await site.start()
    await site.until('it is synced', async () => (await site.batch()).state === 'synced')
    if (when === 'before') box.removeFolder('made-Weg')
    await cutOverBatch(site.steering(), 1, { at: null, failing: null })
    await site.until('it is done', async () => (await site.batch()).state === 'done')
    if (when === 'after') box.removeFolder('made-Weg')
    box.removeFolder('anna-off')
    await comesInto(site, await numberOf(site, 'Weg'), 'fresh')
    await back(site)
    await site.until('it is back', isBack(site))
    assert.deepEqual(tree(site), { 'anna-inbox': '/Posteingang', 'made-Weg': '/Weg' })
    assert.deepEqual(there(site, 'made-Weg'), ['fresh'])
    assert.deepEqual(lostThereOf(await site.member('anna')), [])
    const rows = await site.store.migration.listLedgerFolders(await placeOf(site), 'old')
    assert.equal(rows.filter(({ key }) => key === 'anna-off').length, 1)
    // Whoever moves again has the same folders, and each item once.
    const before = (await foldersHere(site)).map(({ name, items }) => [name, items])
    await putBatch(site.steering(), { no: 2, name: 'again' })
    await addMembers(site.steering(), [{ address: 'anna@corp.example', batch: 2, source: 'old' }])
    await move(site, 2)
    assert.deepEqual(
      (await foldersHere(site)).map(({ name, items }) => [name, items]),
      before,
    )
  })

for (const [how, namesAreKeys, ends] of [
  ['', false, false],
  [' where the answer is lost', false, true],
  [' where names are keys', true, false],
  [' where names are keys and the answer is lost', true, true],
] as const)
  test(`what came into a folder that was deleted here and made anew lies in the one that is made there${how}`, async () => {
    const site = await start(['anna'])
    const { box } = site.inbox('anna')
    box.addFolder('Gelöschte Elemente', { role: 'deleteditems', key: 'anna-bin' })
    const old = namesAreKeys ? 'made-Alt' : 'anna-old'
    box.addFolder('Alt', { key: old })
    box.addFolder('Innen', { key: 'anna-inner', parent: old })
    for (const subject of ['kept', 'went']) box.addMessage(old, subject)
    site.engine()
    await move(site, 1)
    box.namesAreKeys = namesAreKeys
    const at = await placeOf(site)
    const [alt, inner] = [await numberOf(site, 'Alt'), await numberOf(site, 'Innen')]
    const { no: inbox } = (await site.store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!
    const { no: bin } = (await site.store.mailboxes.findFolder(at, { distinguished: 'deleteditems' }))!
    const top = (await foldersHere(site)).find(({ distinguished }) => distinguished === 'msgfolderroot')!.no
    const { rows } = await site.store.mailboxes.listItems(at, alt, { order: 'uid', limit: 5 })
    const [anew, innerAnew] = await write(site, async ({ mailboxes }) => {
      await mailboxes.moveItems(at, { items: [rows[0]!.no], to: inbox })
      await mailboxes.moveItems(at, { items: [rows[1]!.no], to: bin })
      await mailboxes.deleteFolder(at, inner)
      await mailboxes.deleteFolder(at, alt)
      const made = await mailboxes.createFolder(at, { parent: top, name: 'Alt', class: 'message' })
      const below = await mailboxes.createFolder(at, { parent: made.no, name: 'Innen', class: 'message' })
      return [made.no, below.no]
    })
    await comesInto(site, anew!, 'fresh')
    await comesInto(site, innerAnew!, 'fresh inside')
    const stop = site.clock.leap()
    let isLost = !ends
    site.source.after = ({ op }) => {
      if (op !== 'place' || isLost) return
      isLost = true
      throw new SourceFailure(
        'item-permanent',
        'lost',
        'The answer was lost, and asked again it is not there.',
      )
    }
    await back(site)
    await site.until('it is back', isBack(site))
    stop()
    assert.ok(isLost)
    const inBin = namesAreKeys ? 'anna-bin/Alt' : old
    assert.deepEqual(tree(site), {
      'anna-inbox': '/Posteingang',
      'anna-bin': '/Gelöschte Elemente',
      [inBin]: 'anna-bin/Alt',
      [namesAreKeys ? `${inBin}/Innen` : 'anna-inner']: `${inBin}/Innen`,
      'made-Alt': '/Alt',
      'made-Innen': 'made-Alt/Innen',
    })
    assert.deepEqual(there(site, 'made-Alt'), ['fresh'])
    assert.deepEqual(there(site, 'made-Innen'), ['fresh inside'])
    assert.deepEqual(there(site), ['kept'])
    assert.deepEqual(there(site, 'anna-bin'), ['went'])
    assert.deepEqual(there(site, inBin), [])
    assert.deepEqual(lostThereOf(await site.member('anna')), [])
    const returns = await site.store.migration.listReturns(at, { limit: 9 })
    assert.deepEqual(
      returns.rows.map(({ title, state, losses }) => `${title}: ${state}, ${losses.length} losses`).sort(),
      ['fresh', 'fresh inside', 'kept', 'went'].map((title) => `${title}: returned, 0 losses`).sort(),
    )
  })

for (const namesAreKeys of [false, true])
  test(`a folder that was deleted here, and made anew, goes where one of its name lies among what is deleted${namesAreKeys ? ', where names are keys' : ''}`, async () => {
    const site = await start(['anna'])
    const { box } = site.inbox('anna')
    box.addFolder('Gelöschte Elemente', { role: 'deleteditems', key: 'anna-bin' })
    const old = namesAreKeys ? 'made-Alt' : 'anna-old'
    box.addFolder('Alt', { key: old })
    box.addFolder('Weg', { key: 'anna-off' })
    box.addMessage(old, 'kept')
    site.engine()
    await move(site, 1)
    box.namesAreKeys = namesAreKeys
    // Since the last delta somebody there has deleted folders of these names.
    for (const name of ['Alt', 'Weg']) box.addFolder(name, { key: `anna-bin/${name}`, parent: 'anna-bin' })
    const at = await placeOf(site)
    const [alt, off] = [await numberOf(site, 'Alt'), await numberOf(site, 'Weg')]
    const { no: inbox } = (await site.store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!
    const top = (await foldersHere(site)).find(({ distinguished }) => distinguished === 'msgfolderroot')!.no
    const { rows } = await site.store.mailboxes.listItems(at, alt, { order: 'uid', limit: 5 })
    const anew = await write(site, async ({ mailboxes }) => {
      await mailboxes.moveItems(at, { items: [rows[0]!.no], to: inbox })
      await mailboxes.deleteFolder(at, alt)
      await mailboxes.deleteFolder(at, off)
      return (await mailboxes.createFolder(at, { parent: top, name: 'Alt', class: 'message' })).no
    })
    await comesInto(site, anew, 'fresh')
    await back(site)
    await site.until('it is back', isBack(site))
    assert.deepEqual(there(site, 'made-Alt'), ['fresh'])
    assert.deepEqual(there(site), ['kept'])
    assert.deepEqual(lostThereOf(await site.member('anna')), [])
    const binned = Object.values(tree(site)).filter((path) => path.startsWith('anna-bin/'))
    assert.deepEqual(
      binned.map((path) => path.replace(/ \(\d+\)$/, ' (n)')).sort(),
      ['Alt', 'Alt (n)', 'Weg', 'Weg (n)'].map((name) => `anna-bin/${name}`),
    )
  })

test('what was put back, or moved, and deleted there before the mailbox moves again is deleted here too', async () => {
  const site = await start(['anna'], { settings: { deletesHere: true } })
  const { box, folder } = site.inbox('anna')
  box.tellsWhatIs = true
  box.addFolder('Archiv', { key: 'anna-archive' })
  box.addMessage('anna-archive', 'stays')
  for (const subject of ['before', 'moved']) box.addMessage(folder, subject)
  site.engine()
  await move(site, 1)
  const at = await placeOf(site)
  const { no: inbox } = (await site.store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!
  const archive = await numberOf(site, 'Archiv')
  const { rows } = await site.store.mailboxes.listItems(at, inbox, {
    order: 'uid',
    limit: 5,
    parts: ['summary'],
  })
  const { no } = rows.find(({ summary }) => summary!.subject === 'moved')!
  await write(site, ({ mailboxes }) => mailboxes.moveItems(at, { items: [no], to: archive }))
  await comesInto(site, inbox, 'since')
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual(
    [there(site), there(site, 'anna-archive')],
    [
      ['before', 'since'],
      ['moved', 'stays'],
    ],
  )
  for (const [from, subject] of [
    [folder, 'since'],
    ['anna-archive', 'moved'],
  ] as const)
    for (const [key, { item }] of box.folder(from).items) if (item.title === subject) box.remove(from, key)
  await putBatch(site.steering(), { no: 2, name: 'again' })
  await addMembers(site.steering(), [{ address: 'anna@corp.example', batch: 2, source: 'old' }])
  await move(site, 2)
  const subjects = async (of: FolderNo) => {
    const page = await site.store.mailboxes.listItems(at, of, { order: 'uid', limit: 9, parts: ['summary'] })
    return page.rows.map(({ summary }) => summary!.subject)
  }
  assert.deepEqual([await subjects(inbox), await subjects(archive)], [['before'], ['stays']])
})

test('what was deleted here, went back and is taken out of the deleted items there comes when the mailbox moves again', async () => {
  const site = await start(['anna'], { settings: { deletesHere: true } })
  const { box, folder } = site.inbox('anna')
  box.addFolder('Papierkorb', { role: 'deleteditems', key: 'anna-bin' })
  for (const subject of ['stays', 'wanted again', 'deleted']) box.addMessage(folder, subject)
  site.engine()
  await move(site, 1)
  const at = await placeOf(site)
  const { no: inbox } = (await site.store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!
  const here = async () => {
    const page = await site.store.mailboxes.listItems(at, inbox, {
      order: 'uid',
      limit: 9,
      parts: ['summary'],
    })
    return page.rows.map(({ no, summary }) => ({ no, subject: summary!.subject }))
  }
  const unwanted = (await here()).filter(({ subject }) => subject !== 'stays')
  await write(site, ({ mailboxes }) =>
    mailboxes.removeItems(
      at,
      unwanted.map(({ no }) => no),
    ),
  )
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual(there(site, 'anna-bin'), ['deleted', 'wanted again'])
  const [key] = [...box.folder('anna-bin').items].find(([, { item }]) => item.title === 'wanted again')!
  box.move('anna-bin', key, folder)
  await putBatch(site.steering(), { no: 2, name: 'again' })
  await addMembers(site.steering(), [{ address: 'anna@corp.example', batch: 2, source: 'old' }])
  await move(site, 2)
  assert.deepEqual((await here()).map(({ subject }) => subject).sort(), ['stays', 'wanted again'])
})

for (const namesAreKeys of [false, true])
  test(`what was deleted with its folder, or in one that lies among the deleted items, stays in that folder there${namesAreKeys ? ', where names are keys' : ''}`, async () => {
    const site = await start(['anna'], { settings: { deletesHere: true } })
    const { box, folder } = site.inbox('anna')
    box.addFolder('Papierkorb', { role: 'deleteditems', key: 'anna-bin' })
    const below = box.addFolder('Darin', { key: 'anna-bin/Darin', parent: 'anna-bin' })
    const old = box.addFolder('Alt', { key: 'anna-old' })
    for (const subject of ['with its folder', 'wanted again']) box.addMessage(old, subject)
    for (const subject of ['thrown away', 'still there']) box.addMessage(below, subject)
    box.addMessage(folder, 'stays')
    site.engine()
    await move(site, 1)
    box.namesAreKeys = namesAreKeys
    const at = await placeOf(site)
    const itemsOf = async (no: FolderNo) => {
      const page = await site.store.mailboxes.listItems(at, no, {
        ...{ order: 'uid', limit: 9, parts: ['summary'] },
      })
      return page.rows.map((row) => ({ no: row.no, subject: row.summary!.subject }))
    }
    const [alt, darin] = [await numberOf(site, 'Alt'), await numberOf(site, 'Darin')]
    const unwanted = [
      ...(await itemsOf(alt)),
      ...(await itemsOf(darin)).filter(({ subject }) => subject === 'thrown away'),
    ]
    await write(site, async ({ mailboxes }) => {
      await mailboxes.removeItems(
        at,
        unwanted.map(({ no }) => no),
      )
      await mailboxes.deleteFolder(at, alt)
    })
    await back(site)
    await site.until('it is back', isBack(site))
    const gone = namesAreKeys ? 'anna-bin/Alt' : old
    assert.equal(tree(site)[gone], 'anna-bin/Alt')
    assert.deepEqual(there(site, gone), ['wanted again', 'with its folder'])
    assert.deepEqual(there(site, below), ['still there', 'thrown away'])
    assert.deepEqual([there(site, 'anna-bin'), there(site)], [[], ['stays']])
    assert.deepEqual(lostThereOf(await site.member('anna')), [])
    // Should it move again, only what somebody takes out of there comes.
    const [key] = [...box.folder(gone).items].find(([, { item }]) => item.title === 'wanted again')!
    box.move(gone, key, folder)
    await putBatch(site.steering(), { no: 2, name: 'again' })
    await addMembers(site.steering(), [{ address: 'anna@corp.example', batch: 2, source: 'old' }])
    await move(site, 2)
    const subjects = async (no: FolderNo) => (await itemsOf(no)).map(({ subject }) => subject).sort()
    const { no: inbox } = (await site.store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!
    assert.deepEqual(await subjects(inbox), ['stays', 'wanted again'])
    assert.deepEqual(await subjects(darin), ['still there'])
    assert.deepEqual(await subjects(await numberOf(site, 'Alt')), [])
  })

test('what a server makes of what is put back is no difference once the mailbox has moved again', async () => {
  const site = await start(['anna'], { settings: { verification: 3 } })
  const { box, folder } = site.inbox('anna')
  box.addsOfItsOwn = true
  box.addFolder('Kalender', { role: 'calendar', class: 'event', key: 'anna-calendar' })
  box.addMessage(folder, 'before')
  site.engine()
  await move(site, 1)
  await arrives(site, 'inbox', { summary: { subject: 'since' }, properties: { '0x0017:Integer': '2' } })
  await arrives(site, 'calendar', meeting)
  await back(site)
  await site.until('it is back', isBack(site))
  assert.deepEqual([there(site), there(site, 'anna-calendar')], [['before', 'since'], ['meeting']])
  await putBatch(site.steering(), { no: 2, name: 'again' })
  await addMembers(site.steering(), [{ address: 'anna@corp.example', batch: 2, source: 'old' }])
  await move(site, 2)
  assert.equal((await site.batch(2)).grade, 'perfect')
})

test('a folder that was made here and put back follows its other one, wherever it is moved or renamed from then on', async () => {
  const site = await start(['anna'])
  const { box } = site.inbox('anna')
  box.addFolder('Kunden', { key: 'anna-clients' })
  site.engine()
  await move(site, 1)
  const at = await placeOf(site)
  const top = (await foldersHere(site)).find(({ distinguished }) => distinguished === 'msgfolderroot')!.no
  const made = await write(site, ({ mailboxes }) =>
    mailboxes.createFolder(at, { parent: top, name: 'Neu', class: 'message' }),
  )
  await comesInto(site, made.no, 'fresh')
  await back(site)
  await site.until('it is back', isBack(site))
  assert.equal(tree(site)['made-Neu'], '/Neu')
  box.renameFolder('made-Neu', { name: 'Vorhaben', parent: 'anna-clients' })
  await putBatch(site.steering(), { no: 2, name: 'again' })
  await addMembers(site.steering(), [{ address: 'anna@corp.example', batch: 2, source: 'old' }])
  await move(site, 2)
  const here = (await foldersHere(site)).find(({ no }) => no === made.no)!
  assert.deepEqual([here.name, here.parent, here.items], ['Vorhaben', await numberOf(site, 'Kunden'), 1])
  await write(site, ({ mailboxes }) => mailboxes.changeFolder(at, made.no, { name: 'Alt', parent: top }))
  await back(site, 2)
  await site.until('it is back', isBack(site))
  assert.equal(tree(site)['made-Neu'], '/Alt')
})
