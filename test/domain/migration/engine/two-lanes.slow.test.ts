/** Two lanes, of two projects or processes, fill one mailbox from one source at once: each item lies here once. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { aMember, type MigratedMailbox, migratedMailbox } from '#test/support/migrated-mailbox.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'

const ANNA = 'anna@source.example'
const opened: MigratedMailbox[] = []
after(async () => {
  for (const each of opened) await each.remove()
})

/** `beside` runs once, with a whole pass of the other lane, before what is asked for with `op` is answered. */
async function start() {
  const source = new ScriptedSource()
  const box = source.box(ANNA)
  const inbox = box.addFolder('Inbox', { role: 'inbox' })
  const mailbox = await migratedMailbox(source)
  opened.push(mailbox)
  const { store, at, project } = mailbox
  await store.transact({ organization: at.organization }, ({ migration }) =>
    migration.putMember(at.organization, aMember(project, 'other@source.example', 2)),
  )
  const meanwhile = (op: 'items' | 'item', then = () => {}) => {
    source.before = async (call) => {
      if (call.op !== op) return
      source.before = () => undefined
      await mailbox.pass({ no: 2 })
      then()
    }
  }
  const rows = async () => (await store.migration.listLedgerItems(at, { limit: 10 })).rows
  return { source, box, inbox, mailbox, meanwhile, rows }
}

test('what the other lane wrote while it was read is not written once more', async () => {
  const { box, inbox, mailbox, meanwhile, rows } = await start()
  for (const title of ['first', 'second']) box.addMessage(inbox, title)
  meanwhile('items')
  await mailbox.pass()
  const both = ['first [0] Text of first', 'second [0] Text of second']
  assert.deepEqual(await mailbox.picture(), { '/Inbox': both })
  assert.deepEqual(
    (await rows()).map(({ state }) => state),
    ['copied', 'copied'],
  )
})

test('what was changed there since the other lane wrote it is taken, and no change of somebody here', async () => {
  const { box, inbox, mailbox, meanwhile, rows } = await start()
  const key = box.addMessage(inbox, 'plan')
  await mailbox.pass()
  box.edit(inbox, key, { body: 'Text of plan B' })
  meanwhile('items', () => box.edit(inbox, key, { body: 'Text of plan C' }))
  await mailbox.pass()
  assert.equal((await rows())[0]!.state, 'copied')
  await mailbox.pass()
  assert.match((await mailbox.picture())['/Inbox']![0]!, /plan C/)
})

test('what could not be had here and was had by the other lane is not lost', async () => {
  const { box, inbox, mailbox, meanwhile, rows } = await start()
  box.addMessage(inbox, 'plan')
  meanwhile('item', () => {
    throw new SourceFailure('item-permanent', 'broken', 'It cannot be read.')
  })
  await mailbox.pass()
  const [row] = await rows()
  assert.deepEqual([row!.state, row!.losses], ['copied', []])
  await mailbox.pass()
  assert.deepEqual(await mailbox.picture(), { '/Inbox': ['plan [0] Text of plan'] })
})

test('a lane that comes second every time rests with its reason', async () => {
  const { source, box, inbox, mailbox } = await start()
  const key = box.addMessage(inbox, 'plan')
  await mailbox.pass()
  let others = 0
  const beFaster = async ({ op }: { op: string }) => {
    if (op !== 'items') return
    source.before = () => undefined
    box.edit(inbox, key, { body: `Text of plan ${++others}` })
    await mailbox.pass({ no: 2 })
    source.before = beFaster
  }
  box.edit(inbox, key, { body: 'Text of plan B' })
  source.before = beFaster
  await assert.rejects(mailbox.pass(), /^LanePostponed: Another migration fills this mailbox/)
  assert.equal(others, 10)
})
