import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { Flag, type FolderNo } from '#src/domain/mailbox/item.ts'
import type { Row, Sql, Value } from '#src/store/driver/driver.ts'
import { mailboxWriter } from '#src/store/mailbox/writer.ts'
import { memorySession } from '#test/support/memory-session.ts'

const memory = await memorySession()
after(() => memory.close())

/** Remembers the statements that pass. */
function recording(sql: Sql, seen: string[]): Sql {
  const note = (text: string): Sql => {
    seen.push(text)
    return sql
  }
  return {
    all: <R extends Row>(text: string, ...values: Value[]) => note(text).all<R>(text, ...values),
    get: <R extends Row>(text: string, ...values: Value[]) => note(text).get<R>(text, ...values),
    run: (text, ...values) => note(text).run(text, ...values),
  }
}

test('every statement finds its rows by an index, and none sorts', async () => {
  const seen: string[] = []
  const at = memory.newRef()
  const writer = mailboxWriter({ ...memory.session, sql: recording(memory.session.sql, seen) }, memory.bodies)
  await writer.createMailbox(at, { quotaBytes: 1_000, folders: distinguishedFolders })
  const inbox = (await writer.findFolder(at, { distinguished: 'inbox' }))!.no
  const folder = await writer.createFolder(at, { parent: inbox, name: 'a', class: 'message' })
  const parts = ['summary', 'structure', 'content', 'properties'] as const
  const append = async () =>
    writer.appendItem(at, {
      folder: inbox,
      class: 'message',
      receivedAt: 1,
      keywords: ['k'],
      body: await memory.stage(at, 'x'),
      summary: { subject: 's' },
    })
  const { no } = await append()
  const other = await append()
  await writer.changeFlags(at, [no], { add: Flag.seen, removeKeywords: ['k'] })
  await writer.changeFlagsByUid(at, inbox, Uint32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 90), { add: Flag.answered })
  await writer.changeItem(at, no, { summary: { subject: 't' }, body: await memory.stage(at, 'y') })
  await writer.copyItems(at, { items: [no], to: inbox })
  await writer.moveItems(at, { items: [no], to: folder.no })
  for (const part of [[], ['summary'], parts] as const) {
    await writer.listItems(at, inbox, { order: 'uid', limit: 1, parts: part })
    const page = await writer.listItems(at, inbox, { order: 'newest', limit: 1, parts: part })
    await writer.listItems(at, inbox, { order: 'newest', after: page.next, limit: 1, parts: part })
    await writer.getItems(at, [no], part)
    await writer.getItemsByUid(at, inbox, [1], part)
  }
  await writer.listFlagStates(at, inbox, Uint32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 90))
  await writer.listUids(at, inbox, { uidTo: 9, limit: 1 })
  await writer.scanItems(at, inbox, { limit: 1 })
  await writer.scanItems(at, inbox, { limit: 1, falling: true, only: { flagsSet: Flag.seen } })
  await writer.changes(at, { since: 0, limit: 100 })
  await writer.changes(at, { since: 0, folder: inbox, limit: 100 })
  await writer.changes(at, { since: 0, only: 'folders', limit: 100 })
  const aspect = { name: 'subject', version: '1' }
  const { modseq } = (await writer.getItems(at, [no]))[0]!
  await writer.keepDigests(at, aspect, [{ no, modseq, value: 's' }])
  await writer.readDigests(at, aspect, [0, 1])
  await writer.listFolders(at)
  await writer.findFolder(at, { parent: inbox, name: 'a' })
  const [copy] = await writer.copyItems(at, { items: [no, other.no], to: inbox })
  await writer.changeItem(at, copy!.toItem, { body: { sameAs: other.no } })
  await writer.removeItems(at, [no, other.no])
  await writer.changeFolder(at, folder.no, { name: 'b' })
  await writer.deleteFolder(at, folder.no)
  await writer.forgetChanges(at, 5, 10)
  await writer.listKeywords(at)
  await writer.setQuota(at, 5)
  await writer.setQuotaNotice(at, true)
  await writer.getMailbox(at)
  await writer.destroyMailbox(at)
  assert.ok(seen.length > 100)
  for (const text of new Set(seen)) {
    const marks = text.split('?').length - 1
    const plan = await memory.session.sql.all<{ detail: string }>(
      `EXPLAIN QUERY PLAN ${text}`,
      ...Array(marks).fill(1),
    )
    for (const { detail } of plan) {
      const large = /^SEARCH (?:item|tombstone|body_share|digest) /.test(detail)
      if (large) assert.match(detail, /mailbox=\? AND /, `${text}\n${detail}`)
      const asTheyCame = /^SEARCH (?:item_sealed|body) /.test(detail)
      if (asTheyCame) assert.match(detail, /USING INTEGER PRIMARY KEY \(rowid=\?\)/, `${text}\n${detail}`)
      assert.doesNotMatch(
        detail,
        /^SCAN (?!(?:\d+ )?CONSTANT|wanted)|TEMP B-TREE|AUTOMATIC/,
        `${text}\n${detail}`,
      )
    }
  }
})

test('an append is five statements and the two rows of its folder and mailbox', async () => {
  const at = memory.newRef()
  await memory.write((writer) =>
    writer.createMailbox(at, { quotaBytes: 1_000, folders: distinguishedFolders }),
  )
  const seen: string[] = []
  const writer = mailboxWriter({ ...memory.session, sql: recording(memory.session.sql, seen) }, memory.bodies)
  const body = await memory.stage(at, 'x')
  await writer.appendItem(at, {
    folder: 3 as FolderNo,
    class: 'message',
    receivedAt: 1,
    body,
    summary: { subject: 's' },
  })
  assert.deepEqual(
    seen.map((text) => text.split(/\s+/).slice(0, 3).join(' ')),
    [
      'UPDATE mailbox SET',
      'UPDATE folder SET',
      'INSERT INTO body',
      'INSERT INTO item_sealed',
      'INSERT INTO item',
    ],
  )
})
