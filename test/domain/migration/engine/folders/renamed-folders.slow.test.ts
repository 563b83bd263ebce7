/** Folders that get other names at a source which knows them by nothing else: they are the same here, and so is what lies in them. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type MigratedMailbox, migratedMailbox, pictureOfSource } from '#test/support/migrated-mailbox.ts'
import { knownByNames } from '#test/support/scripted-names.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'

const ANNA = 'anna@source.example'
const opened: MigratedMailbox[] = []
after(async () => {
  for (const each of opened) await each.remove()
})

async function start({ isUnproven = true } = {}) {
  const source = new ScriptedSource()
  const box = source.box(ANNA)
  box.givesMarks = true
  box.isUnproven = isUnproven
  const names = knownByNames(box)
  const mailbox = await migratedMailbox(source, { settings: { pageItems: 50, deletesHere: true } })
  opened.push(mailbox)
  const fill = (folder: string, count: number, from = 1) => {
    for (let uid = from; uid < from + count; uid++) names.message(folder, uid, `${folder} ${uid}`)
  }
  /** Folders here by whole names, with their numbers. */
  const folders = async () => {
    const all = new Map((await mailbox.folders()).map((folder) => [folder.no, folder]))
    const pathOf = (no: number): string => {
      const { name, parent, distinguished } = all.get(no as never)!
      return parent === null || distinguished === 'msgfolderroot' ? '' : `${pathOf(parent)}/${name}`
    }
    const own = [...all.values()].filter(({ distinguished }) => distinguished === null)
    return Object.fromEntries(own.map(({ no }) => [pathOf(no), no]))
  }
  const losses = async () =>
    (await mailbox.store.migration.listLedgerFolders(mailbox.at, 'old')).flatMap(({ losses, gone }) =>
      gone ? [] : losses.map(({ property, reason }) => `${property}: ${reason.split(',')[0]}`),
    )
  const isSame = async () =>
    assert.deepEqual(
      await mailbox.picture(),
      pictureOfSource(source, ANNA, (key) => `/${key}`),
    )
  /** One more pass: nothing is told that was told, nothing is read. */
  const passes = async (how: Parameters<typeof mailbox.pass>[0] = {}) => {
    source.calls.length = 0
    const done = await mailbox.pass(how)
    await isSame()
    return { ...done, read: source.count('item') }
  }
  return { source, box, names, mailbox, fill, folders, losses, isSame, passes }
}

test('one that is renamed, moved or lies below one that is, keeps its folder here and is not listed again', async () => {
  const { names, fill, folders, losses, passes, box } = await start()
  for (const name of ['One', 'Outer', 'Outer/Inner', 'Outer/Inner/Empty']) {
    const levels = name.split('/')
    names.add(levels.at(-1)!, { parent: levels.slice(0, -1).join('/') || null })
    if (levels.at(-1) !== 'Empty') fill(name, 3)
  }
  await passes()
  const before = await folders()
  names.rename({ One: 'Outer/Uno', Outer: 'Else' })
  names.rename({ 'Outer/Uno': 'Else/Uno' })
  names.message('Else/Uno', 4, 'new')
  box.read('Else/Inner', 'Else/Inner!2', true)
  const { items, read } = await passes()
  assert.equal(read, 1, 'what is new is read alone')
  assert.equal(items, 2)
  assert.deepEqual(await folders(), {
    '/Else': before['/Outer'],
    '/Else/Uno': before['/One'],
    '/Else/Inner': before['/Outer/Inner'],
    '/Else/Inner/Empty': before['/Outer/Inner/Empty'],
  })
  assert.deepEqual(await losses(), [])
  assert.equal((await passes()).items, 0)
})

test('names that change places, go round, or are given to new folders, take along what lies under them', async () => {
  const { names, fill, folders, passes } = await start()
  const all = ['A', 'B', 'C', 'D', 'E', 'F']
  for (const name of all) fill(names.add(name), 4)
  await passes()
  const before = await folders()
  names.rename({ A: 'B', B: 'A', C: 'D', D: 'E', E: 'C', F: 'G' })
  fill(names.add('F'), 2, 101)
  const { read } = await passes()
  assert.equal(read, 2, 'but for what lies in the new one')
  const after = await folders()
  const moved = { A: 'B', B: 'A', C: 'D', D: 'E', E: 'C', F: 'G' }
  for (const [from, to] of Object.entries(moved)) assert.equal(after[`/${to}`], before[`/${from}`], from)
  assert.equal(Object.keys(after).length, 7)
  assert.equal((await passes()).items, 0)
})

test('where all have one life it is what lies in them that tells, and another folder is no former one', async () => {
  const { names, fill, folders, losses, passes, box } = await start()
  for (const name of ['A', 'B', 'C', 'Gone', 'Empty']) names.add(name, { life: 1 })
  for (const name of ['A', 'B', 'C', 'Gone']) fill(name, 4)
  await passes()
  const before = await folders()
  names.rename({ A: 'Apples', B: 'Pears' })
  for (const name of ['Gone', 'Empty']) box.removeFolder(name)
  fill(names.add('Other', { life: 1 }), 4)
  names.add('Bare', { life: 1 })
  const { read } = await passes()
  assert.equal(read, 4, 'what lies in the other one')
  const after = await folders()
  assert.deepEqual([after['/Apples'], after['/Pears']], [before['/A'], before['/B']])
  const known = new Set(Object.values(before))
  assert.ok(!known.has(after['/Other']!) && !known.has(after['/Bare']!))
  assert.deepEqual(await losses(), [], 'there is no doubt')
})

