import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MemberState } from '#src/domain/migration/engine/state.ts'
import type { LedgerFolder } from '#src/domain/migration/store.ts'
import { folderReadAt } from '#src/protocols/admin/migration-folders.ts'

const folder = (of: Partial<LedgerFolder>) =>
  ({ pass: 1, cursor: 'c', isListing: false, gone: false, losses: [], ...of }) as LedgerFolder
const member = (state: MemberState, endedAt = 5_500) => ({
  ...{ state, pass: 3 },
  lastPass: { startedAt: 5_000, endedAt, items: 0, bytes: 0, requests: 1 },
})

test('a folder in which nothing changed was asked for by the last delta before the flip, and by what follows', () => {
  const mark = { said: 'm', since: 1_000, askedAt: 2_000 }
  for (const [state, of, readAt] of [
    ['synced', {}, null],
    ['synced', { pass: 3 }, 5_000],
    ['synced', { mark }, 2_000],
    ['final', {}, 5_000],
    ['verified', { mark }, 5_000],
    ['verified', { mark, gone: true }, 2_000],
    ['verified', { pass: 0 }, null],
  ] as const)
    assert.equal(folderReadAt(folder(of), member(state)), readAt, `${state} ${JSON.stringify(of)}`)
  assert.equal(folderReadAt(folder({}), member('verified', 0)), null, 'one that has not ended yet')
})
