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
  assert.equal(await readAgain(), 3)
  await readAgain()
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
