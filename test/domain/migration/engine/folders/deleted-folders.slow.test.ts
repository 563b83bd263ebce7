/** Folders that somebody deleted here after the mailbox had moved, and what still comes from the source. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { type MigratedMailbox, migratedMailbox } from '#test/support/migrated-mailbox.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'

const ANNA = 'anna@source.example'
const opened: MigratedMailbox[] = []
after(async () => {
  for (const each of opened) await each.remove()
})

async function start() {
  const source = new ScriptedSource()
  const box = source.box(ANNA)
  box.tellsWhatIs = true
  box.addFolder('Inbox', { role: 'inbox' })
  const mailbox = await migratedMailbox(source)
  opened.push(mailbox)
  const late = () => mailbox.pass({ run: { copiesOnly: true, asksAll: true } })
  /** Deepest first, with what is in them. */
  const deleteHere = async (...names: string[]) => {
    for (const name of names) {
      const { no } = (await mailbox.folders()).find((each) => each.name === name)!
      const { rows } = await mailbox.store.mailboxes.listItems(mailbox.at, no, { order: 'uid', limit: 10 })
      await mailbox.store.transact(
        { organization: mailbox.at.organization, mailboxes: [mailbox.at.mailbox] },
        async ({ mailboxes }) => {
          await mailboxes.removeItems(
            mailbox.at,
            rows.map((row) => row.no),
          )
          await mailboxes.deleteFolder(mailbox.at, no)
        },
      )
    }
  }
  const names = async () =>
    (await mailbox.folders())
      .flatMap(({ name, distinguished }) => (distinguished === null ? name : []))
      .sort()
  return { source, box, mailbox, late, deleteHere, names }
}

for (const order of ['before', 'after'] as const)
  test(`a folder above one that late mail comes into is made again once, also where it is looked at ${order} it`, async () => {
    const { box, mailbox, late, deleteHere, names } = await start()
    const parent = order === 'before' ? box.addFolder('Clients') : 'clients'
    const child = box.addFolder('Ada', { parent })
    if (order === 'after') box.addFolder('Clients', { key: 'clients' })
    for (const folder of [parent, child]) box.addMessage(folder, `old in ${folder}`)
    await mailbox.pass()
    await deleteHere('Ada', 'Clients')
    await late()
    assert.deepEqual(await names(), [])
    box.addMessage(child, 'late below')
    // Nothing to be copied, and something to be noted of it.
    box.remove(parent, box.addMessage(parent, 'came and went'))
    await late()
    assert.deepEqual(await names(), ['Ada', 'Clients'])
    const { at, store } = mailbox
    const { no } = (await mailbox.folders()).find(({ name }) => name === 'Clients')!
    await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
      mailboxes.changeFolder(at, no, { name: 'Customers' }),
    )
    box.addMessage(parent, 'late above')
    box.addMessage(child, 'later below')
    await late()
    assert.deepEqual(await names(), ['Ada', 'Customers'])
    const { '/Customers': above, '/Customers/Ada': below } = await mailbox.picture()
    assert.deepEqual([above?.length, below?.length], [1, 2])
  })

test('what is tried again brings back its own folder, with those above it, and no other one', async () => {
  const { source, box, mailbox, late, deleteHere, names } = await start()
  const clients = box.addFolder('Clients')
  const ada = box.addFolder('Ada', { parent: clients })
  const others = ['Bob', 'Old', 'Older'].map((name) => box.addFolder(name))
  const broken = box.addMessage(ada, 'broken')
  for (const folder of others) box.addMessage(folder, 'stays deleted')
  let isBroken = true
  source.before = ({ op, key }) => {
    if (isBroken && op === 'item' && key === broken)
      throw new SourceFailure('item-permanent', 'corrupt', 'It cannot be read.')
  }
  await mailbox.pass()
  await deleteHere('Ada', 'Clients', 'Bob', 'Old', 'Older')
  isBroken = false
  const { migration } = mailbox.store
  const row = (await migration.findLedgerItems(mailbox.at, 'old', [broken])).get(broken)!
  assert.equal(row.state, 'skipped')
  await mailbox.store.transact(
    { organization: mailbox.at.organization, mailboxes: [mailbox.at.mailbox] },
    (writer) => writer.migration.putLedgerItem(mailbox.at, { ...row, state: 'pending', attempts: 0 }),
  )
  await late()
  assert.deepEqual(await names(), ['Ada', 'Clients'])
  assert.equal((await mailbox.picture())['/Clients/Ada']?.length, 1)
  await late()
  assert.deepEqual(await names(), ['Ada', 'Clients'])
})
