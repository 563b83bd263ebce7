import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ASKED_AFTER_MS,
  type FolderMark,
  isAsMarked,
  markedAfter,
  SETTLED_MS,
} from '#src/domain/migration/engine/folders/folder-marks.ts'

const T = Date.UTC(2026, 11, 7, 12)
const noted = (since: number, askedAt: number, said = 'a'): FolderMark => ({ said, since, askedAt })

test('a mark is believed that was there long enough before the folder was asked last, and not too long ago', () => {
  const settled = noted(T, T + SETTLED_MS)
  for (const [what, mark, said, now, expected] of [
    ['as it was', settled, 'a', T + SETTLED_MS + 1, true],
    ['another one', settled, 'b', T + SETTLED_MS + 1, false],
    ['none any more', settled, null, T + SETTLED_MS + 1, false],
    ['none any more', settled, undefined, T + SETTLED_MS + 1, false],
    ['none noted', undefined, 'a', T + SETTLED_MS + 1, false],
    ['seen for the first time when it was asked', noted(T, T), 'a', T + 2 * SETTLED_MS, false],
    ['asked a little too soon', noted(T, T + SETTLED_MS - 1), 'a', T + 2 * SETTLED_MS, false],
    ['asked just within the time', settled, 'a', T + SETTLED_MS + ASKED_AFTER_MS - 1, true],
    ['asked too long ago', settled, 'a', T + SETTLED_MS + ASKED_AFTER_MS, false],
    ['asked in the future', settled, 'a', T + SETTLED_MS - 1, false],
  ] as const)
    assert.equal(isAsMarked(mark, said, now), expected, what)
})

test('what is noted after a folder was asked', () => {
  const after = (mark: FolderMark | undefined, said: string | null | undefined, listedAt: number) =>
    markedAfter({ mark }, said, listedAt)
  assert.deepEqual(after(undefined, 'a', T), noted(T, T))
  assert.deepEqual(after(noted(T, T), 'b', T + 1), noted(T + 1, T + 1, 'b'))
  assert.equal(after(noted(T, T), null, T + 1), undefined, 'the server gives none any more')
  assert.equal(after(noted(T, T), undefined, T + 1), undefined)
  // Nothing is gained by noting more: the row stays as it is.
  const fresh = noted(T, T)
  assert.equal(after(fresh, 'a', T + SETTLED_MS - 1), fresh)
  assert.deepEqual(after(fresh, 'a', T + SETTLED_MS), noted(T, T + SETTLED_MS))
  const settled = noted(T, T + SETTLED_MS)
  assert.equal(after(settled, 'a', T + ASKED_AFTER_MS), settled)
  const due = T + SETTLED_MS + ASKED_AFTER_MS
  assert.deepEqual(after(settled, 'a', due), noted(T, due))
  // The clock was set back: what is to come is measured anew.
  assert.deepEqual(after(settled, 'a', T - 1), noted(T - 1, T - 1))
})
