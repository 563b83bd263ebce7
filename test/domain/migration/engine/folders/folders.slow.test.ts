/** Folders that are renamed, moved and swapped between two passes, and those that programs make. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import type { ProjectId } from '#src/domain/migration/engine/project/project.ts'
import type { Store } from '#src/domain/store.ts'
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
  const mailbox = await migratedMailbox(source, settings)
  opened.push(mailbox)
  /** Where a folder should be, by the names there. */
  const pathOf = (key: string): string => {
    const { name, parent, role } = box.folder(key)
    return `${parent === null ? '' : pathOf(parent)}/${role === 'inbox' ? 'Inbox' : name}`
  }
  const expected = () => pictureOfSource(source, ANNA, pathOf)
  const paths = async () => {
    const all = await mailbox.folders()
    const byNo = new Map(all.map((folder) => [folder.no, folder]))
    const of = (no: number | null): string =>
      no === null ? '' : `${of(byNo.get(no as never)!.parent)}/${byNo.get(no as never)!.name}`
    return new Set(all.map(({ no }) => of(no).replace('/Root/Top of Information Store', '')))
  }
  return { source, box, mailbox, expected, paths }
}

test('folders renamed, moved below others, and swapped are where they are there, with what is in them', async () => {
  const { source, box, mailbox, expected, paths } = await start()
  const inbox = box.addFolder('Posteingang', { role: 'inbox' })
  const [one, two, outer] = ['One', 'Two', 'Outer'].map((name) => box.addFolder(name)) as [
    string,
    string,
    string,
  ]
  const inner = box.addFolder('Inner', { parent: outer })
  for (const folder of [inbox, one, two, outer, inner])
    for (let i = 0; i < 6; i++) box.addMessage(folder, `${box.folder(folder).name} ${i}`)
  await mailbox.pass()
  assert.deepEqual(await mailbox.picture(), expected())

  // Names change places; one is moved and renamed at once, and takes what lies below it along.
  box.renameFolder(one, { name: 'Two' })
  box.renameFolder(two, { name: 'One' })
  box.renameFolder(outer, { name: 'Former', parent: inbox })
  const [first] = [...box.folder(inner).items.keys()]
  box.move(inner, first!, one)
  source.calls.length = 0
  await mailbox.pass()
  assert.deepEqual(await mailbox.picture(), expected())
  assert.equal(source.count('item'), 0, 'nothing was read again')
  assert.ok((await paths()).has('/Inbox/Former/Inner'))
  assert.ok([...(await paths())].every((path) => !path.includes('(2)')))

  source.calls.length = 0
  const { modseq } = await mailbox.store.mailboxes.getMailbox(mailbox.at)
  await mailbox.pass()
  assert.equal(
    (await mailbox.store.mailboxes.getMailbox(mailbox.at)).modseq,
    modseq,
    'and a third pass writes nothing',
  )
})

for (const [how, first] of [
  ['made before it', true],
  ['made behind it', false],
] as const)
  test(`what was the folder of deleted items is one like any other once it is renamed there; another one ${how} takes its place`, async () => {
    const { source, box, mailbox, paths } = await start({ settings: { deletesHere: true } })
    box.addFolder('Posteingang', { role: 'inbox' })
    const early = first ? box.addFolder('Zwei') : undefined
    const bin = box.addFolder('Trash', { role: 'deleteditems' })
    const below = box.addFolder('Below', { parent: bin })
    for (const folder of [bin, below])
      for (let i = 0; i < 3; i++) box.addMessage(folder, `${box.folder(folder).name} ${i}`)
    await mailbox.pass()
    const held = async () =>
      Object.fromEntries(Object.entries(await mailbox.picture()).map(([path, all]) => [path, all.length]))
    assert.deepEqual(await held(), { '/Deleted Items': 3, '/Deleted Items/Below': 3 })
    box.folder(bin).name = 'Projects 2019'
    box.folder(bin).role = null
    const fresh = early ?? box.addFolder('Zwei')
    box.folder(fresh).role = 'deleteditems'
    box.renameFolder(fresh, { name: 'Trash' })
    box.addMessage(fresh, 'deleted later')
    source.calls.length = 0
    await mailbox.pass()
    const now = { '/Deleted Items': 1, '/Projects 2019': 3, '/Projects 2019/Below': 3 }
    assert.deepEqual(await held(), now)
    assert.equal(source.count('item'), 1, 'what moved is not read again')
    for (const path of ['/Deleted Items/Below', '/Zwei', '/Trash', '/Trash (2)'])
      assert.ok(!(await paths()).has(path), path)
    const { modseq } = await mailbox.store.mailboxes.getMailbox(mailbox.at)
    await mailbox.pass()
    assert.deepEqual(await held(), now)
    assert.equal((await mailbox.store.mailboxes.getMailbox(mailbox.at)).modseq, modseq)
  })

