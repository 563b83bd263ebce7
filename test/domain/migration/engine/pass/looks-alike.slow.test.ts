/** Id, date and size are no proof of a body (migration.md 3.4): nobody ever gets that of another message. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { migratedMailbox, pictureOfSource } from '#test/support/migrated-mailbox.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'

const ANNA = 'anna@source.example'
const SECOND = 1_000

/** Messages with one id, date and size, told by their bodies and by when they came in. */
async function site({ deletesHere = true } = {}) {
  const source = new ScriptedSource()
  const box = source.box(ANNA)
  box.tellsArrival = true
  const inbox = box.addFolder('Inbox', { role: 'inbox' })
  const drafts = box.addFolder('Drafts', { role: 'drafts' })
  const archive = box.addFolder('Archive')
  const paths: Record<string, string> = { [inbox]: '/Inbox', [drafts]: '/Drafts', [archive]: '/Archive' }
  const mailbox = await migratedMailbox(source, { settings: { deletesHere } })
  const add = (folder: string, body: string, receivedAt: number) => {
    const octets = Buffer.from(`Message-ID: <one@source.example>\r\nSubject: one\r\n\r\n${body}\r\n`)
    const key = box.addMessage(folder, 'one', { octets, receivedAt })
    box.folder(folder).items.get(key)!.match = 'one'
    return key
  }
  const expected = () => pictureOfSource(source, ANNA, (key) => paths[key]!)
  const readAgain = async () => {
    source.calls.length = 0
    await mailbox.pass()
    assert.deepEqual(await mailbox.picture(), expected())
    return source.count('item')
  }
  return { source, box, mailbox, keys: { inbox, drafts, archive }, add, readAgain }
}

test('new UIDs: one that came in later is read, the others are known again', async (t) => {
  const { box, mailbox, keys, add, readAgain } = await site()
  t.after(() => mailbox.remove())
  const first = add(keys.inbox, 'body a', SECOND)
  add(keys.inbox, 'body b', 2 * SECOND)
  await mailbox.pass()
  box.remove(keys.inbox, first)
  add(keys.inbox, 'body c', 3 * SECOND)
  box.invalidate(keys.inbox, { renumber: true })
  assert.equal(await readAgain(), 1)
})

test('new UIDs: those of one second are read, and so are drafts', async (t) => {
  const { box, mailbox, keys, add, readAgain } = await site()
  t.after(() => mailbox.remove())
  add(keys.inbox, 'body a', SECOND)
  add(keys.inbox, 'body b', SECOND)
  const draft = add(keys.drafts, 'draft 1', 5 * SECOND)
  await mailbox.pass()
  box.folder(keys.drafts).items.get(draft)!.octets = Buffer.from(
    'Message-ID: <one@source.example>\r\nSubject: one\r\n\r\ndraft 2\r\n',
  )
  for (const folder of [keys.inbox, keys.drafts]) {
    // Whichever of them comes first now.
    const { items } = box.folder(folder)
    const turned = [...items].toReversed()
    items.clear()
    for (const [key, item] of turned) items.set(key, item)
    box.invalidate(folder, { renumber: true })
  }
  // The draft twice: it is not what it looks like.
  assert.equal(await readAgain(), 4)
  await readAgain()
})

/** Item numbers here and the keys of their rows. */
const rowsOf = async ({ store, at }: Awaited<ReturnType<typeof site>>['mailbox']) =>
  (await store.migration.listLedgerItems(at, { limit: 100 })).rows

for (const body of ['body a', 'body b'])
  test(`new UIDs, and what says of itself what is known has ${body}: what is in it tells`, async (t) => {
    const { source, box, mailbox, keys, add, readAgain } = await site()
    t.after(() => mailbox.remove())
    box.isUnproven = true
    const key = add(keys.inbox, 'body a', SECOND)
    await mailbox.pass()
    const [before] = await rowsOf(mailbox)
    box.folder(keys.inbox).items.get(key)!.octets = Buffer.from(
      `Message-ID: <one@source.example>\r\nSubject: one\r\n\r\n${body}\r\n`,
    )
    box.invalidate(keys.inbox, { renumber: true })
    const read = await readAgain()
    assert.equal(read, body === 'body a' ? 1 : 2)
    const [row, ...others] = await rowsOf(mailbox)
    assert.equal(row!.item === before!.item, body === 'body a', 'nothing is written that is here')
    assert.deepEqual(others, [])
    source.calls.length = 0
    await mailbox.pass()
    assert.equal(source.count('item'), 0)
  })

