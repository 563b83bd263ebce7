import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { mailboxWriter } from '#src/store/mailbox/writer.ts'
import { counting } from '#test/support/counting-sql.ts'
import { memorySession } from '#test/support/memory-session.ts'

const memory = await memorySession()
after(() => memory.close())

test('changes of folders alone cost nothing for items', async () => {
  const seen = { rows: 0 }
  const at = memory.newRef()
  const writer = mailboxWriter({ ...memory.session, sql: counting(memory.session.sql, seen) }, memory.bodies)
  await writer.createMailbox(at, { quotaBytes: 1_000_000, folders: distinguishedFolders })
  const inbox = (await writer.findFolder(at, { distinguished: 'inbox' }))!.no
  const old = await writer.createFolder(at, { parent: inbox, name: 'old', class: 'message' })
  const { modseq: since } = await writer.getMailbox(at)
  const costs: number[] = []
  for (const items of [1, 300]) {
    for (let each = 0; each < items; each++) {
      const item = { folder: inbox, class: 'message', receivedAt: 1, summary: { subject: 's' } } as const
      const { no } = await writer.appendItem(at, item)
      if (each % 2 === 1) await writer.removeItems(at, [no])
    }
    seen.rows = 0
    const { rows } = await writer.changes(at, { since, only: 'folders', limit: 100 })
    assert.deepEqual(rows, [])
    costs.push(seen.rows)
  }
  assert.equal(costs[1], costs[0])
  const made = await writer.createFolder(at, { parent: inbox, name: 'made', class: 'message' })
  await writer.changeFolder(at, made.no, { name: 'renamed' })
  await writer.deleteFolder(at, old.no)
  const { rows } = await writer.changes(at, { since, only: 'folders', limit: 100 })
  assert.deepEqual(
    rows.map((change) => (change.kind === 'folder' ? change.folder.name : change.kind)),
    ['renamed', 'folder-gone'],
  )
})
