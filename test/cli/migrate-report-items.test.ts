import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shownItemColumns } from '#src/cli/commands/migrate-report.ts'
import { displayWidth } from '#src/cli/display-width.ts'
import { formatTable } from '#src/cli/table.ts'

test('an item with an endless subject does not make every row as long', () => {
  for (const letter of ['s', '漢', '🎉']) {
    const Subject = letter.repeat(100_000)
    const rows = [
      { State: 'skipped', Subject, Problem: Subject, Key: 'k1' },
      { State: 'skipped', Subject: 'short', Key: 'k2' },
    ]
    for (const line of formatTable(shownItemColumns, rows).split('\n')) assert.ok(displayWidth(line) < 500)
    assert.match(formatTable(shownItemColumns, rows), new RegExp(`${letter}… .*k1`))
    assert.match(formatTable(shownItemColumns, rows), /short .*k2/)
  }
})

test('an item that is not here says once why, where it lay and when it came in', () => {
  const row = {
    State: 'skipped',
    Subject: 'the offer',
    Folder: 'Inbox/2026',
    ReceivedDate: 1_772_359_200,
    Problem: 'The item is busy.',
    Losses: [
      { Property: 'item', Reason: 'The item is busy.' },
      { Property: 'received', Reason: 'No date.' },
    ],
  }
  const shown = formatTable(shownItemColumns, [row])
  assert.equal(shown.split('The item is busy.').length, 2)
  for (const word of ['Inbox/2026', '2026-03-01T10:00:00.000Z', 'received: No date.'])
    assert.ok(shown.includes(word), word)
})
