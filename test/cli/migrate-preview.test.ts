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
