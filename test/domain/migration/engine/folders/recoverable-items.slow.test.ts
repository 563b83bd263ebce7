/** What was deleted at the source and can still be brought back: it is so here too, and nobody sees it meanwhile. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { expireRecoverable, recoverItems } from '#src/domain/mailbox/deletion.ts'
import { changedItems } from '#src/domain/migration/engine/ledger/changed-items.ts'
import { verifyMailbox } from '#src/domain/migration/engine/verify/verify.ts'
import { type MigratedMailbox, migratedMailbox } from '#test/support/migrated-mailbox.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'

const ANNA = 'anna@source.example'
const opened: MigratedMailbox[] = []
after(async () => {
  for (const each of opened) await each.remove()
})

const BIN = 'recoverableitemsdeletions'

async function start(settings: Parameters<typeof migratedMailbox>[1] = {}) {
  const source = new ScriptedSource()
  const box = source.box(ANNA)
  box.givesMarks = true
  const keys = {
    inbox: box.addFolder('Posteingang', { role: 'inbox' }),
    bin: box.addFolder('Deletions', { role: BIN }),
  }
  const mailbox = await migratedMailbox(source, settings)
  opened.push(mailbox)
  const { store, at } = mailbox
  const of = async (distinguished: string) => (await store.mailboxes.findFolder(at, { distinguished }))!
  const itemsOf = async (distinguished: string) => {
    const { no } = await of(distinguished)
    const page = await store.mailboxes.listItems(at, no, { order: 'uid', limit: 500, parts: ['summary'] })
    return page.rows
  }
  /** Subjects in the inbox and among what can be brought back. */
  const lie = async () => {
    const [seen, buried] = await Promise.all(['inbox', BIN].map(itemsOf))
    const subjects = (rows: typeof seen) => rows!.map(({ summary }) => summary!.subject).sort()
    return { seen: subjects(seen), buried: subjects(buried) }
  }
  const rows = async () => (await store.migration.listLedgerItems(at, { after: null, limit: 500 })).rows
  return { source, box, keys, mailbox, store, at, of, itemsOf, lie, rows }
}

test('deleted items lie in the recoverable area: outside folders, quota and calendar, and can be brought back', async () => {
  const { source, box, keys, mailbox, store, at, itemsOf, lie } = await start()
  box.addMessage(keys.inbox, 'kept')
  box.addMessage(keys.bin, 'thrown away')
  box.addContent(keys.bin, 'event', {
    ...{ '@type': 'Event', uid: 'u1', title: 'called off', start: '2026-12-07T10:00:00' },
    ...{ timeZone: 'Europe/Berlin', duration: 'PT1H' },
  })
  await mailbox.pass()
  assert.deepEqual(await lie(), { seen: ['kept'], buried: ['called off', 'thrown away'] })
  assert.deepEqual(Object.keys(await mailbox.picture()), ['/Inbox'], 'nobody sees a folder of them')
  const { items, sizeBytes, recoverableBytes } = await store.mailboxes.getMailbox(at)
  const [kept] = await itemsOf('inbox')
  const buried = await itemsOf(BIN)
  assert.deepEqual([items, sizeBytes], [1, kept!.sizeBytes])
  assert.equal(
    recoverableBytes,
    buried.reduce((sum, item) => sum + item.sizeBytes, 0),
  )
  const day = Date.UTC(2026, 11, 7)
  const { rows: busy } = await store.mailboxes.eventsIn(at, { from: day, to: day + 86_400_000, limit: 9 })
  assert.deepEqual(busy, [], 'nobody is busy with what was called off')

  const calls = source.count('item')
  const { modseq } = await store.mailboxes.getMailbox(at)
  await mailbox.pass()
  assert.equal((await store.mailboxes.getMailbox(at)).modseq, modseq, 'a second pass writes nothing')
  assert.equal(source.count('item'), calls)
  const { differences } = await verifyMailbox({
    ...{ store, at, sourceId: 'old', level: 3, sampledPart: 1, random: () => 0 },
    signal: new AbortController().signal,
  })
  assert.deepEqual(differences, [])

  await recoverItems(
    store,
    at,
    buried.map(({ no }) => no),
  )
  assert.deepEqual(await lie(), { seen: ['kept', 'thrown away'], buried: [] })
  assert.equal((await itemsOf('calendar')).length, 1, 'each where its class belongs')
})

for (const deletesHere of [true, false])
  test(`what is deleted there and brought back is not read again; deletions here: ${deletesHere}`, async () => {
    const { source, box, keys, mailbox, lie, rows } = await start({ settings: { deletesHere } })
    const key = box.addMessage(keys.inbox, 'budget')
    box.addMessage(keys.inbox, 'other')
    await mailbox.pass()
    const calls = source.count('item')
    const deleted = box.move(keys.inbox, key, keys.bin)
    await mailbox.pass()
    const stays = { seen: ['budget', 'other'], buried: [] }
    assert.deepEqual(await lie(), deletesHere ? { seen: ['other'], buried: ['budget'] } : stays)
    box.move(keys.bin, deleted, keys.inbox)
    await mailbox.pass()
    assert.deepEqual(await lie(), stays)
    assert.equal(source.count('item'), calls)
    assert.equal((await rows()).length, 2)
  })

