import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MemberState } from '#src/domain/migration/engine/state.ts'
import type { LedgerFolder } from '#src/domain/migration/store.ts'
import { listMigrationFolders } from '#src/protocols/admin/actions/list-migration-folders.ts'
import { folderReadAt } from '#src/protocols/admin/migration-folders.ts'
import { formatNextToken } from '#src/protocols/admin/pagination.ts'

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

test('folders are told a page at a time in order of their names, and items of those alone are counted', async () => {
  const names = Array.from({ length: 250 }, (_, at) => `folder ${String((at * 37) % 250).padStart(3, '0')}`)
  const folders = names.map((name, at) => folder({ no: (at + 1) as never, key: name, name, parent: null }))
  const counted: number[] = []
  const store = {
    migration: {
      listProjects: async () => [{ id: 'p', name: 'move' }],
      findMember: async () => ({ mailbox: 'm', source: 'old', state: 'synced', pass: 1, lastPass: null }),
      listLedgerFolders: async () => folders,
      countLedgerFolders: async (_at: unknown, nos: number[]) => {
        counted.push(nos.length)
        return nos.map((no) => ({ folder: no, copied: no, bytes: 0, settled: no }))
      },
    },
    mailboxes: { listFolders: async () => [] },
  }
  const listed = (given: object) =>
    listMigrationFolders.run({ store } as never, { ...asked, ...given } as never) as Promise<{
      Folders: { Folder: string; Copied: number }[]
      NextToken?: string
    }>
  const asked = { OrganizationId: 'o', ProjectId: 'move', Address: 'anna@corp.example' }
  const told: string[] = []
  for (let token: string | undefined; ; ) {
    const { Folders, NextToken } = await listed({ MaxResults: 100, NextToken: token })
    for (const { Folder, Copied } of Folders) {
      told.push(Folder)
      assert.equal(names[Copied - 1], Folder)
    }
    if (NextToken === undefined) break
    token = NextToken
  }
  assert.deepEqual(told, [...names].sort())
  assert.deepEqual(counted, [100, 100, 50])
  assert.equal((await listed({ MaxResults: 250 })).NextToken, undefined)
  const gone = formatNextToken(251)
  await assert.rejects(listed({ NextToken: gone }), /Start the list anew/)
})
