import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Flag } from '#src/domain/mailbox/item.ts'
import { type MigratedMailbox, migratedMailbox, pictureOfSource } from '#test/support/migrated-mailbox.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'

const ANNA = 'anna@source.example'
const opened: MigratedMailbox[] = []
after(async () => {
  for (const each of opened) await each.remove()
})

async function start(settings: Parameters<typeof migratedMailbox>[1] = {}) {
  const source = new ScriptedSource()
  const box = source.box(ANNA)
  const keys = {
    inbox: box.addFolder('Posteingang', { role: 'inbox' }),
    sent: box.addFolder('Gesendete Elemente', { role: 'sentitems' }),
    calendar: box.addFolder('Kalender', { role: 'calendar', class: 'event' }),
    projects: box.addFolder('Projekte'),
  }
  const paths: Record<string, string> = {
    [keys.inbox]: '/Inbox',
    [keys.sent]: '/Sent Items',
    [keys.calendar]: '/Calendar',
    [keys.projects]: '/Projekte',
  }
  const mailbox = await migratedMailbox(source, settings)
  opened.push(mailbox)
  const expected = () => pictureOfSource(source, ANNA, (key) => paths[key]!)
  return { source, box, keys, paths, mailbox, expected }
}

/** Somebody deletes here what was copied of it. */
async function removeHere({ at, store }: MigratedMailbox, key: string): Promise<void> {
  const rows = await store.migration.findLedgerItems(at, 'old', [key])
  await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
    mailboxes.removeItems(at, [rows.get(key)!.item!]),
  )
}

const event = (uid: string, title: string) => ({
  '@type': 'Event',
  uid,
  title,
  start: '2026-12-07T10:00:00',
  timeZone: 'Europe/Berlin',
  duration: 'PT1H',
})

test('a first pass copies everything, a second one nothing', async () => {
  const { source, box, keys, mailbox, expected } = await start({ settings: { pageItems: 7 } })
  for (let i = 0; i < 30; i++) box.addMessage(keys.inbox, `mail ${i}`, { flags: i % 2 })
  box.addMessage(keys.projects, 'large', { body: 'x'.repeat(400_000), keywords: ['Red'] })
  for (let i = 0; i < 5; i++) box.addContent(keys.calendar, 'event', event(`u${i}`, `meeting ${i}`))

  const first = await mailbox.pass()
  assert.equal(first.items, 36)
  assert.deepEqual(await mailbox.picture(), expected())
  const { counts } = await mailbox.member()
  assert.equal(counts.copied, 36)

  source.calls.length = 0
  const { modseq } = await mailbox.store.mailboxes.getMailbox(mailbox.at)
  const ledger = () => mailbox.store.migration.listLedgerFolders(mailbox.at, 'old')
  const folders = await ledger()
  const second = await mailbox.pass()
  assert.equal(second.items, 0)
  assert.deepEqual(await ledger(), folders, 'not even which pass it was')
  assert.equal((await mailbox.store.mailboxes.getMailbox(mailbox.at)).modseq, modseq, 'nothing was written')
  assert.ok(source.count('changes') <= 2 * box.tree.size, `${source.count('changes')} requests`)
  assert.equal(source.count('items'), 0)
})

test('a delta brings 1,000 new, 500 read, 200 moved, 100 deleted and 50 edited, and reads no moved body again (scenario 8)', async () => {
  const { source, box, keys, paths, mailbox, expected } = await start({ settings: { deletesHere: true } })
  const mails = Array.from({ length: 1_000 }, (_, i) => box.addMessage(keys.inbox, `mail ${i}`))
  const meeting = box.addContent(keys.calendar, 'event', event('u1', 'meeting'))
  await mailbox.pass()

  const [read, moved, gone, edited] = [
    mails.slice(0, 500),
    mails.slice(500, 700),
    mails.slice(700, 800),
    mails.slice(800, 850),
  ]
  for (let i = 0; i < 1_000; i++) box.addMessage(keys.inbox, `new ${i}`)
  for (const key of read) box.read(keys.inbox, key, true)
  for (const key of moved) box.move(keys.inbox, key, keys.projects)
  // A folder that is listed before the one it comes from.
  const late = box.addFolder('Archiv')
  paths[late] = '/Archiv'
  for (const key of gone) box.remove(keys.inbox, key)
  for (const [i, key] of edited.entries())
    box.edit(keys.inbox, key, { title: `edited ${i}`, body: 'another text' })
  box.edit(keys.calendar, meeting, { content: event('u1', 'moved meeting'), title: 'moved meeting' })
  box.renameFolder(keys.projects, { name: 'Alte Projekte' })
  paths[keys.projects] = '/Alte Projekte'

  source.calls.length = 0
  await mailbox.pass()
  assert.deepEqual(await mailbox.picture(), expected())
  assert.equal(source.count('item'), 1_000 + 50 + 1, 'only what is new or edited is read')

  // The other way round: the new place is listed before the old one.
  const back = [...box.folder(keys.projects).items.keys()]
  for (const key of back) box.move(keys.projects, key, keys.inbox)
  source.calls.length = 0
  await mailbox.pass()
  assert.deepEqual(await mailbox.picture(), expected())
  assert.equal(source.count('item'), 0)
  assert.equal((await mailbox.member()).counts.copied, 1_000 + 1_000 - 100 + 1)
})