test('what the source has purged stays among the deleted for its time, and what everybody sees stays seen', async () => {
  const { box, keys, mailbox, lie, rows } = await start()
  const old = box.addMessage(keys.bin, 'long gone')
  const seen = box.addMessage(keys.inbox, 'in use')
  await mailbox.pass()
  box.remove(keys.bin, old)
  const deleted = box.move(keys.inbox, seen, keys.bin)
  await mailbox.pass()
  assert.deepEqual(await lie(), { seen: ['in use'], buried: ['long gone'] })
  box.remove(keys.bin, deleted)
  await mailbox.pass()
  await mailbox.pass()
  assert.deepEqual(await lie(), { seen: ['in use'], buried: ['long gone'] })
  assert.deepEqual(
    (await rows()).map(({ state }) => state),
    ['gone'],
  )
})

test('what looks like an item that is still there is read, and takes nothing away', async () => {
  for (const deletesHere of [true, false]) {
    const { box, keys, mailbox, lie } = await start({ settings: { deletesHere } })
    const first = box.addMessage(keys.inbox, 'twice')
    await mailbox.pass()
    // Whose mail program copies before it deletes.
    const second = box.addMessage(keys.inbox, 'twice')
    const from = box.folder(keys.inbox).items.get(first)!
    Object.assign(box.folder(keys.inbox).items.get(second)!, { match: from.match, octets: from.octets })
    box.move(keys.inbox, second, keys.bin)
    await mailbox.pass()
    assert.deepEqual(await lie(), { seen: ['twice'], buried: ['twice'] })
    box.remove(keys.inbox, first)
    await mailbox.pass()
    const after = deletesHere ? { seen: [], buried: ['twice'] } : { seen: ['twice'], buried: ['twice'] }
    assert.deepEqual(await lie(), after)
  }
})

test('from a folder that is listed after it nothing is taken away either', async () => {
  const { box, keys, mailbox, lie } = await start()
  const later = box.addFolder('Later')
  box.move(later, box.addMessage(later, 'moved once'), keys.inbox)
  const key = box.addMessage(later, 'budget')
  await mailbox.pass()
  box.move(later, key, keys.bin)
  await mailbox.pass()
  await mailbox.pass()
  assert.equal((await mailbox.picture())['/Later']?.length, 1)
  assert.deepEqual(await lie(), { seen: ['moved once'], buried: ['budget'] })
})

test('what has run out here does not come again, and is no change that goes back', async () => {
  const { box, keys, mailbox, store, at, lie } = await start()
  const key = box.addMessage(keys.bin, 'thrown away')
  await mailbox.pass()
  const [item] = (
    await store.mailboxes.listItems(at, (await store.mailboxes.findFolder(at, { distinguished: BIN }))!.no, {
      order: 'uid',
      limit: 9,
    })
  ).rows
  assert.equal(await expireRecoverable(store, at, item!.savedAt + 1, { days: 0 }), 1)
  box.edit(keys.bin, key, { flags: 1 })
  await mailbox.pass()
  assert.deepEqual(await lie(), { seen: [], buried: [] })
  assert.deepEqual(await Array.fromAsync(changedItems(store, at, 'old')), [])
})

test('a part that the source refuses for once is not taken for gone', async () => {
  const { source, box, keys, mailbox, store, at, lie } = await start({ settings: { deletesHere: true } })
  const archive = box.addFolder('Online Archive')
  box.addMessage(archive, 'of long ago')
  const moving = box.addMessage(keys.inbox, 'moves')
  await mailbox.pass()
  const hidden = box.tree.get(archive)!
  box.tree.delete(archive)
  box.remove(keys.inbox, moving)
  box.lacksFolders = true
  await mailbox.pass()
  const before = await mailbox.picture()
  assert.equal(before['/Online Archive']?.length, 1)
  const folders = await store.migration.listLedgerFolders(at, 'old')
  assert.ok(folders.every(({ gone }) => !gone))
  const calls = source.count('item')
  assert.deepEqual((await lie()).seen, ['moves'], 'it may have gone where nobody could look')
  box.tree.set(archive, hidden)
  box.lacksFolders = false
  await mailbox.pass()
  assert.deepEqual(await mailbox.picture(), { '/Online Archive': before['/Online Archive'] })
  assert.deepEqual((await lie()).buried, ['moves'])
  assert.equal(source.count('item'), calls, 'nothing is read again')
})
