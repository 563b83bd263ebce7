import assert from 'node:assert/strict'
import { test } from 'node:test'
import { migratedMailbox } from '#test/support/migrated-mailbox.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'

test('mail in folders named as ours of other things is where IMAP shows it', async (t) => {
  const source = new ScriptedSource()
  const box = source.box('anna@source.example')
  const names = ['Calendar', 'Journal', 'Conversation History', 'Sync Issues']
  box.addFolder('INBOX', { role: 'inbox' })
  for (const name of names) box.addMessage(box.addFolder(name), `in ${name}`)
  const mailbox = await migratedMailbox(source)
  t.after(() => mailbox.remove())
  await mailbox.pass()
  const folders = await mailbox.folders()
  for (const name of names) {
    const made = folders.find((folder) => folder.name === `${name} (2)`)
    assert.deepEqual([made?.class, made?.distinguished], ['message', null], name)
  }
  const picture = await mailbox.picture()
  for (const name of names) assert.equal(picture[`/${name} (2)`]?.length, 1, name)
})
