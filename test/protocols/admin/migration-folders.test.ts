import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { MemberState } from '#src/domain/migration/engine/project/state.ts'
import type { LedgerFolder } from '#src/domain/migration/store.ts'
import { listMigrationFolders } from '#src/protocols/admin/actions/list-migration-folders.ts'
import { folderReadAt } from '#src/protocols/admin/migration-folders.ts'
import { temporaryStore } from '#test/support/store.ts'

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

test('folders are asked for a page at a time with those above them, and items of those alone are counted', async () => {
  const temporary = await temporaryStore()
  after(() => temporary.remove())
  const { store, mailboxes } = temporary
  const at = mailboxes[0]!
  const inbox = (await store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!
  const names = Array.from({ length: 250 }, (_, no) => `folder ${String((no * 37) % 250).padStart(3, '0')}`)
  const above = (no: number) => (no % 10 === 9 ? no - 1 : no % 10 === 8 && no > 8 ? 0 : null)
  const pathOf = (no: number | null): string[] => (no === null ? [] : [...pathOf(above(no)), names[no]!])
  await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, async ({ migration }) => {
    for (const [no, name] of names.entries())
      await migration.putLedgerFolder(at, {
        ...folder({
          source: 'old',
          key: name,
          name,
          target: no === 3 ? (9_999 as never) : inbox.no,
          listing: 1,
        }),
        parent: above(no) === null ? null : names[above(no)!]!,
        placed: null,
      } as never)
    await migration.putLedgerFolder(at, {
      ...folder({ source: 'another', key: 'x', name: 'x', target: inbox.no, listing: 1, parent: null }),
    } as never)
  })
  const sizes: number[] = []
  const noted =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const answer = await work(...args)
      const { rows } = { rows: answer, ...answer } as { rows: readonly unknown[] }
      sizes.push(rows.length)
      return answer
    }
  const { migration } = store
  const stub = {
    mailboxes: store.mailboxes,
    migration: {
      listProjects: async () => [{ id: 'p', name: 'move' }],
      findMember: async () => ({
        mailbox: at.mailbox,
        source: 'old',
        state: 'synced',
        pass: 1,
        lastPass: null,
      }),
      pageLedgerFolders: noted(migration.pageLedgerFolders),
      findLedgerFolders: noted(migration.findLedgerFolders),
      countLedgerFolders: async (_at: unknown, nos: number[]) =>
        nos.map((no) => ({ folder: no, copied: no, bytes: 0, settled: no })),
    },
  }
  const asked = { OrganizationId: at.organization, ProjectId: 'move', Address: 'anna@corp.example' }
  const listed = (given: object) =>
    listMigrationFolders.run({ store: stub } as never, { ...asked, ...given } as never) as Promise<{
      Folders: { Folder: string; Here?: string; Copied: number }[]
      NextToken?: string
    }>
  const rows: { Folder: string; Here?: string; Copied: number }[] = []
  for (let token: string | undefined; ; ) {
    const { Folders, NextToken } = await listed({ MaxResults: 100, NextToken: token })
    rows.push(...Folders)
    if (NextToken === undefined) break
    token = NextToken
  }
  assert.deepEqual(
    rows.map(({ Folder, Copied }) => `${Copied} ${Folder}`),
    names.map((_, no) => `${no + 1} ${pathOf(no).join('/')}`),
  )
  assert.deepEqual(
    rows.map(({ Here }) => Here),
    names.map((_, no) => (no === 3 ? undefined : 'Inbox')),
  )
  assert.ok(Math.max(...sizes) <= 100, `${sizes}`)
  assert.equal(
    sizes.reduce((sum, size) => sum + size, 0),
    252,
  )
  await assert.rejects(listed({ NextToken: 'x' }), /Start the list anew/)
})