test('two that have the same are told to be in doubt, and so is one of which nothing is left', async () => {
  const { names, fill, folders, losses, passes, box } = await start()
  names.add('A', { life: 7 })
  names.add('B')
  fill('A', 3)
  fill('B', 2)
  await passes()
  const before = await folders()
  names.rename({ A: 'Copy', B: 'Later' })
  names.add('Another', { life: 7 })
  for (const [key, item] of box.folder('Copy').items)
    box.folder('Another').items.set(key.replace('Copy', 'Another'), {
      ...{ ...item, key: key.replace('Copy', 'Another') },
    })
  for (const uid of [1, 2]) box.remove('Later', `Later!${uid}`)
  fill('Later', 2, 3)
  await passes()
  const after = await folders()
  const known = new Set(Object.values(before))
  for (const name of ['Copy', 'Another', 'Later']) assert.ok(!known.has(after[`/${name}`]!), name)
  assert.deepEqual((await losses()).sort(), [
    'folder before: "Another" may be what was "A" there before',
    'folder before: "Copy" may be what was "A" there before',
    'folder before: "Later" may be what was "B" there before',
  ])
})

test('parents that hold nothing and have no life follow what lies below them, as deep as it goes', async () => {
  const { names, fill, folders, passes } = await start()
  const { lifeOf, lifeWas } = names.renamed
  const holdsNothing = (key: string) => /^(?:Outer|Else)(?:\/Mid)?$/.test(key)
  names.renamed.lifeOf = (folder) => (holdsNothing(folder.key) ? undefined : lifeOf(folder))
  names.renamed.lifeWas = (row) => (holdsNothing(row.key) ? undefined : lifeWas(row))
  names.add('Outer')
  names.add('Mid', { parent: 'Outer' })
  fill(names.add('Leaf', { parent: 'Outer/Mid' }), 3)
  await passes()
  const before = await folders()
  names.rename({ Outer: 'Else' })
  assert.equal((await passes()).read, 0)
  assert.deepEqual(await folders(), {
    '/Else': before['/Outer'],
    '/Else/Mid': before['/Outer/Mid'],
    '/Else/Mid/Leaf': before['/Outer/Mid/Leaf'],
  })
})

test('what is deleted, changed and put elsewhere here stays so in a folder that is renamed there', async () => {
  const { names, fill, folders, mailbox, source } = await start()
  fill(names.add('A'), 4)
  await mailbox.pass()
  const { at, store } = mailbox
  const no = (await folders())['/A']!
  const { rows } = await store.mailboxes.listItems(at, no as never, { order: 'uid', limit: 10 })
  await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, async ({ mailboxes }) => {
    await mailboxes.removeItems(at, [rows[0]!.no])
    await mailboxes.changeFlags(at, [rows[1]!.no], { add: 4 })
    await mailboxes.changeFolder(at, no as never, { name: 'Mine' })
  })
  names.rename({ A: 'B' })
  source.calls.length = 0
  await mailbox.pass()
  assert.equal(source.count('item'), 0)
  assert.deepEqual(await folders(), { '/Mine': no }, 'and the name that it has here')
  assert.equal((await mailbox.picture())['/Mine']!.length, 3)
})

/** A pass that is to end as soon as the first items of a folder get their new keys. */
async function endWhileKeysAreWritten(
  { renamed }: Awaited<ReturnType<typeof start>>['names'],
  mailbox: Awaited<ReturnType<typeof start>>['mailbox'],
): Promise<void> {
  const drain = new AbortController()
  const { keyIn } = renamed
  renamed.keyIn = (folder, item) => {
    drain.abort()
    return keyIn(folder, item)
  }
  await assert.rejects(mailbox.pass({ drain: drain.signal }), { name: 'Drained' })
  renamed.keyIn = keyIn
}

test('a folder whose items have got their keys in part goes on, under whatever name it has then', async () => {
  for (const next of ['B', 'C', 'A']) {
    const { names, fill, folders, mailbox, passes, isSame } = await start()
    fill(names.add('A'), 450)
    await passes()
    const { '/A': no } = await folders()
    names.rename({ A: 'B' })
    await endWhileKeysAreWritten(names, mailbox)
    names.renamed.lifeWas = ({ cursor }, item) =>
      cursor !== null ? String(JSON.parse(cursor).epoch) : item === undefined ? undefined : '1'
    if (next !== 'B') names.rename({ B: next })
    const { read } = await passes({ same: true })
    // Under its old name again nobody looks for it: what has other keys by now is compared.
    assert.equal(read > 0, next === 'A')
    assert.deepEqual(await folders(), { [`/${next}`]: no })
    await isSame()
    assert.equal((await passes()).items, 0)
  }
})

test('names that change places go on where they were left, whichever items have got their keys', async () => {
  const { names, fill, folders, mailbox, passes, isSame } = await start()
  fill(names.add('A'), 250)
  fill(names.add('B'), 250, 1_001)
  await passes()
  const before = await folders()
  names.rename({ A: 'B', B: 'A' })
  await endWhileKeysAreWritten(names, mailbox)
  const { lifeWas } = names.renamed
  // Of A, that had its life first, are the numbers up to 1,000.
  names.renamed.lifeWas = (row, item) =>
    lifeWas(row) ?? (item === undefined ? undefined : Number(item.split('!')[1]) > 1_000 ? '2' : '1')
  const { read } = await passes({ same: true })
  assert.equal(read, 0)
  assert.deepEqual(await folders(), { '/A': before['/B'], '/B': before['/A'] })
  await isSame()
  assert.equal((await passes()).items, 0)
})