test('nothing is deleted here unless that is wanted, and never what somebody else wrote', async () => {
  const { box, keys, mailbox } = await start()
  const mail = box.addMessage(keys.inbox, 'to go')
  await mailbox.pass()
  box.remove(keys.inbox, mail)
  await mailbox.pass()
  assert.equal((await mailbox.picture())['/Inbox']!.length, 1)
  assert.equal((await mailbox.member()).counts.gone, 1)
  // Wanted later, it is done later.
  mailbox.settings.deletesHere = true
  await mailbox.pass()
  assert.equal((await mailbox.picture())['/Inbox'], undefined)
  assert.equal((await mailbox.member()).counts.gone, 0)
})

test('what was changed here stays, and is listed; what was deleted here is not brought back', async () => {
  const { source, box, keys, mailbox } = await start({ settings: { deletesHere: true } })
  const [edited, deleted, removed] = ['edited', 'deleted', 'removed'].map((subject) =>
    box.addMessage(keys.inbox, subject),
  ) as [string, string, string]
  await mailbox.pass()
  const { store, at } = mailbox
  const rows = await store.migration.findLedgerItems(at, 'old', [edited, deleted, removed])
  await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, async ({ mailboxes }) => {
    await mailboxes.changeFlags(at, [rows.get(edited)!.item!], { add: Flag.flagged })
    await mailboxes.changeFlags(at, [rows.get(removed)!.item!], { add: Flag.flagged })
    await mailboxes.removeItems(at, [rows.get(deleted)!.item!])
  })
  box.edit(keys.inbox, edited, { title: 'edited there', body: 'there' })
  box.edit(keys.inbox, deleted, { title: 'deleted, and edited there' })
  box.remove(keys.inbox, removed)
  await mailbox.pass()
  const kept = (await mailbox.picture())['/Inbox']!
  assert.deepEqual(kept, ['edited [4] Text of edited', 'removed [4] Text of removed'])
  const now = await store.migration.listLedgerItems(at, { troubled: true, limit: 10 })
  assert.deepEqual(
    now.rows.map(({ key, state }) => `${key} ${state}`).sort(),
    [`${edited} kept`, `${deleted} deleted`, `${removed} kept`].sort(),
  )
  // Not with everything listed anew either, nor under new keys.
  box.invalidate(keys.inbox)
  await mailbox.pass()
  box.invalidate(keys.inbox, { renumber: true })
  source.calls.length = 0
  await mailbox.pass()
  assert.deepEqual((await mailbox.picture())['/Inbox'], kept)
})

for (const renumber of [false, true]) {
  test(`a list that begins anew${renumber ? ' under new keys' : ''} copies nothing twice`, async () => {
    const { source, box, keys, mailbox, expected } = await start({
      settings: { pageItems: 7, deletesHere: true },
    })
    const mails = Array.from({ length: 40 }, (_, i) => box.addMessage(keys.inbox, `mail ${i}`))
    await mailbox.pass()
    // What happens while the cursor is void is found all the same.
    box.remove(keys.inbox, mails[3]!)
    box.addMessage(keys.inbox, 'new')
    box.invalidate(keys.inbox, { renumber })
    source.calls.length = 0
    await mailbox.pass()
    assert.deepEqual(await mailbox.picture(), expected())
    assert.equal(source.count('item'), 1)
    assert.equal((await mailbox.member()).counts.copied, 40)
  })
}

test('a folder that is gone goes with what was in it, but what somebody here put into it stays', async () => {
  const { box, keys, mailbox } = await start({ settings: { deletesHere: true } })
  const [one, two] = [box.addFolder('One', { parent: keys.projects }), box.addFolder('Two')]
  for (const folder of [one, two]) box.addMessage(folder, 'mail')
  await mailbox.pass()
  const { store, at } = mailbox
  const target = (await mailbox.folders()).find(({ name }) => name === 'Two')!
  await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
    mailboxes.appendItem(at, {
      folder: target.no,
      class: 'note',
      receivedAt: 1,
      summary: { subject: 'mine' },
      content: { text: 'mine' },
    }),
  )
  for (const folder of [one, two]) box.removeFolder(folder)
  await mailbox.pass()
  const names = (await mailbox.folders()).map(({ name }) => name)
  assert.deepEqual([names.includes('One'), names.includes('Two')], [false, true])
  assert.deepEqual((await mailbox.picture())['/Two'], ['mine [0] {"text":"mine"}'])
})

