/** Id, date and size are no proof of a body (migration.md 3.4): nobody ever gets that of another message. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { migratedMailbox, pictureOfSource } from '#test/support/migrated-mailbox.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'

const ANNA = 'anna@source.example'
const SECOND = 1_000

/** Messages with one id, date and size, told by their bodies and by when they came in. */
async function site() {
  const source = new ScriptedSource()
  const box = source.box(ANNA)
  box.tellsArrival = true
  const inbox = box.addFolder('Inbox', { role: 'inbox' })
  const drafts = box.addFolder('Drafts', { role: 'drafts' })
  const archive = box.addFolder('Archive')
  const paths: Record<string, string> = { [inbox]: '/Inbox', [drafts]: '/Drafts', [archive]: '/Archive' }
  const mailbox = await migratedMailbox(source, { settings: { deletesHere: true } })
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
