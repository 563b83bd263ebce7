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

for (const state of ['pending', 'gone'] as const)
  test(`what the other lane settles after this one has listed what is ${state} is settled once`, async () => {
    const { box, inbox, mailbox, rows } = await start()
    const behind = box.addFolder('Behind')
    const back = box.addMessage(inbox, 'back again')
    const moved = box.addMessage(behind, 'moved')
    await mailbox.pass()
    const restored = box.folder(inbox).items.get(back)!
    box.remove(inbox, back)
    let now = box.move(behind, moved, inbox)
    const { store, at, project } = mailbox
    const settings = { ...mailbox.settings, deletesHere: true }
    const other = () => mailbox.pass({ no: 2, run: { settings } })
    let isOvertaken = false
    const migration: typeof store.migration = Object.create(store.migration)
    migration.listLedgerItems = async (of, query) => {
      const page = await store.migration.listLedgerItems(of, query)
      if (query.state !== state || !page.rows.some((row) => row.item !== null)) return page
      isOvertaken = true
      migration.listLedgerItems = (...asked) => store.migration.listLedgerItems(...asked)
      await other()
      box.folder(inbox).items.set(back, restored)
      box.edit(inbox, back, {})
      now = box.move(inbox, now, behind)
      await other()
      return page
    }
    await mailbox.pass({ run: { settings, store: Object.assign(Object.create(store), { migration }) } })
    assert.ok(isOvertaken)
    await mailbox.pass({ run: { settings } })
    const { '/Inbox': here, '/Behind': there } = await mailbox.picture()
    assert.deepEqual([here, there], [['back again [0] Text of back again'], ['moved [0] Text of moved']])
    assert.deepEqual(
      new Set((await rows()).map((row) => `${row.key} ${row.state}`)),
      new Set([`${back} copied`, `${now} copied`]),
    )
    const members = await Promise.all(
      [1, 2].map((no) => store.migration.getMember(at.organization, project, no)),
    )
    const sum = (of: 'copied' | 'gone' | 'pending') =>
      members.reduce((all, { counts }) => all + counts[of], 0)
    assert.deepEqual([sum('copied'), sum('gone'), sum('pending')], [2, 0, 0])
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
