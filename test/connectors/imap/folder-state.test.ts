import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type FolderState,
  formatCursor,
  nothingTold,
  parseCursor,
  tellsAll,
} from '#connectors/imap/folder-state.ts'
import type { MailboxStatus } from '#src/wire/imap/mailbox-status.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'

test('counts of a folder say that all of it was told where each change shows in them', () => {
  const state: FolderState = { ...nothingTold, validity: 7, modseq: 40, known: NumberSet.of([1, 2, 5]) }
  const status: MailboxStatus = { UIDVALIDITY: 7, HIGHESTMODSEQ: 40, MESSAGES: 3 }
  const empty: FolderState = { ...state, known: NumberSet.empty }
  const { HIGHESTMODSEQ: _, ...withoutModseqs } = status
  for (const [what, is, said, expected] of [
    ['as it was', state, status, true],
    ['something changed', state, { ...status, HIGHESTMODSEQ: 41 }, false],
    ['restored from a backup', state, { ...status, HIGHESTMODSEQ: 39 }, false],
    ['one went, and the server does not count that', state, { ...status, MESSAGES: 2 }, false],
    ['made anew', state, { ...status, UIDVALIDITY: 8 }, false],
    ['without modseqs', { ...state, modseq: null }, withoutModseqs, false],
    ['modseqs only now', { ...state, modseq: null }, status, false],
    ['no modseqs any more', state, withoutModseqs, false],
    ['no modseqs in this folder', { ...state, modseq: 0 }, { ...status, HIGHESTMODSEQ: 0 }, false],
    ['a round is under way', { ...state, round: { modseq: 40, after: 2 } }, status, false],
    ['nothing was told yet', nothingTold, { ...status, MESSAGES: 0 }, false],
    ['empty as it was', { ...empty, modseq: null }, { UIDVALIDITY: 7, MESSAGES: 0 }, true],
    ['emptied', state, { ...status, MESSAGES: 0 }, false],
    ['the server says nothing of it', state, {}, false],
  ] as const)
    assert.equal(tellsAll(is, said), expected, what)
})

test('a cursor says all that was told; what is none, or is of no folder yet, says nothing', () => {
  for (const state of [
    { ...nothingTold, validity: 7, modseq: 40, known: NumberSet.of([1, 2, 5]) },
    { ...nothingTold, validity: 7, blocks: new Map([[3, 'abc']]), round: { modseq: null, after: 9 } },
  ])
    assert.deepEqual(parseCursor(formatCursor(state)), state)
  for (const text of [
    '',
    'none',
    formatCursor(nothingTold),
    formatCursor({ ...nothingTold, validity: 'x' as never }),
  ])
    assert.equal(parseCursor(text), undefined)
})
