import assert from 'node:assert/strict'
import { test } from 'node:test'
import { displayWidth } from '#src/cli/display-width.ts'
import { formatBytes, formatDetails, formatTable } from '#src/cli/table.ts'
import { visibleText } from '#src/platform/log/visible-text.ts'

test('columns are as wide as their longest text', () => {
  const columns = [
    { title: 'Name', show: 'Name' },
    { title: 'Id', show: 'Id' },
  ]
  const rows = [
    { Name: 'anna', Id: '1' },
    { Name: 'bartholomew', Id: '22' },
  ]
  assert.equal(formatTable(columns, rows), 'Name         Id\nanna         1\nbartholomew  22\n')
})

test('what is written in two columns of a terminal counts twice, and accents not at all', () => {
  const names = ['Anna', 'Zoe\u0308', '山田太郎', '김철수', 'ﾔﾏﾀ', '\u{1f44d}', 'Анна', '\u1112\u1161\u11ab']
  const widths = [4, 3, 8, 6, 3, 2, 4, 2]
  assert.deepEqual(names.map(displayWidth), widths)
  const columns = [
    { title: 'Name', show: 'Name' },
    { title: 'Id', show: 'Id' },
  ]
  const lines = formatTable(
    columns,
    names.map((Name) => ({ Name, Id: '|' })),
  )
  for (const line of lines.trimEnd().split('\n').slice(1))
    assert.equal(displayWidth(line.slice(0, line.indexOf('|'))), 10)
})

test('nothing in the data moves the cursor of a terminal', () => {
  const evil = 'a\x1b[2Jb\nc\u202ed\u0007\u009b31m\u2028'
  const shown = visibleText(evil)
  assert.equal(shown, 'a\\x1b[2Jb\\nc\\u{202e}d\\x07\\x9b31m\\u{2028}')
  const table = formatTable([{ title: 'Name', show: 'Name' }], [{ Name: evil }])
  assert.equal(table, `Name\n${shown}\n`)
  assert.equal(formatDetails([['Name', evil]]), `Name  ${shown}\n`)
})

test('names of the world stay as they are', () => {
  for (const name of ['Zoë', '山田太郎', 'Анна', 'مريم']) assert.equal(visibleText(name), name)
})

test('sizes are told in the unit that fits', () => {
  assert.deepEqual([0, 1023, 1024, 1.5 * 1024 ** 3].map(formatBytes), ['0 B', '1023 B', '1.0 KB', '1.5 GB'])
})
