import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ItemNo } from '#src/domain/mailbox/item.ts'
import type { PassRun } from '#src/domain/migration/engine/ledger/page-run.ts'
import { holdBack, leaveBehind } from '#src/domain/migration/engine/pass/left-behind.ts'
import type { WantedItem } from '#src/domain/migration/engine/pass/read-items.ts'
import {
  type Member,
  noCounts,
  type ProjectId,
  usualSettings,
} from '#src/domain/migration/engine/project/project.ts'
import { LONGEST_NAP_MS } from '#src/domain/migration/engine/project/retry.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { LedgerFolder, LedgerFolderNo, LedgerItem } from '#src/domain/migration/store.ts'
import { aMember } from '#test/support/migrated-mailbox.ts'

const project = 'p' as ProjectId
const folder = { no: 3 as LedgerFolderNo, listing: 2 } as LedgerFolder

const rowOf = (key: string, more: Partial<LedgerItem>): LedgerItem => ({
  ...{ source: 'old', key, folder: folder.no, item: null, state: 'pending', version: 'v0', match: null },
  ...{ attempts: 0, modseq: 0, listing: 1, pass: 1, sizeBytes: 10, hash: null, title: 'as listed' },
  ...{ code: '', problem: '', losses: [] },
  ...more,
})

const wanted = (key: string, row?: Partial<LedgerItem>): [string, WantedItem] => [
  key,
  { change: { key, version: 'v1', match: null, sizeBytes: 20 }, row: row && rowOf(key, row) },
]

/** A pass whose ledger is kept here; `known`: what lies here by it. */
function aRun(itemAttempts = usualSettings.itemAttempts, known: Partial<LedgerItem>[] = []) {
  const put = new Map<string, LedgerItem>()
  const removed: string[] = []
  let member: Member = { ...aMember(project, 'anna@source.example'), counts: { ...noCounts, pending: 5 } }
  const migration = {
    holdLease: async () => {},
    getMember: async () => member,
    putMember: async (_: unknown, after: Member) => {
      member = after
    },
    findLedgerItems: async () => new Map(known.map((row) => [row.key, row])),
    putLedgerItem: async (_: unknown, row: LedgerItem) => void put.set(row.key, row),
    removeLedgerItem: async (_: unknown, __: string, key: string) => void removed.push(key),
  }
  const run = {
    ...{ at: {}, member, pass: 4, lease: {}, settings: { ...usualSettings, itemAttempts } },
    lane: { writes: 0, clock: { now: () => 1_000 } },
    store: { transact: (_: unknown, work: (writer: unknown) => unknown) => work({ migration }) },
  } as unknown as PassRun
  return { run, put, removed, counts: () => member.counts }
}

const permanent = (code: string) => new SourceFailure('item-permanent', code, `${code}.`)
const busy = (backOffMs: number | null) =>
  new SourceFailure('throttled', 'ErrorServerBusy', `Wait ${backOffMs}.`, { backOffMs })

test('what is gone there and is not here is forgotten; what is here is named, as is whatever cannot be had', async () => {
  const { run, put, removed, counts } = aRun(undefined, [{ key: 'here', item: 7 as ItemNo, modseq: 0 }])
  const all = new Map([
    wanted('new'),
    wanted('noted', {}),
    wanted('here', { item: 7 as ItemNo, state: 'copied', title: 'what was here', receivedAt: 9 }),
    wanted('broken', { attempts: 2 }),
  ])
  const given = new Map(
    [...all.keys()].map((key) => [
      key,
      { failure: permanent(key === 'broken' ? 'odd' : 'gone'), title: key === 'broken' ? 'read' : '' },
    ]),
  )
  await leaveBehind(run, folder, all, given, 3)
  assert.deepEqual(removed, ['noted'])
  assert.deepEqual([...put.keys()], ['here', 'broken'])
  const { item, state, title, attempts, receivedAt, version, sizeBytes } = put.get('here')!
  assert.deepEqual([item, state, title, attempts, receivedAt], [7, 'skipped', 'what was here', 3, 9])
  assert.deepEqual([version, sizeBytes], ['v1', 20])
  // Those of the runs before, two of this one, and the last.
  assert.deepEqual([put.get('broken')!.attempts, put.get('broken')!.title], [5, 'read'])
  assert.equal(put.get('broken')!.losses[0]!.weight, 'content')
  assert.deepEqual([counts().pending, counts().skipped, counts().copied], [3, 2, -1])
})

test('held back is what its server wants asked for later than a nap, and nothing else; the last of them says until when', async () => {
  const { run, put } = aRun()
  const all = new Map(['gone', 'odd', 'short', 'nap', 'long', 'longer', 'then'].map((key) => wanted(key)))
  const failures = new Map([
    ['gone', { failure: permanent('gone'), title: '' }],
    ['odd', { failure: new SourceFailure('transient', 'x', 'x', { backOffMs: 60_000 }), title: '' }],
    ['short', { failure: busy(null), title: '' }],
    ['nap', { failure: busy(LONGEST_NAP_MS), title: '' }],
    ['long', { failure: busy(LONGEST_NAP_MS + 1), title: 'long' }],
    ['longer', { failure: busy(60_000), title: '' }],
    ['then', { failure: busy(30_000), title: '' }],
  ])
  const others = await holdBack(run, folder, all, failures, 1)
  assert.deepEqual([...others.keys()], ['gone', 'odd', 'short', 'nap'])
  assert.deepEqual(
    [...put.values()].map(({ key, state, attempts, losses }) => [key, state, attempts, losses]),
    ['long', 'longer', 'then'].map((key) => [key, 'pending', 1, []]),
  )
  assert.deepEqual(run.held, { until: 61_000, message: 'Wait 60000.' })
})

test('what was asked for often enough is left behind: runs before, this one, and how often it was asked in it', async () => {
  for (const [row, attempt, asked, after] of [
    [{ attempts: 1 }, 1, 1, ['pending', 2]],
    [{ attempts: 2 }, 1, 1, ['skipped', 3]],
    [{ attempts: 1 }, 2, 1, ['skipped', 3]],
    [{ attempts: 1 }, 1, 2, ['skipped', 3]],
    // Tries of what it was before are none of these.
    [{ attempts: 9, state: 'copied', item: 7 as ItemNo }, 1, undefined, ['pending', 1]],
  ] as const) {
    const { run, put } = aRun(3, [{ key: 'a', modseq: 0, ...row }])
    const failed = { failure: busy(60_000), title: '', asked }
    const others = await holdBack(run, folder, new Map([wanted('a', row)]), new Map([['a', failed]]), attempt)
    assert.equal(others.size, 0)
    const { state, attempts } = put.get('a')!
    assert.deepEqual([state, attempts], after)
    assert.equal(run.held === undefined, state === 'skipped')
    assert.equal(run.lane.writes, 1)
  }
})
