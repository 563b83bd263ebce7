import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Folder } from '#src/domain/mailbox/folder.ts'
import {
  countLate,
  lateItems,
  type Since,
  sinceFlip,
  visibleFolders,
} from '#src/domain/migration/engine/ledger/late-items.ts'

test('what is late goes by the change number that the cut-over noted, and by its time where it noted none', () => {
  assert.deepEqual(sinceFlip({ flippedAt: 5, flippedModseq: 9 }), { modseq: 9 })
  assert.deepEqual(sinceFlip({ flippedAt: 5, flippedModseq: 0 }), { modseq: 0 })
  assert.deepEqual(sinceFlip({ flippedAt: 5 }), { at: 5 })
  assert.deepEqual(sinceFlip({ flippedAt: null }), { at: 0 })
})

const folder = (no: number, parent: number | null, more: object = {}) =>
  ({ no, parent, distinguished: null, class: 'message', items: 1, ...more }) as unknown as Folder

test('folders that a person sees lie below the top of all mail; those of programs and searches do not', () => {
  const all = [
    folder(1, null),
    folder(2, 1, { distinguished: 'msgfolderroot' }),
    folder(3, 2),
    folder(4, 3),
    folder(5, 1),
    folder(6, 5),
    folder(7, 2, { class: 'search' }),
    folder(8, 99),
  ]
  assert.deepEqual(
    visibleFolders(all).map(({ no }) => no),
    [2, 3, 4],
  )
})

test('what came in with the cut-over itself is late by its time, and not by the change number of before', async () => {
  const items = [
    { no: 1, savedAt: 99, createdModseq: 6 },
    { no: 2, savedAt: 100, createdModseq: 7 },
    { no: 3, savedAt: 101, createdModseq: 8 },
    { no: 4, savedAt: 102, createdModseq: 9 },
  ].map((each) => ({ ...each, sizeBytes: 10 }))
  const store = {
    mailboxes: {
      listFolders: async () => [folder(2, null, { distinguished: 'msgfolderroot' })],
      listItems: async () => ({ rows: items, next: null }),
    },
    // One that the migration wrote is none.
    migration: { findLedgerItemOf: async (_at: unknown, no: number) => (no === 4 ? {} : undefined) },
  }
  const late = async (since: Since) => {
    const nos: number[] = []
    for await (const some of lateItems(store as never, {} as never, since))
      nos.push(...some.map(({ no }) => Number(no)))
    return nos
  }
  assert.deepEqual(await late({ at: 100 }), [2, 3])
  assert.deepEqual(await late({ modseq: 7 }), [3])
  const { items: count, bytes, whole } = await countLate(store as never, {} as never, { at: 100 })
  assert.deepEqual({ count, bytes, whole }, { count: 2, bytes: 20, whole: true })
  const none = await countLate(store as never, {} as never, { at: 100 }, () => true)
  assert.deepEqual(none, { items: 0, bytes: 0, whole: false })
})
