import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, test } from 'node:test'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import {
  createFolder,
  createFolderLine,
  DEEPEST_FOLDER,
  moveFolder,
  renameFolder,
} from '#src/domain/mailbox/folders.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { memorySession } from '#test/support/memory-session.ts'

const memory = await memorySession()
const { store } = memory
after(() => memory.close())

async function aMailbox(): Promise<{ at: MailboxRef; of: (distinguished: string) => Promise<FolderNo> }> {
  const at = memory.newRef()
  await memory.write((writer) =>
    writer.createMailbox(at, { quotaBytes: 1_000_000, folders: distinguishedFolders }),
  )
  return { at, of: async (distinguished) => (await memory.reader.findFolder(at, { distinguished }))!.no }
}

const refusal = (reason: string) => (error: unknown) => error instanceof Refusal && error.reason === reason

test('a mailbox comes with every distinguished folder of the schema but the public ones', async () => {
  const schema = readFileSync(
    new URL('../../../fixtures/ews/distinguished-folder-ids.txt', import.meta.url),
    'utf8',
  )
  const names = schema
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && line !== 'publicfoldersroot')
  assert.deepEqual(distinguishedFolders.map((folder) => folder.distinguished).sort(), names.sort())
  const { at } = await aMailbox()
  const folders = await memory.reader.listFolders(at)
  assert.equal(folders.length, names.length)
  const roots = folders.filter((folder) => folder.parent === null)
  assert.deepEqual(
    roots.map((folder) => folder.distinguished),
    ['root'],
  )
})

test('of a line of folders all are made or none', async () => {
  const { at, of } = await aMailbox()
  const parent = await of('inbox')
  const line = (names: readonly string[]) => createFolderLine(store, at, { parent, names, class: 'message' })
  const before = (await memory.reader.listFolders(at)).length
  await assert.rejects(() => line(['a', ' b']), refusal('invalid-parameter'))
  const deep = Array.from({ length: DEEPEST_FOLDER }, () => 'd')
  await assert.rejects(() => line(deep), refusal('limit-exceeded'))
  assert.equal((await memory.reader.listFolders(at)).length, before)
  const last = await line(['a', 'b', 'c'])
  assert.equal(last.name, 'c')
  assert.equal((await memory.reader.listFolders(at)).length, before + 3)
  await assert.rejects(() => line(['a', 'x']), refusal('folder-exists'))
})

test('names are kept as NFC, and what no client could show is refused', async () => {
  const { at, of } = await aMailbox()
  const parent = await of('inbox')
  const made = await createFolder(store, at, { parent, name: 'Pro\u0308jekt 📁 / a.b' })
  assert.equal(made.name, 'Pröjekt 📁 / a.b')
  assert.equal(made.class, 'message')
  await assert.rejects(
    createFolder(store, at, { parent, name: 'Pröjekt 📁 / a.b' }),
    refusal('folder-exists'),
  )
  for (const name of ['', ' x', 'x\n', 'x'.repeat(256), '\ud800', '\u0000']) {
    assert.throws(
      () => createFolder(store, at, { parent, name }),
      refusal('invalid-parameter'),
      JSON.stringify(name),
    )
  }
  assert.equal((await createFolder(store, at, { parent, name: '📁'.repeat(255) })).uidNext, 1)
  assert.equal((await createFolder(store, at, { parent: await of('calendar'), name: 'Team' })).class, 'event')
})

test('a folder made again under its old name has a higher uidvalidity', async () => {
  const { at, of } = await aMailbox()
  const parent = await of('inbox')
  const first = await createFolder(store, at, { parent, name: 'again' })
  await memory.write((writer) => writer.deleteFolder(at, first.no))
  assert.ok((await createFolder(store, at, { parent, name: 'again' })).uidValidity > first.uidValidity)
})

test('distinguished folders stay what and where they are', async () => {
  const { at, of } = await aMailbox()
  const inbox = await of('inbox')
  await assert.rejects(renameFolder(store, at, inbox, 'Post'), refusal('folder-is-distinguished'))
  await assert.rejects(
    moveFolder(store, at, inbox, { parent: await of('drafts') }),
    refusal('folder-is-distinguished'),
  )
  assert.equal((await renameFolder(store, at, await of('archive'), 'Ablage')).name, 'Ablage')
})

test('a folder moves with what is in it, but never into itself, nor among the recoverable items', async () => {
  const { at, of } = await aMailbox()
  const outer = await createFolder(store, at, { parent: await of('inbox'), name: 'outer' })
  const inner = await createFolder(store, at, { parent: outer.no, name: 'inner' })
  await assert.rejects(moveFolder(store, at, outer.no, { parent: inner.no }), refusal('not-supported'))
  await assert.rejects(moveFolder(store, at, outer.no, { parent: outer.no }), refusal('not-supported'))
  const recoverable = await of('recoverableitemsdeletions')
  await assert.rejects(moveFolder(store, at, outer.no, { parent: recoverable }), refusal('not-supported'))
  const moved = await moveFolder(store, at, outer.no, { parent: await of('drafts'), name: 'new' })
  assert.deepEqual(
    [moved.parent, moved.name, moved.uidValidity],
    [await of('drafts'), 'new', outer.uidValidity],
  )
})

test('folders lie at most 300 deep, whether made there or moved there', async () => {
  const { at, of } = await aMailbox()
  let parent = await of('msgfolderroot')
  for (let depth = 3; depth <= DEEPEST_FOLDER; depth++) {
    parent = (
      await memory.write((writer) => writer.createFolder(at, { parent, name: 'x', class: 'message' }))
    ).no
  }
  await assert.rejects(createFolder(store, at, { parent, name: 'y' }), refusal('limit-exceeded'))
  const other = await createFolder(store, at, { parent: await of('inbox'), name: 'y' })
  await assert.rejects(moveFolder(store, at, other.no, { parent }), refusal('limit-exceeded'))
})
