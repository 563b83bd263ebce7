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

test('a folder is subscribed to or not as there at the first copy, and as somebody says here later', async (t) => {
  const source = new ScriptedSource()
  const box = source.box('anna@source.example')
  box.addFolder('INBOX', { role: 'inbox', subscribed: true })
  box.addFolder('Drafts', { role: 'drafts', subscribed: false })
  box.addFolder('Club', { subscribed: false })
  box.addFolder('Team', { subscribed: true })
  box.addFolder('Untold')
  const mailbox = await migratedMailbox(source)
  t.after(() => mailbox.remove())
  const marks = async () => {
    const folders = await mailbox.folders()
    const marked = ['Inbox', 'Drafts', 'Club', 'Team', 'Untold'].filter(
      (name) => folders.find((folder) => folder.name === name)!.subscribed,
    )
    return marked.join(' ')
  }
  await mailbox.pass()
  assert.equal(await marks(), 'Inbox Team Untold')
  const folders = await mailbox.folders()
  await mailbox.store.transact(
    { organization: mailbox.at.organization, mailboxes: [mailbox.at.mailbox] },
    async ({ mailboxes }) => {
      for (const name of ['Drafts', 'Club']) {
        const { no } = folders.find((folder) => folder.name === name)!
        await mailboxes.changeFolder(mailbox.at, no, { subscribed: true })
      }
    },
  )
  box.addFolder('New', { subscribed: false })
  await mailbox.pass()
  assert.equal(await marks(), 'Inbox Drafts Club Team Untold')
})
