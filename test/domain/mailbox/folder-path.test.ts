import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Folder } from '#src/domain/mailbox/folder.ts'
import { getFolderNamed, placeFolders } from '#src/domain/mailbox/folder-path.ts'
import { Refusal } from '#src/domain/refusal.ts'

const folder = (
  no: number,
  parent: number | null,
  name: string,
  distinguished: string | null = null,
): Folder => ({ no, parent, name, distinguished }) as unknown as Folder

const folders = [
  folder(1, null, 'Root', 'root'),
  folder(2, 1, 'Top of Information Store', 'msgfolderroot'),
  folder(3, 2, 'Inbox', 'inbox'),
  folder(4, 3, 'Projekte'),
  folder(5, 4, 'A/B'),
  folder(6, 4, 'A'),
  folder(7, 6, 'B'),
  folder(8, 1, 'Scheduled', 'scheduled'),
  folder(9, 2, 'Scheduled'),
]

test('paths begin below what a user sees', () => {
  assert.deepEqual(
    placeFolders(folders).map(({ path }) => path),
    ['Inbox', 'Inbox/Projekte', 'Inbox/Projekte/A/B', 'Inbox/Projekte/A', 'Inbox/Projekte/A/B', 'Scheduled'],
  )
  assert.equal(placeFolders(folders, { all: true }).length, folders.length)
})

test('a folder is named by number, distinguished name or path', () => {
  const named = (text: string) => getFolderNamed(folders, text).no as number
  assert.equal(named('4'), 4)
  assert.equal(named('INBOX'), 3)
  assert.equal(named('/inbox/projekte/'), 4)
  assert.equal(named('scheduled'), 8)
  assert.equal(named('5'), 5)
})

test('a name that fits none, or several, is refused', () => {
  const refused = (reason: string) => (error: unknown) => error instanceof Refusal && error.reason === reason
  assert.throws(() => getFolderNamed(folders, 'Inbox/None'), refused('no-such-folder'))
  assert.throws(() => getFolderNamed(folders, ''), refused('no-such-folder'))
  assert.throws(() => getFolderNamed(folders, 'Inbox/Projekte/A/B'), refused('invalid-parameter'))
})
