/** Mail that is moved at the source, before and after its mailbox has moved here: it lies here once, wherever people put it. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Flag } from '#src/domain/mailbox/item.ts'
import { type MigratedMailbox, migratedMailbox } from '#test/support/migrated-mailbox.ts'
import { ScriptedSource } from '#test/support/scripted-source.ts'

const ANNA = 'anna@source.example'
const opened: MigratedMailbox[] = []
after(async () => {
  for (const each of opened) await each.remove()
})

/** A folder that is looked at before the inbox, and one after it. */
async function start({ isUnproven = false } = {}) {
  const source = new ScriptedSource()
  const box = source.box(ANNA)
  const before = box.addFolder('Before')
  const binned = box.addFolder('Deleted Items', { role: 'deleteditems' })
  const inbox = box.addFolder('Inbox', { role: 'inbox' })
  const behind = box.addFolder('Behind')
  const mailbox = await migratedMailbox(source)
  opened.push(mailbox)
  const key = box.addMessage(inbox, 'plan')
  await mailbox.pass()
  box.isUnproven = isUnproven
  const late = () => mailbox.pass({ run: { copiesOnly: true, asksAll: true } })
  const { at, store } = mailbox
  const item = async () => (await store.migration.findLedgerItems(at, 'old', [key])).get(key)!.item!
  const here = (work: Parameters<typeof store.transact>[1]) =>
    store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, work)
  const rows = async () => {
    const { rows } = await store.migration.listLedgerItems(at, { after: null, limit: 10 })
    return rows.map((row) => ({ key: row.key, state: row.state, item: row.item }))
  }
  return { box, before, binned, inbox, behind, key, mailbox, late, item, here, rows, at }
}

for (const isUnproven of [false, true]) {
  const how = isUnproven ? 'known by its body' : 'known by its looks'
  for (const to of ['before', 'behind'] as const)
    test(`what moves there to a folder ${to} the inbox moves here, ${how}`, async () => {
      const { box, inbox, key, mailbox, late, rows, ...keys } = await start({ isUnproven })
      const now = box.move(inbox, key, keys[to])
      await late()
      const where = to === 'before' ? '/Before' : '/Behind'
      assert.deepEqual(await mailbox.picture(), { [where]: ['plan [0] Text of plan'] })
      await late()
      assert.deepEqual(Object.keys(await mailbox.picture()), [where])
      assert.deepEqual(
        (await rows()).map((row) => [row.key, row.state]),
        [[now, 'copied']],
      )
    })

  test(`what was changed here stays where it is, alone, ${how}`, async () => {
    const { box, inbox, before, key, mailbox, late, item, here, rows, at } = await start({ isUnproven })
    const mine = await item()
    await here(({ mailboxes }) => mailboxes.changeFlags(at, [mine], { add: Flag.flagged }))
    const now = box.move(inbox, key, before)
    await late()
    const expected = { '/Inbox': [`plan [${Flag.flagged}] Text of plan`] }
    assert.deepEqual(await mailbox.picture(), expected)
    await late()
    assert.deepEqual(await mailbox.picture(), expected)
    assert.deepEqual(await rows(), [{ key: now, state: 'kept', item: mine }])
  })

  for (const isLate of [false, true]) {
    const when = isLate ? 'after the flip' : 'before the flip'
    test(`what was deleted here and moved there ${when} stays deleted, ${how}`, async () => {
      const { box, inbox, before, key, mailbox, late, item, here, rows, at } = await start({ isUnproven })
      const mine = await item()
      await here(({ mailboxes }) => mailboxes.removeItems(at, [mine]))
      const now = box.move(inbox, key, before)
      for (let times = 0; times < 2; times++) {
        await (isLate ? late() : mailbox.pass())
        assert.deepEqual(await mailbox.picture(), {})
      }
      assert.deepEqual(await rows(), [{ key: now, state: 'deleted', item: null }])
    })
  }

  test(`what was changed here and moved there before the flip stays where it is, alone, ${how}`, async () => {
    const { box, inbox, before, key, mailbox, item, here, rows, at } = await start({ isUnproven })
    const mine = await item()
    await here(({ mailboxes }) => mailboxes.changeFlags(at, [mine], { add: Flag.flagged }))
    const now = box.move(inbox, key, before)
    for (let times = 0; times < 2; times++) {
      await mailbox.pass()
      assert.deepEqual(await mailbox.picture(), { '/Inbox': [`plan [${Flag.flagged}] Text of plan`] })
    }
    assert.deepEqual(await rows(), [{ key: now, state: 'kept', item: mine }])
  })

  test(`what is deleted there is not deleted here, and lies here once, ${how}`, async () => {
    const { box, inbox, binned, key, mailbox, late } = await start({ isUnproven })
    box.move(inbox, key, binned)
    await late()
    await late()
    assert.deepEqual(await mailbox.picture(), { '/Inbox': ['plan [0] Text of plan'] })
  })
}

test('what only looks like what went is another one: both are here', async () => {
  const { box, inbox, before, key, mailbox, late } = await start({ isUnproven: true })
  const octets = Buffer.from(box.folder(inbox).items.get(key)!.octets as Buffer)
  const other = box.move(inbox, key, before)
  octets.write('pl4n', octets.length - 6)
  box.folder(before).items.get(other)!.octets = octets
  await late()
  assert.deepEqual(await mailbox.picture(), {
    '/Before': ['plan [0] Text of pl4n'],
    '/Inbox': ['plan [0] Text of plan'],
  })
})