test('a pass over moved folders that is ended and goes on comes to the same', async () => {
  const { source, box, mailbox, expected } = await start({ settings: { pageItems: 4, deletesHere: true } })
  const inbox = box.addFolder('Posteingang', { role: 'inbox' })
  const folders = Array.from({ length: 5 }, (_, at) => box.addFolder(`F${at}`))
  for (const folder of folders) for (let i = 0; i < 9; i++) box.addMessage(folder, `${folder} ${i}`)
  await mailbox.pass()
  for (const [at, folder] of folders.entries()) {
    box.renameFolder(folder, { name: `F${(at + 1) % 5}`, ...(at === 4 && { parent: inbox }) })
    for (const key of [...box.folder(folder).items.keys()].slice(0, 3))
      box.move(folder, key, folders[(at + 2) % 5]!)
  }
  const cut = new AbortController()
  let calls = 0
  source.after = ({ op }) => {
    if (op === 'changes' && ++calls === 6) cut.abort(new Error('ended'))
  }
  await assert.rejects(mailbox.pass({ signal: cut.signal }), { message: 'ended' })
  await mailbox.pass({ same: true })
  assert.deepEqual(await mailbox.picture(), expected())
})

test('after it was ended anywhere at most one page is read again', async () => {
  const pageItems = 10
  const { source, box, mailbox, expected } = await start({ settings: { pageItems } })
  const inbox = box.addFolder('Posteingang', { role: 'inbox' })
  for (let i = 0; i < 100; i++) box.addMessage(inbox, `mail ${i}`)
  let same = false
  let ends = 0
  // As kill -9 leaves it: whatever was not committed is gone.
  for (let next = 3; ; next += 5) {
    const cut = new AbortController()
    let read = 0
    const begun = new Set<string>()
    source.after = ({ op, key }) => {
      if (op !== 'item') return
      begun.add(key!)
      if (++read === next) cut.abort(new Error('ended'))
    }
    const known = (await mailbox.member()).counts.copied
    try {
      await mailbox.pass({ same, signal: cut.signal })
      assert.equal(begun.size, 100 - known, 'what was copied is not read again')
      break
    } catch (error) {
      assert.equal((error as Error).message, 'ended')
      ends++
    }
    const lost = read - ((await mailbox.member()).counts.copied - known)
    assert.ok(lost <= pageItems, `${lost} items were read and not kept`)
    same = true
  }
  assert.ok(ends >= 4, `${ends} ends`)
  assert.ok(source.count('item') <= 100 + ends * pageItems, `${source.count('item')} items were read`)
  assert.deepEqual(await mailbox.picture(), expected())
})