test('what has the name of its content is known unread, and under another name it is read', async (t) => {
  const { box, mailbox, keys, add, readAgain } = await site()
  t.after(() => mailbox.remove())
  box.isUnproven = true
  const names = (contentId: string) => {
    for (const item of box.folder(keys.inbox).items.values()) item.contentId = contentId
  }
  add(keys.inbox, 'body a', SECOND)
  names('M1')
  await mailbox.pass()
  box.invalidate(keys.inbox, { renumber: true })
  assert.equal(await readAgain(), 0)
  const [key] = box.folder(keys.inbox).items.keys()
  box.move(keys.inbox, key!, keys.archive)
  assert.equal(await readAgain(), 0)
  box.folder(keys.archive).items.values().next().value!.contentId = 'M2'
  box.invalidate(keys.archive, { renumber: true })
  assert.equal(await readAgain(), 1)
})

for (const [body, isSame] of [
  ['body a', true],
  ['body b', false],
] as const)
  for (const how of ['moved', 'renumbered'] as const)
    test(`what was deleted here and looks like what is ${how} with ${body} stays so only if it is the same`, async (t) => {
      const { box, mailbox, keys, add } = await site()
      t.after(() => mailbox.remove())
      const key = add(keys.inbox, 'body a', SECOND)
      await mailbox.pass()
      const item = (await rowsOf(mailbox))[0]!.item!
      const { organization } = mailbox.at
      await mailbox.store.transact({ organization, mailboxes: [mailbox.at.mailbox] }, (writer) =>
        writer.mailboxes.removeItems(mailbox.at, [item]),
      )
      // Something is to be said of it, so that it is found to be deleted.
      box.read(keys.inbox, key, true)
      await mailbox.pass()
      assert.equal((await rowsOf(mailbox))[0]!.state, 'deleted')
      box.folder(keys.inbox).items.get(key)!.octets = Buffer.from(
        `Message-ID: <one@source.example>\r\nSubject: one\r\n\r\n${body}\r\n`,
      )
      if (how === 'moved') box.move(keys.inbox, key, keys.archive)
      else box.invalidate(keys.inbox, { renumber: true })
      for (const same of [false, true, false]) {
        await mailbox.pass({ same })
        const bodies = Object.values(await mailbox.picture()).flat()
        assert.equal(bodies.length, isSame ? 0 : 1)
      }
    })

for (const cursor of ['void', 'kept'])
  test(`a double that comes up beside what it looks like takes nothing from it, with a cursor that is ${cursor}`, async (t) => {
    const { box, mailbox, keys, add, readAgain } = await site()
    t.after(() => mailbox.remove())
    box.tellsArrival = false
    add(keys.inbox, 'body a', SECOND)
    await mailbox.pass()
    const key = add(keys.inbox, 'body a', SECOND)
    box.folder(keys.inbox).items.get(key)!.arrived = true
    // The later one is named first.
    const { items } = box.folder(keys.inbox)
    const turned = [...items].toReversed()
    items.clear()
    for (const [at, [each, item]] of turned.entries()) items.set(each, { ...item, seq: at + 1 })
    if (cursor === 'void') box.invalidate(keys.inbox)
    await readAgain()
    assert.equal((await rowsOf(mailbox)).length, 2)
    assert.deepEqual(
      (await mailbox.store.migration.countLedger(mailbox.at)).counts,
      (await mailbox.member()).counts,
    )
  })

