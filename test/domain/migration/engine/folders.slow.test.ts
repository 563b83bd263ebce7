/** Folders that are renamed, moved and swapped between two passes, and those that programs make. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
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
