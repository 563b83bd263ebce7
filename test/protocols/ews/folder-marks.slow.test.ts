/** What folders tell of their items together: PidTagLocalCommitTimeMax and PidTagDeletedCountTotal. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type EwsClient, type EwsSite, openEwsSite, shown } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
before(async () => {
  site = await openEwsSite()
  await site.user('ann')
  ann = site.client('ann@corp.test')
})
after(async () => {
  site.judge()
  await site.end()
})

const time = { PropertyTag: '0x670a', PropertyType: 'SystemTime' } as const
const deleted = { PropertyTag: '0x670B', PropertyType: 'Integer' } as const
const shape = {
  BaseShape: 'IdOnly',
  AdditionalProperties: [{ ExtendedFieldURI: time }, { ExtendedFieldURI: deleted }],
} as const
const named = (Id: 'inbox' | 'drafts' | 'sentitems') => ({ DistinguishedFolderId: { Id } })

type Told = { id: string; time: string | undefined; deleted: string | undefined }
// biome-ignore lint/suspicious/noExplicitAny: as loosely as `shown`
function told(folder: any): Told {
  const { FolderId, ExtendedProperty = [] } = shown(folder)
  const of = (tag: string): string | undefined =>
    // biome-ignore lint/suspicious/noExplicitAny: as loosely as `shown`
    ExtendedProperty.find((each: any) => each.ExtendedFieldURI.PropertyTag.toLowerCase() === tag)?.Value
  return { id: FolderId.Id, time: of('0x670a'), deleted: of('0x670b') }
}
const get = async (Id: 'inbox' | 'drafts' | 'sentitems'): Promise<Told> => {
  const { Folders } = await ann.one('GetFolder', { FolderShape: shape, FolderIds: [named(Id)] })
  return told(Folders[0])
}

test('the time moves with every change of an item, to another one each time, and the count with what went', async () => {
  const empty = await get('drafts')
  assert.equal(empty.time, undefined, 'nothing was ever in it')
  assert.equal(empty.deleted, '0')
  const times: string[] = []
  const moved = async (what: string, count: string) => {
    const { time: now, deleted: gone } = await get('drafts')
    assert.match(now ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, what)
    assert.ok(times.length === 0 || Date.parse(now!) > Date.parse(times.at(-1)!), what)
    assert.equal(gone, count, what)
    times.push(now!)
  }
  const made = await ann.one('CreateItem', {
    MessageDisposition: 'SaveOnly',
    SavedItemFolderId: named('drafts'),
    Items: [{ Message: { Subject: 'a', IsRead: true } }],
  })
  const { ItemId } = Object.values(made.Items[0])[0] as { ItemId: { Id: string; ChangeKey: string } }
  await moved('it came', '0')
  const change = (field: 'message:IsRead' | 'item:Subject', Message: object) =>
    ann.one('UpdateItem', {
      MessageDisposition: 'SaveOnly',
      ConflictResolution: 'AlwaysOverwrite',
      ItemChanges: [
        {
          ItemId: { Id: ItemId.Id },
          Updates: [{ SetItemField: { FieldURI: { FieldURI: field }, Message } }],
        },
      ],
    })
  // Faster than a second, and than a clock that ticks in milliseconds may tell.
  for (const read of [false, true, false, true]) {
    await change('message:IsRead', { IsRead: read })
    await moved(`read: ${read}`, '0')
  }
  await change('item:Subject', { Subject: 'b' })
  // What it said before is gone over IMAP, where the count comes from.
  await moved('it was edited', '1')
  const sentBefore = await get('sentitems')
  await ann.one('MoveItem', { ToFolderId: named('sentitems'), ItemIds: [{ ItemId: { Id: ItemId.Id } }] })
  await moved('it was moved away', '2')
  assert.notEqual((await get('sentitems')).time, sentBefore.time)
  assert.equal(new Set(times).size, times.length)
})

test('FindFolder tells them of each folder, with a time of those that ever held something', async () => {
  const { RootFolder } = await ann.one('FindFolder', {
    Traversal: 'Deep',
    FolderShape: shape,
    IndexedPageFolderView: { MaxEntriesReturned: 500, Offset: 0, BasePoint: 'Beginning' },
    ParentFolderIds: [{ DistinguishedFolderId: { Id: 'msgfolderroot' } }],
  })
  const all = new Map((RootFolder.Folders as object[]).map(told).map((each) => [each.id, each]))
  for (const Id of ['inbox', 'drafts', 'sentitems'] as const) {
    const alone = await get(Id)
    assert.deepEqual(all.get(alone.id), alone)
  }
})

test('nobody sets them', async () => {
  const before = await get('inbox')
  const { Folders } = await ann.one('GetFolder', {
    FolderShape: { BaseShape: 'IdOnly' },
    FolderIds: [named('inbox')],
  })
  const set = (ExtendedFieldURI: typeof time | typeof deleted, Value: string) => ({
    SetFolderField: { ExtendedFieldURI, Folder: { ExtendedProperty: [{ ExtendedFieldURI, Value }] } },
  })
  await ann.messages('UpdateFolder', {
    FolderChanges: [
      {
        FolderId: shown(Folders[0]).FolderId,
        Updates: [set(time, '2001-01-01T00:00:00Z'), set(deleted, '77')],
      },
    ],
  })
  assert.deepEqual(await get('inbox'), before)
})
