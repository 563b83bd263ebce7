import assert from 'node:assert/strict'
import { test } from 'node:test'
import { previewTable } from '#src/cli/commands/migrate-project.ts'

test('a long folder name is cut, so that its row fits into a terminal', () => {
  const folder = { New: 1, Items: 2, Bytes: 3, Changed: 4, Gone: 5, TooLarge: 6 }
  const table = previewTable([
    { Name: 'Inbox', ...folder },
    { Name: 'n'.repeat(200), ...folder },
  ])
  for (const line of table.trimEnd().split('\n')) assert.ok(line.length <= 110, line)
  assert.ok(table.includes(`${'n'.repeat(59)}…`))
  assert.match(table, /^Inbox /m)
})

test('a folder stands right behind the one that it lies in', () => {
  const names = ['Team', 'Inbox', 'Team 2', 'Inbox/2026', 'Team/a', 'Inbox/2026/May']
  const table = previewTable(names.map((Name) => ({ Name, New: false, Items: 0 })))
  const shown = table
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(/ {2,}/)[0]!)
  assert.deepEqual(shown, ['Inbox', 'Inbox/2026', 'Inbox/2026/May', 'Team', 'Team/a', 'Team 2'])
})
