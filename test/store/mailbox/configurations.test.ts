import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { ConfigurationMark } from '#src/domain/mailbox/configuration.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { memorySession } from '#test/support/memory-session.ts'

const memory = await memorySession()
after(() => memory.close())

const refusal = (reason: string) => (error: unknown) => error instanceof Refusal && error.reason === reason

test('settings of a folder are written, found in any case, replaced, removed, and go with their folder', async () => {
  const at = memory.newRef()
  const folders = [{ distinguished: 'root', parent: null, name: 'Root', class: 'other' }] as const
  await memory.write((writer) => writer.createMailbox(at, { quotaBytes: 1, folders }))
  const root = (await memory.reader.findFolder(at, { distinguished: 'root' }))!.no
  const put = (name: string, content: Record<string, unknown> | null, folder = root) =>
    memory.write((writer) => writer.putConfiguration(at, folder, name, content))
  await put('OWA.UserOptions', { zone: 'W. Europe Standard Time' })
  await put('Other', {})
  assert.deepEqual(await memory.reader.findConfiguration(at, root, 'owa.useroptions'), {
    name: 'OWA.UserOptions',
    content: { zone: 'W. Europe Standard Time' },
  })
  assert.deepEqual(
    await memory.reader.findConfiguration(at, 'root', 'Other'),
    await memory.reader.findConfiguration(at, root, 'Other'),
  )
  await put('owa.UserOptions', { zone: 'UTC' })
  assert.deepEqual(
    (await memory.reader.listConfigurations(at, root)).map(({ name }) => name),
    ['Other', 'owa.UserOptions'],
  )
  await put('Other', null)
  assert.equal(await memory.reader.findConfiguration(at, root, 'Other'), undefined)
  await assert.rejects(put('x', {}, 99 as FolderNo), refusal('no-such-folder'))
  await assert.rejects(put('x', { text: 'x'.repeat(2 ** 20) }), refusal('too-large'))
  const inner = await memory.write((writer) =>
    writer.createFolder(at, { parent: root, name: 'a', class: 'other' }),
  )
  await put('x', {}, inner.no)
  await put('Other', { of: 'root' })
  const other = await memory.write((writer) =>
    writer.createFolder(at, { parent: root, name: 'b', class: 'other' }),
  )
  await put('X', { of: 'b' }, other.no)
  const found = async (...folders: FolderNo[]) => [
    ...(await memory.reader.findConfigurations(at, folders, 'x')),
  ]
  assert.deepEqual(await found(other.no, root), [[other.no, { name: 'X', content: { of: 'b' } }]])
  assert.deepEqual(
    (await found(root, inner.no, other.no)).map(([no]) => no),
    [inner.no, other.no],
  )
  assert.deepEqual(await found(), [])
  await put('Other', null)
  await memory.write((writer) => writer.deleteFolder(at, other.no))
  await memory.write((writer) => writer.deleteFolder(at, inner.no))
  const left = await memory.session.sql.all<{ folder: number }>('SELECT folder FROM configuration')
  assert.deepEqual(
    left.map(({ folder }) => folder),
    [root],
  )
})

test('they are read page by page, each once, none of another folder', async () => {
  const at = memory.newRef()
  const folders = [{ distinguished: 'root', parent: null, name: 'Root', class: 'other' }] as const
  await memory.write((writer) => writer.createMailbox(at, { quotaBytes: 1, folders }))
  const root = (await memory.reader.findFolder(at, { distinguished: 'root' }))!.no
  const other = await memory.write((writer) =>
    writer.createFolder(at, { parent: root, name: 'a', class: 'other' }),
  )
  const pages = async () => {
    const read: string[][] = []
    let after: ConfigurationMark | null = null
    do {
      const page = await memory.reader.pageConfigurations(at, root, after)
      read.push(page.rows.map(({ name }) => name))
      after = page.next
    } while (after !== null)
    return read
  }
  await memory.write((writer) => writer.putConfiguration(at, other.no, 'other', {}))
  assert.deepEqual(await pages(), [[]])
  for (const count of [1, 8, 9, 20]) {
    for (let no = 0; no < count; no++)
      await memory.write((writer) => writer.putConfiguration(at, root, `of ${no}`, { no }))
    const read = await pages()
    assert.deepEqual(read.flat().sort(), Array.from({ length: count }, (_, no) => `of ${no}`).sort())
    assert.ok(read.every((page) => page.length <= 8))
  }
})
