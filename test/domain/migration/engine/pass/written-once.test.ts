/** What the source names as changed, and is as it lies here, is not written again: nobody's program fetches it anew. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Flag } from '#src/domain/mailbox/item.ts'
import { type MigratedMailbox, migratedMailbox } from '#test/support/migrated-mailbox.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'

const opened: MigratedMailbox[] = []
after(async () => {
  for (const each of opened) await each.remove()
})

async function start() {
  const source = new ScriptedSource()
  const box = source.box('anna@source.example')
  const inbox = box.addFolder('Inbox', { role: 'inbox' })
  const calendar = box.addFolder('Calendar', { class: 'event', role: 'calendar' })
  const mail = box.addMessage(inbox, 'plan', { keywords: ['red', 'blue'] })
  const event = box.addContent(calendar, 'event', {
    ...{ '@type': 'Event', uid: 'e1', title: 'Team', start: '2026-03-02T10:00:00', duration: 'PT1H' },
  } as never)
  const mailbox = await migratedMailbox(source)
  opened.push(mailbox)
  await mailbox.pass()
  const { store, at } = mailbox
  const rows = async () => (await store.migration.listLedgerItems(at, { limit: 10 })).rows
  const modseqs = async () => {
    const items = (await rows()).map(({ item }) => item!)
    return (await store.mailboxes.getItems(at, items)).map(({ modseq, uid }) => `${modseq} ${uid}`)
  }
  return { box, inbox, calendar, mail, event, mailbox, rows, modseqs }
}

test('changed in name alone', async () => {
  const { box, inbox, calendar, mail, event, mailbox, rows, modseqs } = await start()
  const before = await modseqs()
  box.edit(inbox, mail, {})
  box.edit(calendar, event, {})
  await mailbox.pass()
  assert.deepEqual(await modseqs(), before)
  assert.deepEqual(
    (await rows()).map(({ state, version }) => `${state} ${version}`),
    ['copied 2', 'copied 2'],
  )
})

test('marks that were told by a list and are taken back come over', async () => {
  const { box, inbox, mail, mailbox, modseqs } = await start()
  const before = await modseqs()
  box.givesMarks = true
  box.edit(inbox, mail, { flags: Flag.seen, keywords: [] })
  await mailbox.pass()
  assert.deepEqual((await mailbox.picture())['/Inbox'], ['plan [1] Text of plan'])
  box.givesMarks = false
  box.edit(inbox, mail, { flags: 0, keywords: ['red', 'blue'] })
  await mailbox.pass()
  assert.deepEqual((await mailbox.picture())['/Inbox'], ['plan [0 red blue] Text of plan'])
  assert.notDeepEqual(await modseqs(), before)
})

for (const [what, change] of Object.entries({
  'when it came': { receivedAt: 1_600_000_000_000 },
  flags: { flags: Flag.flagged },
  categories: { keywords: ['red'] },
  properties: { properties: { 'String:0x3001': 'other' } },
}))
  test(`one that differs in ${what} alone is written`, async () => {
    const { box, inbox, calendar, mail, event, mailbox, modseqs } = await start()
    const before = await modseqs()
    box.edit(inbox, mail, change as never)
    box.edit(calendar, event, change as never)
    await mailbox.pass()
    const now = await modseqs()
    assert.equal(now.filter((each, at) => each === before[at]).length, 0)
  })