test('of a folder that is gone nothing is written again, and when it comes back everything of it does', async () => {
  const { source, box, keys, paths, mailbox, expected } = await start()
  const one = box.addFolder('One')
  paths[one] = '/One'
  const [kept] = ['kept', 'other'].map((subject) => box.addMessage(one, subject))
  await mailbox.pass()
  const { store, at } = mailbox
  const rows = await store.migration.findLedgerItems(at, 'old', [kept!])
  await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
    mailboxes.changeFlags(at, [rows.get(kept!)!.item!], { add: Flag.flagged }),
  )
  const folder = box.tree.get(one)!
  box.removeFolder(one)
  // Cut off when the folder is noted as gone, and before what was in it is.
  await cutOffAt(source, keys.inbox, () => mailbox.pass())
  await mailbox.pass({ same: true })
  const ledger = async () => ({
    folders: await store.migration.listLedgerFolders(at, 'old'),
    items: (await store.migration.listLedgerItems(at, { troubled: true, limit: 10 })).rows,
  })
  const before = await ledger()
  assert.deepEqual(before.items.map(({ state }) => state).sort(), ['gone', 'kept'])
  await mailbox.pass()
  assert.deepEqual(await ledger(), before)
  box.tree.set(one, folder)
  box.read(one, kept!, true)
  await mailbox.pass()
  await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
    mailboxes.changeFlags(at, [rows.get(kept!)!.item!], { set: Flag.seen }),
  )
  assert.deepEqual(await mailbox.picture(), expected())
})

test('a pass that is cut off anywhere goes on without loss or double', async () => {
  const { source, box, keys, mailbox, expected } = await start({ settings: { pageItems: 10 } })
  for (let i = 0; i < 50; i++) box.addMessage(i % 3 === 0 ? keys.projects : keys.inbox, `mail ${i}`)
  let same = false
  for (let limit = 1; ; limit += 7) {
    const cut = new AbortController()
    let items = 0
    source.after = ({ op }) => {
      if (op === 'item' && ++items === limit) cut.abort(new Error('cut off'))
    }
    try {
      await mailbox.pass({ same, signal: cut.signal })
      break
    } catch (error) {
      assert.equal((error as Error).message, 'cut off')
    }
    same = true
  }
  assert.deepEqual(await mailbox.picture(), expected())
  assert.equal((await mailbox.member()).counts.copied, 50)
})

/** Cuts a pass off when it comes to this folder. */
async function cutOffAt(source: ScriptedSource, folder: string, pass: () => Promise<unknown>): Promise<void> {
  source.before = (call) => {
    if (call.op === 'changes' && call.folder === folder) throw new Error('cut off')
  }
  await assert.rejects(pass(), /cut off/)
  source.before = () => undefined
  source.calls.length = 0
}

test('what moved is not read again where the pass was cut off before the folder it came from', async () => {
  const { source, box, keys, mailbox, expected } = await start()
  const mails = Array.from({ length: 5 }, (_, i) => box.addMessage(keys.projects, `mail ${i}`))
  await mailbox.pass()
  for (const key of mails) box.move(keys.projects, key, keys.inbox)
  await cutOffAt(source, keys.projects, () => mailbox.pass())
  await mailbox.pass({ same: true })
  assert.deepEqual(await mailbox.picture(), expected())
  assert.equal(source.count('item'), 0)
})

test('a copy that was deleted there before anybody confirmed it goes here too', async () => {
  const { source, box, keys, mailbox, expected } = await start({ settings: { deletesHere: true } })
  const key = box.addMessage(keys.projects, 'mail')
  await mailbox.pass()
  const { items, journal } = box.folder(keys.inbox)
  const copy = { ...box.folder(keys.projects).items.get(key)!, key: 'copy', arrived: true }
  items.set(copy.key, copy)
  journal.push({ kind: 'item', key: copy.key })
  await cutOffAt(source, keys.projects, () => mailbox.pass())
  assert.equal((await mailbox.picture())['/Inbox']!.length, 1)
  box.remove(keys.inbox, copy.key)
  await mailbox.pass({ same: true })
  await mailbox.pass()
  assert.deepEqual(await mailbox.picture(), expected())
  const { copied, skipped, gone } = (await mailbox.member()).counts
  assert.deepEqual([copied, skipped, gone], [1, 0, 0])
})

