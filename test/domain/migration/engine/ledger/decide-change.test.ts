/** What a change at the source means here, by what the ledger knows: each rule by itself. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  decideChange,
  decideRead,
  type Known,
  RETURNED,
  seenFlag,
  wasDeleted,
} from '#src/domain/migration/engine/ledger/decide-change.ts'
import type { SourceChange } from '#src/domain/migration/source.ts'
import type { LedgerItem } from '#src/domain/migration/store.ts'

const HERE = 1 as LedgerItem['folder']
const ELSEWHERE = 2 as LedgerItem['folder']
const marks = { flags: 1, keywords: [] }

const row = (change: Partial<LedgerItem> = {}): LedgerItem => ({
  ...{ source: 'old', key: 'k', folder: HERE, item: 7 as never, state: 'copied', version: 'v1', match: 'm' },
  ...{ attempts: 0, modseq: 1, listing: 1, pass: 1, sizeBytes: 10, hash: 'h' },
  ...{ title: '', code: '', problem: '', losses: [] },
  ...change,
})
const item = (change: object = {}): SourceChange => ({
  ...{ kind: 'item', key: 'k', version: 'v2', sizeBytes: 10, match: 'm', marks: null },
  ...change,
})
const known = (change: Partial<Known> = {}): Known => ({
  ...{ row: undefined, twins: [], isSure: true, isBin: false },
  folder: { no: HERE, isListing: false, listing: 1 },
  ...change,
})
const listing = { no: HERE, isListing: true, listing: 2 }
const deleted = { state: 'deleted', item: null } as const
const returned = { ...deleted, code: RETURNED }

/** What is done, and `read` or the key of the row where that matters. */
const told = (change: SourceChange, what: Partial<Known>): string => {
  const step = decideChange(change, known(what))
  const row = 'row' in step && step.row !== undefined ? ` ${step.row.key}` : ''
  const isRead = ('read' in step && step.read) || ('isRead' in step && step.isRead)
  return `${step.do}${row}${isRead ? ', read' : ''}`
}