test('a contact that moved comes with what changed of it; mail that moved with its marks is not read', async () => {
  const { source, box, mailbox } = await start()
  const inbox = box.addFolder('Posteingang', { role: 'inbox' })
  const contacts = box.addFolder('Kontakte', { role: 'contacts', class: 'contact' })
  const team = box.addFolder('Team', { parent: contacts, class: 'contact' })
  const archive = box.addFolder('Alt')
  const card = (note: string) => ({ '@type': 'Card', uid: 'c1', title: 'Carla', note })
  const mail = box.addMessage(inbox, 'mail')
  const carla = box.addContent(contacts, 'contact', card('old') as never)
  await mailbox.pass()
  // Of the same size, and with the same search key: only reading tells.
  box.folder(contacts).items.get(carla)!.item.content = card('new') as never
  box.folder(inbox).items.get(mail)!.item.flags = 1
  box.move(contacts, carla, team)
  box.move(inbox, mail, archive)
  source.calls.length = 0
  await mailbox.pass()
  const picture = await mailbox.picture()
  assert.equal(picture['/Contacts'], undefined)
  assert.match(picture['/Contacts/Team']![0]!, /"note":"new"/)
  assert.match(picture['/Alt']![0]!, /^mail \[1\]/)
  assert.equal(source.count('item'), 1)
})

for (const [how, folder] of [
  ['by its name', { name: 'Team Chat', class: 'message' }],
  [
    'by the class of what it holds',
    { name: 'Teamchat', class: 'other', folderClass: 'IPF.SkypeTeams.Message' },
  ],
] as const)
  test(`the folder of chats that programs keep below conversations is ours, known ${how}`, async () => {
    const { box, mailbox, paths } = await start()
    const history = box.addFolder('Aufgezeichnete Unterhaltungen', { role: 'conversationhistory' })
    const chats = box.addFolder(folder.name, { parent: history, class: folder.class })
    Object.assign(box.folder(chats), folder)
    const mine = box.addFolder('Team Chat')
    for (const at of [chats, mine]) box.addMessage(at, `in ${at}`)
    await mailbox.pass()
    const picture = await mailbox.picture()
    assert.equal(picture['/Conversation History/Team Chat']?.length, 1)
    assert.equal(picture['/Team Chat']?.length, 1, 'a folder of that name elsewhere is its own')
    assert.ok([...(await paths())].every((path) => !path.includes('(2)')))
  })

test('folders without items are noted many at a time, and once', async () => {
  const { box, mailbox } = await start()
  const keys = Array.from({ length: 60 }, (_, no) => box.addFolder(`Folder ${no}`))
  let commits = 0
  const counted = (): Store =>
    new Proxy(mailbox.store, {
      get(store, name) {
        if (name === 'transact') commits++
        const value: unknown = Reflect.get(store, name, store)
        return typeof value === 'function' ? value.bind(store) : value
      },
    })
  await mailbox.pass({ run: { store: counted() } })
  assert.ok(commits < 20, `${commits} transactions for ${keys.length} folders`)
  // What comes into one of them later, and what goes from it, is followed as anywhere.
  const late = box.addMessage(keys[7]!, 'late')
  await mailbox.pass()
  assert.equal((await mailbox.member()).counts.copied, 1)
  box.remove(keys[7]!, late)
  await mailbox.pass({ run: { settings: { ...mailbox.settings, deletesHere: true } } })
  assert.equal((await mailbox.member()).counts.copied, 0)
})

for (const [how, deletesHere] of [
  ['what lay in the old one stays', false],
  ['what lay in the old one goes', true],
] as const)
  test(`a folder that is deleted and made anew there is the same one here, with the one below it; ${how}`, async () => {
    const { box, mailbox, paths } = await start({ settings: { deletesHere } })
    const inbox = box.addFolder('Posteingang', { role: 'inbox' })
    const make = () => {
      const outer = box.addFolder('Never')
      return [outer, box.addFolder('Below', { parent: outer })] as const
    }
    const before = make()
    for (const key of [inbox, ...before]) box.addMessage(key, `old in ${box.folder(key).name}`)
    await mailbox.pass()
    const made = (await mailbox.folders()).find(({ name }) => name === 'Never')!
    for (const key of before) box.removeFolder(key)
    const after = make()
    const fresh = box.addMessage(after[1], 'new in Below')
    await mailbox.pass()
    const old = (name: string) => (deletesHere ? [] : [`old in ${name} [0] Text of old in ${name}`])
    const expected = {
      '/Inbox': ['old in Posteingang [0] Text of old in Posteingang'],
      ...(!deletesHere && { '/Never': old('Never') }),
      '/Never/Below': ['new in Below [0] Text of new in Below', ...old('Below')],
    }
    const picture = await mailbox.picture()
    delete picture['/Deleted Items']
    assert.deepEqual(picture, expected)
    assert.ok([...(await paths())].every((path) => !path.includes('(2)')))
    // It is ours to rename as before, and no other one.
    box.renameFolder(after[0], { name: 'Ever' })
    box.remove(after[1], fresh)
    await mailbox.pass()
    assert.equal((await mailbox.folders()).find(({ name }) => name === 'Ever')?.no, made.no)
    assert.ok((await paths()).has('/Ever/Below'))
  })

