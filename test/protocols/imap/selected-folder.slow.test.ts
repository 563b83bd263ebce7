import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rightsOfProfile } from '#src/domain/directory/folder-permission.ts'
import { Flag } from '#src/domain/mailbox/item.ts'
import type { MailboxReader } from '#src/domain/mailbox/store.ts'
import type { Store } from '#src/domain/store.ts'
import { FolderMemory } from '#src/protocols/imap/folder-memory.ts'
import { SelectedFolder } from '#src/protocols/imap/selected-folder.ts'
import { deliver, imapWorld, mailboxOf } from './imap-world.ts'

test('a message that changes while the log is read is in the view before those that came behind it', async (t) => {
  const world = await imapWorld()
  t.after(() => world.remove())
  const organization = await world.organization('gaps')
  const at = mailboxOf(organization, await world.user(organization, 'ann', 'gaps.example'))
  const inbox = (await world.store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!
  const scope = { organization, mailboxes: [at.mailbox] }
  const flagFirst = () =>
    world.store.transact(scope, ({ mailboxes }) =>
      mailboxes.changeFlagsByUid(at, inbox.no, Uint32Array.of(1), { add: Flag.flagged }),
    )

  // Behind the moment that a reading of the log is about, the first message changes: it comes in the next reading.
  let isAmid = false
  const changes: MailboxReader['changes'] = async (...query) => {
    if (!isAmid) return world.store.mailboxes.changes(...query)
    isAmid = false
    const page = await world.store.mailboxes.changes(...query)
    await flagFirst()
    return { ...page, rows: page.rows.filter((row) => row.kind !== 'item' || row.item.uid !== 1) }
  }
  const mailboxes = new Proxy(world.store.mailboxes, {
    get: (target, name) => (name === 'changes' ? changes : Reflect.get(target, name).bind(target)),
  })
  const store = new Proxy(world.store, {
    get: (target, name) => (name === 'mailboxes' ? mailboxes : Reflect.get(target, name)),
  }) as Store

  const options = {
    name: 'INBOX',
    readOnly: false,
    rights: rightsOfProfile('Owner'),
    memory: new FolderMemory(),
  }
  const { selected } = await SelectedFolder.open(store, at, inbox.no, options)
  t.after(() => selected.close())
  await selected.news({ expunge: true })
  const text = Buffer.from('Subject: x\r\n\r\nx\r\n')
  for (let no = 0; no < 3; no++) await deliver(world.store, at, text)
  isAmid = true
  assert.equal((await selected.news({ expunge: true }))?.grown, true)
  assert.deepEqual([...selected.view.uids], [1, 2, 3])
  const next = await selected.news({ expunge: true })
  assert.deepEqual([...(next?.changed.keys() ?? [])], [1])
})
