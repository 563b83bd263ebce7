/** However many items look alike, each is here once where nothing is deleted. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { migratedMailbox, pictureOfSource } from '#test/support/migrated-mailbox.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'

const ANNA = 'anna@source.example'
const MANY = 45

async function site({ deletesHere = false, bodies = 1, many = MANY } = {}) {
  const source = new ScriptedSource()
  const box = source.box(ANNA)
  const inbox = box.addFolder('Inbox', { role: 'inbox' })
  const archive = box.addFolder('Archive')
  const mailbox = await migratedMailbox(source, { settings: { deletesHere } })
  for (let no = 0; no < many; no++) {
    const octets = Buffer.from(
      `Message-ID: <one@source.example>\r\nSubject: one\r\n\r\nbody ${no % bodies}\r\n`,
    )
    const key = box.addMessage(archive, 'one', { octets, receivedAt: 1_000 })
    box.folder(archive).items.get(key)!.match = 'one'
  }
  const paths: Record<string, string> = { [inbox]: '/Inbox', [archive]: '/Archive' }
  return {
    source,
    box,
    mailbox,
    archive,
    inbox,
    paths,
    expected: () => pictureOfSource(source, ANNA, (key) => paths[key]!),
    /** As if the source had deleted it, and made one with the same items in it. */
    madeAnew: (name: string) => {
      const anew = box.addFolder(name)
      for (const key of [...box.folder(archive).items.keys()]) box.move(archive, key, anew)
      box.removeFolder(archive)
      paths[anew] = `/${name}`
      return anew
    },
  }
}

for (const [bodies, name] of [
  [1, 'Later'],
  [1, 'Archive'],
  [3, 'Later'],
] as const)
  for (const tells of [false, true])
    test(`a folder that is made anew as "${name}" with ${MANY} items of ${bodies} bodies${tells ? ' and their times' : ''} that look alike`, async (t) => {
      const { box, mailbox, madeAnew, expected } = await site({ bodies })
      t.after(() => mailbox.remove())
      box.tellsArrival = tells
      await mailbox.pass()
      madeAnew(name)
      for (const same of [false, true, false]) {
        await mailbox.pass({ same })
        assert.deepEqual(await mailbox.picture(), expected())
        assert.equal((await mailbox.member()).counts.copied, MANY)
      }
    })

test(`${MANY} items that look alike get new keys`, async (t) => {
  const { source, box, mailbox, archive, expected } = await site()
  t.after(() => mailbox.remove())
  await mailbox.pass()
  box.invalidate(archive, { renumber: true })
  source.calls.length = 0
  await mailbox.pass()
  assert.deepEqual(await mailbox.picture(), expected())
  assert.equal(source.count('item'), 0, 'all are known again')
})

for (const many of [MANY, 210])
  test(`one of another body among ${many} that look alike is not given theirs`, async (t) => {
    const { box, mailbox, archive, inbox, expected } = await site({ many })
    t.after(() => mailbox.remove())
    await mailbox.pass()
    const some = [...box.folder(archive).items.values()].at(-1)
    some!.octets = Buffer.from('Message-ID: <one@source.example>\r\nSubject: one\r\n\r\nbody x\r\n')
    some!.version++
    some!.arrived = false
    box.folder(archive).journal.push({ kind: 'item', key: some!.key })
    await mailbox.pass()
    for (const key of [...box.folder(archive).items.keys()]) box.move(archive, key, inbox)
    await mailbox.pass()
    assert.deepEqual(await mailbox.picture(), expected())
  })

for (const which of [0, 1])
  test(`of two that are equal in one folder ${which === 0 ? 'the first' : 'the second'} is deleted before the first delta: it did not move`, async (t) => {
    const { box, mailbox, archive } = await site({ many: 2 })
    t.after(() => mailbox.remove())
    await mailbox.pass()
    box.remove(archive, [...box.folder(archive).items.keys()][which]!)
    for (const same of [false, true, false]) {
      await mailbox.pass({ same })
      const { copied, gone } = (await mailbox.member()).counts
      assert.deepEqual([copied, gone], [1, 1])
      assert.deepEqual(await mailbox.picture(), { '/Archive': ['one [0] body 0', 'one [0] body 0'] })
    }
  })

test('of two that are equal in two folders the later one is deleted before the first delta: it did not move', async (t) => {
  const { box, mailbox, archive, inbox } = await site({ many: 2 })
  t.after(() => mailbox.remove())
  const [first, later] = box.folder(archive).items.keys()
  box.move(archive, first!, inbox)
  await mailbox.pass()
  box.remove(archive, later!)
  await mailbox.pass()
  const { copied, gone } = (await mailbox.member()).counts
  assert.deepEqual([copied, gone], [1, 1])
})

test('one that moved on while everything was copied for the first time is here once', async (t) => {
  const { source, box, mailbox, archive } = await site({ many: 2 })
  t.after(() => mailbox.remove())
  // More than are asked for ahead.
  for (let no = 0; no < 9; no++) box.addFolder(`Between ${no}`)
  const later = box.addFolder('Later')
  const paths: Record<string, string> = { [archive]: '/Archive', [later]: '/Later' }
  const moved = [...box.folder(archive).items.keys()][0]!
  source.after = ({ op, key }) => {
    if (op === 'item' && key === moved) box.move(archive, moved, later)
  }
  await mailbox.pass()
  assert.equal((await mailbox.member()).counts.copied, 3, 'in its old folder and in its new one')
  await mailbox.pass()
  assert.deepEqual(
    await mailbox.picture(),
    pictureOfSource(source, ANNA, (key) => paths[key]!),
  )
})
