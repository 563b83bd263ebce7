import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { Flag, type FolderNo } from '#src/domain/mailbox/item.ts'
import type { MailboxRef, MailboxWriter } from '#src/domain/mailbox/store.ts'
import type { Sql } from '#src/store/driver/driver.ts'
import { mailboxWriter } from '#src/store/mailbox/writer.ts'
import { counting } from '#test/support/counting-sql.ts'
import { memorySession } from '#test/support/memory-session.ts'

const memory = await memorySession()
after(() => memory.close())

type Made = { at: MailboxRef; inbox: FolderNo; writer: MailboxWriter; seen: { rows: number } }

async function madeMailbox(): Promise<Made> {
  const seen = { rows: 0 }
  const at = memory.newRef()
  const sql = counting(memory.session.sql, seen)
  const writer = mailboxWriter({ ...memory.session, sql }, memory.bodies)
  await writer.createMailbox(at, { quotaBytes: 10_000_000, folders: distinguishedFolders })
  const inbox = (await writer.findFolder(at, { distinguished: 'inbox' }))!.no
  return { at, inbox, writer, seen }
}

async function append({
  at,
  inbox,
  writer,
}: Made): Promise<Awaited<ReturnType<MailboxWriter['appendItem']>>> {
  return writer.appendItem(at, { folder: inbox, class: 'message', receivedAt: 1, summary: { subject: 's' } })
}

/** Rows that are read to tell the last changes, of the folder and of the mailbox. */
async function rowsReadFor(made: Made, last: number): Promise<number[]> {
  const { at, inbox, writer, seen } = made
  const { modseq } = await writer.getMailbox(at)
  const costs: number[] = []
  for (const folder of [inbox, undefined]) {
    seen.rows = 0
    const told = await writer.changes(at, { since: modseq - last, ...(folder && { folder }), limit: 100 })
    assert.equal(told.rows.filter(({ kind }) => kind === 'item').length, last)
    costs.push(seen.rows)
  }
  return costs
}

test('what came last is found in as few rows in a large folder as in a small one', async () => {
  const made = await madeMailbox()
  for (let each = 0; each < 100; each++) await append(made)
  const few = await rowsReadFor(made, 20)
  for (let each = 0; each < 1_500; each++) await append(made)
  const many = await rowsReadFor(made, 20)
  assert.deepEqual(many, few)
  assert.ok(Math.max(...few) < 100, `${few} rows`)
})

test('a log of items that all changed soon after they came is read in rows as many as it has', async () => {
  const made = await madeMailbox()
  const { at, inbox, writer, seen } = made
  const count = 600
  for (let each = 0; each < count; each++) {
    const { no } = await append(made)
    // Every seventh stays as it came.
    if (each % 7 !== 0) await writer.changeFlags(at, [no], { add: Flag.seen })
  }
  for (const folder of [inbox, undefined]) {
    const modseqs: number[] = []
    seen.rows = 0
    for (let since: number | null = 0; since !== null; ) {
      const page: Awaited<ReturnType<MailboxWriter['changes']>> = await writer.changes(at, {
        since,
        ...(folder && { folder }),
        limit: 50,
      })
      for (const change of page.rows) if (change.kind === 'item') modseqs.push(change.modseq)
      since = page.next
    }
    assert.equal(modseqs.length, count)
    assert.deepEqual(
      modseqs,
      modseqs.toSorted((a, b) => a - b),
    )
    assert.ok(seen.rows < 6 * count, `${seen.rows} rows read for ${count}`)
  }
})

test('uids that are missing between what came do not hide anything', async () => {
  const made = await madeMailbox()
  const { at, inbox, writer } = made
  const items = []
  for (let each = 0; each < 300; each++) items.push(await append(made))
  const gone = new Set(items.filter((_, each) => each % 100 > 3 || each % 5 === 0).map(({ no }) => no))
  await writer.removeItems(at, [...gone])
  const left = items.filter(({ no }) => !gone.has(no))
  for (const { modseq: since } of items) {
    const { rows } = await writer.changes(at, { since, folder: inbox, limit: 1_000 })
    assert.deepEqual(
      rows.flatMap((change) => (change.kind === 'item' ? change.item.uid : [])),
      left.filter(({ modseq }) => modseq > since).map(({ uid }) => uid),
    )
  }
})

test('what comes and changes while the log is read is told once now, and once more when asked again', async () => {
  const { at, inbox, writer } = await madeMailbox()
  const since = (await writer.getMailbox(at)).modseq
  const made: Made = { at, inbox, writer, seen: { rows: 0 } }
  const first = await append(made)
  const second = await append(made)
  let amid: (() => Promise<unknown>) | undefined
  const { sql } = memory.session
  const disturbed: Sql = {
    async all(text, ...values) {
      if (/FROM item WHERE .* uid > \?/s.test(text)) {
        const change = amid
        amid = undefined
        await change?.()
      }
      return sql.all(text, ...values)
    },
    get: (text, ...values) => sql.get(text, ...values),
    run: (text, ...values) => sql.run(text, ...values),
  }
  const reader = mailboxWriter({ ...memory.session, sql: disturbed }, memory.bodies)
  // The second had changed once already: it may be read twice.
  await writer.changeFlags(at, [second.no], { add: Flag.seen })
  amid = () => writer.changeFlags(at, [first.no, second.no], { add: Flag.flagged })
  const now = await reader.changes(at, { since, folder: inbox, limit: 100 })
  assert.equal(amid, undefined)
  const told = now.rows.flatMap((row) => (row.kind === 'item' ? [[row.item.uid, row.item.flags]] : []))
  assert.deepEqual(told, [
    [1, Flag.flagged],
    [2, Flag.seen | Flag.flagged],
  ])
  const next = await writer.changes(at, { since: now.rows.at(-1)!.modseq, folder: inbox, limit: 100 })
  assert.deepEqual(
    next.rows.flatMap((row) => (row.kind === 'item' ? row.item.uid : [])),
    [1, 2],
  )
})