test('an item that keeps its key, moved and changed, is read again; what somebody here did stays', async () => {
  const { box, keys, mailbox, expected } = await start()
  const [plain, deleted] = ['plain', 'deleted'].map((subject) => box.addMessage(keys.inbox, subject)) as [
    string,
    string,
  ]
  await mailbox.pass()
  await removeHere(mailbox, deleted)
  for (const key of [plain, deleted]) {
    const item = box.folder(keys.inbox).items.get(key)!
    box.folder(keys.inbox).items.delete(key)
    box.folder(keys.projects).items.set(key, item)
    box.edit(keys.projects, key, { title: 'another', body: 'another text' })
  }
  await mailbox.pass()
  box.folder(keys.projects).items.delete(deleted)
  assert.deepEqual(await mailbox.picture(), expected(), 'the change came over, and nothing was brought back')
})

test('where items keep their keys, an old folder that is listed after the new one takes nothing away', async () => {
  const { box, keys, mailbox, expected } = await start({ settings: { deletesHere: true } })
  const [moved, deleted] = ['moved', 'deleted'].map((subject) => box.addMessage(keys.projects, subject)) as [
    string,
    string,
  ]
  await mailbox.pass()
  await removeHere(mailbox, deleted)
  box.edit(keys.projects, deleted, { flags: 1 })
  await mailbox.pass()
  for (const key of [moved, deleted]) {
    const item = box.folder(keys.projects).items.get(key)!
    box.remove(keys.projects, key)
    box.folder(keys.inbox).items.set(key, item)
    box.folder(keys.inbox).journal.push({ kind: 'item', key })
  }
  await mailbox.pass()
  box.edit(keys.inbox, deleted, { flags: 4 })
  await mailbox.pass()
  box.folder(keys.inbox).items.delete(deleted)
  assert.deepEqual(
    await mailbox.picture(),
    expected(),
    'it moved, and what was deleted here was not brought back',
  )
  const { copied, gone } = (await mailbox.member()).counts
  assert.deepEqual([copied, gone], [1, 0])
})

test('of two that look like one that went nobody knows which it is, so both are read, also after a kill', async () => {
  const { source, box, keys, mailbox, expected } = await start({ settings: { deletesHere: true } })
  const key = box.addMessage(keys.projects, 'report', { body: 'the first text' })
  await mailbox.pass()
  const there = box.folder(keys.projects).items.get(key)!
  const moved = box.move(keys.projects, key, keys.inbox)
  // The same id, date and size, and yet another message.
  const octets = Buffer.from(String(there.octets).replace('the first text', 'the other text'))
  const other = { ...there, key: 'other', arrived: true, octets }
  box.folder(keys.sent).items.set(other.key, other)
  box.folder(keys.sent).journal.push({ kind: 'item', key: other.key })
  source.before = async ({ op }) => {
    if (op === 'items') throw new Error('killed')
  }
  await assert.rejects(mailbox.pass(), /killed/)
  source.before = async () => undefined
  const rows = await mailbox.store.migration.findLedgerItems(mailbox.at, 'old', [moved, other.key])
  assert.deepEqual(
    [...rows.values()].map(({ state }) => state),
    ['pending', 'pending'],
  )
  await mailbox.pass({ same: true })
  assert.deepEqual(await mailbox.picture(), expected())
})

test('what moved is not taken for another one that comes up before the pass goes on', async () => {
  const { source, box, keys, mailbox, expected } = await start({ settings: { deletesHere: true } })
  const [key, late] = ['report', 'late'].map((subject) =>
    box.addMessage(keys.projects, subject, { body: 'the first text' }),
  ) as [string, string]
  await mailbox.pass()
  const there = box.folder(keys.projects).items.get(key)!
  box.move(keys.projects, key, keys.inbox)
  const early = { ...box.folder(keys.projects).items.get(late)!, key: 'early', arrived: true }
  // A copy of what is still there: it is read when all folders were seen, which is where the pass is cut off.
  box.folder(keys.inbox).items.set(early.key, early)
  box.folder(keys.inbox).journal.push({ kind: 'item', key: early.key })
  source.before = async ({ op }) => {
    if (op === 'items') throw new Error('killed')
  }
  await assert.rejects(mailbox.pass(), /killed/)
  source.before = async () => undefined
  const octets = Buffer.from(String(there.octets).replace('the first text', 'the other text'))
  box.folder(keys.sent).items.set('other', { ...there, key: 'other', arrived: true, octets })
  box.folder(keys.sent).journal.push({ kind: 'item', key: 'other' })
  // A later pass, as a last delta is: it looks at every folder once more.
  await mailbox.pass()
  assert.deepEqual(await mailbox.picture(), expected())
})
