import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import Database from 'better-sqlite3'
import { appendMessage, type TestMailbox, temporaryStore } from '#test/support/store.ts'

test('check reads a shared body once, also when the item that it came with is gone', async (t) => {
  const temporary = await temporaryStore()
  t.after(() => temporary.remove())
  const [at] = temporary.mailboxes as [TestMailbox]
  const { no, body } = await appendMessage(temporary.store, at, 'copied', 100)
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  await temporary.store.transact(scope, async ({ mailboxes }) => {
    for (const to of [at.archive, at.trash]) await mailboxes.copyItems(at, { items: [no], to })
    await mailboxes.removeItems(at, [no])
  })
  assert.deepEqual((await temporary.care.check({ bodies: true })).findings, [])
  await temporary.store.close()
  const database = new Database(join(temporary.folder, 'landbridge.sqlite'))
  database.prepare('UPDATE body SET salt = zeroblob(16)').run()
  database.close()
  await temporary.reopen()
  const { findings, bodies } = await temporary.care.check({ bodies: true })
  assert.equal(bodies, 1)
  assert.deepEqual(
    findings.map(({ what }) => what.replace(/:.*/s, '')),
    [`Body ${body}`],
  )
})