for (const deletesHere of [false, true])
  test(`what one page tells twice is counted once${deletesHere ? ', and deleted' : ''}`, async (t) => {
    const { box, mailbox, keys, add } = await site({ deletesHere })
    t.after(() => mailbox.remove())
    const [gone, read] = ['body a', 'body b'].map((body) => add(keys.inbox, body, SECOND)) as [string, string]
    await mailbox.pass()
    for (let twice = 0; twice < 2; twice++) {
      box.remove(keys.inbox, gone)
      box.read(keys.inbox, read, twice === 0)
    }
    await mailbox.pass()
    const { counts } = await mailbox.store.migration.countLedger(mailbox.at)
    assert.deepEqual((await mailbox.member()).counts, counts)
    assert.deepEqual([counts.copied, counts.gone], [1, deletesHere ? 0 : 1])
  })

test('what moved while its double stays where it is', async (t) => {
  const { box, mailbox, keys, add, readAgain } = await site()
  t.after(() => mailbox.remove())
  const away = add(keys.inbox, 'body a', SECOND)
  add(keys.inbox, 'body b', SECOND)
  add(keys.inbox, 'body c', 9 * SECOND)
  await mailbox.pass()
  box.move(keys.inbox, away, keys.archive)
  assert.equal(await readAgain(), 1)
  box.move(keys.archive, [...box.folder(keys.archive).items.keys()][0]!, keys.inbox)
  await readAgain()
})

for (const [from, to, how] of [
  ['archive', 'inbox', 'before its old folder was seen'],
  ['inbox', 'archive', 'after its old folder was seen'],
  ['archive', 'drafts', 'where looks are not trusted'],
] as const)
  test(`of two that are alike and went one came up ${how}: the other one stays where nothing is deleted`, async (t) => {
    const { box, mailbox, keys, add } = await site({ deletesHere: false })
    t.after(() => mailbox.remove())
    const moved = add(keys[from], 'body a', SECOND)
    const deleted = add(keys[from], 'body a', SECOND)
    await mailbox.pass()
    box.move(keys[from], moved, keys[to])
    box.remove(keys[from], deleted)
    for (const same of [false, true, false]) {
      await mailbox.pass({ same })
      assert.deepEqual(
        Object.values(await mailbox.picture()).map((items) => items.length),
        [1, 1],
      )
      const { copied, gone } = (await mailbox.member()).counts
      assert.deepEqual([copied, gone], [1, 1])
    }
  })

for (const deletesHere of [false, true])
  for (const [from, to] of [
    ['archive', 'inbox'],
    ['inbox', 'archive'],
  ] as const)
    test(`one of another body that came up in the ${to} is not what went${deletesHere ? ', which is deleted' : ''}`, async (t) => {
      const { box, mailbox, keys, add } = await site({ deletesHere })
      t.after(() => mailbox.remove())
      const went = add(keys[from], 'body a', SECOND)
      await mailbox.pass()
      box.remove(keys[from], went)
      add(keys[to], 'body b', 2 * SECOND)
      for (const same of [false, true, false]) {
        await mailbox.pass({ same })
        assert.equal((await mailbox.member()).counts.copied, 1)
        const bodies = Object.values(await mailbox.picture()).flat()
        const expected = deletesHere ? ['body b'] : ['body a', 'body b']
        assert.deepEqual(bodies.map((words) => /body ./.exec(words)![0]).sort(), expected)
        const bin = (await mailbox.folders()).find(
          ({ distinguished }) => distinguished === 'recoverableitemsdeletions',
        )
        assert.equal(bin?.items, deletesHere ? 1 : 0)
      }
    })

test('of two that went the one whose body came up is what moved', async (t) => {
  const { box, mailbox, keys, add } = await site({ deletesHere: false })
  t.after(() => mailbox.remove())
  const went = ['body a', 'body b', 'body c'].map((body) => add(keys.archive, body, SECOND))
  await mailbox.pass()
  for (const key of [went[0]!, went[2]!]) box.remove(keys.archive, key)
  box.move(keys.archive, went[1]!, keys.drafts)
  await mailbox.pass()
  const picture = await mailbox.picture()
  assert.deepEqual(
    Object.values(picture)
      .flat()
      .map((words) => /body ./.exec(words)![0])
      .sort(),
    ['body a', 'body b', 'body c'],
  )
  assert.equal(picture['/Drafts']!.length, 1)
})