test('a mailbox of which every folder is made anew is known again, also in the middle of that', async () => {
  const { source, box, mailbox } = await start({ settings: { pageItems: 4 } })
  const make = () => {
    const inbox = box.addFolder('Posteingang', { role: 'inbox' })
    const team = box.addFolder('Team', { parent: inbox })
    return [inbox, team, box.addFolder('Inner', { parent: team })] as const
  }
  const before = make()
  for (const key of before)
    for (let no = 0; no < 9; no++) box.addMessage(key, `${box.folder(key).name} ${no}`)
  await mailbox.pass()
  const picture = await mailbox.picture()
  const rows = () => mailbox.store.migration.listLedgerFolders(mailbox.at, 'old')
  const numbers = async () => (await rows()).map(({ no, target }) => [no, target])
  const known = await numbers()
  const after = make()
  for (const [at, key] of before.entries()) {
    for (const item of [...box.folder(key).items.keys()]) box.move(key, item, after[at]!)
    box.removeFolder(key)
  }
  source.calls.length = 0
  const cut = new AbortController()
  let pages = 0
  source.after = ({ op }) => {
    if (op === 'changes' && ++pages === 4) cut.abort(new Error('ended'))
  }
  await assert.rejects(mailbox.pass({ signal: cut.signal }), { message: 'ended' })
  await mailbox.pass({ same: true })
  assert.deepEqual(await mailbox.picture(), picture)
  assert.deepEqual(await numbers(), known)
  assert.equal(source.count('item'), 0, 'nothing was read again')
  assert.deepEqual(
    (await rows()).map(({ key, gone }) => [key, gone]),
    after.map((key) => [key, false]),
  )
})

test('a folder that is made anew long after it was deleted is the same one; one of another kind is not', async () => {
  const { box, mailbox, paths } = await start()
  const [first] = ['Never', 'Other'].map((name) => box.addFolder(name)) as [string, string]
  const item = box.addMessage(first, 'one')
  const kept = box.addFolder('Kept')
  box.move(first, item, kept)
  const again = [...box.folder(kept).items.keys()][0]!
  box.move(kept, again, first)
  await mailbox.pass()
  const made = (await mailbox.folders()).find(({ name }) => name === 'Never')!
  box.move(first, [...box.folder(first).items.keys()][0]!, kept)
  box.removeFolder(first)
  await mailbox.pass()
  await mailbox.pass()
  const anew = box.addFolder('Never')
  box.move(kept, [...box.folder(kept).items.keys()][0]!, anew)
  await mailbox.pass()
  assert.deepEqual(await mailbox.picture(), { '/Never': ['one [0] Text of one'] })
  assert.equal((await mailbox.folders()).find(({ name }) => name === 'Never')!.no, made.no)
  box.renameFolder(anew, { name: 'Ever' })
  await mailbox.pass()
  assert.deepEqual(Object.keys(await mailbox.picture()), ['/Ever'], 'it is ours to rename')
  box.removeFolder(anew)
  box.addFolder('Ever', { class: 'event' })
  await mailbox.pass()
  assert.ok((await paths()).has('/Ever (2)'))
})

