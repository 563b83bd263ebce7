/** A uid names one message for ever (RFC 9051 §2.3.1.1). */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { Flag, type ItemClass, type ItemNo } from '#src/domain/mailbox/item.ts'
import type { ItemPatch } from '#src/domain/mailbox/store.ts'
import { checkMailbox } from '#src/store/mailbox/check.ts'
import { memorySession } from '#test/support/memory-session.ts'

const memory = await memorySession()
after(() => memory.close())

async function aMailbox() {
  const at = memory.newRef()
  await memory.write((writer) =>
    writer.createMailbox(at, { quotaBytes: 10_000, folders: distinguishedFolders }),
  )
  const folder = async (distinguished: string) => (await memory.reader.findFolder(at, { distinguished }))!.no
  const [drafts, deletions] = [await folder('drafts'), await folder('recoverableitemsdeletions')]
  const append = async (kind: ItemClass, folder = drafts) => {
    const body = await memory.stage(at, 'before')
    return memory.write((writer) =>
      writer.appendItem(at, {
        ...{ folder, class: kind, flags: Flag.draft, receivedAt: 1, keywords: ['k'] },
        ...{ body, summary: { subject: 's' }, ...(kind !== 'message' && { content: { title: 's' } }) },
      }),
    )
  }
  const change = (no: ItemNo, patch: ItemPatch) => memory.write((writer) => writer.changeItem(at, no, patch))
  const findings = async () => {
    const found: string[] = []
    await checkMailbox(memory.session, at, {
      found: ({ what }) => found.push(what),
      checked: () => undefined,
    })
    return found
  }
  return { at, drafts, deletions, append, change, findings }
}

test('a message with another text has another uid; its number, folder and time of saving stay', async () => {
  const { at, drafts, append, change, findings } = await aMailbox()
  const first = await append('message')
  await append('message')
  const { modseq: since } = await memory.reader.getMailbox(at)
  memory.clock.now += 5_000
  const body = await memory.stage(at, 'behind it')
  const edited = await change(first.no, { body, summary: { subject: 't' } })
  assert.deepEqual(
    [edited.no, edited.uid, edited.folder, edited.savedAt, edited.receivedAt, edited.flags, edited.keywords],
    [first.no, 3, drafts, first.savedAt, 1, Flag.draft, ['k']],
  )
  assert.deepEqual([edited.createdModseq, edited.modseq], [since + 2, since + 2])
  const told = await memory.reader.changes(at, { since, folder: drafts, limit: 10 })
  assert.deepEqual(
    told.rows.map((row) =>
      row.kind === 'gone'
        ? ['gone', row.uid, row.createdModseq]
        : row.kind === 'item' && ['item', row.item.uid],
    ),
    [
      ['gone', 1, first.createdModseq],
      ['item', 3],
    ],
  )
  const folder = await memory.reader.getFolder(at, drafts)
  assert.deepEqual([folder.items, folder.uidNext, folder.sizeBytes, folder.modseq], [2, 4, 15, since + 2])
  assert.deepEqual(await findings(), [])
  const again = await change(first.no, { body: await memory.stage(at, 'and again') })
  assert.deepEqual([again.uid, again.createdModseq], [4, since + 4])
  assert.deepEqual((await change(first.no, { body: null })).uid, 5)
  assert.deepEqual(await findings(), [])
})

test('what says the same as before keeps its uid', async () => {
  const { at, append, change, findings } = await aMailbox()
  const { no, uid, createdModseq } = await append('message')
  for (const patch of [
    { summary: { subject: 't' } },
    { keywords: ['other'], receivedAt: 7, properties: { a: '1' }, content: null },
    { body: { sameAs: no } },
  ] satisfies ItemPatch[]) {
    const changed = await change(no, patch)
    assert.deepEqual([changed.uid, changed.createdModseq], [uid, createdModseq])
  }
  assert.deepEqual(await findings(), [])
  const other = await append('message')
  assert.equal((await change(no, { body: { sameAs: other.no } })).uid, 3)
  assert.deepEqual((await memory.reader.getItems(at, [no]))[0]!.uid, 3)
  assert.deepEqual(await findings(), [])
})

test('files of what is no message, and what nobody sees over IMAP, change under their uid', async () => {
  const { at, append, change, deletions, findings } = await aMailbox()
  const note = await append('note')
  assert.equal((await change(note.no, { body: await memory.stage(at, 'other') })).uid, note.uid)
  const deleted = await append('message')
  await memory.write((writer) => writer.moveItems(at, { items: [deleted.no], to: deletions }))
  const [there] = await memory.reader.getItems(at, [deleted.no])
  const changed = await change(deleted.no, { body: await memory.stage(at, 'other') })
  assert.deepEqual([changed.uid, changed.deletedFrom], [there!.uid, there!.deletedFrom])
  assert.deepEqual(await findings(), [])
})

test('a text that does not fit changes nothing', async () => {
  const { at, append, change, findings } = await aMailbox()
  const { no } = await append('message')
  const before = [await memory.reader.getMailbox(at), await memory.reader.getItems(at, [no])]
  await memory.write((writer) => writer.setQuota(at, 10))
  await assert.rejects(change(no, { body: await memory.stage(at, 'x'.repeat(11)) }), { reason: 'over-quota' })
  await memory.write((writer) => writer.setQuota(at, 10_000))
  assert.deepEqual([await memory.reader.getMailbox(at), await memory.reader.getItems(at, [no])], before)
  assert.deepEqual(await findings(), [])
})
