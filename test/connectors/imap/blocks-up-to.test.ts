import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blocksUpTo } from '#connectors/imap/differences.ts'
import { nothingTold } from '#connectors/imap/folder-state.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'

const now = new Map([0, 1, 2].map((block) => [block, `now ${block}`]))
const differences = { changed: NumberSet.empty, gone: NumberSet.empty, blocks: now }
const before = {
  ...nothingTold,
  blocks: new Map([
    [0, 'before 0'],
    [1, 'before 1'],
  ] as const),
}

// Blocks are of 512 UIDs: 0 to 511, 512 to 1023.
for (const [after, expected] of [
  [0, ['before 0', 'before 1', undefined]],
  [510, ['before 0', 'before 1', undefined]],
  [511, ['now 0', 'before 1', undefined]],
  [1_022, ['now 0', 'before 1', undefined]],
  [1_023, ['now 0', 'now 1', undefined]],
  [5_000, ['now 0', 'now 1', 'now 2']],
] as const)
  test(`once everything up to UID ${after} was told, only what lies whole below it counts as told`, () => {
    const blocks = blocksUpTo(differences, before, after)
    assert.deepEqual(
      [0, 1, 2].map((block) => blocks.get(block)),
      expected,
    )
  })
