/** What servers say of all items of a folder together, and passes that go by it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SETTLED_MS } from '#src/domain/migration/engine/folders/folder-marks.ts'
import { ManualClock } from '#test/support/manual-clock.ts'
import { migratedMailbox } from '#test/support/migrated-mailbox.ts'
import { foldersOf, openExchangeSite, signal } from './exchange-site.ts'
import { good, scriptedExchange } from './scripted-exchange.ts'

test('another Landbridge is asked for those folders alone in which something changed, be it a read mark', async (t) => {
  const site = await openExchangeSite()
  t.after(() => site.end())
  await site.user('ann')
  const ann = site.client('ann@corp.test')
  const make = async (folder: 'inbox' | 'drafts', Subject: string): Promise<string> => {
    const made = await ann.one('CreateItem', {
      MessageDisposition: 'SaveOnly',
      SavedItemFolderId: { DistinguishedFolderId: { Id: folder } },
      Items: [{ Message: { Subject, IsRead: true } }],
    })
    return (Object.values(made.Items[0])[0] as { ItemId: { Id: string } }).ItemId.Id
  }
  const read = (Id: string, IsRead: boolean) =>
    ann.one('UpdateItem', {
      MessageDisposition: 'SaveOnly',
      ConflictResolution: 'AlwaysOverwrite',
      ItemChanges: [
        {
          ItemId: { Id },
          Updates: [{ SetItemField: { FieldURI: { FieldURI: 'message:IsRead' }, Message: { IsRead } } }],
        },
      ],
    })
  const one = await make('inbox', 'one')
  await make('drafts', 'draft')
  const clock = new ManualClock()
  const source = site.source('ann@corp.test')
  const mailbox = await migratedMailbox(
    { ...source, open: (_, until) => source.open('ann@corp.test', until) },
    { clock },
  )
  t.after(() => mailbox.remove())
  const requests = async (run: { asksAll?: boolean } = {}) => {
    clock.advance(SETTLED_MS)
    return (await mailbox.pass({ run })).requests
  }
  await requests()
  assert.equal(await requests(), 3, 'the folders, and both that hold something')
  assert.equal(await requests(), 1, 'the folders alone')
  // Time and counts of Exchange may be as they were then; ours has another time.
  await read(one, false)
  await read(one, true)
  assert.equal(await requests(), 2)
  assert.equal(await requests(), 2, 'until its new mark is believed')
  assert.equal(await requests(), 1)
  assert.equal(await requests({ asksAll: true }), 3 + (await emptyOnes(mailbox)))
})

/** They are looked at without asking for them. */
async function emptyOnes({ store, at }: Awaited<ReturnType<typeof migratedMailbox>>): Promise<number> {
  const folders = await store.migration.listLedgerFolders(at, 'old')
  return folders.filter(({ cursor }) => cursor === 'empty').length
}

test('a mark is made of what a server tells, and of one that keeps no such time there is none', async (t) => {
  const said: { time?: string; deleted?: string; UnreadCount?: number; TotalCount?: number } = {}
  const property = (
    PropertyTag: string,
    PropertyType: 'SystemTime' | 'Integer',
    Value: string | undefined,
  ) => (Value === undefined ? [] : [{ ExtendedFieldURI: { PropertyTag, PropertyType }, Value }])
  const exchange = await scriptedExchange({
    FindFolder: () => {
      const Folder = {
        FolderId: { Id: 'F9', ChangeKey: 'a' },
        DisplayName: 'Inbox',
        TotalCount: said.TotalCount,
        UnreadCount: said.UnreadCount,
        ExtendedProperty: [
          ...property('0x670A', 'SystemTime', said.time),
          ...property('0x670b', 'Integer', said.deleted),
        ],
      }
      const RootFolder = { IncludesLastItemInRange: true, TotalItemsInView: 1, Folders: [{ Folder }] }
      return { ResponseMessages: [{ FindFolderResponseMessage: { ...good, RootFolder } }] }
    },
  })
  t.after(() => exchange.end())
  const mailbox = await exchange.source().open('ann@corp.test', signal)
  const markOf = async (now: typeof said) => {
    for (const name of Object.keys(said) as (keyof typeof said)[]) delete said[name]
    Object.assign(said, now)
    return (await foldersOf(mailbox))[0]!.mark
  }
  const usual = { time: '2026-11-23T02:39:16Z', deleted: '4', UnreadCount: 2, TotalCount: 9 }
  const marks = [
    await markOf(usual),
    await markOf({ ...usual, time: '2026-11-23T02:39:17Z' }),
    await markOf({ ...usual, deleted: '5' }),
    await markOf({ ...usual, UnreadCount: 3 }),
    await markOf({ ...usual, TotalCount: 10 }),
    await markOf({ time: usual.time, UnreadCount: 2, TotalCount: 9 }),
    await markOf({ time: usual.time, TotalCount: 9 }),
  ]
  assert.ok(marks.every((mark) => typeof mark === 'string'))
  assert.equal(new Set(marks).size, marks.length, 'whatever differs makes another one')
  assert.equal(await markOf(usual), marks[0])
  for (const none of [
    { ...usual, time: undefined },
    { ...usual, time: '0001-01-01T00:00:00Z' },
    { ...usual, time: '1601-01-01T00:00:00Z' },
    { ...usual, time: '' },
    { ...usual, TotalCount: undefined },
  ])
    assert.equal(await markOf(none as typeof said), null)
})