const rules: readonly [what: string, change: SourceChange, known: Partial<Known>, expected: string][] = [
  // What is gone.
  ['gone, and never known', { kind: 'gone', key: 'k' }, {}, 'nothing'],
  ['gone from this folder', { kind: 'gone', key: 'k' }, { row: row() }, 'gone k'],
  [
    'gone from where it is no more',
    { kind: 'gone', key: 'k' },
    { row: row({ folder: ELSEWHERE }) },
    'nothing',
  ],
  [
    'gone for good, from where it went too',
    { kind: 'gone', key: 'k', forGood: true },
    { row: row({ folder: ELSEWHERE }) },
    'gone k',
  ],
  // Only read or unread.
  ['read, and never known', { kind: 'read', key: 'k', seen: true }, {}, 'nothing'],
  ['read, and not here', { kind: 'read', key: 'k', seen: true }, { row: row({ item: null }) }, 'nothing'],
  ['read', { kind: 'read', key: 'k', seen: true }, { row: row() }, 'seen k'],
  [
    'read, deleted here',
    { kind: 'read', key: 'k', seen: true },
    { row: row({ state: 'deleted' }) },
    'leave k',
  ],
  // Known under its key.
  ['as it was', item({ version: 'v1' }), { row: row() }, 'nothing'],
  ['changed', item(), { row: row() }, 'read k'],
  ['only marked', item({ marks }), { row: row() }, 'mark k'],
  ['marked and listed as new', item({ marks, asNew: true }), { row: row() }, 'read k'],
  ['deleted here', item(), { row: row(deleted) }, 'leave k'],
  ['deleted on both sides as it went back', item(), { row: row(returned) }, 'read k'],
  ['the same in the bin', item(), { row: row(returned), isBin: true }, 'leave k'],
  ['not read to its end', item({ version: 'v1' }), { row: row({ state: 'pending' }) }, 'read k'],
  ['left behind', item({ version: 'v1' }), { row: row({ state: 'skipped', item: null }) }, 'nothing'],
  ['left behind, changed since', item(), { row: row({ state: 'skipped', item: null }) }, 'read k'],
  ['gone and there again', item({ version: 'v1' }), { row: row({ state: 'gone' }) }, 'read k'],
  ['in another folder', item({ version: 'v1' }), { row: row({ folder: ELSEWHERE }) }, 'move k'],
  ['in another folder, changed', item(), { row: row({ folder: ELSEWHERE }) }, 'move k, read'],
  ['in another folder, marked', item({ marks }), { row: row({ folder: ELSEWHERE }) }, 'move k'],
  [
    'in another folder, marked and of another size',
    item({ marks, sizeBytes: 11 }),
    { row: row({ folder: ELSEWHERE }) },
    'move k, read',
  ],
  [
    'in another folder, marked, and its size is not told',
    item({ marks, sizeBytes: null }),
    { row: row({ folder: ELSEWHERE }) },
    'move k',
  ],
  // New, and looks like what is known.
  ['new', item({ key: 'n' }), {}, 'read'],
  ['like one that is still there', item({ key: 'n', marks }), { twins: [row()] }, 'copy k'],
  ['like that, and its marks are not told', item({ key: 'n' }), { twins: [row()] }, 'read'],
  [
    'like one that is not read yet',
    item({ key: 'n', marks }),
    { twins: [row({ state: 'pending' })] },
    'read',
  ],
  [
    'like one that went from another folder',
    item({ key: 'n', marks }),
    { twins: [row({ state: 'gone', folder: ELSEWHERE })] },
    'adopt k',
  ],
  [
    'like that, and its marks are not told',
    item({ key: 'n' }),
    { twins: [row({ state: 'gone', folder: ELSEWHERE })] },
    'adopt k, read',
  ],
  [
    'like that, which is known to have become another one',
    item({ key: 'n', marks }),
    { twins: [row({ state: 'gone', folder: ELSEWHERE, paired: true })] },
    'read',
  ],
  [
    'like one that went from this folder',
    item({ key: 'n', marks }),
    { twins: [row({ state: 'gone' })] },
    'read',
  ],
  [
    'in a list that has not named it yet',
    item({ key: 'n', marks }),
    { twins: [row()], folder: listing },
    'adopt k',
  ],
  [
    'in a list that has named it',
    item({ key: 'n', marks }),
    { twins: [row({ listing: 2 })], folder: listing },
    'copy k',
  ],
  [
    'in a list, like one of another folder',
    item({ key: 'n', marks }),
    { twins: [row({ folder: ELSEWHERE })], folder: listing },
    'copy k',
  ],
  [
    'in a list, like one that was left behind',
    item({ key: 'n', marks }),
    { twins: [row({ state: 'skipped', item: null })], folder: listing },
    'read',
  ],
  ['like one deleted here', item({ key: 'n' }), { twins: [row(deleted)] }, 'adopt k'],
  [
    'like one deleted here, and gone there',
    item({ key: 'n' }),
    { twins: [row({ ...deleted, state: 'gone' })] },
    'adopt k',
  ],
  [
    'like one deleted here and one that is there',
    item({ key: 'n', marks }),
    { twins: [row({ ...deleted, key: 'd' }), row()] },
    'copy k',
  ],
  [
    'in a list that has named one, like one deleted here which it has not named',
    item({ key: 'n', marks }),
    { twins: [row({ listing: 2 }), row({ ...deleted, key: 'd' })], folder: listing },
    'adopt d',
  ],
  ['like one deleted on both sides', item({ key: 'n' }), { twins: [row(returned)] }, 'read'],
  ['the same in the bin', item({ key: 'n' }), { twins: [row(returned)], isBin: true }, 'adopt k'],
  [
    'like one, and looks prove nothing',
    item({ key: 'n', marks }),
    { twins: [row()], isSure: false },
    'compare',
  ],
  [
    'like one that is not read yet, and looks prove nothing',
    item({ key: 'n', marks }),
    { twins: [row({ state: 'pending' })], isSure: false },
    'read',
  ],
]

for (const [what, change, knowing, expected] of rules)
  test(`${what}: ${expected}`, () => assert.equal(told(change, knowing), expected))

test('what was read is what has its digest, and nothing else that looks like it', () => {
  const place = { folder: known().folder, isBin: false }
  const twins = [
    row({ key: 'a', hash: 'one' }),
    row({ key: 'b', hash: 'two' }),
    row({ key: 'c', hash: null }),
  ]
  assert.deepEqual(decideRead({ twins, ...place }, ['two', 'other form of two'], marks), {
    ...{ do: 'copy', row: twins[1], isRead: true },
  })
  assert.deepEqual(decideRead({ twins, ...place }, ['three'], marks), { do: 'read', row: undefined })
  assert.deepEqual(decideRead({ twins, ...place }, [], marks), { do: 'read', row: undefined })
  const moved = [row({ hash: 'one', state: 'gone', folder: ELSEWHERE })]
  assert.deepEqual(decideRead({ twins: moved, ...place }, ['one'], marks), {
    ...{ do: 'adopt', row: moved[0], read: false },
  })
})

test('what is deleted here stays known as that once it is gone at the source', () => {
  assert.equal(wasDeleted(row(deleted)), true)
  assert.equal(wasDeleted(row({ state: 'gone', item: null })), true)
  assert.equal(wasDeleted(row({ state: 'gone' })), false)
  assert.equal(wasDeleted(row()), false)
  assert.deepEqual(Object.keys(seenFlag(true)), ['add'])
  assert.deepEqual(Object.keys(seenFlag(false)), ['remove'])
})
