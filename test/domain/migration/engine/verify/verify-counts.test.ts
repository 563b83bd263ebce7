import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { verifyMailbox } from '#src/domain/migration/engine/verify/verify.ts'
import type { SourceFolder } from '#src/domain/migration/source.ts'
import type { LedgerFolder, LedgerItem } from '#src/domain/migration/store.ts'
import type { Store } from '#src/domain/store.ts'

const MIB = 2 ** 20
type Row = { state: LedgerItem['state']; sizeBytes?: number; source?: string }

/** What is said of one folder by what the ledger has of it and what its source counts. */
async function said(
  rows: readonly Row[],
  counts: Partial<Pick<SourceFolder, 'items' | 'sizeBytes' | 'class'>>,
  folder: Partial<LedgerFolder> = {},
): Promise<string[]> {
  const items = rows.map(({ state, sizeBytes = 0, source = 'old' }, at) => ({
    ...{ source, key: `${at}`, folder: 1, item: at + 1, state, sizeBytes },
  }))
  const store = {
    migration: {
      countLedger: async () => ({ counts: { copied: rows.length, skipped: 0 }, losses: {} }),
      listLedgerItems: async () => ({ rows: items, next: null }),
      listLedgerFolders: async () => [
        { no: 1, key: 'in', name: 'Inbox', target: 4, gone: false, isListing: false, cursor: 'c', ...folder },
      ],
    },
    mailboxes: { listFolders: async () => [{ no: 4 }], getItems: async () => [] },
  } as unknown as Store
  const listed = { key: 'in', name: 'Inbox', class: 'message', items: null, sizeBytes: null, ...counts }
  const { differences } = await verifyMailbox({
    ...{ store, at: {} as MailboxRef, sourceId: 'old', level: 1, sampledPart: 0, random: () => 0 },
    ...{ signal: new AbortController().signal, listed: [listed as unknown as SourceFolder] },
  })
  return differences.map(({ what }) => what.replace(/\..*| in it.*| to its end.*/s, ''))
}

const lacking = (count: number) => [`The source counts ${count} items`]

test('of a folder all items are known that were copied or left behind by name, from this source alone', async () => {
  const rows: Row[] = [{ state: 'copied' }, { state: 'skipped' }]
  assert.deepEqual(await said(rows, { items: 2 }), [])
  assert.deepEqual(await said(rows, { items: 3 }), lacking(3))
  assert.deepEqual(await said([...rows, { state: 'pending' }], { items: 3 }), lacking(3))
  assert.deepEqual(await said([...rows, { state: 'copied', source: 'other' }], { items: 3 }), lacking(3))
  assert.deepEqual(await said(rows, { items: 3, class: 'search' }), [])
  assert.deepEqual(await said([], { items: 1 }), lacking(1))
})

test('octets may lack a MiB or a twentieth, whichever is more, where the source told of each item how many it has', async () => {
  const far = (sizeBytes: number, ...rows: Row[]) => said(rows, { sizeBytes })
  const copied = (sizeBytes: number): Row => ({ state: 'copied', sizeBytes })
  for (const [there, here] of [
    [2 * MIB, MIB],
    [10 * MIB, 9 * MIB],
    [100 * MIB, 95 * MIB],
  ] as const) {
    assert.deepEqual(await far(there, copied(here)), [], `${there}`)
    assert.equal((await far(there, copied(here - 1))).length, 1, `${there}`)
    assert.deepEqual(await far(there, copied(here / 2), copied(here / 2)), [], 'in two')
  }
  // What was left behind counts as it was listed; where the list did not say, nothing is known of the whole.
  assert.deepEqual(await far(10 * MIB, copied(MIB), { state: 'skipped', sizeBytes: 9 * MIB }), [])
  for (const rows of [
    [copied(MIB), { state: 'skipped' } as const, copied(MIB)],
    [{ state: 'skipped' } as const, copied(MIB)],
  ])
    assert.deepEqual(await far(10 * MIB, ...rows), [])
  assert.equal((await far(10 * MIB, { state: 'copied' }, copied(MIB))).length, 1)
})

test('a folder that was not read to its end is told, unless it is gone there or here', async () => {
  const ends = (folder: Partial<LedgerFolder>) => said([], {}, folder)
  assert.deepEqual(await ends({}), [])
  for (const open of [{ cursor: null }, { isListing: true }]) {
    assert.deepEqual(await ends(open), ['The folder was not read'])
    assert.deepEqual(await ends({ ...open, gone: true }), [])
    assert.deepEqual(await ends({ ...open, target: 9 as LedgerFolder['target'] }), [])
  }
})
