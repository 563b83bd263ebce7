import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SyncFolderItemsChangesType } from '#src/wire/ews/schema-types.ts'
import { type EwsClient, type EwsSite, ewsSiteWith, shown } from './ews-site.ts'

let site: EwsSite
let ann: EwsClient
ewsSiteWith(['ann'], (programs, opened) => {
  site = opened
  ;[ann] = programs
})

const inbox = { DistinguishedFolderId: { Id: 'inbox' } } as const
const idOnly = { BaseShape: 'IdOnly' } as const

test('synchronising tells everything once, and then what changes', async () => {
  for (let count = 1; count <= 5; count++) {
    await ann.one('CreateItem', {
      MessageDisposition: 'SaveOnly',
      SavedItemFolderId: { DistinguishedFolderId: { Id: 'archive' } },
      Items: [{ Message: { Subject: `m${count}` } }],
    })
  }
  const sync = (SyncState: string | undefined, MaxChangesReturned = 2) =>
    ann.one('SyncFolderItems', {
      ItemShape: { ...idOnly, AdditionalProperties: [{ FieldURI: { FieldURI: 'item:Subject' } }] },
      SyncFolderId: { DistinguishedFolderId: { Id: 'archive' } },
      MaxChangesReturned,
      ...(SyncState !== undefined && { SyncState }),
    })
  const subjects: string[] = []
  const ids: string[] = []
  let state: string | undefined
  for (let last = false; !last; ) {
    const page = await sync(state)
    for (const change of page.Changes as SyncFolderItemsChangesType) {
      subjects.push(change.Create!.Message!.Subject!)
      ids.push(change.Create!.Message!.ItemId!.Id)
    }
    last = page.IncludesLastItemInRange
    state = page.SyncState
  }
  assert.deepEqual(subjects, ['m5', 'm4', 'm3', 'm2', 'm1'])
  await ann.one('UpdateItem', {
    ConflictResolution: 'AutoResolve',
    MessageDisposition: 'SaveOnly',
    ItemChanges: [
      {
        ItemId: { Id: ids[0]! },
        Updates: [{ SetItemField: { FieldURI: { FieldURI: 'message:IsRead' }, Message: { IsRead: false } } }],
      },
    ],
  })
  await ann.one('DeleteItem', { DeleteType: 'HardDelete', ItemIds: [{ ItemId: { Id: ids[1]! } }] })
  await ann.one('MoveItem', {
    ToFolderId: { DistinguishedFolderId: { Id: 'junkemail' } },
    ItemIds: [{ ItemId: { Id: ids[2]! } }],
  })
  const next = await sync(state, 100)
  assert.deepEqual(
    (next.Changes as SyncFolderItemsChangesType).map((change) => Object.keys(change)[0]).sort(),
    ['Delete', 'Delete', 'Update'],
  )
  const nothing = await sync(next.SyncState, 100)
  assert.deepEqual(nothing.Changes, [])
  const bad = await ann.code('SyncFolderItems', {
    ItemShape: idOnly,
    SyncFolderId: inbox,
    SyncState: state!,
    MaxChangesReturned: 5,
  })
  assert.equal(bad, 'ErrorInvalidSyncStateData')
})

test('a read mark that changed is told as that alone, to who knows the word, and with nothing else changed', async () => {
  const carl = site.client('ann@corp.test', { RequestServerVersion: { Version: 'Exchange2010_SP2' } })
  const made = await ann.one('CreateItem', {
    MessageDisposition: 'SaveOnly',
    SavedItemFolderId: { DistinguishedFolderId: { Id: 'notes' } },
    Items: [{ Message: { Subject: 'read me', IsRead: false } }],
  })
  const { Id } = shown(made.Items[0]).ItemId
  const sync = (client: EwsClient, SyncState?: string) =>
    client.one('SyncFolderItems', {
      ItemShape: { BaseShape: 'AllProperties' },
      SyncFolderId: { DistinguishedFolderId: { Id: 'notes' } },
      MaxChangesReturned: 10,
      ...(SyncState !== undefined && { SyncState }),
    })
  const set = (FieldURI: 'message:IsRead' | 'item:Categories', Message: object) =>
    ann.one('UpdateItem', {
      ConflictResolution: 'AutoResolve',
      MessageDisposition: 'SaveOnly',
      ItemChanges: [{ ItemId: { Id }, Updates: [{ SetItemField: { FieldURI: { FieldURI }, Message } }] }],
    })
  const { SyncState: state } = await sync(carl)
  await set('message:IsRead', { IsRead: true })
  const read = await sync(carl, state)
  assert.equal(read.Changes.length, 1)
  assert.equal(read.Changes[0].ReadFlagChange.IsRead, true)
  assert.equal(read.Changes[0].ReadFlagChange.ItemId.Id, Id)
  assert.deepEqual(Object.keys((await sync(ann, state)).Changes[0]), ['Update'])
  await set('item:Categories', { Categories: ['Blue'] })
  assert.deepEqual(Object.keys((await sync(carl, read.SyncState)).Changes[0]), ['Update'])
  await set('message:IsRead', { IsRead: false })
  assert.deepEqual(Object.keys((await sync(carl, read.SyncState)).Changes[0]), ['Update'])
  assert.deepEqual(Object.keys((await sync(carl)).Changes[0]), ['Create'])
})

test('what a client says it does not want to hear of is passed over, and nothing else', async () => {
  const folder = { DistinguishedFolderId: { Id: 'drafts' } } as const
  const {
    Items: [first],
  } = await ann.one('CreateItem', {
    MessageDisposition: 'SaveOnly',
    Items: [{ Message: { Subject: 'mine' } }],
  })
  await ann.one('CreateItem', { MessageDisposition: 'SaveOnly', Items: [{ Message: { Subject: 'other' } }] })
  const { ItemId } = shown(first)
  const sync = (more: object) =>
    ann.one('SyncFolderItems', {
      ItemShape: { ...idOnly, AdditionalProperties: [{ FieldURI: { FieldURI: 'item:Subject' } }] },
      SyncFolderId: folder,
      MaxChangesReturned: 100,
      ...more,
    })
  const told = await sync({ Ignore: [ItemId] })
  assert.deepEqual(
    (told.Changes as SyncFolderItemsChangesType).map(({ Create }) => Create!.Message!.Subject),
    ['other'],
  )
  await ann.one('DeleteItem', { DeleteType: 'HardDelete', ItemIds: [{ ItemId }] })
  const { SyncState } = told
  assert.deepEqual((await sync({ SyncState, Ignore: [ItemId] })).Changes, [])
  assert.equal((await sync({ SyncState })).Changes.length, 1)
})