test('of two folders of one name that are made anew each has its own; one that is in use is not removed for one that is gone', async () => {
  const { box, mailbox } = await start({ settings: { deletesHere: true } })
  const once = box.addFolder('Never')
  await mailbox.pass()
  box.removeFolder(once)
  for (const subject of ['one', 'two']) box.addMessage(box.addFolder('Never'), subject)
  await mailbox.pass()
  const picture = { '/Never': ['one [0] Text of one'], '/Never (2)': ['two [0] Text of two'] }
  assert.deepEqual(await mailbox.picture(), picture)
  // Earlier versions put what was made anew into the folder of one that is gone.
  const empty = box.addFolder('Empty')
  await mailbox.pass()
  const { at, store } = mailbox
  const row = (await store.migration.listLedgerFolders(at, 'old')).find(({ key }) => key === empty)!
  const { no: _, ...rest } = row
  await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ migration }) =>
    migration.putLedgerFolder(at, { ...rest, key: 'gone', name: 'Gone', gone: true }),
  )
  await mailbox.pass()
  assert.ok((await mailbox.folders()).some(({ no }) => no === row.target))
})

test('a right on a folder that is made anew is noted under the key that the folder has now', async () => {
  const { box, mailbox } = await start()
  const [before, other] = ['Team', 'Other'].map((name) => box.addFolder(name)) as [string, string]
  await mailbox.pass()
  const { store, at, project } = mailbox
  const { organization } = at
  const right = {
    ...{ owner: ANNA, grantee: 'ben@source.example', right: 'folder-read' as const, rights: 1 },
    ...{ state: 'waiting' as const, cause: '', brokenFrom: null, appliedAt: null },
  }
  await store.transact({ organization }, async ({ migration }) => {
    for (const folder of [before, other, 'Team'])
      await migration.putGrant(organization, project, { ...right, folder })
  })
  box.removeFolder(before)
  const anew = box.addFolder('Team')
  await mailbox.pass()
  const { rows } = await store.migration.listGrants(organization, project, { limit: 9 })
  assert.deepEqual(
    rows.map(({ folder }) => folder),
    [anew, other, 'Team'],
  )
})

test('what another project brought of folders that this one does not ask for stays, also where deletions are followed', async () => {
  const { box, mailbox } = await start({ settings: { deletesHere: true } })
  const archive = box.addFolder('Online Archive')
  const [inside, plain] = [box.addFolder('2019', { parent: archive }), box.addFolder('Plain')]
  for (const key of [inside, plain]) box.addMessage(key, `in ${box.folder(key).name}`)
  await mailbox.pass()
  const whole = await mailbox.picture()
  assert.equal(Object.keys(whole).length, 2)
  const tree = [archive, inside].map((key) => box.tree.get(key)!)
  for (const { key } of tree) box.removeFolder(key)
  const origin = { kind: 'exchange' as const, url: 'https://old.example/EWS/Exchange.asmx' }
  const run = { origin: { ...origin, project: randomUUID() as ProjectId } }
  await mailbox.pass({ run })
  await mailbox.pass({ run })
  assert.deepEqual(await mailbox.picture(), whole)
  // Of its own it follows them.
  box.removeFolder(plain)
  await mailbox.pass({ run })
  const { '/Plain': _, ...rest } = whole
  const picture = await mailbox.picture()
  delete picture['/Deleted Items']
  assert.deepEqual(picture, rest)
  for (const folder of tree) box.tree.set(folder.key, folder)
  await mailbox.pass()
  assert.deepEqual((await mailbox.picture())['/Online Archive/2019'], whole['/Online Archive/2019'])
})

test('a pass that finds nothing changed does not go through what is unsettled', async () => {
  const { box, mailbox } = await start()
  const folder = box.addFolder('Plain')
  box.addMessage(folder, 'one')
  await mailbox.pass()
  const { migration } = mailbox.store
  const { listLedgerItems } = migration
  let looks = 0
  migration.listLedgerItems = (...asked) => {
    looks++
    return listLedgerItems(...asked)
  }
  await mailbox.pass()
  assert.equal(looks, 0)
  box.addMessage(folder, 'two')
  await mailbox.pass()
  assert.ok(looks > 0)
})
