import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import { namedFolders, pathOfKey, roleOfPath } from '#src/domain/migration/engine/grants/named-folder.ts'

const row = (no: number, key: string, name: string, parent: string | null = null, gone = false) => ({
  key,
  name,
  parent,
  gone,
  target: no as FolderNo,
})
const rows = [
  row(1, 'AAMk1', 'Posteingang'),
  row(2, 'AAMk2', 'Kalender'),
  row(3, 'AAMk3', 'Team', 'AAMk2'),
  row(4, 'AAMk4', 'Projekte', 'AAMk1'),
  row(5, 'AAMk5', 'A/B', 'AAMk4'),
  row(6, 'AAMk6', 'Team', 'AAMk1'),
  row(7, 'AAMk7', 'Fort', null, true),
]
const roles = new Map([
  ['inbox', 1],
  ['calendar', 2],
  ['tasks', 9],
])
const named = (asked: string) =>
  namedFolders(rows)(asked, roles.get(roleOfPath(asked) ?? '') as FolderNo | undefined)

test('the folder of a grant is found by key, path, what it is for, or a name that is there once', () => {
  const found: [asked: string, no: number | undefined][] = [
    ['AAMk3', 3],
    ['Kalender', 2],
    ['kalender ', 2],
    ['Calendar', 2],
    ['Calendrier', 2],
    ['\\Calendar', 2],
    ['Inbox', 1],
    ['Tasks', 9],
    ['Kalender\\Team', 3],
    ['Calendar/Team', 3],
    ['Inbox\\Team', 6],
    ['Inbox\\Projekte', 4],
    ['Posteingang/Projekte/A/B', 5],
    ['Projekte', 4],
  ]
  for (const [asked, no] of found) assert.equal(named(asked), no, asked)
})

test('what names no folder, one that is gone, or several, is not guessed', () => {
  for (const asked of ['', '\\', 'Team', 'Fort', 'Notes', 'Calendar\\Nobody', 'Nobody\\Team', 'Tasks\\Team'])
    assert.equal(named(asked), undefined, asked)
})

test('parents that lead in a circle end', () => {
  const circle = [row(1, 'a', 'One', 'b'), row(2, 'b', 'Two', 'a')]
  assert.equal(namedFolders(circle)('One', undefined), 1)
})

test('a key is shown as the path that the source has, and leads back to the same folder', () => {
  assert.equal(pathOfKey('AAMk3', rows), 'Kalender\\Team')
  assert.equal(pathOfKey('AAMk9', rows), undefined)
  assert.equal(named(pathOfKey('AAMk6', rows)!), 6)
})
