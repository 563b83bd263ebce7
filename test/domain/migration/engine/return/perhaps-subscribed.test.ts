import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Folder } from '#src/domain/mailbox/folder.ts'
import { perhapsSubscribed } from '#src/domain/migration/engine/return/return-subscriptions.ts'
import type { LedgerFolder } from '#src/domain/migration/store.ts'

const folder = (no: number, more: Partial<Folder> = {}) =>
  ({
    ...{ no, parent: 1, name: `F${no}`, class: 'message', distinguished: null, subscribed: true },
    ...{ createdModseq: 5, stateModseq: 12 },
    ...more,
  }) as Folder
const row = (target: number, gone = false) => ({ target, gone }) as unknown as LedgerFolder

test('folders that came and were changed since the move may be subscribed to otherwise, and no others', () => {
  const top = folder(1, { parent: null, distinguished: 'msgfolderroot', class: 'other' })
  const here = [
    ...[top, folder(2), folder(3, { stateModseq: 10 }), folder(4, { createdModseq: 11 })],
    ...[folder(5, { class: 'event' }), folder(6), folder(7), folder(8, { parent: null })],
  ]
  const rows = [...[1, 2, 3, 4, 5, 8].map((no) => row(no)), row(6, true)]
  const told = (since: Parameters<typeof perhapsSubscribed>[2]) =>
    perhapsSubscribed(here, rows, since).map(({ no }) => Number(no))
  assert.deepEqual(told({ modseq: 10 }), [2])
  assert.deepEqual(told({ modseq: 12 }), [])
  // A cut-over of before the store noted its change number: nobody knows what was changed since.
  assert.deepEqual(told({ at: 0 }), [])
})
